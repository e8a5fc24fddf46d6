"""Rules from outside the table: of which kind one is, and what stands in a module.

A rule's name here is its path, ``my_pkg.rules:MyMark``; its kind follows from what it answers, and
where several kinds are asked alike (an index while open and while closed), from the type of what
its method is shown. ``kind/my_pkg.rules:MyMark`` says it outright.
"""

from inspect import Signature, isclass, signature
from types import ModuleType
from typing import Any, get_type_hints

import msgspec

from venue.core.policies import Rules
from venue.rules.own_module import NotImportable, own_module
from venue.rules.table import ANSWERS, RULES, RuleFault, kind_name, rule_class


def kinds_of(rule: type) -> list[str]:
    """Return of which kinds a rule can be.

    >>> from venue.rules.index_open.last_print import LastPrint
    >>> kinds_of(LastPrint), kinds_of(dict)
    (['index_open'], [])
    """
    fields = getattr(rule, "__struct_fields__", ())
    return [
        kind
        for kind, asked in ANSWERS.items()
        if all(hasattr(rule, name) or name in fields for name in asked) and _is_shown(kind, rule)
    ]


def named(name: str) -> tuple[str, type[msgspec.Struct]]:
    """Return kind and class of a rule by its path, with its kind before it or without.

    >>> named("mark/venue.rules.mark.index:MarkIsIndex")[0]
    'mark'
    """
    path, kind = name, ""
    if "/" in name.partition(":")[0]:
        kind, _, path = name.partition("/")
        return kind_name(kind), rule_class(kind, path)
    module_name, _, class_name = path.partition(":")
    try:
        module = own_module(module_name)
    except NotImportable as error:
        raise RuleFault(
            f"rule {path!r}: {error}; a module is looked for here, beside venue.toml, and in the "
            "folders of PYTHONPATH"
        ) from error
    found = getattr(module, class_name, None)
    if not isclass(found):
        raise RuleFault(f"rule {path!r}: module {module_name!r} has no class {class_name!r}")
    kinds = kinds_of(found)
    if not kinds:
        raise RuleFault(
            f"rule {path!r} answers what no kind is asked: expected all of "
            f"{_nearest(found)}; with its kind, as in mark/{path}, you hear what is missing"
        )
    if len(kinds) > 1:
        raise RuleFault(
            f"rule {path!r} could be of kind {' or '.join(kinds)}: say which, as in "
            f"{kinds[0]}/{path}"
        )
    return kinds[0], rule_class(kinds[0], path)


def rules_in(module: ModuleType) -> list[tuple[str, str]]:
    """Return kind and path of every rule that a module defines itself, in its order.

    >>> from venue.rules.mark import index
    >>> rules_in(index)
    [('mark', 'venue.rules.mark.index:MarkIsIndex')]
    """
    own = [
        each
        for each in vars(module).values()
        if isclass(each) and each.__module__ == module.__name__
    ]
    return [
        (kind, f"{module.__name__}:{each.__qualname__}") for each in own for kind in kinds_of(each)
    ]


def shown(kind: str) -> dict[str, type]:
    """Return the inputs record of each question of a kind, by method.

    >>> [record.__name__ for record in shown("funding").values()]
    ['SampleInputs', 'SettleInputs']
    """
    protocol = get_type_hints(Rules)[kind]
    found: dict[str, type] = {}
    for method in ANSWERS[kind]:
        member = vars(protocol).get(method)
        if callable(member):
            hints = get_type_hints(member)
            if "seen" in hints:
                found[method] = hints["seen"]
    return found


def _is_shown(kind: str, rule: type) -> bool:
    """Say whether a rule's methods take what its kind is shown; untyped ones take anything."""
    for method, record in shown(kind).items():
        member: Any = getattr(rule, method, None)
        try:
            parameters = [*signature(member).parameters.values()][1:]
        except (TypeError, ValueError):
            return False
        if not parameters:
            return False
        said = parameters[0].annotation
        if said is not Signature.empty and said is not record and said != record.__name__:
            return False
    return True


def _nearest(rule: type) -> str:
    """Return what the kind asks that a class comes nearest to."""
    kind = max(RULES, key=lambda each: sum(hasattr(rule, name) for name in ANSWERS[each]))
    return f"{', '.join(ANSWERS[kind])} ({kind})"
