"""Every name of a refusal has a sentence, and every table of the door is whole."""

import doctest
import importlib
from pathlib import Path

import pytest

from venue.core import events as ev
from venue.core.rejects import Reason
from venue.core.sentences import CORE_SENTENCES
from venue.gateway import account_feed, answers, note_making, protocol, translate
from venue.gateway.methods import METHODS, REQUESTS
from venue.gateway.refusals import DOOR_SENTENCES, DoorReason

ROOM = Path(protocol.__file__).parent
# Modules that need the extra ``venue[fast]`` are tested where it is installed.
MODULES = sorted(path.stem for path in ROOM.glob("*.py") if path.stem != "fast_server")


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_of_the_core_has_a_sentence(reason: Reason) -> None:
    sentence = CORE_SENTENCES[reason]

    assert sentence[0].islower()
    assert not sentence.endswith(".")


@pytest.mark.parametrize("reason", DoorReason)
def test_every_reason_of_the_door_has_a_sentence(reason: DoorReason) -> None:
    assert DOOR_SENTENCES[reason][0].islower()


def test_one_name_means_one_thing_in_door_and_core() -> None:
    shared = {reason.value for reason in Reason} & {reason.value for reason in DoorReason}

    assert "unknown_market" in shared
    for name in shared:
        assert CORE_SENTENCES[Reason(name)] == DOOR_SENTENCES[DoorReason(name)]


def test_every_method_goes_exactly_one_way() -> None:
    for route in protocol.ROUTES.values():
        ways = [route.translate, route.query, route.local]
        assert sum(way is not None for way in ways) == 1, route.method.name


def test_every_method_has_a_request_of_its_own() -> None:
    assert len({method.name for method in METHODS}) == len(METHODS) == len(REQUESTS)
    assert len({method.params for method in METHODS}) == len(METHODS)


def test_every_command_that_a_bot_can_send_has_an_answer() -> None:
    sent = {
        function.__annotations__["return"].__name__
        if isinstance(function.__annotations__["return"], type)
        else function.__annotations__["return"]
        for function in translate.TRANSLATE.values()
    }

    assert sent == {command.__name__ for command in answers.ANSWERS}


def test_every_event_that_an_account_hears_of_can_be_shown() -> None:
    moves_only = {ev.TimePassed, ev.OrderRested, ev.MarketListed, ev.MarketRenamed, ev.PoolOpened}

    assert set(account_feed.HANDLERS) - moves_only == set(note_making.MAKERS)


@pytest.mark.parametrize("module", MODULES)
def test_examples_in_the_docstrings_hold(module: str) -> None:
    name = f"venue.gateway.{module}" if module != "__init__" else "venue.gateway"

    failed, _ = doctest.testmod(importlib.import_module(name))

    assert failed == 0
