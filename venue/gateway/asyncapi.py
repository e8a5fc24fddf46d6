"""The AsyncAPI 3.0 document of the bots' door, made from the message types and nothing else.

``scripts/make_asyncapi`` writes it to ``docs/asyncapi.json``; a test compares.
"""

from inspect import cleandoc
from typing import Any, Literal

import msgspec

from venue.core.rejects import Cause, Reason
from venue.core.sentences import CORE_SENTENCES
from venue.gateway.channel_table import CHANNELS, ChannelKind
from venue.gateway.envelopes import ErrorAnswer
from venue.gateway.methods import REQUESTS, Method, type_name
from venue.gateway.refusals import DOOR_SENTENCES, FAULT_CODES, REFUSED, DoorReason
from venue.gateway.results import LimitsResult
from venue.gateway.settings import DoorSettings
from venue.gateway.wire_types import Channel, RequestId

VERSION = "1.0.0"
REF = "#/components/schemas/{name}"
DESCRIPTION = (
    "JSON-RPC 2.0 over WebSocket. Prices, sizes and money are decimal strings, times are whole "
    "milliseconds. Requests are answered by their `id`; what happens on channels comes as "
    "notifications of the method `subscription`. Refusals are matched by `error.data.reason`, "
    "which is permanent."
)


def answer_type(method: Method) -> type[msgspec.Struct]:
    """Return the type of a method's answer."""
    answer = msgspec.defstruct(
        f"{type_name(method.name)}Answer",
        [
            ("id", RequestId),
            ("result", method.result),
            ("limits", LimitsResult | None, None),
        ],
        tag_field="jsonrpc",
        tag="2.0",
    )
    answer.__doc__ = f"Answer to ``{method.name}``. ``limits``: more than half is used."
    return answer


def notification_type(channel: ChannelKind) -> type[msgspec.Struct]:
    """Return the type of a channel's notifications."""
    name = channel.kind.capitalize()
    params = msgspec.defstruct(
        f"{name}ChannelParams", [("channel", Channel), ("data", channel.data)]
    )
    params.__doc__ = f"On ``{channel.pattern}``."
    told = msgspec.defstruct(
        f"{name}Notification",
        [("method", Literal["subscription"]), ("params", params)],
        tag_field="jsonrpc",
        tag="2.0",
    )
    told.__doc__ = channel.about
    return told


ANSWERS = {method.name: answer_type(method) for method in REQUESTS.values()}
NOTIFICATIONS = {channel.kind: notification_type(channel) for channel in CHANNELS}


def schemas() -> dict[str, Any]:
    """Return the JSON Schema of every message and of everything in it, by name."""
    types = (*REQUESTS, *ANSWERS.values(), ErrorAnswer, *NOTIFICATIONS.values())
    _, components = msgspec.json.schema_components(types, ref_template=REF)
    return {name: _draft_7(schema) for name, schema in sorted(components.items())}


def _draft_7(schema: Any) -> Any:
    """Write tuples and tagged unions as AsyncAPI 3.0 and its JSON Schema draft do.

    Texts come without the indentation of their source, which only newer Pythons leave out.
    """
    if isinstance(schema, list):
        return [_draft_7(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    told = {key: _draft_7(value) for key, value in schema.items()}
    if "prefixItems" in told:
        told["items"] = told.pop("prefixItems")
        told["additionalItems"] = False
    if isinstance(told.get("description"), str):
        told["description"] = cleandoc(told["description"])
    if isinstance(told.get("discriminator"), dict):
        told["discriminator"] = told["discriminator"]["propertyName"]
    return told


def _message(kind: type[msgspec.Struct], summary: str) -> dict[str, Any]:
    return {
        "name": kind.__name__,
        "title": kind.__name__,
        "summary": summary,
        "contentType": "application/json",
        "payload": {"$ref": REF.format(name=kind.__name__)},
    }


def _first_line(text: str | None) -> str:
    return (text or "").strip().split("\n")[0]


def _on_channel(*kinds: type[msgspec.Struct]) -> list[dict[str, str]]:
    return [{"$ref": f"#/channels/door/messages/{kind.__name__}"} for kind in kinds]


def document() -> dict[str, Any]:
    """Return the whole document."""
    messages: dict[str, Any] = {}
    operations: dict[str, Any] = {}
    door = {"$ref": "#/channels/door"}
    messages[ErrorAnswer.__name__] = _message(ErrorAnswer, _first_line(ErrorAnswer.__doc__))
    for request, method in REQUESTS.items():
        answer = ANSWERS[method.name]
        summary = _first_line(method.params.__doc__)
        messages[request.__name__] = _message(request, summary)
        messages[answer.__name__] = _message(answer, _first_line(method.result.__doc__))
        operations[method.name.replace("/", "_")] = {
            "action": "receive",
            "channel": door,
            "title": method.name,
            "summary": summary,
            "messages": _on_channel(request),
            "reply": {"channel": door, "messages": _on_channel(answer, ErrorAnswer)},
            "x-needs": method.needs.name.lower(),
            "x-cost": method.cost,
        }
    for channel in CHANNELS:
        told = NOTIFICATIONS[channel.kind]
        messages[told.__name__] = _message(told, channel.about)
        operations[f"channel_{channel.kind}"] = {
            "action": "send",
            "channel": door,
            "title": channel.pattern,
            "summary": channel.about,
            "messages": _on_channel(told),
        }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "venue: the bots' door",
            "version": VERSION,
            "description": DESCRIPTION,
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "servers": {
            "local": {
                "host": "{host}:{port}",
                "protocol": "ws",
                "variables": {
                    "host": {"default": "127.0.0.1"},
                    "port": {"default": "8787"},
                },
            }
        },
        "channels": {
            "door": {
                "address": DoorSettings().path,
                "title": "The bots' door",
                "messages": messages,
            }
        },
        "operations": operations,
        "components": {"schemas": schemas()},
        "x-reasons": reasons(),
        "x-causes": [cause.value for cause in Cause],
    }


def reasons() -> dict[str, dict[str, str | int]]:
    """Return every permanent name of a refusal, with its code and its sentence."""
    door: dict[str, dict[str, str | int]] = {
        reason.value: {
            "code": FAULT_CODES.get(reason, REFUSED),
            "sentence": DOOR_SENTENCES[reason],
        }
        for reason in DoorReason
    }
    core: dict[str, dict[str, str | int]] = {
        reason.value: {"code": REFUSED, "sentence": CORE_SENTENCES[reason]} for reason in Reason
    }
    return {**door, **core}


def text() -> str:
    """Return the document as it is checked in."""
    return msgspec.json.format(msgspec.json.encode(document()), indent=2).decode() + "\n"
