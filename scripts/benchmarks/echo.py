"""The yardstick E: a bare echo of the plain ``websockets`` asyncio server.

usage: python -m scripts.benchmarks.echo PORT [fast]
"""

import asyncio
import sys

from websockets.asyncio.server import ServerConnection, serve


async def echo(connection: ServerConnection) -> None:
    """Send back what comes."""
    async for message in connection:
        await connection.send(message)


async def main(port: int) -> None:
    """Listen until killed. No compression, as in the venue."""
    async with serve(echo, "127.0.0.1", port, compression=None, backlog=1_024):
        print("listening", flush=True)
        await asyncio.get_running_loop().create_future()


if __name__ == "__main__":
    if "fast" in sys.argv:
        import uvloop

        uvloop.run(main(int(sys.argv[1])))
    else:
        asyncio.run(main(int(sys.argv[1])))
