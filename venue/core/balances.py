"""The venue's own balances, and what a vault holds."""

import msgspec


class Vault(msgspec.Struct, array_like=True):
    """A vault: whose, in which market, the account that it is; units of the underlying in it.

    Its cash is the balance of that account, what was minted the account's short position.
    """

    account: int
    market: str
    vault: int
    units_e9: int = 0


class Ledger(msgspec.Struct, array_like=True):
    """The venue's own balances, in micro-dollars. ``external`` is deposits minus withdrawals."""

    external_micros: int = 0
    fees_micros: int = 0
    rounding_micros: int = 0
    bad_debt_micros: int = 0
