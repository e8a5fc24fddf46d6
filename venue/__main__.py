"""``python -m venue``."""

from venue.cli import main

main()
