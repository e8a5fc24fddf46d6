"""A paper exchange for 24/7 equity perpetuals."""

__version__ = "0.1.0"
