"""Shares: when a pool's, or the liquidator vault's, are bought and given back."""

from typing import NamedTuple


class ShareTerms(NamedTuple):
    """When shares change hands.

    At the end of an epoch of ``epoch_ns`` (0: at once, at the value of that moment), once a request
    has stood for ``notice_ns``; with ``waits_for_open`` no epoch ends while the underlying is
    closed. None may be asked back for ``lockup_ns`` after a provider's latest payment.
    """

    epoch_ns: int
    notice_ns: int
    lockup_ns: int
    waits_for_open: bool
