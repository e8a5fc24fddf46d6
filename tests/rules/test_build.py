"""From listings to rules: what is built, and every sentence with which a listing is refused."""

import importlib
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from venue.core.listing import MarketSpec, RuleRef, Tier
from venue.core.policies import Rules
from venue.core.units import NS_PER_HOUR, NS_PER_MS, NS_PER_SECOND
from venue.rules.build import build, changed, completed, fault, ref, ref_of, source_hash
from venue.rules.mark.index import MarkIsIndex
from venue.rules.memory import NOTHING, Nothing
from venue.rules.rulebooks import RULEBOOKS, spec
from venue.rules.rulebooks.listings import LISTINGS
from venue.rules.table import RULES, RuleFault

DEFAULT = spec("TSLA")
NAIVE = spec("TSLA", "naive_print")


def _bundled(*rules: RuleRef) -> MarketSpec:
    named = {rule.kind: rule for rule in (*DEFAULT.rules, *rules)}
    return replace(DEFAULT, rules=tuple(named.values()))


class MyMark(msgspec.Struct, frozen=True):
    """A mark rule from outside: always $100."""

    nanos: int = 100_000_000_000

    def initial(self) -> Nothing:
        return NOTHING

    def mark(self, seen: object, memory: Nothing) -> tuple[int, Nothing]:
        return self.nanos, memory


class Melting(msgspec.Struct):
    """A record that is not frozen."""


class Mute(msgspec.Struct, frozen=True):
    """A record that answers nothing."""


def _with(kind: str, name: str, **parameters: Any) -> MarketSpec:
    others = tuple(rule for rule in DEFAULT.rules if rule.kind != kind)
    return replace(DEFAULT, rules=(*others, RuleRef(kind, name, parameters)))


@pytest.mark.parametrize("rulebook", RULEBOOKS)
@pytest.mark.parametrize("market", LISTINGS)
def test_every_rulebook_builds_for_every_market_that_ships(market: str, rulebook: str) -> None:
    listing = spec(market, rulebook)

    assert isinstance(build(listing), Rules)
    assert listing.rulebook == rulebook
    assert [rule.kind for rule in listing.rules] == list(RULES)


def test_a_listing_carries_every_parameter_and_the_hash_of_every_source() -> None:
    for reference in DEFAULT.rules:
        found: type[msgspec.Struct] = RULES[reference.kind][reference.name]
        assert set(reference.parameters) == set(found.__struct_fields__)
        assert reference.source_hash == source_hash(found)
    assert len({rule.source_hash for rule in DEFAULT.rules}) == len(DEFAULT.rules)


def test_a_listing_survives_the_journal() -> None:
    journalled = msgspec.msgpack.encode(DEFAULT)

    assert msgspec.msgpack.decode(journalled, type=MarketSpec) == DEFAULT
    assert build(msgspec.msgpack.decode(journalled, type=MarketSpec)) == build(DEFAULT)


def test_a_reference_and_its_rule_agree_both_ways() -> None:
    assert build(_with("mark", "index")).mark == MarkIsIndex()
    assert ref_of("mark", MarkIsIndex()) == ref("mark", "index")


def test_a_rule_whose_source_reads_differently_today_is_named() -> None:
    old = tuple(
        replace(rule, source_hash="0" * 64) if rule.kind == "clamp" else rule
        for rule in DEFAULT.rules
    )

    assert changed(DEFAULT) == ()
    assert changed(replace(DEFAULT, rules=old)) == ("clamp/step",)


def test_a_hash_covers_what_a_rule_builds_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    base, rule = tmp_path / "its_base.py", tmp_path / "its_rule.py"
    base.write_text("import msgspec\nclass Base(msgspec.Struct): ...\n")
    rule.write_text("from its_base import Base\nclass Rule(Base): ...\n")
    found = importlib.import_module("its_rule").Rule
    before = source_hash(found)

    base.write_text(base.read_text() + "# changed\n")
    source_hash.cache_clear()

    assert source_hash(found) != before


def test_a_rule_from_outside_is_named_by_its_path() -> None:
    path = f"{__name__}:MyMark"

    rules = build(_with("mark", path, nanos=7))

    assert rules.mark == MyMark(nanos=7)
    assert ref("mark", path).parameters == {"nanos": 100_000_000_000}
    assert ref("mark", path).name == path
    assert len(ref("mark", path).source_hash) == 64


REFUSED = [
    pytest.param(
        _with("mark", "twap"),
        "market TSLA: no mark rule is named 'twap': expected one of composite, funding_basis, "
        "index, last, median3_funding, median3_impact, median3_oracle, median_local, or a path "
        "like my_pkg.rules:MyMark",
        id="unknown rule",
    ),
    pytest.param(
        _with("marc", "index"),
        f"market TSLA: no kind of rule is named 'marc': expected one of {', '.join(RULES)}",
        id="unknown kind",
    ),
    pytest.param(
        _with("clamp", "step", pace_e4=1),
        "market TSLA: clamp rule step: no parameter is named 'pace_e4': expected step_e4",
        id="unknown parameter",
    ),
    pytest.param(
        _with("clamp", "step", step_e4=10_001),
        "market TSLA: clamp rule step: step_e4 must be a whole number from 1 to 10000, found 10001",
        id="out of range",
    ),
    pytest.param(
        _with("clamp", "step", step_e4=True),
        "market TSLA: clamp rule step: step_e4 must be a whole number from 1 to 10000, found True",
        id="true is not a number",
    ),
    pytest.param(
        _with("clamp", "step", step_e4=1.5),
        "market TSLA: clamp rule step: step_e4 must be a whole number from 1 to 10000, found 1.5",
        id="a fraction",
    ),
    pytest.param(
        _with("funding", "hyperliquid", pay_on="last"),
        "market TSLA: funding rule hyperliquid: pay_on must be index or mark, found 'last'",
        id="not one of the words",
    ),
    pytest.param(
        _with("terms", "by_session", reduce_only_closed=1),
        "market TSLA: terms rule by_session: reduce_only_closed must be true or false, found 1",
        id="one is not true",
    ),
    pytest.param(
        _with("mark", "no_such_pkg.rules:MyMark"),
        "market TSLA: mark rule 'no_such_pkg.rules:MyMark': 'no_such_pkg.rules' cannot be "
        "imported (ModuleNotFoundError: No module named 'no_such_pkg')",
        id="no such module",
    ),
    pytest.param(
        _with("mark", ":MyMark"),
        "market TSLA: mark rule ':MyMark': '' cannot be imported (ValueError: Empty module name)",
        id="no module at all",
    ),
    pytest.param(
        _with("mark", "venue.rules.mark:NoSuch"),
        "market TSLA: mark rule 'venue.rules.mark:NoSuch': module 'venue.rules.mark' has no "
        "'NoSuch'",
        id="no such class",
    ),
    pytest.param(
        _with("mark", "venue.core.units:div_floor"),
        "market TSLA: mark rule 'venue.core.units:div_floor': expected a frozen msgspec.Struct, "
        "found",
        id="not a record",
    ),
    pytest.param(
        _with("mark", f"{__name__}:Melting"),
        f"market TSLA: mark rule '{__name__}:Melting': the record must be frozen, a rule has no "
        "state",
        id="not frozen",
    ),
    pytest.param(
        _with("mark", f"{__name__}:Mute"),
        f"market TSLA: mark rule '{__name__}:Mute': it does not answer initial, mark",
        id="answers nothing",
    ),
    pytest.param(
        replace(DEFAULT, rules=tuple(rule for rule in DEFAULT.rules if rule.kind != "last_resort")),
        "market TSLA: no last_resort rule is listed: every market has one rule of each kind",
        id="a kind is missing",
    ),
    pytest.param(
        replace(DEFAULT, rules=(*DEFAULT.rules, DEFAULT.rules[0])),
        "market TSLA: two index_open rules are listed: every market has one rule of each kind",
        id="a kind twice",
    ),
    pytest.param(
        replace(
            NAIVE,
            rules=(
                *(each for each in NAIVE.rules if each.kind != "last_resort"),
                ref("adl", "profit_leverage", price="previous_mark"),
            ),
        ),
        "market TSLA: adl at previous_mark needs a clamp of the mark",
        id="adl at the mark without a clamp",
    ),
    pytest.param(
        replace(NAIVE, accepts=("handed_to_nobody",)),
        "market TSLA: a listing may accept adl_at_mark_without_clamp: found handed_to_nobody",
        id="accepted, and no risk",
    ),
    pytest.param(
        _bundled(ref("closeout", "oracle_close"), ref("backstop", "none")),
        "market TSLA: closeout network_disposal and oracle_close hand positions over at once",
        id="handed to nobody",
    ),
    pytest.param(
        _bundled(ref("closeout", "network_disposal")),
        "market TSLA: closeout network_disposal needs backstop network",
        id="disposal without the network",
    ),
    pytest.param(
        _bundled(ref("backstop", "none"), ref("last_resort", "freeze")),
        "market TSLA: last_resort freeze needs a backstop by which a fund can pay",
        id="a freeze without an exit",
    ),
    pytest.param(
        _bundled(ref("backstop", "none"), ref("last_resort", "equity_prorata")),
        "market TSLA: backstop none calls the last resort before there is a loss",
        id="shared before a loss",
    ),
    pytest.param(
        _bundled(ref("backstop", "fund", draw_interval_ns=1)),
        "market TSLA: draw_interval_ns says within which time",
        id="an interval without a cap",
    ),
    pytest.param(
        replace(DEFAULT, tiers=(Tier(0, 100),)),
        "market TSLA: one step of the clamp must not pass the maintenance margin",
        id="a step beyond maintenance",
    ),
    pytest.param(
        replace(DEFAULT, mark_interval_ns=100 * NS_PER_MS),
        "market TSLA: clamp step counts in updates",
        id="ten marks a second",
    ),
    pytest.param(
        replace(DEFAULT, mark_interval_ns=60 * NS_PER_SECOND),
        "market TSLA: mark median3_oracle counts a sample for at most elapsed_ns_max",
        id="a mark a minute",
    ),
    pytest.param(
        replace(DEFAULT, sample_interval_ns=7 * NS_PER_SECOND),
        "market TSLA: funding_interval_ns must be a whole number of sample_interval_ns",
        id="samples that do not divide the hour",
    ),
    pytest.param(
        _with("funding", "hyperliquid", cap_e12_per_hour=0),
        "market TSLA: funding cap_e12_per_hour is 0",
        id="a cap of nothing",
    ),
    pytest.param(
        replace(
            _with("funding", "in_kind", period_ns=NS_PER_HOUR),
            funding_interval_ns=2 * NS_PER_HOUR,
        ),
        "market TSLA: funding in_kind and mark_minus_index pay over period_ns",
        id="an interval longer than the period",
    ),
]


@pytest.mark.parametrize(("listing", "sentence"), REFUSED)
def test_a_listing_that_does_not_fit_is_refused_with_a_sentence(
    listing: MarketSpec, sentence: str
) -> None:
    found = fault(listing)

    assert found is not None
    assert found.startswith(sentence)
    with pytest.raises(RuleFault) as refusal:
        build(listing)
    assert str(refusal.value) == found


def test_a_listing_may_leave_parameters_to_their_defaults() -> None:
    assert build(_with("clamp", "step")) == build(DEFAULT)


def test_unknown_markets_and_rulebooks_are_named() -> None:
    with pytest.raises(RuleFault, match="no listing ships for 'AAPL': expected one of TSLA"):
        spec("AAPL")
    with pytest.raises(RuleFault, match="no rulebook is named 'x': expected one of venue_default"):
        spec("TSLA", "x")


def test_a_journal_that_knows_the_last_resort_as_adl_is_built_the_same() -> None:
    listed = spec("TSLA")
    older = tuple(
        replace(rule, kind="adl") if rule.kind == "last_resort" else rule for rule in listed.rules
    )

    assert build(replace(listed, rules=older)) == build(listed)
    assert completed(older) == older
