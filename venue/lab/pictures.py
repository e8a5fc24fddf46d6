"""Pictures as SVG files that the same figures bring again to the last byte."""

import re
from pathlib import Path
from typing import Any

# What matplotlib names by a hash of its place on the page, to more digits than are drawn.
HASHED = re.compile(r'id="([a-zA-Z]+[0-9a-f]{10})"')


def save(figure: Any, path: Path) -> None:
    """Write a figure as SVG, without its date, its names numbered."""
    import matplotlib as mpl

    with mpl.rc_context({"svg.hashsalt": "venue"}):
        figure.savefig(path, format="svg", metadata={"Date": None})
    path.write_text(numbered(path.read_text()))


def numbered(svg: str) -> str:
    """Return a picture whose hashed names are numbers in the order in which they are given.

    The hash of a place differs from machine to machine where the place does in its last bit.

    >>> numbered('<path id="m0123456789"/><use href="#m0123456789"/><path id="p00000000ff"/>')
    '<path id="named-1"/><use href="#named-1"/><path id="named-2"/>'
    """
    names = dict.fromkeys(HASHED.findall(svg))
    for number, name in enumerate(names, 1):
        svg = re.sub(rf"\b{name}\b", f"named-{number}", svg)
    return svg
