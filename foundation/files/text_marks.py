"""Marks of structure in an extracted text: control characters at the beginning of a line. No part of a word, so that search does not see them.

Known to the bounded child that writes them and to the page that reads them; needs nothing but Python.
"""

import re

HEADINGS = "\x01\x02\x03\x04\x05\x06"
"""One for each level."""
HEAD_ROW, ROW = "\x11", "\x12"
"""A row of a table, cells after tabs; the first one is made of headings."""
ITEM = "\x13"
PAGE = "\x14"
"""A line of its own: here a page of the document begins."""

_MARKS = re.compile(f"(?m)^[{HEADINGS}{HEAD_ROW}{ROW}{ITEM}{PAGE}]")
_CONTROLS = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127])


def without_controls(text: str) -> str:
    """What a file itself holds may not look like a mark."""
    return text.translate(_CONTROLS)


def without_marks(text: str) -> str:
    """The plain text, for who looks at its lines."""
    return _MARKS.sub("", text)
