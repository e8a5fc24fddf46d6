"""In which order files of tests are handed out, so that no worker ends with a long one."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# The longest first, those that wait for processes among those that compute; then all others.
LONGEST = (
    "tests/hostile/test_flood.py",
    "tests/scenarios/test_mondays.py",
    "tests/test_crash.py",
    "tests/lab/test_mondays.py",
    "tests/test_disks.py",
    "tests/rules/test_contract.py",
    "tests/hostile/test_real_run.py",
    "tests/oracle/test_synthetic.py",
    "tests/test_trouble.py",
    "tests/simulation/test_simulation.py",
    "tests/test_split_process.py",
    "tests/scenarios/test_close_and_open.py",
    "tests/test_process.py",
    "tests/scenarios/test_other_rules.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what takes longest first; the order is otherwise as it was."""
    place = {ROOT / name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path, len(place)))
