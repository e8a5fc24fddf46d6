"""Hostile bots: ``scripts/flood`` and ``scripts/fuzz``."""
