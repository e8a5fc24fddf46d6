"""Rate limits: a bucket that fills with every request and leaks at a steady rate."""

from venue.gateway.results import BucketView


class Bucket:
    """At most ``cap`` at once, ``rate`` a second in the long run; a rate of 0 is no limit.

    >>> bucket = Bucket(rate=10, cap=2)
    >>> bucket.take(1, now_s=0.0), bucket.take(1, now_s=0.0), bucket.take(1, now_s=0.0)
    (0.0, 0.0, 0.1)
    >>> bucket.take(1, now_s=0.1)
    0.0
    """

    __slots__ = ("_at_s", "cap", "rate", "used")

    def __init__(self, *, rate: int, cap: int) -> None:
        self.rate = rate
        self.cap = cap
        self.used = 0.0
        self._at_s = 0.0

    def take(self, cost: int, *, now_s: float) -> float:
        """Take ``cost`` out; return 0, or the seconds after which it would fit."""
        rate = self.rate
        if not rate:
            return 0.0
        used = self.used - (now_s - self._at_s) * rate
        if used < 0.0:
            used = 0.0
        self._at_s = now_s
        after = used + cost
        if after > self.cap:
            self.used = used
            return (after - self.cap) / rate
        self.used = after
        return 0.0

    @property
    def is_crowded(self) -> bool:
        """More than half was used when it was last taken from."""
        return self.used * 2 > self.cap and self.rate > 0

    def view(self, *, now_s: float) -> BucketView | None:
        """Show what is used; ``None`` when there is no limit."""
        if not self.rate:
            return None
        used = max(0.0, self.used - (now_s - self._at_s) * self.rate)
        return BucketView(used=int(used), cap=self.cap, reset_ms=int(used * 1_000 / self.rate))
