"""What a corporate action does when: one timetable for each kind, of a dividend the rule's."""

from venue.core.commands import CorporateAction, Delisting, Dividend, Merger, Rename, Split
from venue.core.market import Market
from venue.core.policies import ActionStep, DividendInputs, Does


def timetable(market: Market, action: CorporateAction, at_ns: int) -> tuple[ActionStep, ...]:
    """Return what an action does when, in the order of time; what is past is due at once."""
    if isinstance(action, Split):
        halt = (ActionStep(at_ns - action.halt_ns, Does.HALT),) if action.halt_ns else ()
        return (*halt, ActionStep(at_ns, Does.SPLIT))
    if isinstance(action, Rename):
        return (ActionStep(at_ns, Does.RENAME),)
    if isinstance(action, Delisting):
        before = (
            ActionStep(at_ns - action.reduce_ns, Does.ONLY_REDUCE),
            ActionStep(at_ns - action.average_ns, Does.BEGIN_AVERAGE),
        )
        return (
            *sorted(before, key=lambda step: step.at_ns),
            ActionStep(at_ns, Does.DELIST),
        )
    if isinstance(action, Merger):
        reduce = (ActionStep(at_ns - action.reduce_ns, Does.ONLY_REDUCE),)
        halt = (ActionStep(at_ns - action.halt_ns, Does.HALT),)
        before = (*(reduce if action.reduce_ns else ()), *(halt if action.halt_ns else ()))
        return (*sorted(before, key=lambda step: step.at_ns), ActionStep(at_ns, Does.MERGE))
    steps = market.rules.corporate.dividend(
        DividendInputs(at_ns, action.amount_nanos, market.spec.funding_interval_ns)
    )
    if market.is_driven:
        steps = with_lowering(steps, action, at_ns)
    return steps or (ActionStep(at_ns, Does.NOTHING),)


def with_lowering(
    steps: tuple[ActionStep, ...], dividend: Dividend, ex_ns: int
) -> tuple[ActionStep, ...]:
    """Return a dividend's steps, and that prints without dividends fall, first at its ex-date."""
    before = tuple(step for step in steps if step.at_ns < ex_ns)
    after = tuple(step for step in steps if step.at_ns >= ex_ns and step.does is not Does.NOTHING)
    return (*before, ActionStep(ex_ns, Does.LOWER_PRINTS, dividend.amount_nanos), *after)
