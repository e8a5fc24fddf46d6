"""The standings rank whoever trades, say which of them is the house's, and leave purses out."""

from msgspec.structs import replace

from tests.gateway.harness import ANN, BOB, SUB, House
from tests.support.pools import pool_listing
from tests.support.vaults import vaulted
from venue.core.commands import ListMarket, MoveCollateral
from venue.core.kinds import Kind, kind_of, purses
from venue.core.units import E6


def ranked(house: House) -> dict[str, tuple[int, bool]]:
    """Return rank and whether it is the house's, by name."""
    rows = house.bot().get("public/get_standings")["standings"]
    return {row["name"]: (row["rank"], row["house"]) for row in rows}


def test_the_houses_bots_are_marked_and_have_ranks(house: House) -> None:
    assert ranked(house) == {
        "ann": (1, False),
        "bob": (2, True),
        "ann-2": (3, False),
        "eve": (4, False),
    }


def test_pools_and_vaults_have_no_rank(house: House) -> None:
    """A pool's account is opened with its market, a vault's with its first collateral."""
    other = {"market": "TSLA-POOL", "underlying": "TSLA"}
    house.venue.run(ListMarket(pool_listing(changes=other)))
    house.settle()

    state = house.venue.engine.state
    pool = state.markets["TSLA-POOL"].pool
    assert pool is not None
    kinds = purses(state)
    assert kinds[pool.account] is Kind.POOL
    assert state.accounts[pool.account].name not in ranked(house)
    assert len(ranked(house)) == 4


def test_a_minting_vault_has_no_rank(house: House) -> None:
    listed = replace(vaulted(1, vault="cash"), market="TSLA-V", underlying="TSLA")
    house.venue.run(ListMarket(listed))
    house.price(250)
    house.venue.run(MoveCollateral(ANN, "TSLA-V", cash_micros=1_000 * E6))
    house.settle()

    state = house.venue.engine.state
    (vault,) = state.vaults.values()
    assert purses(state)[vault.vault] is Kind.VAULT
    assert set(ranked(house)) == {"ann", "bob", "ann-2", "eve"}


def test_a_sub_account_is_never_the_houses(house: House) -> None:
    state = house.venue.engine.state
    ours = frozenset({"bob", "ann-2"})

    assert kind_of(state.accounts[BOB], {}, ours) is Kind.HOUSE
    assert kind_of(state.accounts[SUB], {}, ours) is Kind.PARTICIPANT


def test_a_bot_is_told_what_the_venue_is_called(house: House) -> None:
    bot = house.bot()

    assert bot.get("public/hello")["venue_name"] == "monday"
    assert bot.login("ann")["venue_name"] == "monday"
