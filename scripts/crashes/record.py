"""A bot's own record of what it was told, and what may never be found beside it.

No sockets here. Everything the venue says to one account goes through ``hear`` and ``answered``;
what cannot be true of a venue that loses nothing and doubles nothing raises ``Disagreement``.
"""

import json
from hashlib import blake2b
from typing import Any, NamedTuple

OPEN = "open"


class Disagreement(Exception):
    """The venue and a bot's record say different things."""


class Acknowledged(NamedTuple):
    """An order that was answered: its number, and the place in the journal that was named."""

    order_id: int
    seq: int


class Record:
    """What one account was told. ``last_n`` is the last of its numbered notices."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.acknowledged: dict[str, Acknowledged] = {}
        self.answers = 0
        self.notices: list[bytes] = []
        self.accepted: dict[str, Acknowledged] = {}
        self.orders: dict[int, str] = {}
        self.fills: dict[tuple[int, int], tuple[str, str, int]] = {}
        self.positions: dict[str, str] = {}
        self._last_seq = 0
        self._compared: set[str] = set()

    @property
    def last_n(self) -> int:
        """The number of the last notice; they are counted from 1."""
        return len(self.notices)

    def answered(self, client_order_id: str, result: dict[str, Any]) -> None:
        """Take the answer to an order: from now on the venue must know it for ever."""
        order_id = int(result["order"]["order_id"])
        known = self.acknowledged.get(client_order_id)
        if known is not None and known.order_id != order_id:
            raise self._wrong(f"order {client_order_id} as {known.order_id}", f"as {order_id}")
        self.answers += 1
        if known is None and not result.get("duplicate"):
            self.acknowledged[client_order_id] = Acknowledged(order_id, int(result["seq"]))

    def hear(self, notice: dict[str, Any]) -> None:
        """Take the next notice: none may be missing, and none come twice."""
        n = notice["n"]
        if n != self.last_n + 1 or notice["type"] == "gap":
            raise self._wrong(f"notice {self.last_n + 1}", f"{notice['type']} {n}")
        if notice["seq"] < self._last_seq:
            raise self._wrong(f"seq {self._last_seq} or later", f"{notice['seq']}")
        self._last_seq = notice["seq"]
        self.notices.append(fingerprint(notice))
        order = notice.get("order")
        if notice["type"] == "order" and notice["what"] == "accepted":
            self._accept(notice["order"], notice["seq"])
        elif notice["type"] == "fill":
            self._fill(notice, notice["order"])
        if order is not None:
            self.orders[order["order_id"]] = order["status"]
        position = notice.get("position")
        if position is not None:
            self.positions[position["market"]] = position["size"]

    def hear_again(self, notice: dict[str, Any]) -> None:
        """Take a notice a second time, worked out from the journal: it is what it was."""
        if fingerprint(notice) != self.notices[notice["n"] - 1]:
            raise self._wrong(f"notice {notice['n']} as it was told", json.dumps(notice))

    def compare(self) -> int:
        """Hold what was acknowledged against the notices; return how many were new to it."""
        fresh = self.acknowledged.keys() - self._compared
        for client_order_id in fresh:
            said = self.acknowledged[client_order_id]
            found = self.accepted.get(client_order_id)
            if found != said:
                raise self._wrong(f"order {client_order_id} as acknowledged, {said}", f"{found}")
        self._compared |= fresh
        return len(fresh)

    def open_orders(self) -> set[int]:
        """Return the orders that stand, as far as the notices tell."""
        return {order_id for order_id, status in self.orders.items() if status == OPEN}

    def _accept(self, order: dict[str, Any], seq: int) -> None:
        client_order_id = order.get("client_order_id")
        if client_order_id is None:
            return
        if client_order_id in self.accepted:
            raise self._wrong(f"order {client_order_id} once", f"again at seq {seq}")
        self.accepted[client_order_id] = Acknowledged(order["order_id"], seq)

    def _fill(self, notice: dict[str, Any], order: dict[str, Any]) -> None:
        fill = notice["fill"]
        key = (fill["trade_id"], order["order_id"])
        if key in self.fills:
            raise self._wrong(f"the fill of trade {key[0]} once", f"again at seq {notice['seq']}")
        self.fills[key] = (fill["price"], fill["size"], notice["seq"])

    def _wrong(self, expected: str, found: str) -> Disagreement:
        return Disagreement(f"{self.name}: expected {expected}, found {found}")


def fingerprint(notice: dict[str, Any]) -> bytes:
    """Return what stands for a notice in a record: equal only where every figure is."""
    return blake2b(json.dumps(notice, sort_keys=True).encode(), digest_size=16).digest()
