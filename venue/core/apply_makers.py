"""What maker events do to the state: bonds, samples, judgements."""

from venue.core import events as ev
from venue.core.account import INSURANCE
from venue.core.market import Maker
from venue.core.state import State, touch
from venue.core.timers import Timer


def bond_moved(state: State, event: ev.BondMoved) -> None:
    market = state.markets[event.market]
    account = state.accounts[event.account]
    maker = market.makers.setdefault(event.account, Maker(event.account))
    maker.wanted_micros = event.wanted_micros
    if event.amount_micros:
        maker.bond_micros += event.amount_micros
        account.balance_micros -= event.amount_micros
        touch(state, account, "")
    if market.next_epoch_ns != event.epoch_ends_ns:
        market.next_epoch_ns = event.epoch_ends_ns
        state.timers.set(event.epoch_ends_ns, Timer.JUDGE_MAKERS, (event.market,))


def quotes_sampled(state: State, event: ev.QuotesSampled) -> None:
    makers = state.markets[event.market].makers
    for number, met in event.makers:
        makers[number].sampled += 1
        makers[number].met += met


def makers_judged(state: State, event: ev.MakersJudged) -> None:
    market = state.markets[event.market]
    fund = state.accounts[INSURANCE]
    for judged in event.judged:
        maker = market.makers[judged.account]
        account = state.accounts[judged.account]
        if judged.penalty_micros:
            fund.balance_micros += judged.penalty_micros
            touch(state, fund, "")
        if judged.returned_micros:
            account.balance_micros += judged.returned_micros
            touch(state, account, "")
        maker.bond_micros = judged.bond_micros
        # A bond that paid is not filled up again by itself.
        maker.wanted_micros = min(maker.wanted_micros, judged.bond_micros)
        maker.ever_sampled += judged.sampled
        maker.ever_met += judged.met
        maker.paid_micros += judged.penalty_micros
        maker.sampled = maker.met = 0
        if not judged.bond_micros:
            del market.makers[judged.account]
    market.next_epoch_ns = event.next_ns
    if event.next_ns is not None:
        state.timers.set(event.next_ns, Timer.JUDGE_MAKERS, (event.market,))
