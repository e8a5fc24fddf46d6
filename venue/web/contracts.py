"""How the operator's pages write sizes."""

from venue.core.units import E9


def contracts(lots: int, lot_e9: int) -> str:
    """Return lots, which may be negative, in contracts, with the places of a lot as on the wire.

    >>> contracts(2_000_000, 1_000_000), contracts(7, 10**9), contracts(-3, 250_000_000)
    ('2000.000', '7', '-0.75')
    """
    places = len(f"{lot_e9 % E9:09}".rstrip("0"))
    whole, part = divmod(abs(lots) * lot_e9, E9)
    sign = "-" if lots < 0 else ""
    return f"{sign}{whole}.{f'{part:09}'[:places]}" if places else f"{sign}{whole}"
