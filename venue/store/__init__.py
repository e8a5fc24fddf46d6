"""What lasts: the journal of commands, checkpoints of the state, and projections for reading."""
