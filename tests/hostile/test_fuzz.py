"""The fuzzers of ``scripts/fuzz`` for some seconds each, and that they find what is wrong."""

import pytest
from hypothesis import strategies as st

from tests.hostile.fuzz import play
from tests.hostile.requests import params_of, payload_of
from tests.hostile.targets import TARGETS, Target, conversation
from venue.gateway.methods import DECODER, METHODS, Method

EXAMPLES = 60


@pytest.mark.parametrize("aim", TARGETS, ids=lambda aim: aim.name)
def test_an_input_is_accepted_or_refused_by_a_documented_name(aim: Target) -> None:
    play(aim, EXAMPLES)


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_every_method_gets_requests_that_can_be_read(method: Method) -> None:
    """What cannot be read is fuzzed easily; it is the whole requests that go far."""
    read: list[bool] = []

    def one(params: object) -> None:
        assert isinstance(params, dict)
        try:
            DECODER.decode(payload_of(method.name, params))
        except Exception:
            read.append(False)
        else:
            read.append(True)

    play(Target(method.name, params_of(method), one), 20)

    assert any(read)


def test_a_failure_comes_in_its_shortest_form() -> None:
    heard: list[list[int]] = []

    def breaks(numbers: list[int]) -> None:
        if any(number > 100 for number in numbers):
            heard.append(numbers)
            raise AssertionError("broken")

    with pytest.raises(AssertionError, match="broken"):
        play(Target("breaks", st.lists(st.integers()), breaks), 200)

    assert heard[-1] == [101]


def test_an_exception_inside_the_venue_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    from venue.gateway.protocol import ROUTES

    def broken(*given: object) -> None:
        raise KeyError("broken")

    for request, route in list(ROUTES.items()):
        if route.method.name == "public/ping":
            monkeypatch.setitem(ROUTES, request, route._replace(local=broken))

    with pytest.raises(KeyError):
        conversation((None, [("public/ping", {})]))
