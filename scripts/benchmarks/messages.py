"""What bots say in the benchmarks, as finished WebSocket frames: masked, ready to be sent."""

from random import Random
from struct import pack

MASK = b"\x37\xfa\x21\x3d"  # Any four bytes do: the server has to unmask them all the same.
MARKET = "TSLA"
CANCEL_AMONG = 8


def masked(payload: bytes) -> bytes:
    """Return a text message as a client's frame."""
    size = len(payload)
    head = bytes((0x81, 0x80 | size)) if size < 126 else pack("!BBH", 0x81, 0x80 | 126, size)
    mask = int.from_bytes((MASK * (size // 4 + 1))[:size], "big")
    return head + MASK + (int.from_bytes(payload, "big") ^ mask).to_bytes(size, "big")


def unmasked(frame: bytes) -> bytes:
    """Return what a client's frame says."""
    payload = frame[frame.index(MASK) + len(MASK) :]
    mask = (MASK * (len(payload) // 4 + 1))[: len(payload)]
    return bytes(one ^ two for one, two in zip(payload, mask, strict=True))


def login(token: str) -> bytes:
    """Return the frame that logs in."""
    return masked(
        b'{"jsonrpc":"2.0","id":1,"method":"public/login","params":{"token":"%s"}}' % token.encode()
    )


def subscribe(*channels: str) -> bytes:
    """Return the frame that subscribes to channels."""
    names = ",".join(f'"{name}"' for name in channels)
    text = (
        f'{{"jsonrpc":"2.0","id":1,"method":"public/subscribe","params":{{"channels":[{names}]}}}}'
    )
    return masked(text.encode())


def script(name: str, count: int, *, mid_ticks: int) -> list[bytes]:
    """Return one bot's orders: 60 % passive, 29 % cancels of its latest, 11 % marketable.

    ``name`` begins its client order ids: no two scripts of a run may share it.
    """
    random = Random(name)
    frames: list[bytes] = []
    live: list[int] = []
    for number in range(count):
        draw = random.random()
        side = random.choice((-1, 1))
        if draw < 0.29 and live:
            target = live.pop(-1 - random.randrange(min(CANCEL_AMONG, len(live))))
            frames.append(_cancel(number, f"{name}-{target}"))
        elif draw < 0.40:
            size = random.randint(50, 400)
            frames.append(_order(number, name, -side, mid_ticks - side * 30, size, "ioc"))
        else:
            ticks = mid_ticks + side * (1 + int(random.expovariate(1 / 15)))
            frames.append(_order(number, name, -side, ticks, random.randint(50, 150), "gtc"))
            live.append(number)
    return frames


def _order(number: int, name: str, sign: int, ticks: int, lots: int, force: str) -> bytes:
    side = "buy" if sign > 0 else "sell"
    return masked(
        f'{{"jsonrpc":"2.0","id":{number},"method":"private/place_order","params":{{"market":"'
        f'{MARKET}","side":"{side}","size":"{lots // 1000}.{lots % 1000:03}","price":"'
        f'{ticks // 100}.{ticks % 100:02}","time_in_force":"{force}","client_order_id":"'
        f'{name}-{number}"}}}}'.encode()
    )


def _cancel(number: int, name: str) -> bytes:
    return masked(
        f'{{"jsonrpc":"2.0","id":{number},"method":"private/cancel_order","params":'
        f'{{"client_order_id":"{name}"}}}}'.encode()
    )
