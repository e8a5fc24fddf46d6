"""How far a conversation has come, and what may be said at each stage."""

from enum import StrEnum

from venue.gateway.methods import METHODS, Needs


class Stage(StrEnum):
    """How far a conversation has come."""

    CONNECTED = "connected"
    ACTIVE = "active"
    CLOSED = "closed"


PUBLIC = frozenset(method.name for method in METHODS if method.needs is Needs.NOTHING)
LOGIN = "public/login"

# Which private methods a token's scope allows stands in ``methods.ALLOWS``.
EXPECTED: dict[Stage, frozenset[str]] = {
    Stage.CONNECTED: PUBLIC,
    Stage.ACTIVE: frozenset(method.name for method in METHODS) - {LOGIN},
    Stage.CLOSED: frozenset(),
}
