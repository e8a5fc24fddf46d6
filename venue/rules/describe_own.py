"""What there is to say to whoever writes a rule: one whole, and what each kind is asked."""

from enum import Enum
from inspect import cleandoc, getsource
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec

from venue.core.policies import Rules
from venue.rules import own_example
from venue.rules.answers import RANGES, WHOLE_MAX, WORDS
from venue.rules.describe import PRINTED
from venue.rules.outside import shown
from venue.rules.table import ANSWERS

HEAD = """# Rules of your own

{printed}

A rule is a frozen record of parameters with one method or a few. It is pure: the same inputs and
the same memory give the same answer and the same next memory. It works in whole numbers; the last
word of a name is the unit. It lives in a module of yours, and the venue is not changed for it.

## One rule, whole

`mine.py`, beside your `venue.toml` (it stands in the venue as `venue/rules/own_example.py`):

```python
{source}```

The module's text is what `venue rules show` prints: formula, rounding, what it guards against and
what it does not. `ShareE4` is a whole number with a range; `venue/rules/parameters.py` has others,
and a plain `int` takes any. A rule that cannot keep a promise of its kind ([which](rules.md)) says
so in `exempt`: `{Property.SYMMETRIC: "it caps a rise and leaves a fall alone, because ..."}`.
Memory is a frozen msgspec record of whole numbers, words, tuples and such records, each field with
its type (`NOTHING` for none): it is in the journal, and comes back as it went. At a split of the
underlying its fields are rescaled by the unit in their names, `_nanos` and `_lots`, unless the rule
has a `rescale(memory, units)` of its own (`venue/core/rescaling.py`).

## List it, check it, run it

```toml
[[rulebooks]]                 # a bundle of yours, begun from one that ships
name = "halfway"
base = "tradexyz_2026_04"
rules.mark = {rule = "mine:HalfWay", share_e4 = 4000}

[[markets]]
market = "TSLA"
rulebook = "halfway"
```

| command | what it does |
|---|---|
| `venue rules check mine.py` | tries every rule of a file: answers, promises, cost |
| `venue rules check` | tries every rule of `venue.toml`, with the parameters that it sets |
| `venue rules show mine:HalfWay`, `venue rules show halfway` | prints it as it prints its own |
| `venue rules compare venue_default halfway` | plays one recording under each, the same traders |
| `venue serve` | runs the venue under it |

A module is looked for in the folder that you are in, beside the settings file, and in the folders
of `PYTHONPATH`. Where several kinds are asked alike, annotate what the method is shown
(`seen: MarkInputs`), or say the kind: `mark/mine:HalfWay`.

`venue rules check` asks with the examples of `venue/rules/examples.py`, with each thing missing in
turn (the first mark has none before it, a fresh book no bid), and with sequences drawn by a fixed
seed. *Answers* are right if they are whole, of the right type and range, the same when asked again,
and if memory comes back from the journal. *Constant*, *symmetric* and *continuous* are held against
what the rule declares: BROKEN is followed by the simplest example found and ends with exit code 2,
"exempt, kept" is an exemption that no trial needed. A call may cost 5 microseconds, 10 with a
power, a root or a logarithm.

*Symmetric* means mirrored in dollars: every price so far above 250 is put as far below it, longs
become shorts, and the answer must come out mirrored. What counts in per cent of a price cannot be:
5 % of 260 is 13.00, of 240 it is 12.00. A band, a cap or a jump guard of that kind is exempt, as
those that ship are: `exempt = {Property.SYMMETRIC: "the reach is a share of the reference: higher
is wider in dollars"}`. Both questions and both answers are in the example.

`venue rules compare` takes rulebooks, those of `venue.toml` among them; `--replay`, `--market`,
`--from` and `--to` choose another recording or span. A pool is compared with a book by what traders
and providers end with, and by who paid; where contracts can be minted a keeper of a vault takes
part; on a power p of the price the same leverage moves about p times as far: the first line says p.
To judge every Monday of years of daily prices
under the rulebooks that ship, there is `scripts/monday_table`: [Monday opens](mondays.md).

### Rows of a comparison

Money is of the whole span and of all traders together.

| row | what it is |
|---|---|
| a contract is on | the price, or a power of it |
| index while closed | lowest and highest index while there was no price from outside |
| index, mark at the end | as published last |
| mark from index at most | the farthest that a mark was from the index, in basis points of it |
| a mark's largest step | the largest change from one mark to the next, in basis points |
| long 5x, short 20x, ... | what is left of its $10,000, and when it was first liquidated |
| maker, noise, momentum, vault keeper | what is left of theirs; a pool needs no maker |
| the pool's provider | what is left of its $10,000,000: money, and shares at the end |
| liquidations | how many began, those that ended healthy included |
| missing beyond margins | what the liquidated owed beyond margin: the next three rows together |
| paid by fund, vault or pool | of it, what the insurance fund paid, or who stands in its place |
| paid by winners | of it, what ADL took off winners against the mark, or a shared loss off all |
| bad debt | of it, what nobody paid |
| funding moved | what all who paid funding paid; others received it |
| calls, trades | call auctions begun; matches |
| refused | requests that were refused, by any name: outside the band, too little margin, closed |
| insurance fund at the end | $100,000 at the start, less what it paid, and the next two rows |
| margins and fees it got | what was left of margins it took with positions; its share of fees |
| won by positions it held | profit or loss of what it took over, counted from the price of that |
| digest | of the whole state at the end: the same run has the same |

So a fund can lose far more than it paid. It takes a position over at the mark, and under a clamp
the mark is still on its way after a gap: the rest of the way is the fund's, and so is a thin book.

## When it is wrong

A listing with a rule of yours is refused unless its answers are right in all those trials, with
kind, rule, file and line, what was expected and what was found. What trials do not meet is met
while the venue runs: each answer of such a rule is held to its kind's types and ranges (that costs
it a few microseconds a call, and other rules nothing). One that raises or answers wrongly stops the
venue before the command in hand is journalled; everything acknowledged stays, and the sentence
names market, kind, rule, file and line.

No trial finds everything. A rule that looks at a clock, at chance or at a file decides otherwise
when the journal is executed again (`venue rules check` names such imports). One that does not
return holds the whole venue up: from one second on the log, standard error and `/healthz` name it,
and after `rule_seconds_max` of `venue.toml` (10) it is interrupted, as if it had raised there. That
costs a call nothing that could be measured.

## When you change it

A journal names the rules that it ran under and does not contain them: hand your file out along with
it, and keep every text that ran. A start with another text of your rule, or of a module of yours
that it imports, says so and begins a new epoch of the journal, as new code does; parameters stay
those of the listing. Each epoch names path and SHA-256 of what it ran (of a rule in one file, what
`sha256sum mine.py` says). `venue journal verify` prints which epoch ran which, executes those whose
files lie here, and ends with 2 where another file lies here, or none: put the one of that epoch
there and verify once more ([proofs](proofs.md)). After a kill, the commands since the last
checkpoint come out only with the text that they had; where they do not, the start is refused and
says what to put back.

## What each kind is asked

`memory` is the rule's own; `initial` is that of a fresh market. A field with a default may be left
out of an answer.
"""


def own_page() -> str:
    """Return the page for those who write rules.

    >>> own_page().splitlines()[0]
    '# Rules of your own'
    """
    source = getsource(own_example)
    parts = [HEAD.replace("{printed}", PRINTED).replace("{source}", source)]
    named: dict[type, None] = {}
    parts += [_kind(kind, named) for kind in ANSWERS]
    parts.append("## Words and records that several kinds use\n")
    told: set[type] = set()
    while rest := [each for each in named if each not in told]:
        for each in rest:
            told.add(each)
            parts.append(_words(each) if issubclass(each, Enum) else _record(each, named))
    return "\n".join(parts)


def _kind(kind: str, named: dict[type, None]) -> str:
    protocol = get_type_hints(Rules)[kind]
    lines = [f"### {kind}", "", _said(protocol), "", "```python"]
    hints = []
    for name in ANSWERS[kind]:
        member = vars(protocol)[name]
        asked = member.fget if isinstance(member, property) else member
        types = get_type_hints(asked)
        hints.append(types["return"])
        answer = _type(types["return"])
        if isinstance(member, property):
            lines.append(f"{name}: {answer}{_comment(f'{kind}.{name}')}")
            continue
        memory = ", memory" if "memory" in types else ""
        seen = f"seen: {types['seen'].__name__}" if "seen" in types else ""
        if "is_closed" in types:
            seen = "*, is_closed: bool"
        arguments = f"self, {seen}{memory}" if seen else "self"
        lines.append(f"def {name}({arguments}) -> {answer}{_comment(f'{kind}.{name}')}")
    lines += ["```", ""]
    records = dict.fromkeys(shown(kind).values())
    records |= dict.fromkeys(each for hint in hints for each in _records(hint))
    for record in records:
        lines.append(_words(record) if issubclass(record, Enum) else _record(record, named))
    for record in records:
        named.pop(record, None)
    return "\n".join(lines)


def _record(record: type, named: dict[type, None]) -> str:
    """Return a record's text and fields; records and words within it are told later."""
    lines = [
        f"`{record.__name__}`: {_said(record)}",
        "",
        "| field | is | default |",
        "|---|---|---|",
    ]
    for name, hint in get_type_hints(record).items():
        for each in _records(hint):
            named.setdefault(each)
        key = f"{record.__name__}.{name}"
        lines.append(f"| `{name}` | {_type(hint)}{_range(key)} | {_default(record, name)} |")
    return "\n".join([*lines, ""])


def _words(words: Any) -> str:
    members = ", ".join(f"`{each.name}`" for each in words)
    return f"`{words.__name__}`: {_said(words)} {members}.\n"


def _said(thing: type) -> str:
    return cleandoc(thing.__doc__ or "").replace("``", "`")


def _records(hint: Any) -> list[type]:
    """Return the records and words that a type is made of."""
    if get_args(hint) and get_origin(hint) is not Literal:
        return [each for part in get_args(hint) for each in _records(part)]
    is_named = isinstance(hint, type) and (
        issubclass(hint, (Enum, msgspec.Struct)) or hasattr(hint, "_fields")
    )
    return [hint] if is_named else []


def _type(hint: Any) -> str:
    if hint is Any:
        return "memory"
    origin, parts = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return " or ".join(_type(part) for part in parts)
    if origin is tuple and parts[-1] is Ellipsis:
        return f"tuple of {_type(parts[0])}"
    if origin is tuple:
        return f"({', '.join(_type(part) for part in parts)})"
    if origin is Literal:
        return " or ".join(f"`{part}`" for part in parts)
    return "None" if hint is NoneType else str(hint.__name__)


def _comment(key: str) -> str:
    said = _range(key)
    return f"  # {said[2:]}" if said else ""


def _range(key: str) -> str:
    if key in WORDS:
        return f": {', '.join(WORDS[key])}"
    if key not in RANGES:
        return ""
    least, most = RANGES[key]
    if least == -most:
        return ""
    return f", at least {least}" if most == WHOLE_MAX else f", {least:,} to {most:,}"


def _default(record: type, name: str) -> str:
    if issubclass(record, msgspec.Struct):
        found = {field.name: field for field in msgspec.structs.fields(record)}[name]
        return "" if found.required else f"`{found.default}`"
    defaults = getattr(record, "_field_defaults", {})
    if name not in defaults:
        return ""
    value = defaults[name]
    return f"`{value.name}`" if isinstance(value, Enum) else f"`{value!r}`"
