"""The house bots: a process of their own, so that they use the other core and the real door."""

import asyncio
import sys
from contextlib import suppress
from pathlib import Path

import structlog

log = structlog.get_logger()

STOP_SECONDS = 5.0


async def start_house(folder: Path, url: str) -> asyncio.subprocess.Process | None:
    """Start the house bots on a venue; ``None`` where they are not installed.

    ``folder`` holds ``tokens.json`` and takes ``house.log``.
    """
    places = [Path(__file__).parent.parent, Path.cwd()]
    scripts = [place / "clients" / "bots" / "house.py" for place in places]
    script = next((each for each in scripts if each.exists()), None)
    if script is None:
        log.warning("house bots are not installed: nobody quotes but who connects")
        return None
    with (folder / "house.log").open("ab") as output:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            str(script),
            "--url",
            url,
            "--tokens",
            str(folder / "tokens.json"),
            "--with-parent",
            stdin=asyncio.subprocess.PIPE,
            stdout=output,
            stderr=asyncio.subprocess.STDOUT,
        )


async def stop_house(process: asyncio.subprocess.Process) -> None:
    """Ask the house bots to stop, and make them if they do not."""
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), STOP_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()
