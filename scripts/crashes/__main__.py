"""``scripts/crashtest``: kill, compare, and print figures. A disagreement is an error."""

import argparse
import asyncio
import secrets
import signal
import sys
import tempfile
import time
from pathlib import Path
from random import Random
from statistics import median

from scripts.crashes.ending import whole
from scripts.crashes.record import Disagreement
from scripts.crashes.rounds import Rounds
from scripts.crashes.servers import NotStarted, Postgres, Venue

COUNT = 200
CHECKPOINT_COMMANDS = 500  # Few, so that kills meet checkpoints that are being written.


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(prog="scripts/crashtest", description=__doc__)
    parser.add_argument("count", nargs="?", type=int, default=COUNT, help="how many kills")
    parser.add_argument("--postgres", action="store_true", help="a PostgreSQL server of its own")
    parser.add_argument("--house", action="store_true", help="house bots trade, too")
    parser.add_argument("--seed", type=int, default=None, help="of moments and orders")
    parser.add_argument("--folder", type=Path, default=None, help="stays; default: a temporary one")
    asked = parser.parse_args()
    if asked.count < 1:
        parser.error(f"expected at least one kill, found {asked.count}")
    seed = asked.seed if asked.seed is not None else secrets.randbits(32)
    folder = asked.folder or Path(tempfile.mkdtemp(prefix="venue-crash-"))
    folder.mkdir(parents=True, exist_ok=True)
    print(f"seed {seed}  (moments and orders; the machine adds its own chance)  folder {folder}")
    database = Postgres(folder) if asked.postgres else None
    journal = database.url if database else f"sqlite:///{folder / 'venue.db'}"
    venue = Venue(folder, journal, house=asked.house, commands=CHECKPOINT_COMMANDS)
    rounds = Rounds(venue, database, Random(seed), _tell)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    began = time.monotonic()
    try:
        said = asyncio.run(_all(rounds, asked.count))
    except (Disagreement, NotStarted) as error:
        print(f"\nDISAGREES (seed {seed}, folder {folder}): {error}")
        sys.exit(1)
    except KeyboardInterrupt:
        said = "stopped before the end: not verified"
    finally:
        venue.kill()
        if database is not None:
            database.stop()
    print(f"\n{table(rounds, said, time.monotonic() - began)}")


async def _all(rounds: Rounds, count: int) -> str:
    await rounds.run(count)
    return await whole(rounds)


def table(rounds: Rounds, said: str, seconds: float) -> str:
    """Return the figures of a run."""
    counts, records = rounds.counts, [bot.record for bot in rounds.bots]
    rows = {
        "kills of the venue": f"{counts.kills:,} ({counts.kills_at_start:,} while it started)",
        "kills of the database server": f"{counts.database_kills:,}",
        "restarts compared": f"{counts.restarts:,}",
        "restarts that found the lock held": f"{counts.locked_out:,}",
        "bots that resumed": f"{counts.resumed:,}",
        "orders answered": f"{sum(each.answers for each in records):,}",
        "orders asked again": f"{sum(bot.asked_again for bot in rounds.bots):,}",
        "orders refused": f"{sum(bot.refused for bot in rounds.bots):,}",
        "acknowledgements compared": f"{counts.compared:,}",
        "fills compared": f"{sum(len(each.fills) for each in records):,}",
        "notices heard": f"{sum(each.last_n for each in records):,}",
        "notices heard again": f"{counts.heard_again:,}",
        "restart, seconds": _p50_max(counts.restart_seconds),
        "database back, venue goes on, seconds": _p50_max(counts.back_seconds),
        "took, seconds": f"{seconds:.0f}",
        "journal": said,
    }
    return "\n".join(f"  {name:<40} {figure}" for name, figure in rows.items())


def _p50_max(seconds: list[float]) -> str:
    return f"p50 {median(seconds):.2f}, max {max(seconds):.2f}" if seconds else "none"


def _tell(line: str) -> None:
    print(f"\r{line:<100}", end="" if sys.stdout.isatty() else "\n", flush=True)


if __name__ == "__main__":
    main()
