"""From plans and makers of the state to what the wire shows of them."""

from venue.core.market import Market
from venue.core.plans import Delayed, OpenPlan, Twap, size_of, waits_for_call
from venue.core.state import State
from venue.core.units import E4, E12
from venue.gateway.decimals import money_text, rate_text
from venue.gateway.plan_views import MakersView, MakerView, PlanKind, PlanView
from venue.gateway.scales import MarketScales
from venue.gateway.showing import ms, ms_or_none
from venue.gateway.wire_types import OrderStatus


def plan_view(plan: OpenPlan, scales: MarketScales) -> PlanView:
    """Show an open plan of the state."""
    asked = plan.asked
    size, remaining = asked.size_lots, size_of(plan)
    price = average = turns = suborders = None
    if isinstance(plan, Delayed) and plan.asked.price_ticks is not None:
        price = scales.price.text(plan.asked.price_ticks)
    if isinstance(plan, Twap):
        turns, suborders = plan.sent, plan.suborders
        if plan.filled_lots:
            average = scales.average_text(cost_micros=plan.cost_micros, lots=plan.filled_lots)
    return PlanView(
        order_id=plan.order_id,
        market=asked.market,
        kind=PlanKind.TWAP if isinstance(plan, Twap) else PlanKind.DELAYED,
        status=OrderStatus.WAITING,
        side=asked.side,
        size=scales.size.text(size),
        price=price,
        filled=scales.size.text(size - remaining),
        remaining=scales.size.text(remaining),
        average_price=average,
        due_ms=None if waits_for_call(plan) else ms(plan.due_ns),
        turns=turns,
        suborders=suborders,
        reduce_only=asked.reduce_only,
        client_order_id=asked.client_order_id,
    )


def makers_view(state: State, market: Market) -> MakersView:
    """Show the committed makers of a market; who has quoted the largest share of time first."""
    shown = []
    for number, maker in market.makers.items():
        sampled, met = maker.ever_sampled + maker.sampled, maker.ever_met + maker.met
        share_e12 = met * E12 // sampled if sampled else -1
        view = MakerView(
            account=number,
            name=state.accounts[number].name,
            bond=money_text(maker.bond_micros),
            wanted=money_text(maker.wanted_micros),
            sampled=maker.sampled,
            met=maker.met,
            ever_sampled=maker.ever_sampled,
            ever_met=maker.ever_met,
            paid=money_text(maker.paid_micros),
            time_at_quote=rate_text(share_e12) if sampled else None,
        )
        shown.append((-share_e12, number, view))
    required_e4: int = getattr(market.rules.makers, "required_e4", 0)
    return MakersView(
        market=market.spec.market,
        required=rate_text(required_e4 * (E12 // E4)),
        makers=[view for _, _, view in sorted(shown, key=lambda row: row[:2])],
        epoch_ends_ms=ms_or_none(market.next_epoch_ns),
    )
