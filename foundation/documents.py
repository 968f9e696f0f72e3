"""A4 documents for office programs (DOCX): one look for every paper that the portal writes to be edited or signed."""

import datetime
import io
from collections.abc import Sequence

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

# Millimetres of A4 between the margins.
TEXT_WIDTH = 170
FONT = "Times New Roman"
# Shares of a column: long words are cut off here so that a title does not starve the numbers beside it.
NARROWEST, WIDEST = 9, 40
DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def new_document(*, title: str, author: str, made_at: datetime.datetime, foot: str = "") -> Document:
    """An empty Russian document with margins of an office paper; `foot` stands at the left of every page's end."""
    document = docx.Document()
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin, page.right_margin, page.top_margin, page.bottom_margin = Mm(25), Mm(15), Mm(18), Mm(20)
    for name, size in (("Normal", 11), ("Heading 1", 17), ("Heading 2", 12)):
        style = document.styles[name]
        style.font.name, style.font.size = FONT, Pt(size)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(script), FONT)
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:cstheme", "w:eastAsiaTheme"):
            fonts.attrib.pop(qn(theme), None)
        style.font.color.rgb = RGBColor(0, 0, 0)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "ru-RU")
    document.styles["Normal"].element.get_or_add_rPr().append(language)
    document.styles["Normal"].paragraph_format.space_after = Pt(4)
    properties = document.core_properties
    properties.title, properties.author, properties.last_modified_by, properties.language = title, author, "", "ru-RU"
    properties.created = properties.modified = made_at
    line = page.footer.paragraphs[0]
    line.paragraph_format.tab_stops.add_tab_stop(Mm(TEXT_WIDTH), WD_TAB_ALIGNMENT.RIGHT)
    line.add_run(foot).font.size = Pt(8.5)
    return document


def add_table(document: Document, rows: Sequence[Sequence[str]], widths: Sequence[int] | None = None) -> None:
    """A table whose first row is repeated on each page; `widths` are shares of the columns, by the texts where none are given."""
    shares = list(widths or column_widths(rows))
    table = document.add_table(len(rows), len(shares), style="Table Grid")
    table.autofit = False
    for number, (row, texts) in enumerate(zip(table.rows, rows, strict=True)):
        for cell, text, width in zip(row.cells, texts, shares, strict=True):
            cell.width = Mm(TEXT_WIDTH * width / sum(shares))
            run = cell.paragraphs[0].add_run(text)
            run.font.size, run.bold = Pt(10), number == 0
            cell.paragraphs[0].paragraph_format.space_after = Pt(0)
    repeated = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)
    document.add_paragraph().paragraph_format.space_after = Pt(0)


def column_widths(rows: Sequence[Sequence[str]]) -> list[int]:
    """How wide each column of a table should be beside the others, in characters."""
    return [min(WIDEST, max(NARROWEST, *(len(row[place]) for row in rows))) for place in range(len(rows[0]))]


def centred(document: Document, text: str, *, bold: bool = False, size: float = 11) -> None:
    """A line in the middle: the name of the paper, of the organisation."""
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(text)
    run.bold, run.font.size = bold, Pt(size)


def signature(document: Document, position: str, name: str) -> None:
    """A line to sign on: the office at the left, the name at the right."""
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_before = Pt(14)
    paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(TEXT_WIDTH), WD_TAB_ALIGNMENT.RIGHT)
    paragraph.add_run(f"{position}\t________________ / {name}")


def as_bytes(document: Document) -> bytes:
    """The file."""
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
