"""Neutral blocks written as real office files. The same blocks, title, author and date give the same bytes."""

import io
import json
import zipfile
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pptx
import typst
from docx.shared import Pt
from odf import dc, meta
from odf import style as odf_style
from odf import table as odf_table
from odf import text as odf_text
from odf.opendocument import OpenDocumentText
from odf.style import ParagraphProperties, TableCellProperties, TextProperties
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from pptx.dml.color import RGBColor
from pptx.util import Emu, Inches
from pptx.util import Pt as SlidePt

from network_portal.demo.content.compose import Block, Bullets, Heading, Numbers, PageBreak, Paragraph, Table

KINDS = ("docx", "pptx", "xlsx", "pdf", "odt")
ACCENT = "1F5C7A"
_DEFAULT_DATE = date(2025, 9, 1)


def _stamp(written_on: date) -> datetime:
    return datetime.combine(written_on, time(12))


def _rezip(data: bytes) -> bytes:
    """The same archive with fixed times: zip members carry the clock of the writing machine."""
    source = zipfile.ZipFile(io.BytesIO(data))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for member in source.infolist():
            info = zipfile.ZipInfo(member.filename, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_STORED if member.filename == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(info, source.read(member))
    return target.getvalue()


def _properties(core: Any, title: str, author: str, written_on: date) -> None:
    """Core properties as python-docx and python-pptx share them; what the templates bring along is overwritten."""
    core.title, core.author, core.last_modified_by = title, author, author
    core.created = core.modified = _stamp(written_on)
    core.comments = core.keywords = core.subject = ""
    core.revision, core.language = 1, "ru-RU"


@cache
def _docx_template() -> bytes:
    """The library's template with our page and fonts: set once, copied for each document."""
    document = docx.Document()
    document.styles["Normal"].font.name = "Liberation Serif"
    document.styles["Normal"].font.size = Pt(12)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _write_docx(blocks: Sequence[Block], title: str, author: str, written_on: date) -> bytes:
    document = docx.Document(io.BytesIO(_docx_template()))
    _properties(document.core_properties, title, author, written_on)
    document.add_heading(title, 0)
    document.add_paragraph(author).runs[0].italic = True
    for block in blocks:
        match block:
            case Heading(text, level):
                document.add_heading(text, level)
            case Paragraph(text):
                document.add_paragraph(text)
            case Bullets(items):
                for item in items:
                    document.add_paragraph(item, style="List Bullet")
            case Numbers(items):
                # Typed numbers: Word would count one list through the whole document.
                for number, item in enumerate(items, 1):
                    document.add_paragraph(f"{number}. {item}", style="List")
            case Table(rows):
                table = document.add_table(rows=len(rows), cols=len(rows[0]), style="Table Grid")
                # `table.cell` walks the whole grid for each cell; rows are read once here.
                for number, (row, texts) in enumerate(zip(table.rows, rows, strict=True)):
                    for cell, text in zip(row.cells, texts, strict=True):
                        run = cell.paragraphs[0].add_run(text)
                        run.bold = number == 0
                document.add_paragraph()
            case PageBreak():
                document.add_page_break()
    buffer = io.BytesIO()
    document.save(buffer)
    return _rezip(buffer.getvalue())


@cache
def _pptx_template() -> bytes:
    presentation = pptx.Presentation()
    presentation.slide_width, presentation.slide_height = Inches(13.333), Inches(7.5)
    buffer = io.BytesIO()
    presentation.save(buffer)
    return buffer.getvalue()


_SLIDE_LINES = 9


def _slide(presentation: Any, title: str) -> Any:
    """A slide with its heading placed for the wide page (the library's template is 4 : 3)."""
    slide = presentation.slides.add_slide(presentation.slide_layouts[1])
    heading, body = slide.shapes.title, slide.placeholders[1]
    heading.left, heading.top, heading.width, heading.height = Inches(0.7), Inches(0.4), Inches(11.9), Inches(1.2)
    body.left, body.top, body.width, body.height = Inches(0.7), Inches(1.8), Inches(11.9), Inches(5.1)
    heading.text = title
    run = heading.text_frame.paragraphs[0].runs[0]
    run.font.size, run.font.bold, run.font.color.rgb = SlidePt(34), True, RGBColor.from_string(ACCENT)
    return slide


def _slide_table(presentation: Any, title: str, rows: Sequence[Sequence[str]]) -> None:
    """A table on slides of its own, six rows each, the header repeated."""
    for start in range(1, len(rows), 6):
        part = [rows[0], *rows[start : start + 6]]
        slide = _slide(presentation, title)
        slide.placeholders[1]._element.getparent().remove(slide.placeholders[1]._element)
        table = slide.shapes.add_table(len(part), len(rows[0]), Inches(0.7), Inches(1.8), Inches(11.9), Emu(450000 * len(part))).table
        weights = [min(60, max(6, *(len(row[column]) for row in rows))) for column in range(len(rows[0]))]
        for column, weight in enumerate(weights):
            table.columns[column].width = Emu(int(Inches(11.9) * weight / sum(weights)))
        for row, texts in enumerate(part):
            for column, text in enumerate(texts):
                cell = table.cell(row, column)
                cell.text = text
                for paragraph in cell.text_frame.paragraphs:
                    paragraph.font.size = SlidePt(16)


def _write_pptx(blocks: Sequence[Block], title: str, author: str, written_on: date) -> bytes:
    presentation = pptx.Presentation(io.BytesIO(_pptx_template()))
    _properties(presentation.core_properties, title, author, written_on)
    first = presentation.slides.add_slide(presentation.slide_layouts[0])
    heading, below = first.shapes.title, first.placeholders[1]
    heading.left, heading.top, heading.width, heading.height = Inches(1), Inches(1.8), Inches(11.3), Inches(2.2)
    below.left, below.top, below.width, below.height = Inches(1), Inches(4.3), Inches(11.3), Inches(1)
    heading.text, below.text = title, author
    heading.text_frame.paragraphs[0].runs[0].font.size = SlidePt(40)
    heading.text_frame.paragraphs[0].runs[0].font.color.rgb = RGBColor.from_string(ACCENT)

    current = title
    lines: list[str] = []

    def flush() -> None:
        for start in range(0, len(lines), _SLIDE_LINES):
            frame = _slide(presentation, current).placeholders[1].text_frame
            part = lines[start : start + _SLIDE_LINES]
            frame.text = part[0]
            for line in part[1:]:
                frame.add_paragraph().text = line
            size = SlidePt(28 if sum(map(len, part)) < 350 else 20)
            for paragraph in frame.paragraphs:
                paragraph.font.size = size
        lines.clear()

    for block in blocks:
        match block:
            case Heading(text, _):
                flush()
                current = text
            case Paragraph(text):
                lines.append(text)
            case Bullets(items):
                lines.extend(items)
            case Numbers(items):
                lines.extend(f"{number}. {item}" for number, item in enumerate(items, 1))
            case Table(rows):
                flush()
                _slide_table(presentation, current, rows)
            case PageBreak():
                flush()
    flush()
    buffer = io.BytesIO()
    presentation.save(buffer)
    return _rezip(buffer.getvalue())


def _write_xlsx(blocks: Sequence[Block], title: str, author: str, written_on: date) -> bytes:
    book = openpyxl.Workbook()
    book.properties.title, book.properties.creator, book.properties.lastModifiedBy = title, author, author
    book.properties.created = _stamp(written_on)
    sheet = book.active
    sheet.title = "Лист 1"
    wrap = Alignment(wrap_text=True, vertical="top")
    line = Side(style="thin", color="999999")
    border, fill = Border(line, line, line, line), PatternFill("solid", fgColor="DCEAF1")
    bold, big, middle = Font(bold=True), Font(bold=True, size=14, color=ACCENT), Font(bold=True, size=12)
    widths = {1: 8, 2: 60, 3: 28, 4: 40, 5: 12}
    for column, width in widths.items():
        sheet.column_dimensions["ABCDE"[column - 1]].width = width
    sheet.cell(1, 1, title).font = big
    sheet.cell(2, 1, author).font = Font(italic=True)
    row = 4
    for block in blocks:
        match block:
            case Heading(text, _):
                sheet.cell(row, 1, text).font = middle
                row += 1
            case Paragraph(text):
                sheet.cell(row, 1, text)
                row += 1
            case Bullets(items):
                for item in items:
                    sheet.cell(row, 1, "•")
                    sheet.cell(row, 2, item).alignment = wrap
                    row += 1
            case Numbers(items):
                for number, item in enumerate(items, 1):
                    sheet.cell(row, 1, number)
                    sheet.cell(row, 2, item).alignment = wrap
                    row += 1
            case Table(rows):
                for index, texts in enumerate(rows):
                    for column, text in enumerate(texts, 1):
                        # A text that begins with «=» would be taken for a formula: numbers as numbers, the rest as strings.
                        cell = sheet.cell(row, column)
                        if text.isascii() and text.isdigit() and len(text) < 10:
                            cell.value = int(text)
                        else:
                            cell.value, cell.data_type = text, "s"
                        cell.border, cell.alignment = border, wrap
                        if index == 0:
                            cell.font, cell.fill = bold, fill
                    row += 1
                row += 1
            case PageBreak():
                row += 1
    buffer = io.BytesIO()
    book.save(buffer)
    return _fixed_modified(_rezip(buffer.getvalue()), written_on)


def _fixed_modified(data: bytes, written_on: date) -> bytes:
    """openpyxl writes the clock into `modified` while saving; put the given date there."""
    source = zipfile.ZipFile(io.BytesIO(data))
    core = source.read("docProps/core.xml").decode()
    start = core.index(">", core.index("<dcterms:modified")) + 1
    core = core[:start] + _stamp(written_on).isoformat() + "Z" + core[core.index("</dcterms:modified>") :]
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in source.infolist():
            archive.writestr(member, core if member.filename == "docProps/core.xml" else source.read(member))
    return target.getvalue()


# The data come in as an input and are only ever used as values: nothing a text says is read as markup.
_TYPST = """
#let d = json(bytes(sys.inputs.data))
#set document(title: d.title, author: d.author, date: datetime(year: d.year, month: d.month, day: d.day))
#set page(paper: "a4", margin: 2cm, numbering: "1")
#set text(lang: "ru", size: 11pt, font: "Libertinus Serif")
#show heading: set text(fill: rgb("#1f5c7a"))
#set par(justify: false)
#align(center, text(size: 18pt, weight: "bold", fill: rgb("#1f5c7a"), hyphenate: false, d.title))
#align(center, emph(d.author))
#set par(justify: true)
#for b in d.blocks {
  if b.kind == "heading" { heading(level: b.level, b.text) }
  else if b.kind == "paragraph" { par(b.text) }
  else if b.kind == "bullets" { list(..b.items) }
  else if b.kind == "numbers" { enum(..b.items) }
  else if b.kind == "table" {
    table(columns: b.widths.map(w => w * 1fr), inset: 6pt, stroke: 0.5pt + gray, align: left, fill: (x, y) => if y == 0 { rgb("#dceaf1") },
      ..b.rows.flatten().map(cell => par(justify: false, cell)))
  }
  else if b.kind == "break" { pagebreak(weak: true) }
}
"""


@cache
def _compiler() -> typst.Compiler:
    """One compiler for all documents, with its own fonts only: the same bytes on every machine."""
    return typst.Compiler(ignore_system_fonts=True)


def _plain(block: Block) -> dict[str, Any]:
    match block:
        case Heading(text, level):
            return {"kind": "heading", "text": text, "level": level}
        case Paragraph(text):
            return {"kind": "paragraph", "text": text}
        case Bullets(items):
            return {"kind": "bullets", "items": items}
        case Numbers(items):
            return {"kind": "numbers", "items": items}
        case Table(rows):
            widths = [min(50, max(8, *(len(row[column]) for row in rows))) for column in range(len(rows[0]))]
            return {"kind": "table", "rows": rows, "widths": widths}
        case PageBreak():
            return {"kind": "break"}


def _write_pdf(blocks: Sequence[Block], title: str, author: str, written_on: date) -> bytes:
    data = {
        "title": title,
        "author": author,
        "year": written_on.year,
        "month": written_on.month,
        "day": written_on.day,
        "blocks": [_plain(block) for block in blocks],
    }
    stamp = int(_stamp(written_on).replace(tzinfo=UTC).timestamp())
    result = _compiler().compile(_TYPST.encode(), format="pdf", sys_inputs={"data": json.dumps(data, ensure_ascii=False)}, timestamp=stamp)
    if not isinstance(result, bytes):
        raise TypeError("one document was expected")
    return result


def _odt_style(document: OpenDocumentText, name: str, family: str, *properties: Any, parent: str = "") -> Any:
    kind = odf_style.Style(name=name, family=family, **({"parentstylename": parent} if parent else {}))
    for element in properties:
        kind.addElement(element)
    document.styles.addElement(kind)
    return kind


def _compose_odt(blocks: Sequence[Block], title: str, author: str, written_on: date) -> bytes:
    document = OpenDocumentText()
    stamp = _stamp(written_on).isoformat()
    # The generator line of the library names its version and Python's; the rest is ours.
    document.meta.addElement(dc.Title(text=title))
    document.meta.addElement(meta.InitialCreator(text=author))
    document.meta.addElement(dc.Creator(text=author))
    document.meta.addElement(meta.CreationDate(text=stamp))
    document.meta.addElement(dc.Date(text=stamp))
    big = _odt_style(
        document, "DemoTitle", "paragraph", TextProperties(fontsize="20pt", fontweight="bold", color=f"#{ACCENT}"), ParagraphProperties(marginbottom="0.3cm")
    )
    headings = {
        level: _odt_style(
            document,
            f"Heading {level}",
            "paragraph",
            TextProperties(fontsize=size, fontweight="bold", color=f"#{ACCENT}"),
            ParagraphProperties(margintop="0.4cm", marginbottom="0.2cm", keepwithnext="always"),
        )
        for level, size in ((1, "15pt"), (2, "13pt"))
    }
    plain = _odt_style(document, "DemoText", "paragraph", TextProperties(fontsize="12pt"), ParagraphProperties(marginbottom="0.15cm"))
    bold = _odt_style(document, "DemoBold", "paragraph", TextProperties(fontsize="12pt", fontweight="bold"))
    fresh = _odt_style(document, "DemoBreak", "paragraph", ParagraphProperties(breakbefore="page"))
    cell_style = odf_style.Style(name="DemoCell", family="table-cell")
    cell_style.addElement(TableCellProperties(border="0.5pt solid #999999", padding="0.12cm"))
    document.automaticstyles.addElement(cell_style)
    body = document.text
    body.addElement(odf_text.P(stylename=big, text=title))
    body.addElement(odf_text.P(stylename=plain, text=author))
    for block in blocks:
        match block:
            case Heading(text, level):
                body.addElement(odf_text.H(outlinelevel=level, stylename=headings[level], text=text))
            case Paragraph(text):
                body.addElement(odf_text.P(stylename=plain, text=text))
            case Bullets(items):
                for item in items:
                    body.addElement(odf_text.P(stylename=plain, text=f"• {item}"))
            case Numbers(items):
                for number, item in enumerate(items, 1):
                    body.addElement(odf_text.P(stylename=plain, text=f"{number}. {item}"))
            case Table(rows):
                table = odf_table.Table()
                table.addElement(odf_table.TableColumn(numbercolumnsrepeated=len(rows[0])))
                for index, texts in enumerate(rows):
                    row = odf_table.TableRow()
                    for text in texts:
                        cell = odf_table.TableCell(stylename=cell_style, valuetype="string")
                        cell.addElement(odf_text.P(stylename=plain if index else bold, text=text))
                        row.addElement(cell)
                    table.addElement(row)
                body.addElement(table)
            case PageBreak():
                body.addElement(odf_text.P(stylename=fresh))
    buffer = io.BytesIO()
    document.write(buffer)
    return _rezip(buffer.getvalue())


@cache
def _declare_odf_namespaces() -> None:
    """The library declares the namespaces met so far in the whole process: meet all of ours once, so that the first file equals the next."""
    _compose_odt((Heading("x"), Bullets(("x",)), Table((("x",),)), PageBreak()), "x", "x", _DEFAULT_DATE)


def _write_odt(blocks: Sequence[Block], title: str, author: str, written_on: date) -> bytes:
    _declare_odf_namespaces()
    return _compose_odt(blocks, title, author, written_on)


_WRITERS = {"docx": _write_docx, "pptx": _write_pptx, "xlsx": _write_xlsx, "pdf": _write_pdf, "odt": _write_odt}


def write_document(blocks: Sequence[Block], title: str, author: str, path: Path, kind: str, *, written_on: date = _DEFAULT_DATE) -> None:
    """Write a file of `kind` (see KINDS) to `path`; `written_on` becomes its date of creation. Raises KeyError for an unknown kind."""
    path.write_bytes(_WRITERS[kind](blocks, title, author, written_on))
