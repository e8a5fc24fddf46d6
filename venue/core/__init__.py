"""The exchange: one deterministic state machine without clock, chance, I/O or float."""
