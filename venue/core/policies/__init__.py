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
from venue.core.policies.actions import Action, ActionsInputs, ActionsRule
from venue.core.policies.contract import ContractInputs, ContractRule, VaultTerms
from venue.core.policies.corporate import ActionStep, CorporateRule, DividendInputs, Does
from venue.core.policies.counterparty import CounterpartyRule, Quote, QuoteInputs
from venue.core.policies.fees import (
    FeesInputs,
    FeesRule,
    OpeningInputs,
    PoolFeesRule,
)
from venue.core.policies.funding import (
    FundingAnswer,
    FundingClosedRule,
    FundingRule,
    PauseAnswer,
    PauseInputs,
    SampleInputs,
    SettleInputs,
)
from venue.core.policies.halts import (
    Bounds,
    BoundsInputs,
    CallInputs,
    CallsRule,
    InterruptInputs,
    InterruptionRule,
    OnHalt,
    ScheduledCall,
    ScheduleInputs,
    UncrossAt,
)
from venue.core.policies.index import (
    ClosedInputs,
    IndexClosedRule,
    IndexOpenRule,
    OpenAnswer,
    OpenInputs,
    Print,
    Validity,
    Verdict,
)
from venue.core.policies.liquidation import (
    BackstopInputs,
    BackstopRule,
    CloseoutAnswer,
    CloseoutInputs,
    CloseoutRule,
    LastResortRule,
    ResortInputs,
    UnwindAnswer,
    UnwindInputs,
)
from venue.core.policies.makers import DutyInputs, MakersRule, QuotedInputs
from venue.core.policies.margin import (
    CrowdInputs,
    LadderInputs,
    Ladders,
    MarginRule,
    Rung,
)
from venue.core.policies.mark import (
    BandInputs,
    BandRule,
    ClampInputs,
    ClampRule,
    MarkInputs,
    MarkRule,
)
from venue.core.policies.memory import (
    Memory,
)
from venue.core.policies.open_orders import OpenOrdersInputs, OpenOrdersRule
from venue.core.policies.orders import LegalPrices, OrdersRule, PriceInputs
from venue.core.policies.reopen import ReopenAnswer, ReopenInputs, ReopenRule
from venue.core.policies.requests import RequestsInputs, RequestsRule
from venue.core.policies.shares import ShareTerms
from venue.core.policies.terms import (
    Terms,
    TermsInputs,
    TermsRule,
)


class Rules(msgspec.Struct, frozen=True):
    """The rules of one market, one of each kind."""

    index_open: IndexOpenRule
    index_closed: IndexClosedRule
    reopen: ReopenRule
    contract: ContractRule
    actions: ActionsRule
    mark: MarkRule
    clamp: ClampRule
    band: BandRule
    funding: FundingRule
    funding_closed: FundingClosedRule
    margin: MarginRule
    fees: FeesRule
    terms: TermsRule
    orders: OrdersRule
    open_orders: OpenOrdersRule
    requests: RequestsRule
    makers: MakersRule
    counterparty: CounterpartyRule
    interruption: InterruptionRule
    calls: CallsRule
    closeout: CloseoutRule
    backstop: BackstopRule
    last_resort: LastResortRule
    corporate: CorporateRule


# Given a listing, the rules it names; ``app`` and ``lab`` pass it to the engine.
BuildRules = Callable[[MarketSpec], Rules]


__all__ = [
    "Action",
    "ActionStep",
    "ActionsInputs",
    "ActionsRule",
    "BackstopInputs",
    "BackstopRule",
    "BandInputs",
    "BandRule",
    "Bounds",
    "BoundsInputs",
    "BuildRules",
    "CallInputs",
    "CallsRule",
    "ClampInputs",
    "ClampRule",
    "ClosedInputs",
    "CloseoutAnswer",
    "CloseoutInputs",
    "CloseoutRule",
    "ContractInputs",
    "ContractRule",
    "CorporateRule",
    "CounterpartyRule",
    "CrowdInputs",
    "DividendInputs",
    "Does",
    "DutyInputs",
    "FeesInputs",
    "FeesRule",
    "FundingAnswer",
    "FundingClosedRule",
    "FundingRule",
    "IndexClosedRule",
    "IndexOpenRule",
    "InterruptInputs",
    "InterruptionRule",
    "LadderInputs",
    "Ladders",
    "LastResortRule",
    "LegalPrices",
    "MakersRule",
    "MarginRule",
    "MarkInputs",
    "MarkRule",
    "Memory",
    "OnHalt",
    "OpenAnswer",
    "OpenInputs",
    "OpenOrdersInputs",
    "OpenOrdersRule",
    "OpeningInputs",
    "OrdersRule",
    "PauseAnswer",
    "PauseInputs",
    "PoolFeesRule",
    "PriceInputs",
    "Print",
    "Quote",
    "QuoteInputs",
    "QuotedInputs",
    "ReopenAnswer",
    "ReopenInputs",
    "ReopenRule",
    "RequestsInputs",
    "RequestsRule",
    "ResortInputs",
    "Rules",
    "Rung",
    "SampleInputs",
    "ScheduleInputs",
    "ScheduledCall",
    "SettleInputs",
    "ShareTerms",
    "Terms",
    "TermsInputs",
    "TermsRule",
    "UncrossAt",
    "UnwindAnswer",
    "UnwindInputs",
    "Validity",
    "VaultTerms",
    "Verdict",
]
