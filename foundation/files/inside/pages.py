"""The first pages of a file as pictures. Office files are laid out anew by typst from plain data: near to the original, not equal."""

import json
import shutil
from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from pathlib import Path
from typing import IO, Any

from PIL import Image

from foundation.files.inside import pictures, plain
from foundation.files.inside.inspection import OFFICE_ENTRIES
from foundation.files.inside.ooxml_sheets import WorkbookReader
from foundation.files.inside.ooxml_slides import slide_members, slides
from foundation.files.inside.ooxml_text import WordReader
from foundation.files.inside.opendocument import OdfReader
from foundation.files.inside.refusal import Refusal
from foundation.files.inside.xmltools import attribute, local, root_of
from foundation.files.inside.zips import Archive

TEMPLATE = Path(__file__).parent.parent / "paper.typ"
CHARS_A_PAGE = 4_500
BLOCKS_A_PAGE = 90
TABLE_ROWS, TABLE_COLUMNS = 60, 16
SHEET_ROWS, SHEET_COLUMNS = 23, 12
CELL_CHARS = 400
MAX_PICTURES = 8
MAX_HEIGHT = 1800
AIM_BYTES, MAX_BYTES = 50 * 1024, 120 * 1024
QUALITIES = (78, 62, 46, 30)

Block = dict[str, Any]


def render_previews(path: str, kind: str, out_dir: str, work_dir: str, pages: int, width: int) -> dict[str, Any]:
    """Write `page-N.webp` into `out_dir`. Answers {"pages": [{"file", "width", "height", "page"}], "total": number or None}."""
    with Path(path).open("rb") as stream:
        sheets, total = _sheets(stream, kind, Path(work_dir), pages, width)
        made = [_write(sheet, Path(out_dir), number) for number, sheet in enumerate(sheets, start=1)]
    return {"pages": made, "total": total}


def _sheets(stream: IO[bytes], kind: str, work: Path, pages: int, width: int) -> tuple[Iterable[Image.Image], int | None]:
    if kind in pictures.FORMATS:
        picture = pictures.on_white(pictures.flattened(pictures.open_picture(stream, width), width))
        return [picture], 1
    if kind == "pdf":
        return _pdf_pages(stream.read(), pages, width)
    data, total = _layout(stream, kind, work, pages)
    pdf = _typeset(data, work)
    made, laid_out = _pdf_pages(pdf, pages, width)
    if data["complete"]:
        total = max(total or 0, laid_out)
    return made, total


def _pdf_pages(data: bytes, pages: int, width: int) -> tuple[Iterator[Image.Image], int]:
    import pypdfium2

    document = pypdfium2.PdfDocument(data)

    def rendered() -> Iterator[Image.Image]:
        for index in range(min(pages, len(document))):
            page = document[index]
            wide, high = page.get_size()
            scale = min(width / max(wide, 1), MAX_HEIGHT / max(high, 1))
            yield page.render(scale=scale).to_pil().convert("RGB")
            page.close()

    return rendered(), len(document)


def _write(picture: Image.Image, folder: Path, number: int) -> dict[str, Any]:
    """One page within its bytes: first the quality goes down, then the size."""
    while True:
        for quality in QUALITIES:
            data = pictures.encode(picture, "WEBP", quality)
            if len(data) <= AIM_BYTES:
                break
        if len(data) <= MAX_BYTES or min(picture.size) < 64:
            break
        picture = picture.resize((picture.width * 3 // 4, picture.height * 3 // 4), Image.Resampling.LANCZOS)
    name = f"page-{number}.webp"
    (folder / name).write_bytes(data)
    return {"file": name, "width": picture.width, "height": picture.height, "page": number}


def _typeset(data: dict[str, Any], work: Path) -> bytes:
    """The template and the data lie side by side in a folder of their own, which is all that typst may read."""
    import typst

    shutil.copyfile(TEMPLATE, work / "paper.typ")
    (work / "data.json").write_text(json.dumps(data), encoding="utf-8")
    compiled = typst.compile(str(work / "paper.typ"), root=str(work), format="pdf", ignore_system_fonts=True, pdf_tags=False)
    if not isinstance(compiled, bytes):
        raise TypeError("typst gave no PDF")
    return compiled


def _layout(stream: IO[bytes], kind: str, work: Path, pages: int) -> tuple[dict[str, Any], int | None]:
    """The data of the template, and how many pages, slides or sheets the file has, if it says so."""
    if kind == "rtf":
        return _paper(plain.paragraphs(plain.rtf_text(stream, CHARS_A_PAGE * pages * 2)), None, work, pages), None
    if kind == "txt":
        return _paper(plain.paragraphs(plain.decoded(stream, CHARS_A_PAGE * pages * 2)), None, work, pages), None
    if kind == "csv":
        rows = plain.table_rows(plain.decoded(stream, 200_000))
        return _grid([("", rows[:SHEET_ROWS])]), 1
    archive = Archive(stream, entries=OFFICE_ENTRIES)
    if kind == "docx":
        return _paper(WordReader(archive).blocks(), archive, work, pages), _declared(archive, "docProps/app.xml", "Pages", None)
    if kind == "odt":
        return _paper(OdfReader(archive).blocks(), archive, work, pages), _declared(archive, "meta.xml", "document-statistic", "page-count")
    if kind == "pptx":
        return _deck(slides(archive), archive, work, pages), len(slide_members(archive))
    if kind == "xlsx":
        book = WorkbookReader(archive)
        return _grid([(name, list(islice(book.rows(member), SHEET_ROWS))) for name, member in book.sheets[:pages]]), max(1, len(book.sheets))
    odf = OdfReader(archive)
    if kind == "odp":
        everything = list(islice(odf.slides(), 500))
        return _deck(iter(everything), archive, work, pages), len(everything)
    named = groupby(odf.sheet_rows(), key=lambda pair: pair[0])
    grids = [(name, [row for _name, row in islice(rows, SHEET_ROWS)]) for name, rows in named]
    return _grid(grids[:pages]), max(1, len(grids))


def _declared(archive: Archive, member: str, name: str, count: str | None) -> int | None:
    if member not in archive:
        return None
    with archive.open(member) as stream:
        for element in root_of(stream).iter():
            if local(element) == name:
                raw = attribute(element, count) if count else element.text or ""
                return int(raw) if raw.isdigit() and 0 < int(raw) < 10_000 else None
    return None


def _paper(blocks: Iterable[Block], archive: Archive | None, work: Path, pages: int) -> dict[str, Any]:
    """Blocks enough for the wanted pages; `complete` when that was all."""
    taken: list[Block] = []
    chars, complete = 0, True
    stock = _PictureStock(archive, work)
    for block in blocks:
        if chars > CHARS_A_PAGE * pages or len(taken) > BLOCKS_A_PAGE * pages:
            complete = False
            break
        prepared = stock.prepared(block, 450, 330)
        if prepared is not None:
            taken.append(prepared)
            chars += sum(len(run["text"]) for run in prepared.get("runs", ())) + 40
            chars += sum(len(cell["text"]) for row in prepared.get("rows", ()) for cell in row)
    return {"layout": "paper", "blocks": taken, "complete": complete}


def _deck(source: Iterator[Block], archive: Archive, work: Path, pages: int) -> dict[str, Any]:
    made = []
    stock = _PictureStock(archive, work)
    for slide in islice(source, pages):
        body = [prepared for block in slide["body"][:60] if (prepared := stock.prepared(block, 300, 260)) is not None]
        texts = [block for block in body if block["type"] != "picture"]
        shown = [block for block in body if block["type"] == "picture"][:2]
        chars = sum(len(run["text"]) + 30 for block in texts for run in block.get("runs", ()))
        size = 20 if chars < 350 else 16 if chars < 800 else 12
        made.append({"title": slide["title"][:300], "subtitle": slide["subtitle"][:300], "texts": texts, "pictures": shown, "size": size})
    return {"layout": "slides", "slides": made, "complete": False}


def _grid(sheets: list[tuple[str, list[list[str]]]]) -> dict[str, Any]:
    made = []
    for name, rows in sheets or [("", [])]:
        columns = max(1, min(SHEET_COLUMNS, max((len(row) for row in rows), default=1)))
        cut = [[cell[:CELL_CHARS].replace("\n", " ") for cell in row[:columns]] + [""] * (columns - len(row)) for row in rows]
        weights = [max(6, min(30, 2 + max((len(row[place]) for row in cut), default=4))) for place in range(columns)]
        numeric = [[cell.replace(",", ".").replace("-", "", 1).replace(".", "", 1).isdigit() for cell in row] for row in cut]
        made.append({"name": name[:60], "rows": cut, "weights": weights, "numeric": numeric, "bold": bool(cut) and not any(numeric[0])})
    return {"layout": "sheets", "sheets": made, "complete": False}


class _PictureStock:
    """Blocks made ready for the template: tables squared, pictures re-encoded into the folder of the template."""

    def __init__(self, archive: Archive | None, work: Path) -> None:
        self.archive = archive
        self.work = work
        self.count = 0

    def prepared(self, block: Block, max_width: int, max_height: int) -> Block | None:
        """The block for the template, None for one that cannot be shown. Sizes in points."""
        if block["type"] == "picture":
            return self._picture(block["member"], max_width, max_height)
        if block["type"] == "table":
            return _squared(block["rows"])
        if "runs" in block:
            return block | {"runs": [run | {"text": run["text"][:CHARS_A_PAGE].replace("\0", "")} for run in block["runs"][:400]]}
        return block

    def _picture(self, member: str, max_width: int, max_height: int) -> Block | None:
        if self.archive is None or self.count >= MAX_PICTURES:
            return None
        try:
            with self.archive.open(member) as stream:
                picture = pictures.on_white(pictures.flattened(pictures.open_picture(stream, 1000), 1000))
        except Refusal:
            return None
        self.count += 1
        name = f"picture-{self.count}.jpg"
        (self.work / name).write_bytes(pictures.encode(picture, "JPEG", 85))
        scale = min(max_width / picture.width, max_height / picture.height, 0.75)
        return {"type": "picture", "file": name, "width": picture.width * scale, "height": picture.height * scale}


def _squared(rows: list[list[Block]]) -> Block | None:
    """Each row exactly as wide as the table; widths of columns by what stands in them."""
    rows = [row for row in rows[:TABLE_ROWS] if row]
    columns = min(TABLE_COLUMNS, max((sum(max(1, cell["span"]) for cell in row) for row in rows), default=0))
    if not columns:
        return None
    weights = [4] * columns
    made = []
    for row in rows:
        place, cells = 0, []
        for cell in row:
            span = min(max(1, cell["span"]), columns - place)
            if span < 1:
                break
            text = cell["text"][:CELL_CHARS].replace("\0", "")
            if span == 1:
                weights[place] = max(weights[place], min(28, len(text)))
            cells.append({"text": text, "bold": cell["bold"], "span": span})
            place += span
        if place < columns:
            cells.append({"text": "", "bold": False, "span": columns - place})
        made.append(cells)
    return {"type": "table", "rows": made, "weights": weights}
