"""A rule from outside is tried before it is listed, and held to its kind at every answer."""

from collections.abc import Iterator
from inspect import getsourcelines
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.rules import own
from venue.core import commands as cmd
from venue.core import events as ev
from venue.core.engine import Engine
from venue.core.listing import MarketSpec, RuleRef
from venue.core.phases import Closure, Session
from venue.core.policies import MarkInputs, Rules
from venue.core.policies.broken import RuleBroke
from venue.core.rescaling import NewUnits, rescaled_memory
from venue.core.units import E9, NS_PER_SECOND
from venue.rules.build import build, fault, ref
from venue.rules.guard import Guarded, place_of
from venue.rules.mark.index import MarkIsIndex
from venue.rules.memory import Nothing
from venue.rules.outside import kinds_of, named, rules_in
from venue.rules.own_example import HalfWay
from venue.rules.properties import Property
from venue.rules.rulebooks import RULEBOOKS, spec
from venue.rules.table import RULES, RuleFault
from venue.rules.trials.draw import Numbered, lists, maybe, one_of, whole
from venue.rules.trials.promises import findings
from venue.rules.trials.questions import ASKED, variants
from venue.rules.trials.trial import broken

FILE = own.__file__
START_NS = 1_744_383_600 * NS_PER_SECOND
EVERY = [
    pytest.param(kind, name, id=f"{kind}-{name}") for kind, rules in RULES.items() for name in rules
]


def listed(kind: str, name: str) -> MarketSpec:
    """Return TSLA under the naive rulebook, whose clamp is none, with one rule replaced."""
    base = spec("TSLA", "naive_print")
    rules = [each for each in base.rules if each.kind != kind]
    return replace(base, rules=(*rules, RuleRef(kind, name, {})))


def line_of(rule: type, method: str) -> int:
    return int(getsourcelines(getattr(rule, method))[1])


REFUSED = [
    pytest.param(
        "mark", own.Fraction, "mark",
        "expected mark to be a whole number of at least 1, found 250025000000.0 (float)",
        id="a fraction",
    ),
    pytest.param(
        "mark", own.FractionKept, "mark",
        "expected memory.nanos.1 to be whole numbers, words, tuples and frozen records of them, "
        "found 0.5 (float)",
        id="a fraction in memory",
    ),
    pytest.param(
        "mark", own.ListKept, "initial",
        "expected memory.nanos to be whole numbers, words, tuples and frozen records of them, "
        "found [0] (list)",
        id="a list in memory",
    ),
    pytest.param(
        "mark", own.TupleKept, "initial",
        "expected memory to be a frozen msgspec record (NOTHING of venue.rules.memory for none), "
        "found (0, 0) (tuple)",
        id="a memory without names",
    ),
    pytest.param(
        "mark", own.RecordKept, "mark",
        "has a memory that the journal cannot keep",
        id="a record whose field has no type",
    ),
    pytest.param(
        "mark", own.OtherMemory, "mark",
        "expected memory to be a Past as it began, found Loose(nanos=0) (Loose)",
        id="another memory",
    ),
    pytest.param(
        "mark", own.Yes, "mark",
        "expected mark to be a whole number of at least 1, found True (bool)",
        id="true is not a number",
    ),
    pytest.param(
        "mark", own.Alone, "mark",
        "expected mark to be an answer and a memory, found 250000000000 (int)",
        id="no memory beside it",
    ),
    pytest.param(
        "mark", own.Huge, "mark",
        "expected mark to be a whole number of at least 1, below 2^63, found 1562500000",
        id="more than the journal holds",
    ),
    pytest.param(
        "clamp", own.Below, "clamp",
        "expected clamp to be a whole number of at least 1, found -50000000000 (int)",
        id="a price below zero",
    ),
    pytest.param(
        "clamp", own.Moody, "clamp", "is not deterministic at", id="another answer each time"
    ),
    pytest.param(
        "funding", own.Slang, "settle",
        "expected settle.pay_on to be index or mark, found oracle",
        id="a word that nobody knows",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "rule", "method", "sentence"), REFUSED)
def test_OWN_001_a_listing_with_a_rule_that_answers_wrongly_is_refused(
    kind: str, rule: type, method: str, sentence: str
) -> None:
    name = f"tests.rules.own:{rule.__name__}"

    found = fault(listed(kind, name))

    assert found is not None
    assert found.startswith(f"market TSLA: {kind} rule {name} ")
    assert f"{FILE}:{line_of(rule, method)}" in found
    assert sentence in found
    with pytest.raises(RuleFault):
        build(listed(kind, name))


def test_OWN_036_a_rule_that_ends_the_program_is_refused_like_any_that_breaks() -> None:
    line = line_of(own.Leaves, "mark") + 1
    assert fault(listed("mark", "tests.rules.own:Leaves")) == (
        f"market TSLA: mark rule tests.rules.own:Leaves broke at {FILE}:{line} in mark, asked for "
        "mark: SystemExit: 0"
    )


def test_OWN_002_a_rule_that_forgets_that_something_may_be_missing_is_refused_with_its_line() -> (
    None
):
    found = fault(listed("mark", "tests.rules.own:NeverFirst"))

    line = line_of(own.NeverFirst, "mark") + 1
    assert found == (
        f"market TSLA: mark rule tests.rules.own:NeverFirst broke at {FILE}:{line} in mark, asked "
        "for mark: TypeError: unsupported operand type(s) for +: 'int' and 'NoneType'"
    )


def test_OWN_003_a_right_rule_is_listed_and_answers_as_it_is() -> None:
    rules = build(listed("mark", "tests.rules.own:Follows"))

    assert isinstance(rules.mark, Guarded)
    assert rules.mark == own.Follows()
    assert rules.mark.mark(ASKED["mark"][0].example, own.Past(7)) == (
        250 * E9,
        own.Past(8, 250 * E9),
    )


def test_OWN_008_what_it_remembers_is_rescaled_at_a_split_like_any_other() -> None:
    rule = build(listed("mark", "tests.rules.own:Follows")).mark

    assert rescaled_memory(rule, own.Past(7, 250 * E9), NewUnits(2, 1)) == own.Past(7, 125 * E9)


@pytest.mark.parametrize("rulebook", RULEBOOKS)
def test_rules_of_the_table_have_no_guard(rulebook: str) -> None:
    rules = build(spec("TSLA", rulebook))

    assert not any(isinstance(getattr(rules, kind), Guarded) for kind in RULES)


@pytest.mark.parametrize(("kind", "name"), EVERY)
def test_every_rule_of_the_table_passes_the_trial_and_is_known_by_what_it_answers(
    kind: str, name: str
) -> None:
    rule = RULES[kind][name]

    assert broken(kind, f"{kind} rule {name}", rule()) is None
    assert kinds_of(rule) == [kind]


# While the venue runs.


def marks(engine: Engine, listing: MarketSpec, seconds: int) -> Iterator[ev.Event]:
    """List a market, give it prints, and let marks go on."""
    engine.execute(cmd.ListMarket(listing), at_ns=START_NS)
    engine.execute(
        cmd.ChangeSession("TSLA", Session.REGULAR, Closure.NONE, START_NS, None, None),
        at_ns=START_NS,
    )
    for second in range(seconds):
        at_ns = START_NS + second * NS_PER_SECOND
        heard = cmd.SubmitPrint("TSLA", "tape", 250 * E9, at_ns, at_ns, NS_PER_SECOND)
        yield from engine.execute(heard, at_ns=at_ns)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        pytest.param(
            own.BreaksLater,
            f"broke at {FILE}:{getsourcelines(own._helped)[1] + 1} in _helped, asked for mark: "
            "ZeroDivisionError: integer division or modulo by zero",
            id="it raises",
        ),
        pytest.param(
            own.AnswersWronglyLater,
            f"answered wrongly at {FILE}:{line_of(own.AnswersWronglyLater, 'mark')}: expected mark "
            "to be a whole number of at least 1, found 250.5 (float)",
            id="it answers wrongly",
        ),
    ],
)
def test_OWN_004_a_rule_that_breaks_later_says_which_where_and_how(rule: type, said: str) -> None:
    engine = Engine(build)
    name = f"tests.rules.own:{rule.__name__}"

    with pytest.raises(RuleBroke) as broke:
        list(marks(engine, listed("mark", name), 200))

    assert str(broke.value) == f"market TSLA: mark rule {name} {said}"


def test_OWN_005_a_rule_of_the_table_behind_a_guard_decides_the_same() -> None:
    plain = listed("mark", "index")
    guarded = listed("mark", "venue.rules.mark.index:MarkIsIndex")
    outside = Guarded("mark", "mark rule", MarkIsIndex())

    def outside_build(listing: MarketSpec) -> Rules:
        return replace(build(listing), mark=outside)

    told = [
        [each for each in marks(Engine(built), plain, 60) if isinstance(each, ev.MarkUpdated)]
        for built in (build, outside_build)
    ]

    assert len(told[0]) >= 19
    assert told[0] == told[1]
    assert build(guarded).mark == MarkIsIndex()


# Promises.


def test_OWN_006_a_promise_that_is_broken_comes_with_the_simplest_example() -> None:
    found = {each.promise: each for each in findings("clamp", own.Leans())}

    constant = found[Property.CONSTANT]
    assert constant.example == (
        "ClampInputs(the example), time 1: expected 250000000000, found 250250000000"
    )
    assert not constant.is_wrong  # It says so.
    symmetric = found[Property.SYMMETRIC]
    assert symmetric.is_wrong
    assert symmetric.example is not None
    assert symmetric.example.startswith("ClampInputs(")
    assert "to its mirror image expected" in symmetric.example
    assert "; the mirror image is " in symmetric.example
    assert found[Property.CONTINUOUS].example is None


def test_OWN_007_an_exemption_that_no_trial_needs_is_found() -> None:
    (found,) = [each for each in findings("mark", own.Overcareful()) if each.exempt]

    assert found.promise is Property.CONTINUOUS
    assert found.example is None
    assert not found.is_wrong


def test_a_rule_that_rounds_down_hears_where_the_one_comes_from() -> None:
    class RoundsDown(HalfWay, frozen=True):
        def mark(self, seen: MarkInputs, memory: Nothing) -> tuple[int, Nothing]:
            if seen.last_nanos is None:
                return seen.index_nanos, memory
            return (seen.index_nanos + seen.last_nanos) // 2, memory

    (found,) = [each for each in findings("mark", RoundsDown()) if each.is_wrong]

    assert found.example is not None
    assert "one off: // rounds down" in found.example


def test_the_example_of_the_page_keeps_all_its_promises() -> None:
    assert broken("mark", "half_way", HalfWay()) is None
    assert [each.example for each in findings("mark", HalfWay())] == [None] * 3


# Names.


def test_a_rule_is_named_by_its_path_with_or_without_its_kind() -> None:
    assert named("tests.rules.own:Follows") == ("mark", own.Follows)
    assert named("mark/tests.rules.own:Follows") == ("mark", own.Follows)
    assert ("clamp", "tests.rules.own:Leans") in rules_in(own)
    assert ref("mark", "tests.rules.own:Follows").source_hash


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        pytest.param("no_such.rules:X", "is looked for here, beside venue.toml", id="no module"),
        pytest.param("tests.rules.own:X", "has no class 'X'", id="no class"),
        pytest.param("tests.rules.own:Past", "answers what no kind is asked", id="no kind"),
        pytest.param("clamp/tests.rules.own:Follows", "does not answer clamp", id="other kind"),
    ],
)
def test_a_path_that_leads_nowhere_is_refused(path: str, sentence: str) -> None:
    with pytest.raises(RuleFault, match=sentence):
        named(path)


def test_a_place_is_a_file_and_a_line_or_at_least_a_module() -> None:
    assert place_of(own.Follows(), "mark") == f"{FILE}:{line_of(own.Follows, 'mark')}"
    assert place_of(own.Overcareful(), "nothing").startswith(f"{FILE}:")
    assert place_of(3, "nothing") == "builtins"


# Draws.


def test_what_is_drawn_by_a_seed_is_the_same_everywhere() -> None:
    """The first numbers are those of SplitMix64's reference for this seed."""
    first = [Numbered(1_234_567)._next(), Numbered(1_234_567)._next()]
    pick = Numbered(2_026)

    drawn = lists(maybe(one_of("abc")), 4, 4)(pick), [whole(-5, 5)(pick) for _ in range(4)]

    assert first == [6_457_827_717_110_365_317] * 2
    assert drawn == ([None, "b", None, None], [5, -4, 0, 1])


def test_variants_leave_each_thing_out_once_and_all_together() -> None:
    example = ASKED["band"][0].example

    found = list(variants(example))

    assert found[0] == example
    assert example._replace(previous_mark_nanos=None) in found
    assert example._replace(previous_mark_nanos=None, external_nanos=None) in found


def test_the_folder_of_trials_asks_every_kind() -> None:
    assert set(ASKED) == set(RULES)
    assert Path(FILE).name == "own.py"
