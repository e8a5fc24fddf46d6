"""The outside of what the venue says: answers, errors, notifications; encoded once."""

from typing import Any

import msgspec

from venue.core.rejects import Reason
from venue.core.sentences import core_sentence
from venue.gateway.refusals import FAULT_CODES, REFUSED, DoorReason
from venue.gateway.results import LimitsResult
from venue.gateway.wire_types import RequestId


class ErrorData(msgspec.Struct, frozen=True, omit_defaults=True):
    """The permanent name of a refusal, and the figures behind it."""

    reason: str
    figures: dict[str, str | int] = msgspec.field(default_factory=dict)
    limits: LimitsResult | None = None


class ErrorBody(msgspec.Struct, frozen=True):
    """Why a request was refused. Match on ``data.reason``: it is permanent, the sentence is not."""

    code: int
    message: str
    data: ErrorData


class Answer(
    msgspec.Struct, frozen=True, omit_defaults=True, tag_field="jsonrpc", tag="2.0", gc=False
):
    """The answer to a request. ``limits`` is shown when a rate limit is more than half used."""

    id: RequestId | None
    result: Any
    limits: LimitsResult | None = None


class ErrorAnswer(msgspec.Struct, frozen=True, tag_field="jsonrpc", tag="2.0"):
    """A request was refused; ``id`` is null when it could not be read."""

    id: RequestId | None
    error: ErrorBody


class NotificationParams(msgspec.Struct, frozen=True):
    """A channel, and what it says."""

    channel: str
    data: Any


class Notification(msgspec.Struct, frozen=True, tag_field="jsonrpc", tag="2.0"):
    """Something that happened, on a channel that was subscribed to."""

    params: NotificationParams
    method: str = "subscription"


encode = msgspec.json.Encoder().encode


def core_error(reason: Reason, figures: dict[str, str | int]) -> ErrorBody:
    """Return a refusal of the core as an error."""
    return ErrorBody(REFUSED, core_sentence(reason, figures), ErrorData(reason.value, figures))


def door_error(
    reason: DoorReason,
    sentence: str,
    figures: dict[str, str | int] | None = None,
    limits: LimitsResult | None = None,
) -> ErrorBody:
    """Return a refusal of the door as an error."""
    code = FAULT_CODES.get(reason, REFUSED)
    return ErrorBody(code, sentence, ErrorData(reason.value, figures or {}, limits))


def notification(channel: str, data: Any) -> bytes:
    """Return one notification, encoded."""
    return encode(Notification(NotificationParams(channel, data)))
