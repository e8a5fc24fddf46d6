"""Which files the project ships: a bot of a user's own may lie among them, and is its owner's."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def shipped(folder: str) -> list[Path]:
    """Return the Python files below a folder of the checkout, as ``scripts/shipped`` says."""
    said = subprocess.run(
        [ROOT / "scripts" / "shipped", folder], capture_output=True, text=True, check=True
    )
    return sorted(ROOT / name for name in said.stdout.split("\n") if name)
