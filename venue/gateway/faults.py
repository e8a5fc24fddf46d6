"""What is wrong with a message that could not be decoded, by name, and the id to answer to."""

import msgspec

from venue.core.choices import with_choices
from venue.gateway.methods import BY_NAME, ENVELOPE, REQUESTS
from venue.gateway.refusals import DOOR_SENTENCES, DoorReason
from venue.gateway.wire_types import ORDER_ID_MAX, RequestId

FOUND_MAX = 60  # Characters of somebody's text that an answer repeats.
ID_CHARACTERS_MAX = 64
REQUEST_OF = {method.name: request for request, method in REQUESTS.items()}


class Fault(msgspec.Struct, frozen=True):
    """A named fault with its sentence, and the request's id where one could be read."""

    request_id: RequestId | None
    reason: DoorReason
    sentence: str


def diagnose(payload: bytes, error: Exception) -> Fault:
    """Say what is wrong with a message that the decoder refused."""
    if not isinstance(error, msgspec.ValidationError):
        return Fault(None, DoorReason.UNREADABLE_JSON, _sentence("unreadable", error))
    try:
        envelope = ENVELOPE.decode(payload)
    except msgspec.ValidationError as outside:
        return Fault(None, DoorReason.WRONG_TYPE, _sentence("message", outside))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as unreadable:
        return Fault(None, DoorReason.UNREADABLE_JSON, _sentence("unreadable", unreadable))
    request_id = envelope.id if is_request_id(envelope.id) else None
    if isinstance(envelope.method, str) and envelope.method not in BY_NAME:
        return Fault(
            request_id,
            DoorReason.UNKNOWN_METHOD,
            f"{DOOR_SENTENCES[DoorReason.UNKNOWN_METHOD]}: {envelope.method[:FOUND_MAX]!r}",
        )
    complaint = str(error)
    kind = REQUEST_OF.get(envelope.method) if isinstance(envelope.method, str) else None
    choices = "" if kind is None else with_choices(complaint, kind)[len(complaint) :]
    return Fault(request_id, _classify(complaint), _sentence("request", error) + choices)


def is_request_id(value: object) -> bool:
    """Say whether a value can be the id of a request."""
    if isinstance(value, str):
        return len(value) <= ID_CHARACTERS_MAX
    return type(value) is int and -ORDER_ID_MAX <= value <= ORDER_ID_MAX


def _classify(message: str) -> DoorReason:
    """Name a decoder's complaint."""
    if message.startswith("Object missing required field"):
        return DoorReason.MISSING_FIELD
    if message.startswith("Object contains unknown field"):
        return DoorReason.UNKNOWN_FIELD
    if ", got `" in message or message.startswith("Expected `str` - at"):
        return DoorReason.WRONG_TYPE
    return DoorReason.BAD_VALUE


def _sentence(what: str, error: Exception) -> str:
    """Return a decoder's complaint as a sentence of ours: lower case, bounded."""
    text = str(error) or type(error).__name__
    lower = text if text[:2].isupper() else text[:1].lower() + text[1:]
    return f"{what}: {lower[:200]}"
