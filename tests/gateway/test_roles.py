"""Who may do what at the bots' door: one table of roles and methods, tested cell by cell."""

from typing import Any, NamedTuple

import msgspec
import pytest

from tests.gateway.harness import ANN, BOB, SUB, Bot, House
from tests.gateway.test_protocol import EXAMPLES
from venue.core.account import INSURANCE
from venue.core.commands import OpenAccount
from venue.gateway.methods import BY_NAME, METHODS
from venue.gateway.venue_port import Login
from venue.gateway.wire_types import Scope

SUB_OF_BOB = 5
NAMES_AN_ACCOUNT = {
    name for name, method in BY_NAME.items() if "account" in method.params.__struct_fields__
}


class Role(NamedTuple):
    """Whose token it is, what it allows, and the account that a request names."""

    token: Login | None
    names: int | None = None


ROLES: dict[str, Role] = {
    "public": Role(None),
    "reader": Role(Login(ANN, Scope.READ)),
    "trader": Role(Login(ANN, Scope.TRADE)),
    "funder": Role(Login(ANN, Scope.FUND)),
    "trader for a sub-account of the owner": Role(Login(ANN, Scope.TRADE), SUB),
    "sub-account's trader for itself": Role(Login(SUB, Scope.TRADE)),
    "sub-account's trader for its owner": Role(Login(SUB, Scope.TRADE), ANN),
    "trader for another owner": Role(Login(ANN, Scope.TRADE), BOB),
    "trader for another owner's sub-account": Role(Login(ANN, Scope.TRADE), SUB_OF_BOB),
    "funder for another owner": Role(Login(ANN, Scope.FUND), BOB),
    "funder for another owner's sub-account": Role(Login(ANN, Scope.FUND), SUB_OF_BOB),
    "funder for the insurance fund": Role(Login(ANN, Scope.FUND), INSURANCE),
    "funder for nobody": Role(Login(ANN, Scope.FUND), 999),
}

# Who may use each method: a new method without a row fails the test below.
EVERYBODY, ONCE, READERS, TRADERS, FUNDERS = "everybody", "once", "readers", "traders", "funders"
WHO_MAY: dict[str, str] = {
    "public/hello": EVERYBODY,
    "public/ping": EVERYBODY,
    "public/login": ONCE,
    "public/subscribe": EVERYBODY,
    "public/unsubscribe": EVERYBODY,
    "public/get_markets": EVERYBODY,
    "public/get_book": EVERYBODY,
    "public/get_trades": EVERYBODY,
    "public/get_candles": EVERYBODY,
    "public/get_prices": EVERYBODY,
    "public/get_makers": EVERYBODY,
    "public/get_phase": EVERYBODY,
    "public/get_terms": EVERYBODY,
    "public/get_session": EVERYBODY,
    "public/get_insurance": EVERYBODY,
    "public/get_pool": EVERYBODY,
    "public/get_liquidations": EVERYBODY,
    "public/get_standings": EVERYBODY,
    "public/get_limits": EVERYBODY,
    "public/get_roots": EVERYBODY,
    "public/get_fair_mark": EVERYBODY,
    "private/place_order": TRADERS,
    "private/place_trigger": TRADERS,
    "private/amend_order": TRADERS,
    "private/cancel_order": TRADERS,
    "private/cancel_all": TRADERS,
    "private/set_leverage": TRADERS,
    "private/move_isolated_margin": TRADERS,
    "private/set_provider": TRADERS,
    "private/place_twap": TRADERS,
    "private/place_scale": TRADERS,
    "private/commit_maker": TRADERS,
    "private/set_cancel_on_disconnect": TRADERS,
    "private/cancel_all_after": TRADERS,
    "private/deposit_to_pool": FUNDERS,
    "private/withdraw_from_pool": FUNDERS,
    "private/get_pool_shares": READERS,
    "private/move_collateral": FUNDERS,
    "private/mint": TRADERS,
    "private/burn": TRADERS,
    "private/get_vaults": READERS,
    "private/deposit": FUNDERS,
    "private/withdraw": FUNDERS,
    "private/reset_account": FUNDERS,
    "private/open_sub_account": FUNDERS,
    "private/get_account": READERS,
    "private/get_positions": READERS,
    "private/get_orders": READERS,
    "private/get_explanation": READERS,
    "private/get_proof": READERS,
    "private/get_receipt": READERS,
    "private/subscribe_account": READERS,
    "private/ready": READERS,
    "private/unsubscribe_account": READERS,
}
DENIALS = {
    "not_logged_in", "already_logged_in", "read_only_token", "no_funding_scope", "foreign_account",
    "unknown_field",
}  # fmt: skip


def denial(who_may: str, method: str, role: Role) -> str | None:
    """Say by which name a role is denied a method, or ``None``."""
    if role.names is not None and method not in NAMES_AN_ACCOUNT:
        return "unknown_field"
    scope = None if role.token is None else role.token.scope
    if who_may == EVERYBODY:
        return None
    if who_may == ONCE:
        return None if scope is None else "already_logged_in"
    if scope is None:
        return "not_logged_in"
    if scope is Scope.READ and who_may != READERS:
        return "read_only_token"
    if scope is Scope.TRADE and who_may == FUNDERS:
        return "no_funding_scope"
    if role.names in (BOB, SUB_OF_BOB, INSURANCE, 999):
        return "foreign_account"
    return None


def bot_of(house: House, role: Role) -> Bot:
    bot = house.bot()
    if role.token is not None:
        house.tokens[house.digest("token")] = role.token
        bot.login("token")
    return bot


def test_every_method_has_a_row_and_every_row_a_method() -> None:
    assert list(WHO_MAY) == [method.name for method in METHODS]


@pytest.mark.parametrize("role", ROLES.values(), ids=list(ROLES))
@pytest.mark.parametrize("method", WHO_MAY)
def test_who_may_do_what(house: House, method: str, role: Role) -> None:
    house.venue.run(OpenAccount("bob-2", parent=BOB))
    bot = bot_of(house, role)
    before = len(house.venue.journal)
    params: dict[str, Any] = dict(EXAMPLES.get(method, {}))
    if role.names is not None:
        params["account"] = role.names

    answer = bot.ask(method, **params)

    found = answer.get("error", {}).get("data", {}).get("reason")
    expected = denial(WHO_MAY[method], method, role)
    assert (found if found in DENIALS else None) == expected
    if expected is not None:
        assert len(house.venue.journal) == before, "what is denied never becomes a command"


@pytest.mark.parametrize("method", sorted(NAMES_AN_ACCOUNT))
def test_what_is_done_for_a_named_account_is_done_to_no_other(house: House, method: str) -> None:
    bot = bot_of(house, Role(Login(ANN, Scope.FUND)))
    before = len(house.venue.journal)

    bot.ask(method, **EXAMPLES.get(method, {}), account=SUB)

    commands = [command for _, _, command, _ in house.venue.journal[before:]]
    assert all(getattr(command, "account", None) == SUB for command in commands)


def test_no_method_of_the_bots_door_is_an_operators() -> None:
    words = {word for name in BY_NAME for word in name.partition("/")[2].split("_")}

    assert not words & {
        "halt",
        "resume",
        "revoke",
        "token",
        "tokens",
        "list",
        "admin",
        "fund",
        "flatten",
    }


def test_an_owner_can_open_only_so_many_accounts() -> None:
    house = House(msgspec.structs.replace(House().door.settings, accounts_max=4))
    bot = house.bot("ann")  # With ann-2 she has two.

    opened = [bot.get("private/open_sub_account", name=f"ann-{n}")["account"] for n in (3, 4)]

    assert opened == [5, 6]
    assert bot.refused("private/open_sub_account", name="ann-5") == "too_many_accounts"


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("bob\x1b[2J", id="escape"),
        pytest.param("a\nb", id="line break"),
        pytest.param("a\x00b", id="nul"),
        pytest.param("a\x9b31mb", id="C1 control"),
        pytest.param("abc\u202edef", id="right to left"),
        pytest.param("bo\u200bb", id="invisible"),
        pytest.param("", id="empty"),
        pytest.param("x" * 65, id="long"),
        pytest.param(" bob", id="space in front"),
        pytest.param("bob\u3000", id="wide space behind"),
        pytest.param("2", id="another's number"),
        pytest.param("-1", id="the vault's number"),
        pytest.param("٢", id="a number in other digits"),
    ],
)
def test_a_name_that_could_fool_a_terminal_is_refused(house: House, name: str) -> None:
    error = house.bot("ann").ask("private/open_sub_account", name=name)["error"]

    assert error["data"]["reason"] == "bad_value"
    assert error["message"].startswith(
        "request: name: expected 1 to 64 printable characters with no space at either end, and not "
        "a number, found "
    )


@pytest.mark.parametrize(
    "name", ["Zoë Ångström", "<script>alert(1)</script>", "[red]x[/red]", "李"]
)
def test_any_other_name_is_taken_as_it_is(house: House, name: str) -> None:
    assert house.bot("ann").get("private/open_sub_account", name=name)["name"] == name
