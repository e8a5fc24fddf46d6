"""Monday opens: every recorded weekend gap under every rulebook, and who paid for it."""
