"""Run the house's bots in one process: who trades when nobody else does.

    python clients/bots/house.py --url ws://127.0.0.1:8787/v1/ws --tokens FILE

FILE is JSON, name -> token. A name says what it runs: ``maker-1`` is a careful maker, ``maker-2``
one that sleeps through weekends, ``leveraged-1`` is long over them at 20x and ``leveraged-2`` at
10x; ``noise``, ``momentum``, ``carry`` and ``gap`` are the others. Names of other kinds are left
alone. With every bot refused for good the house ends by itself, and exits with 1. SIGTERM and
SIGINT stop everything: orders are cancelled and connections closed.
"""

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "clients" / "python")]

from venue_sdk import Bot, Refused, VenueError  # noqa: E402
from venue_sdk.bot import URL  # noqa: E402
from venue_sdk.log import say, to_stderr  # noqa: E402

from clients.bots.carry import Carry  # noqa: E402 - found by the line above.
from clients.bots.gap import Gap  # noqa: E402
from clients.bots.leveraged import Cautious, Leveraged  # noqa: E402
from clients.bots.maker import Maker  # noqa: E402
from clients.bots.momentum import Momentum  # noqa: E402
from clients.bots.noise import Noise  # noqa: E402
from clients.bots.sleepy import Sleepy  # noqa: E402

KINDS: dict[str, type[Bot]] = {
    "maker": Maker,
    "noise": Noise,
    "momentum": Momentum,
    "carry": Carry,
    "gap": Gap,
    "leveraged": Leveraged,
}
ALONE: dict[str, type[Bot]] = {"maker-2": Sleepy, "leveraged-2": Cautious}  # By the whole name.
AGAIN_S = 5.0  # Wall seconds before a bot that stopped by a bug of its own begins again.


class HouseError(Exception):
    """The house cannot begin, and the sentence says why."""


def read_tokens(path: Path) -> dict[str, str]:
    """Return name -> token of the bots of a file that the house knows how to run."""
    try:
        found = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise HouseError(f"{path}: expected a JSON file of name -> token: {error}") from error
    if not isinstance(found, dict) or not all(isinstance(each, str) for each in found.values()):
        raise HouseError(f"{path}: expected an object of name -> token, all of them text")
    tokens = {name: token for name, token in found.items() if kind_of(name) is not None}
    if not tokens:
        raise HouseError(
            f"{path}: expected a name such as {', '.join(KINDS)} or maker-2, "
            f"found {', '.join(sorted(found)[:20]) or 'none'}"
        )
    return tokens


def kind_of(name: str) -> type[Bot] | None:
    """Return what a name runs; ``None``: it is nobody of the house.

    >>> kind_of("maker-2").__name__
    'Sleepy'
    """
    return ALONE.get(name) or KINDS.get(name.partition("-")[0])


def bots(url: str, tokens: dict[str, str], seed: int) -> list[Bot]:
    """Return the bots, each with chance of its own from the one seed."""
    made: list[Bot] = []
    for name, token in tokens.items():
        kind = kind_of(name)
        assert kind is not None, "read_tokens keeps the known"
        made.append(kind(url, token, name=name, seed=seed))
    return made


async def keep(bot: Bot) -> None:
    """Run a bot; one that stops by a bug of its own begins again after a while."""
    while True:
        try:
            await bot.run_async()
            return
        except Refused as refused:
            if refused.name in ("bad_token", "token_expired"):
                say("bot_out", bot=bot.name, why=refused)
                return
            say("bot_again", bot=bot.name, why=refused, in_s=AGAIN_S)
        except (VenueError, ArithmeticError, LookupError, TypeError, ValueError) as error:
            say("bot_again", bot=bot.name, why=f"{type(error).__name__}: {error}", in_s=AGAIN_S)
        await asyncio.sleep(AGAIN_S)


class _Ends(asyncio.Protocol):
    """Calls back when a stream ends; what comes over it does not matter."""

    def __init__(self, ended: Callable[[], object]) -> None:
        self._ended = ended

    def connection_lost(self, exc: Exception | None) -> None:
        self._ended()


async def run(all_bots: list[Bot], *, with_parent: bool = False) -> bool:
    """Run bots until SIGTERM or SIGINT; return false when all of them were refused before.

    ``with_parent``: also until standard input ends, as it does when whoever holds it is gone, by
    whatever means; else the next venue would have the house twice.
    """
    house = asyncio.gather(*(keep(bot) for bot in all_bots))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, house.cancel)
    if with_parent:
        await loop.connect_read_pipe(lambda: _Ends(house.cancel), sys.stdin)
    say("house_opens", bots=",".join(bot.name for bot in all_bots))
    is_told = False
    try:
        await house
    except asyncio.CancelledError:
        is_told = True
    say("house_closes")
    return is_told


def main(arguments: list[str]) -> int:
    """Run the house; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="house", description="Run the house's bots against one venue."
    )
    parser.add_argument("--url", default=URL)
    parser.add_argument("--tokens", type=Path, required=True, help="JSON: name -> token")
    parser.add_argument("--seed", type=int, default=1, help="of everything that bots draw")
    parser.add_argument("--with-parent", action="store_true", help="end when standard input ends")
    given = parser.parse_args(arguments)
    to_stderr()
    try:
        tokens = read_tokens(given.tokens)
    except HouseError as error:
        print(f"house: {error}", file=sys.stderr)
        return 1
    all_bots = bots(given.url, tokens, given.seed)
    return 0 if asyncio.run(run(all_bots, with_parent=given.with_parent)) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
