"""Measurements, as ratios inside one run: the machine is shared, so nothing else is believed."""
