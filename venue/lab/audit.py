"""What is conserved: checked on a state, to the micro-dollar.

Balances of all accounts, isolated margins, makers' bonds, fees, rounding, bad debt and the clearing
of every market sum to deposits minus withdrawals; a market's clearing is minus the sum of its entry
costs; its positions sum to zero, and half their sizes is its open interest.
"""

from venue.core.state import State


def faults(state: State) -> list[str]:
    """Return a sentence for each law that a state breaks; none, when it is sound."""
    found: list[str] = []
    ledger = state.ledger
    total = ledger.fees_micros + ledger.rounding_micros + ledger.bad_debt_micros
    for account in state.accounts.values():
        total += account.balance_micros
        total += sum(holding.isolated_micros for holding in account.holdings.values())
    for name, market in state.markets.items():
        total += market.clearing_micros
        total += sum(maker.bond_micros for maker in market.makers.values())
        holdings = [
            account.holdings[name]
            for account in state.accounts.values()
            if name in account.holdings
        ]
        entries = sum(holding.entry_micros for holding in holdings)
        if market.clearing_micros != -entries:
            found.append(f"{name}: clearing {market.clearing_micros}, entry costs {entries}")
        net = sum(holding.size_lots for holding in holdings)
        if net:
            found.append(f"{name}: positions sum to {net} lots, expected 0")
        longs = sum(max(0, holding.size_lots) for holding in holdings)
        if longs != market.open_interest_lots:
            found.append(f"{name}: open interest {market.open_interest_lots}, longs {longs} lots")
    if total != ledger.external_micros:
        found.append(f"balances sum to {total}, deposits to {ledger.external_micros}")
    return found
