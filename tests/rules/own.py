"""Rules as somebody might write them at home: one that is right, and the ways to get it wrong."""

from typing import Any, ClassVar, cast

import msgspec

from venue.core.policies import ClampInputs, FundingAnswer, MarkInputs, SampleInputs, SettleInputs
from venue.rules.memory import NOTHING, Nothing
from venue.rules.properties import Property

BREAKS_AT_MARK = 20


class Past(msgspec.Struct, frozen=True):
    """How many marks there were, and the last one."""

    marks: int = 0
    last_nanos: int = 0


class Loose(msgspec.Struct, frozen=True):
    """A record that takes anything."""

    nanos: Any = 0


class Follows(msgspec.Struct, frozen=True):
    """M is the index; marks are counted; right."""

    def initial(self) -> Past:
        return Past()

    def mark(self, seen: MarkInputs, memory: Past) -> tuple[int, Past]:
        return seen.index_nanos, Past(memory.marks + 1, seen.index_nanos)


class Fraction(Follows, frozen=True):
    def mark(self, seen: MarkInputs, memory: Past) -> Any:
        return seen.index_nanos * 1.0001, memory


class FractionKept(msgspec.Struct, frozen=True):
    def initial(self) -> Any:
        return Loose((1, 2))

    def mark(self, seen: MarkInputs, memory: Any) -> Any:
        return seen.index_nanos, Loose((1, 0.5))


class TupleKept(msgspec.Struct, frozen=True):
    def initial(self) -> Any:
        return (0, 0)

    def mark(self, seen: MarkInputs, memory: Any) -> Any:
        return seen.index_nanos, memory


class ListKept(msgspec.Struct, frozen=True):
    def initial(self) -> Any:
        return Loose([0])

    def mark(self, seen: MarkInputs, memory: Any) -> Any:
        return seen.index_nanos, memory


class RecordKept(msgspec.Struct, frozen=True):
    def initial(self) -> Any:
        return Loose(Loose(1))

    def mark(self, seen: MarkInputs, memory: Any) -> Any:
        return seen.index_nanos, memory


class OtherMemory(Follows, frozen=True):
    def mark(self, seen: MarkInputs, memory: Any) -> Any:
        return seen.index_nanos, Loose(memory.marks)


class Yes(Follows, frozen=True):
    def mark(self, seen: MarkInputs, memory: Past) -> Any:
        return True, memory


class Alone(Follows, frozen=True):
    def mark(self, seen: MarkInputs, memory: Past) -> Any:
        return seen.index_nanos


class Huge(Follows, frozen=True):
    def mark(self, seen: MarkInputs, memory: Past) -> Any:
        return seen.index_nanos**3, memory


class NeverFirst(Follows, frozen=True):
    def mark(self, seen: MarkInputs, memory: Past) -> Any:
        return (seen.index_nanos + cast(int, seen.previous_mark_nanos)) // 2, memory  # Not always.


class Below(msgspec.Struct, frozen=True):
    def initial(self) -> Nothing:
        return NOTHING

    def clamp(self, seen: ClampInputs, memory: Nothing) -> tuple[int, Nothing]:
        return seen.candidate_nanos - 300_000_000_000, memory


class Moody(msgspec.Struct, frozen=True):
    asked: ClassVar[list[int]] = []

    def initial(self) -> Nothing:
        return NOTHING

    def clamp(self, seen: ClampInputs, memory: Nothing) -> tuple[int, Nothing]:
        self.asked.append(1)
        return seen.candidate_nanos + len(self.asked), memory


class Slang(msgspec.Struct, frozen=True):
    impact_micros: int = 0

    def initial(self) -> Past:
        return Past()

    def sample(self, seen: SampleInputs, memory: Past) -> Past:
        return Past(memory.marks + 1)

    def settle(self, seen: SettleInputs, memory: Past) -> tuple[FundingAnswer, Past]:
        return FundingAnswer(0, 0, memory.marks, pay_on="oracle"), Past()


class Leans(msgspec.Struct, frozen=True):
    """Right in every answer, and neither constant nor symmetric; it says so of one."""

    exempt: ClassVar[dict[Property, str]] = {
        Property.CONSTANT: "it leans upwards by a thousandth, whatever it is shown"
    }

    def initial(self) -> Nothing:
        return NOTHING

    def clamp(self, seen: ClampInputs, memory: Nothing) -> tuple[int, Nothing]:
        return seen.candidate_nanos * 1_001 // 1_000, memory


class Overcareful(Follows, frozen=True):
    exempt: ClassVar[dict[Property, str]] = {
        Property.CONTINUOUS: "it might jump one day, and nobody knows when"
    }


class BreaksLater(Follows, frozen=True):
    """Right until the marks have gone on for a while: no trial comes that far."""

    def mark(self, seen: MarkInputs, memory: Past) -> tuple[int, Past]:
        return seen.index_nanos + _helped(memory.marks), Past(memory.marks + 1)


def _helped(marks: int) -> int:
    return 0 // (BREAKS_AT_MARK - marks)


class AnswersWronglyLater(Follows, frozen=True):
    def mark(self, seen: MarkInputs, memory: Past) -> Any:
        mark = seen.index_nanos if memory.marks < BREAKS_AT_MARK else 250.5
        return mark, Past(memory.marks + 1)


class Leaves(Follows, frozen=True):
    def mark(self, seen: MarkInputs, memory: Past) -> Any:
        raise SystemExit(0)
