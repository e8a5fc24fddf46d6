"""Every limit and every wall timer of the door, with a reason for each figure.

All times here are seconds of the wall (``loop.time()``), never of the venue: an accelerated
clock must not make a slow network look dead. Venue time stands in commands only.
"""

import msgspec


class DoorSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much one bot may ask, hold and wait."""

    path: str = "/v1/ws"
    connections_max: int = 10_000
    # Sockets that have not shaken hands yet; more are dropped at once.
    opening_max: int = 1_024
    # New sockets taken a second, so that those who are in are served meanwhile.
    opening_rate: int = 400
    # A full subscribe request with 100 channels is under 8 KiB; nothing a bot says is longer.
    message_bytes_max: int = 65_536
    # Reading from a connection pauses while this many of its messages wait for their turn.
    inbox_max: int = 256
    # Orders sent and not yet answered, of one connection and of all.
    unanswered_max: int = 1_024
    unanswered_total_max: int = 65_536
    # What may lie unsent for one connection before it counts as a slow reader.
    outgoing_bytes_max: int = 4_194_304
    # A replay of private notices waits while more than this is unsent.
    replay_bytes_max: int = 262_144
    # What may lie unsent for all together: above it the slowest are cut off, looked at each sweep.
    outgoing_total_bytes_max: int = 268_435_456
    # Messages handled in one turn of the loop, and market-data connections served in one.
    frames_per_turn: int = 512
    turn_us: int = 2_000
    # How long all who are not logged in may keep one turn together; and accounts that ask for much,
    # while there are others that ask for little.
    greedy_turn_us: int = 300
    # How many of them may wait for their turn; who speaks beyond that is not read meanwhile.
    strangers_waiting_max: int = 32
    # Questions of one account that are worked on at once; its other messages wait meanwhile.
    # Everybody who is not logged in counts as one account.
    questions_max: int = 4
    writes_per_turn: int = 128
    # How long market data may keep one turn of the loop, and while a bot waits for an answer.
    listeners_turn_us: int = 500
    busy_turn_us: int = 200
    channels_max: int = 200
    # Accounts of one owner, the first included: who may open sub-accounts cannot fill the memory.
    accounts_max: int = 100

    open_timeout_s: float = 10.0
    close_timeout_s: float = 5.0
    ping_every_s: float = 20.0
    silence_max_s: float = 60.0
    conflation_s: float = 0.05
    sweep_every_s: float = 1.0

    faults_max: int = 20
    fault_window_s: float = 60.0
    # Token buckets: so many requests a second in the long run, so many at once. 0: no limit.
    connection_rate: int = 1_000
    connection_burst: int = 2_000
    account_rate: int = 2_000
    account_burst: int = 4_000
    # Proofs and receipts of all bots together: a receipt is one row of the journal and one
    # signature, about 0.2 ms; so many a second are a twentieth of one processor.
    proofs_rate: int = 200
    proofs_burst: int = 400

    notices_kept: int = 100_000
    trades_kept: int = 10_000
    candles_kept: int = 1_000
    liquidations_kept: int = 1_000
