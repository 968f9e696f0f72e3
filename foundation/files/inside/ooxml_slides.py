"""PPTX as plain data: one block a slide."""

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

from foundation.files.inside.relations import main_part, relations
from foundation.files.inside.xmltools import attribute, find, local, root_of
from foundation.files.inside.zips import Archive

_NO_BODY = {"dt", "ftr", "sldNum", "hdr"}


def slide_members(archive: Archive) -> list[str]:
    """Slides in their order."""
    main = main_part(archive)[1]
    targets = relations(archive, main)
    with archive.open(main) as stream:
        order = find(root_of(stream), "sldIdLst")
    # Of the two attributes with the local name `id`, the relation's is the one with a namespace.
    keys = [value for slide in (order if order is not None else ()) for key, value in slide.attrib.items() if key.endswith("}id")]
    return [targets[key] for key in keys if key in targets]


def slides(archive: Archive) -> Iterator[dict[str, Any]]:
    """Blocks of the type `slide`, lazily."""
    for member in slide_members(archive):
        near = relations(archive, member)
        with archive.open(member) as stream:
            root = root_of(stream)
        slide: dict[str, Any] = {"type": "slide", "title": "", "subtitle": "", "body": [], "notes": ""}
        tree = find(root, "cSld", "spTree")
        for shape in tree if tree is not None else ():
            _shape(shape, slide, near)
        slide["notes"] = _notes(archive, near)
        yield slide


def _notes(archive: Archive, near: dict[str, str]) -> str:
    member = next((target for target in near.values() if "/notesSlides/" in target), None)
    if member is None:
        return ""
    with archive.open(member) as stream:
        lines = [_line(element) for element in root_of(stream).iter() if local(element) == "p"]
    return "\n".join(line for line in lines if line.strip() and not line.strip().isdigit())


def _line(paragraph: Element) -> str:
    return "".join(run["text"] for run in _runs(paragraph))


def _runs(paragraph: Element) -> list[dict[str, Any]]:
    runs: list[dict[str, Any]] = []
    for child in paragraph:
        if local(child) in {"r", "fld"}:
            properties, text = find(child, "rPr"), find(child, "t")
            bold = properties is not None and attribute(properties, "b") in {"1", "true"}
            runs.append({"text": (text.text or "") if text is not None else "", **({"bold": True} if bold else {})})
        elif local(child) == "br":
            runs.append({"text": "\n"})
    return runs


def _placeholder(shape: Element) -> str | None:
    """The type of the placeholder, `body` for one without a type, None for a free shape."""
    mark = find(shape, "nvSpPr", "nvPr", "ph")
    return None if mark is None else attribute(mark, "type", "body")


def _shape(shape: Element, slide: dict[str, Any], near: dict[str, str]) -> None:
    name = local(shape)
    if name == "grpSp":
        for child in shape:
            _shape(child, slide, near)
    elif name == "pic":
        blip = next((element for element in shape.iter() if local(element) == "blip"), None)
        member = near.get(attribute(blip, "embed")) if blip is not None else None
        if member:
            slide["body"].append({"type": "picture", "member": member})
    elif name == "graphicFrame":
        table = next((element for element in shape.iter() if local(element) == "tbl"), None)
        if table is not None:
            slide["body"].append(_table(table))
    elif name == "sp":
        _text_shape(shape, slide)


def _table(table: Element) -> dict[str, Any]:
    rows: list[list[dict[str, Any]]] = []
    for row in table:
        if local(row) == "tr":
            cells = [cell for cell in row if local(cell) == "tc"]
            rows.append([{"text": "\n".join(_line(p) for p in cell.iter() if local(p) == "p"), "bold": not rows, "span": 1} for cell in cells])
    return {"type": "table", "rows": rows}


def _text_shape(shape: Element, slide: dict[str, Any]) -> None:
    kind = _placeholder(shape)
    body = find(shape, "txBody")
    if body is None or kind in _NO_BODY:
        return
    paragraphs = [paragraph for paragraph in body if local(paragraph) == "p"]
    if kind in {"title", "ctrTitle"} and not slide["title"]:
        slide["title"] = " ".join(filter(None, map(_line, paragraphs)))
    elif kind == "subTitle" and not slide["subtitle"]:
        slide["subtitle"] = "\n".join(filter(None, map(_line, paragraphs)))
    else:
        for paragraph in paragraphs:
            runs = _runs(paragraph)
            if any(run["text"].strip() for run in runs):
                slide["body"].append(_point(paragraph, runs, bulleted=kind is not None))


def _point(paragraph: Element, runs: list[dict[str, Any]], *, bulleted: bool) -> dict[str, Any]:
    properties = find(paragraph, "pPr")
    level = attribute(properties, "lvl", "0") if properties is not None else "0"
    if properties is not None and find(properties, "buNone") is not None:
        bulleted = False
    if properties is not None and (find(properties, "buChar") is not None or find(properties, "buAutoNum") is not None):
        bulleted = True
    if bulleted:
        return {"type": "item", "level": min(int(level), 5) if level.isdigit() else 0, "marker": "•", "runs": runs}
    return {"type": "paragraph", "runs": runs, "align": "left"}
