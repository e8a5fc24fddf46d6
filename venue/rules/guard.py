"""A rule from outside, held to what is asked of its kind at every answer.

Rules of the table are held to it by tests, and are called as they are. One from somebody's own
module may raise, or answer a number with a fraction, or a negative price: nothing later would say
so, the journal would take it and whoever reads it would fail. So ``build`` puts a guard before it,
which lets every right answer through as it is and turns everything else into ``RuleBroke``, with
kind, rule, market, file and line. A guard costs a few microseconds a call, and only such rules
have one.
"""

import traceback
from collections.abc import Callable
from inspect import getfile, getsourcelines
from typing import Any

from venue.core.policies.broken import RuleBroke
from venue.rules.answers import Misanswer, Question, check_memory, questions
from venue.rules.own_module import ANY_FAULT


class Asked:
    """Which rule of somebody's own is asked right now, for a watch outside the core to look at.

    ``what`` is the rule's title and the method, ``None`` between two questions; ``times`` counts
    the questions, so that two looks tell one long question from two short ones.
    """

    __slots__ = ("times", "what")

    def __init__(self) -> None:
        self.what: tuple[str, str] | None = None
        self.times = 0


ASKED_NOW = Asked()


class RuleHeld(BaseException):
    """Raised from outside into a rule that does not return; the text says for how long it ran.

    Not an ``Exception``: a rule that catches those would go on.
    """


class Guarded:
    """A rule that answers as asked, or raises ``RuleBroke``.

    ``title`` is what it is called there: market, kind and name. Parameters and whatever else the
    rule has are its own; it equals the rule that it guards.
    """

    def __init__(self, kind: str, title: str, rule: Any) -> None:
        self.title = title
        self.rule = rule
        asked = questions(kind)
        # What a fresh memory is: the core reads one back from the journal as of this type.
        self._memory_type: type | None = None
        for question in asked.values():
            if hasattr(rule, question.name):
                setattr(self, question.name, self._guarded(question))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["rule"], name)

    def __eq__(self, other: object) -> bool:
        return bool(self.rule == (other.rule if isinstance(other, Guarded) else other))

    def __hash__(self) -> int:
        return hash(self.rule)

    def __repr__(self) -> str:
        return repr(self.rule)

    def _guarded(self, question: Question) -> Any:
        if question.is_method:
            return self._asking(question)
        # A rule is frozen: what it says of itself is said once.
        value = self._heard(question, lambda: getattr(self.rule, question.name))
        self._held(question, question.check, value)
        return value

    def _asking(self, question: Question) -> Callable[..., Any]:
        ask = getattr(self.rule, question.name)
        check, both = question.check, question.remembers == "both"
        alone = question.remembers == "memory"

        def asked(*seen: Any, **named: Any) -> Any:
            answer = self._heard(question, lambda: ask(*seen, **named))
            if both:
                if type(answer) is not tuple or len(answer) != 2:
                    self._refuse(
                        question, Misanswer(question.name, "an answer and a memory", answer)
                    )
                self._held(question, check, answer[0])
                self._held(question, self._check_memory, answer[1])
            elif alone:
                self._held(question, self._check_memory, answer)
            else:
                self._held(question, check, answer)
            return answer

        return asked

    def _check_memory(self, memory: Any) -> None:
        check_memory(memory)
        if self._memory_type is None:
            self._memory_type = type(memory)
        elif type(memory) is not self._memory_type:
            raise Misanswer("memory", f"a {self._memory_type.__name__} as it began", memory)

    def _heard(self, question: Question, ask: Callable[[], Any]) -> Any:
        now = ASKED_NOW
        now.times += 1
        now.what = (self.title, question.name)
        try:
            return ask()
        except RuleHeld as held:
            where = _raised_at(held, self.rule)
            raise RuleBroke(
                f"{self.title} did not return at {where}, asked for {question.name}: {held}"
            ) from held
        except ANY_FAULT as error:  # Somebody else's rule may fail in any way.
            where = _raised_at(error, self.rule)
            why = f"{type(error).__name__}: {error}"
            raise RuleBroke(
                f"{self.title} broke at {where}, asked for {question.name}: {why}"
            ) from error
        finally:
            now.what = None

    def _held(self, question: Question, check: Callable[[Any], None], value: Any) -> None:
        try:
            check(value)
        except Misanswer as wrong:
            self._refuse(question, wrong)

    def _refuse(self, question: Question, wrong: Misanswer) -> None:
        where = place_of(self.rule, question.name)
        raise RuleBroke(f"{self.title} answered wrongly at {where}: {wrong}") from wrong


def place_of(rule: Any, name: str) -> str:
    """Return file and line where a rule's class says something, or where the class begins.

    >>> from venue.rules.mark.index import MarkIsIndex
    >>> place_of(MarkIsIndex(), "mark").rpartition(":")[0].endswith("venue/rules/mark/index.py")
    True
    """
    found = type(rule)
    for each in found.__mro__:
        member = vars(each).get(name)
        member = member.fget if isinstance(member, property) else member
        code = getattr(member, "__code__", None)
        if code is not None:
            return f"{code.co_filename}:{code.co_firstlineno}"
    try:
        return f"{getfile(found)}:{getsourcelines(found)[1]}"
    except (OSError, TypeError):  # A class that was never in a file.
        return found.__module__


def _raised_at(error: BaseException, rule: Any) -> str:
    """Return file and line of the last step of a rule's own file on the way to an error."""
    steps = traceback.extract_tb(error.__traceback__)
    own = place_of(rule, "").rpartition(":")[0]
    found = next((step for step in reversed(steps) if step.filename == own), steps[-1])
    return f"{found.filename}:{found.lineno} in {found.name}"
