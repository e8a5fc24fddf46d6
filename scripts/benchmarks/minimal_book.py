"""The yardstick: a minimal price-time book in plain Python, written for the benchmark.

Dict of levels, lazy heap of prices, linked first-in-first-out. No accounts, no events.
"""

from heapq import heappop, heappush


class Node:
    __slots__ = ("after", "before", "key", "lots", "number", "side")

    def __init__(self, number: int, side: int, key: int, lots: int) -> None:
        self.number = number
        self.side = side
        self.key = key
        self.lots = lots
        self.before: Node | None = None
        self.after: Node | None = None


class MinimalBook:
    """Sides 0 (bids) and 1 (asks); keys are such that the best is the smallest."""

    def __init__(self) -> None:
        self.levels: tuple[dict[int, list[Node | None]], ...] = ({}, {})
        self.heaps: tuple[list[int], ...] = ([], [])
        self.nodes: dict[int, Node] = {}
        self.trades = 0
        self.traded_lots = 0

    def submit(self, number: int, is_buy: bool, price: int, lots: int, rests: bool) -> None:
        other = 1 if is_buy else 0
        levels, heap = self.levels[other], self.heaps[other]
        limit = price if is_buy else -price
        while lots and heap:
            key = heap[0]
            level = levels.get(key)
            if level is None:
                heappop(heap)
                continue
            if key > limit:
                break
            node = level[0]
            while node is not None and lots:
                fill = lots if lots < node.lots else node.lots
                lots -= fill
                node.lots -= fill
                self.trades += 1
                self.traded_lots += fill
                if not node.lots:
                    del self.nodes[node.number]
                    node = node.after
                    if node is not None:
                        node.before = None
            if node is None:
                del levels[key]
                heappop(heap)
            else:
                level[0] = node
        if lots and rests:
            side = 0 if is_buy else 1
            key = -price if is_buy else price
            node = Node(number, side, key, lots)
            self.nodes[number] = node
            level = self.levels[side].get(key)
            if level is None:
                self.levels[side][key] = [node, node]
                heappush(self.heaps[side], key)
            else:
                last = level[1]
                assert last is not None
                last.after = node
                node.before = last
                level[1] = node

    def cancel(self, number: int) -> bool:
        node = self.nodes.pop(number, None)
        if node is None:
            return False
        level = self.levels[node.side][node.key]
        if node.before is None:
            level[0] = node.after
        else:
            node.before.after = node.after
        if node.after is None:
            level[1] = node.before
        else:
            node.after.before = node.before
        if level[0] is None:
            del self.levels[node.side][node.key]
        return True
