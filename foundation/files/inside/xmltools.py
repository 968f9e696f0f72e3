"""XML of office files, a child at a time. No DTD, no entities."""

from collections.abc import Iterator
from typing import IO
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import iterparse, parse


def local(element: Element) -> str:
    """The name of an element without its namespace (both the usual and the strict dialect of OOXML are read so)."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Element, name: str, default: str = "") -> str:
    """An attribute by its name without the namespace."""
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return value
    return default


def find(element: Element, *path: str) -> Element | None:
    """The first descendant by a path of local names."""
    current: Element | None = element
    for name in path:
        if current is None:
            return None
        current = next((child for child in current if local(child) == name), None)
    return current


def root_of(stream: IO[bytes]) -> Element:
    """The whole tree, for small parts only."""
    root = parse(stream, forbid_dtd=True).getroot()
    if root is None:
        raise ValueError("no root element")
    return root


def children_of(stream: IO[bytes], container: str) -> Iterator[tuple[dict[str, str], Element]]:
    """Every direct child of each `container` element, with the container's attributes (the same dict object for the children of one
    container). Each child is forgotten after use: memory holds one at a time."""
    depth = 0
    holder: Element | None = None
    attributes: dict[str, str] = {}
    for event, element in iterparse(stream, events=("start", "end"), forbid_dtd=True):
        if event == "start":
            if holder is not None:
                depth += 1
            elif local(element) == container:
                holder, attributes = element, dict(element.attrib)
        elif holder is not None:
            if depth == 0:
                holder.clear()
                holder = None
                continue
            depth -= 1
            if depth == 0:
                yield attributes, element
                holder.clear()
