"""The sweep built anew from the state: names, sizes or marks are not what it knew."""

from venue.core.apply_liquidation import note_of
from venue.core.state import State
from venue.core.sweep import Note, Sweep


def resweep(state: State) -> None:
    """List every market with a mark, note who is on record, and read everybody at the next mark."""
    sweep = state.sweep = Sweep()
    for name, market in state.markets.items():
        if market.mark_nanos is not None:
            sweep.list_market(name, market.tiers, market.mark_micros)
    for unit, liquidation in state.liquidations.items():
        sweep.note(unit, note_of(liquidation.why))
    for unit in state.breaches:
        sweep.note(unit, Note.ON_RECORD)
    for number, account in state.accounts.items():
        state.dirty.add((number, ""))
        state.dirty.update((number, name) for name in account.holdings)
