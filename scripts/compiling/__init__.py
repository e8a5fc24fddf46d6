"""Compiling the hot part of the core: what, how, and that it comes to the same."""
