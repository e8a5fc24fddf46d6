"""Kill a real venue at random moments, and hold it to everything that its bots were told."""
