"""The file of a rule of somebody's own, as text: a mark rule that counts its marks."""

ANSWER = "        return seen.index_nanos, Count(memory.marks + 1)\n"
RULE = f'''"""M is the index."""
import msgspec
from venue.core.policies import MarkInputs


class Count(msgspec.Struct, frozen=True):
    marks: int = 0


class Mine(msgspec.Struct, frozen=True):
    def initial(self) -> Count:
        return Count()

    def mark(self, seen: MarkInputs, memory: Count) -> tuple[int, Count]:
{ANSWER}'''
