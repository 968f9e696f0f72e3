"""Makers of good and hostile files, in memory. Good ones hold Russian text with the word given, so that a test can look for it."""

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable

import docx
import typst
from docx.shared import Pt
from odf import draw, opendocument, style, table, text
from odf.namespaces import PRESENTATIONNS
from openpyxl import Workbook
from PIL import Image, ImageDraw
from pptx import Presentation
from pptx.util import Inches

TITLE = "Закон Ома для участка цепи"
LINE = "Цель: выяснить, как сила тока зависит от напряжения, если проводник один и тот же."
ROWS = [["Батареек", "1", "2", "3"], ["U, В", "1,5", "3,0", "4,5"], ["I, А", "0,2", "0,4", "0,6"]]


def picture(form: str = "PNG", size: tuple[int, int] = (320, 200), **options: object) -> bytes:
    """A picture of a circuit, more or less."""
    image = Image.new("RGB", size, "#f4f1e6")
    pen = ImageDraw.Draw(image)
    pen.rectangle((20, 20, size[0] - 20, size[1] - 20), outline="#1e5a45", width=4)
    pen.ellipse((size[0] // 2 - 20, 4, size[0] // 2 + 20, 40), fill="white", outline="#1e5a45", width=4)
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def photo_with_gps(size: tuple[int, int] = (400, 200)) -> bytes:
    """A JPEG lying on its side, with coordinates in its EXIF."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Phone of Anna"
    exif.get_ifd(0x8825).update({1: "N", 2: (55.0, 45.0, 21.0), 3: "E", 4: (37.0, 37.0, 2.0)})
    return picture("JPEG", size, exif=exif)


def word(note: str = "нихром", author: str = "Анна Власова") -> bytes:
    """DOCX: headings, bold, lists, a table, a picture, header and author."""
    document = docx.Document()
    document.styles["Normal"].font.size = Pt(12)
    document.core_properties.author = author
    document.core_properties.last_modified_by = "Борис"
    document.sections[0].header.paragraphs[0].text = "Лабораторная работа № 5 · 8 класс"
    document.add_heading(TITLE, 1)
    paragraph = document.add_paragraph()
    paragraph.add_run("Цель: ").bold = True
    paragraph.add_run(LINE[6:])
    document.add_paragraph(f"Понадобится: три батарейки АА, {note} 0,5 м, мультиметр.")
    document.add_heading("Ход работы", 2)
    for step in ("Соберите цепь с одной батарейкой.", "Добавьте вторую батарейку, затем третью."):
        document.add_paragraph(step, style="List Number")
    for thing in ("мультиметр", "четыре зажима"):
        document.add_paragraph(thing, style="List Bullet")
    grid = document.add_table(len(ROWS), len(ROWS[0]), style="Table Grid")
    for y, row in enumerate(ROWS):
        for x, value in enumerate(row):
            grid.cell(y, x).text = value
    document.add_picture(io.BytesIO(picture()))
    document.add_paragraph("Сделайте вывод.")
    return _saved(document.save)


def slides(note: str = "нихром") -> bytes:
    """PPTX: a title slide, points with a picture, a table, notes."""
    deck = Presentation()
    deck.core_properties.author = "Анна Власова"
    first = deck.slides.add_slide(deck.slide_layouts[0])
    first.shapes.title.text = TITLE
    first.placeholders[1].text = "8 класс · физика"
    second = deck.slides.add_slide(deck.slide_layouts[1])
    second.shapes.title.text = "Что понадобится"
    second.placeholders[1].text = f"Батарейка АА\nПроволока: {note}\nМультиметр"
    second.shapes.add_picture(io.BytesIO(picture()), Inches(5), Inches(2))
    second.notes_slide.notes_text_frame.text = "Напомнить о полярности."
    third = deck.slides.add_slide(deck.slide_layouts[5])
    third.shapes.title.text = "Измерения"
    grid = third.shapes.add_table(len(ROWS), len(ROWS[0]), Inches(1), Inches(2), Inches(8), Inches(2)).table
    for y, row in enumerate(ROWS):
        for x, value in enumerate(row):
            grid.cell(y, x).text = value
    return _saved(deck.save)


def workbook(note: str = "нихром") -> bytes:
    """XLSX: two sheets, numbers, a date."""
    import datetime

    book = Workbook()
    book.properties.creator = "Анна Власова"
    sheet = book.active
    sheet.title = "Опыт"
    sheet.append(["Материал", "Длина, м", "Напряжение, В", "Сила тока, А", "Дата"])
    for step in range(1, 12):
        sheet.append([note, 0.5, step * 1.5, step * 0.2, datetime.date(2026, 9, step)])
    book.create_sheet("Класс").append(["Ученик", "Балл"])
    return _saved(book.save)


def odt(note: str = "нихром") -> bytes:
    """ODT: headings, bold, a list, a table."""
    made = opendocument.OpenDocumentText()
    made.meta.addElement(_meta_creator("Анна Власова"))
    bold = style.Style(name="B", family="text")
    bold.addElement(style.TextProperties(fontweight="bold"))
    made.automaticstyles.addElement(bold)
    made.text.addElement(text.H(outlinelevel=1, text=TITLE))
    paragraph = text.P()
    paragraph.addElement(text.Span(stylename=bold, text="Цель: "))
    paragraph.addText(LINE[6:])
    made.text.addElement(paragraph)
    made.text.addElement(text.P(text=f"Понадобится: {note} 0,5 м."))
    points = text.List()
    for thing in ("мультиметр", "четыре зажима"):
        item = text.ListItem()
        item.addElement(text.P(text=thing))
        points.addElement(item)
    made.text.addElement(points)
    made.text.addElement(_odf_table(ROWS, "Измерения"))
    return _saved(made.save)


def ods(note: str = "нихром") -> bytes:
    """ODS with two sheets."""
    made = opendocument.OpenDocumentSpreadsheet()
    made.spreadsheet.addElement(_odf_table([*ROWS, [note, "", "", ""]], "Опыт"))
    made.spreadsheet.addElement(_odf_table([["Ученик", "Балл"]], "Класс"))
    return _saved(made.save)


def odp(note: str = "нихром") -> bytes:
    """ODP with two slides."""
    made = opendocument.OpenDocumentPresentation()
    layout = style.PageLayout(name="L")
    layout.addElement(style.PageLayoutProperties(pagewidth="28cm", pageheight="15.75cm", printorientation="landscape", margin="0cm"))
    made.automaticstyles.addElement(layout)
    master = style.MasterPage(name="M", pagelayoutname=layout)
    made.masterstyles.addElement(master)
    for title, line in ((TITLE, f"Проволока: {note}"), ("Вывод", "Сила тока прямо пропорциональна напряжению.")):
        page = draw.Page(masterpagename=master, name=title)
        made.presentation.addElement(page)
        for kind, value in (("title", title), ("outline", line)):
            frame = draw.Frame(width="20cm", height="3cm", x="2cm", y="1cm")
            frame.setAttrNS(PRESENTATIONNS, "class", kind)
            box = draw.TextBox()
            box.addElement(text.P(text=value))
            frame.addElement(box)
            page.addElement(frame)
    return _saved(made.save)


def pdf(note: str = "нихром", pages: int = 4) -> bytes:
    """PDF with a text on each page."""
    source = "\n#pagebreak()\n".join(f"= {TITLE}\n{LINE}\n\nПроволока: {note}, страница {number}" for number in range(1, pages + 1))
    made = typst.compile(source.encode(), format="pdf", ignore_system_fonts=True)
    assert isinstance(made, bytes)
    return made


def rtf(note: str = "нихром") -> bytes:
    """RTF as Word writes it: Cyrillic as escapes of Windows-1251."""
    escaped = "".join(f"\\'{byte:02x}" if byte > 127 else chr(byte) for byte in f"{TITLE}. Проволока: {note}.".encode("cp1251"))
    return (r"{\rtf1\ansi\ansicpg1251{\fonttbl{\f0\fcharset204 Times New Roman;}}\f0\fs24 " + escaped + r"\par }").encode("ascii")


def plain(note: str = "нихром", encoding: str = "utf-8") -> bytes:
    """TXT in an encoding."""
    return f"{TITLE}\r\n{LINE}\r\nПроволока: {note}\r\n".encode(encoding)


def comma(note: str = "нихром") -> bytes:
    """CSV as a Russian Excel writes it."""
    return "\r\n".join(";".join(row) for row in [*ROWS, [note, "0,5", "", ""]]).encode("cp1251")


def mp3(frames: int = 20) -> bytes:
    """An ID3 tag and silent frames of MPEG-1 layer III, 128 kbit/s, 44.1 kHz."""
    tag = b"ID3\x03\x00\x00" + bytes((0, 0, 0, 20)) + bytes(20)
    return tag + (b"\xff\xfb\x90\x00" + bytes(413)) * frames


def mp4() -> bytes:
    """The boxes of an MP4."""
    return b"".join(
        struct.pack(">L4s", 8 + len(body), name) + body for name, body in ((b"ftyp", b"isom\0\0\2\0isommp42"), (b"moov", bytes(80)), (b"mdat", bytes(400)))
    )


def webm() -> bytes:
    """An EBML header and the beginning of a segment."""
    return (
        b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08\x42\x82\x84webm\x42\x87\x81\x04\x42\x85\x81\x02"
        + b"\x18\x53\x80\x67\x81"
        + bytes(200)
    )


def archive(members: dict[str, bytes] | None = None) -> bytes:
    """ZIP of good files."""
    return zipped(members or {"урок/план.docx": word(), "урок/таблица.csv": comma(), "схема.png": picture()})


GOOD: dict[str, Callable[[], bytes]] = {
    "pdf": pdf,
    "docx": word,
    "pptx": slides,
    "xlsx": workbook,
    "odt": odt,
    "odp": odp,
    "ods": ods,
    "rtf": rtf,
    "txt": plain,
    "csv": comma,
    "png": picture,
    "jpeg": lambda: picture("JPEG"),
    "webp": lambda: picture("WEBP"),
    "mp3": mp3,
    "mp4": mp4,
    "webm": webm,
    "zip": archive,
}


# --- hostile ---------------------------------------------------------------------------------------------------------


def zipped(members: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP of anything, names taken as they are."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        for name, data in members.items():
            made.writestr(zipfile.ZipInfo(name), data, method)
    return out.getvalue()


def changed(package: bytes, changes: dict[str, bytes | None]) -> bytes:
    """An office package with members replaced, added, or (None) taken out."""
    with zipfile.ZipFile(io.BytesIO(package)) as source:
        members = {name: source.read(name) for name in source.namelist()}
    members |= {name: data for name, data in changes.items() if data is not None}
    return zipped({name: data for name, data in members.items() if changes.get(name, data) is not None})


def program() -> bytes:
    """The head of a Windows executable."""
    return b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff" + bytes(50) + b"\x80\x00\x00\x00" + bytes(64) + b"PE\x00\x00L\x01" + bytes(300)


def web_page() -> bytes:
    """HTML with a script."""
    return b"<!DOCTYPE html><html><script>alert(1)</script></html>"


def old_word() -> bytes:
    """An OLE container with a stream of Word 97."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1016) + "WordDocument".encode("utf-16-le") + bytes(512)


def protected_word() -> bytes:
    """A DOCX under a password: an OLE container with a stream EncryptedPackage."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1016) + "EncryptedPackage".encode("utf-16-le") + bytes(512)


def protected_pdf() -> bytes:
    """A PDF that asks for a password: its key cannot be made from the empty one."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>",
        b"<< /Filter /Standard /V 1 /R 2 /O <" + b"41" * 32 + b"> /U <" + b"42" * 32 + b"> /P -4 >>",
    ]
    return raw_pdf(objects, b"/Encrypt 4 0 R /ID [<" + b"43" * 16 + b"> <" + b"43" * 16 + b">]")


def many_pages_pdf(count: int) -> bytes:
    """A small PDF that refers to one page very often."""
    kids = b"3 0 R " * count
    return raw_pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [" + kids + b"] /Count " + str(count).encode() + b" >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>",
        ]
    )


def raw_pdf(objects: list[bytes], trailer: bytes = b"") -> bytes:
    """A PDF of the objects, the first being the catalog."""
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table_at = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"trailer << /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, table_at)


def pixel_bomb(side: int = 30_000) -> bytes:
    """A PNG of a few kilobytes that says it has 900 megapixels."""
    row = zlib.compress(bytes(side // 8 + 1) * 64)
    chunks = ((b"IHDR", struct.pack(">LLBBBBB", side, side, 1, 0, 0, 0, 0)), (b"IDAT", row), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(struct.pack(">L", len(data)) + name + data + struct.pack(">L", zlib.crc32(name + data)) for name, data in chunks)


def zip_bomb(megabytes: int = 300) -> bytes:
    """A ZIP with one text of spaces: a thousand times smaller than what it holds."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made, made.open("пробелы.txt", "w") as member:
        block = b" " * 1024 * 1024
        for _step in range(megabytes):
            member.write(block)
    return out.getvalue()


def entity_bomb() -> bytes:
    """A DOCX whose main part is a billion laughs."""
    bomb = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">' + b"".join(
        b'<!ENTITY %c "&%c;&%c;&%c;&%c;">' % (98 + n, 97 + n, 97 + n, 97 + n, 97 + n) for n in range(20)
    )
    return changed(word(), {"word/document.xml": bomb + b"]><l>&u;</l>"})


def with_encrypted_flag(package: bytes) -> bytes:
    """A ZIP whose members say that they are encrypted."""
    data = bytearray(package)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + place] |= 1
            at = data.find(mark, at + 4)
    return bytes(data)


def mutated(data: bytes, seed: int, flips: int = 30) -> bytes:
    """The same file with some bytes changed, sometimes cut short."""
    chance = random.Random(seed)
    made = bytearray(data)
    for _step in range(flips):
        made[chance.randrange(len(made))] = chance.randrange(256)
    return bytes(made[: chance.randrange(1, len(made))]) if seed % 3 == 0 else bytes(made)


def _saved(save: Callable[[io.BytesIO], object]) -> bytes:
    out = io.BytesIO()
    save(out)
    return out.getvalue()


def _meta_creator(name: str) -> object:
    from odf.meta import InitialCreator

    return InitialCreator(text=name)


def _odf_table(rows: list[list[str]], name: str) -> object:
    made = table.Table(name=name)
    made.addElement(table.TableColumn(numbercolumnsrepeated=len(rows[0])))
    for values in rows:
        row = table.TableRow()
        for value in values:
            cell = table.TableCell()
            cell.addElement(text.P(text=value))
            row.addElement(cell)
        made.addElement(row)
    return made
