"""The questions that the core asks of rules: one Protocol and one inputs record each.

A rule is a frozen record of parameters with one method. It is pure: (inputs, memory) ->
(answer, memory). Its memory is a frozen record of whole numbers that lives in State, is in
the digest and in checkpoints, and travels in the event that the rule causes. ``initial`` is the
memory of a fresh market. Prices are in nano-dollars a unit unless the name says otherwise.

To write a rule: read the inputs record of its kind, write the method, name it in the table of
its kind (``venue/rules/<kind>/__init__.py``), and list a market with it.
"""

from collections.abc import Callable

import msgspec

from venue.core.listing import MarketSpec
from venue.core.policies.funding import (
    FundingAnswer,
    FundingRule,
    SampleInputs,
    SettleInputs,
)
from venue.core.policies.index import (
    ClosedInputs,
    IndexClosedRule,
    IndexOpenRule,
    OpenAnswer,
    OpenInputs,
    Print,
    Verdict,
)
from venue.core.policies.liquidation import (
    AdlInputs,
    AdlRule,
    BackstopInputs,
    BackstopRule,
    CloseoutAnswer,
    CloseoutInputs,
    CloseoutRule,
    UnwindAnswer,
    UnwindInputs,
)
from venue.core.policies.mark import (
    ClampInputs,
    ClampRule,
    MarkInputs,
    MarkRule,
)
from venue.core.policies.memory import (
    Memory,
)
from venue.core.policies.terms import (
    Terms,
    TermsInputs,
    TermsRule,
)


class Rules(msgspec.Struct, frozen=True):
    """The rules of one market, one of each kind."""

    index_open: IndexOpenRule
    index_closed: IndexClosedRule
    mark: MarkRule
    clamp: ClampRule
    funding: FundingRule
    terms: TermsRule
    closeout: CloseoutRule
    backstop: BackstopRule
    adl: AdlRule


# Given a listing, the rules it names; ``app`` and ``lab`` pass it to the engine.
BuildRules = Callable[[MarketSpec], Rules]


__all__ = [
    "AdlInputs",
    "AdlRule",
    "BackstopInputs",
    "BackstopRule",
    "BuildRules",
    "ClampInputs",
    "ClampRule",
    "ClosedInputs",
    "CloseoutAnswer",
    "CloseoutInputs",
    "CloseoutRule",
    "FundingAnswer",
    "FundingRule",
    "IndexClosedRule",
    "IndexOpenRule",
    "MarkInputs",
    "MarkRule",
    "Memory",
    "OpenAnswer",
    "OpenInputs",
    "Print",
    "Rules",
    "SampleInputs",
    "SettleInputs",
    "Terms",
    "TermsInputs",
    "TermsRule",
    "UnwindAnswer",
    "UnwindInputs",
    "Verdict",
]
