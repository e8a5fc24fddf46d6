"""From a journal to a running engine: the newest checkpoint, then the groups after it.

What was acknowledged stands in the journal, so it stands again here. The chain is checked at
every group: an engine that would do anything else than before is refused, not run.
"""

from collections.abc import Awaitable, Callable
from hashlib import blake2b

import msgspec

from venue.core.digest import dump
from venue.core.engine import Engine
from venue.core.policies import BuildRules
from venue.core.state import State
from venue.store.errors import JournalCorrupt
from venue.store.journal import HASH_BYTES, Checkpoint, Journal, Meta
from venue.store.replay import Executed, Replay, begin, unfit


async def _nothing() -> None:
    pass


class Recovered(msgspec.Struct, frozen=True):
    """Where a venue goes on: its engine, the chain of its last group, and how it got here.

    ``passed_over`` says why checkpoints were not used; the state does not depend on them.
    """

    engine: Engine
    chain: bytes
    from_checkpoint_seq: int
    commands: int
    passed_over: tuple[str, ...] = ()


async def recover(
    journal: Journal,
    build_rules: BuildRules,
    *,
    began: Callable[[State, bytes], None] = lambda state, beside: None,
    heard: Callable[[list[Executed]], None] = lambda executed: None,
    between: Callable[[], Awaitable[None]] = _nothing,
) -> Recovered:
    """Return the engine as it was after the last durable command, or a fresh one.

    ``began`` is told the state that recovery begins at and what was kept beside it, ``heard``
    what each group after it led to; ``between`` two groups there is time to wait.
    """
    replay, passed_over = await newest_replay(journal, build_rules)
    from_seq = replay.engine.state.seq
    try:
        began(replay.engine.state, replay.beside)
    except msgspec.MsgspecError as error:
        where = f"{journal.name}, checkpoint of seq {from_seq}"
        raise unfit(where, expected="what is kept beside it", found=str(error)) from None
    async for group in journal.groups(from_seq + 1):
        heard(replay.execute(group))
        await between()
    last = await journal.last()
    end_seq = replay.engine.state.seq
    if (last.last_seq if last else 0) < from_seq:
        raise JournalCorrupt(
            journal.name,
            row=last.last_seq + 1 if last else 1,
            whole_until_seq=last.last_seq if last else 0,
            expected=f"commands up to the checkpoint of seq {from_seq}",
            found="the journal's end",
        )
    return Recovered(replay.engine, replay.chain, from_seq, end_seq - from_seq, tuple(passed_over))


async def newest_replay(
    journal: Journal, build_rules: BuildRules, *, before_seq: int | None = None
) -> tuple[Replay, list[str]]:
    """Return a replay that begins at the newest whole checkpoint, and what was passed over.

    ``before_seq`` asks for a checkpoint before that command. A damaged checkpoint costs only
    time, as long as the commands behind it were executed by this epoch's code.
    """
    epochs = await journal.epochs()
    passed_over: list[str] = []
    for seq in reversed(await journal.checkpoint_seqs()):
        if before_seq is not None and seq >= before_seq:
            continue
        try:
            checkpoint = await journal.newest_checkpoint(seq + 1)
            await _check_chain(journal, checkpoint)
            return begin(journal.name, checkpoint, build_rules), passed_over
        except JournalCorrupt as error:
            if any(epoch.epoch > 1 and epoch.first_seq == seq + 1 for epoch in epochs):
                raise  # An epoch begins here: what lies behind needs another version.
            passed_over.append(str(error))
    return begin(journal.name, None, build_rules), passed_over


async def _check_chain(journal: Journal, checkpoint: Checkpoint | None) -> None:
    """Refuse a checkpoint that goes on from another chain than its own group's."""
    if checkpoint is None:
        return
    async for group in journal.groups(checkpoint.seq):
        if group.last_seq == checkpoint.seq and group.chain != checkpoint.chain:
            where = f"{journal.name}, checkpoint of seq {checkpoint.seq}"
            raise unfit(where, expected="the chain of its group", found="another")
        return


async def save_state(
    journal: Journal, state: State, chain: bytes, beside: bytes = b""
) -> Checkpoint:
    """Keep a whole state as a checkpoint; to be called between groups.

    Everything is taken before the first wait, so commands may go on meanwhile.
    """
    whole = dump(state)
    digest = blake2b(whole, digest_size=HASH_BYTES).digest()
    checkpoint = Checkpoint(state.seq, state.now_ns, digest, chain, whole, beside)
    await journal.save_checkpoint(checkpoint)
    return checkpoint


async def enter_epoch(
    journal: Journal,
    recovered: Recovered,
    *,
    code_version: str,
    clock: str,
    speed_e4: int,
    created_ns: int,
    beside: bytes = b"",
) -> Meta:
    """Return the epoch that goes on, or begin one where code, clock or speed are new.

    ``created_ns`` is wall time. A new epoch begins at a checkpoint, so that it can be verified
    without the code of the one before.
    """
    epochs = await journal.epochs()
    state = recovered.engine.state
    if epochs:
        last = epochs[-1]
        if (last.code_version, last.clock, last.speed_e4) == (code_version, clock, speed_e4):
            return last
        if last.first_seq == state.seq + 1:
            epochs.pop()  # It never executed anything: the new one takes its place.
    if state.seq:
        await save_state(journal, recovered.engine.state, recovered.chain, beside)
    meta = Meta(
        epoch=len(epochs) + 1,
        first_seq=state.seq + 1,
        code_version=code_version,
        created_ns=created_ns,
        clock=clock,
        speed_e4=speed_e4,
        genesis_ns=state.now_ns,
        genesis_chain=recovered.chain,
    )
    await journal.begin_epoch(meta)
    return meta
