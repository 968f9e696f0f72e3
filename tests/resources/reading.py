"""Reading the library's pages as a machine would."""

import re
from typing import Any


def listed(response: Any) -> list[int]:
    """Ids of the materials in the list, in order."""
    return [int(pk) for pk in re.findall(r'data-object="material:(\d+)"', response.content.decode())]


def total(response: Any) -> int:
    found = re.findall(r'data-total="(\d+)"', response.content.decode())
    assert len(found) == 1
    return int(found[0])


def facet_counts(response: Any, facet: str) -> dict[str, int]:
    """Code → count of the options that the page shows."""
    found = re.findall(rf'name="{facet}" value="([^"]+)"[^>]*><span>[^<]*</span><span class="n">(\d+)</span>', response.content.decode())
    return {code: int(count) for code, count in found}
