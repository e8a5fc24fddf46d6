"""The examples in the docstrings hold, and the page on recordings names what there is."""

import doctest
import importlib
import pkgutil
from pathlib import Path

import pytest

import venue.oracle
from venue.oracle import BAR_RULES, FORMATS
from venue.oracle.formats import OWN_COLUMNS

MODULES = [each.name for each in pkgutil.iter_modules(venue.oracle.__path__, "venue.oracle.")]
PAGE = Path(__file__).parents[2] / "docs" / "recordings.md"


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_docstrings_hold(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


@pytest.mark.parametrize("name", [*FORMATS, *BAR_RULES, *OWN_COLUMNS])
def test_the_page_on_recordings_names_every_format_rule_and_column(name: str) -> None:
    assert f"`{name}`" in PAGE.read_text()
