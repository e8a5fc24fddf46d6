"""The lab: offline runs of the real core, agents, measures, and journals read back."""
