"""Reading in the page: text for slow lines, players, words to pass on; and two people who edit at once."""

import datetime
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from docx import Document

from communities.models import Community, Teacher
from foundation.files.inside.text import lines
from foundation.files.reading import read_text
from foundation.files.text_marks import HEADINGS, PAGE, ROW, without_marks
from foundation.text_search import parse_query
from resources.actions.indexing import index_material
from resources.citation import bibtex, chat_text, gost
from resources.models import Material, MaterialFile
from resources.reading import visible_material
from resources.text_pages import PAGE_SIGNS, Block, text_pages
from tests.factories import files
from tests.factories.people import make_teacher
from tests.factories.shelf import add_file, add_preview, stand

pytestmark = pytest.mark.django_db


def text_url(material: Material) -> str:
    return f"/materials/{material.pk}/text/{material.versions.first().files.first().pk}/"


def test_a_text_is_read_page_by_page(client: Any, anna: Teacher) -> None:
    paragraphs = [f"Абзац {number} " + "слово " * 200 for number in range(60)]
    material = stand(author=anna, files=("\n\n".join(paragraphs),))
    first = client.get(text_url(material))
    pages = first.context["page"].paginator.num_pages
    assert len(first.content) < 200_000
    read = [block.text for number in range(1, pages + 1) for block in client.get(text_url(material), {"page": number}).context["page"].object_list[0]]
    assert read == [paragraph.strip() for paragraph in paragraphs]
    assert client.get(text_url(material), {"page": 10**30}).status_code == 200


def test_a_paragraph_longer_than_a_page_loses_nothing() -> None:
    for text in ("ы" * (3 * PAGE_SIGNS + 7), "слово " * PAGE_SIGNS):
        pages = text_pages(text)
        assert max(sum(len(block.text) for block in page) for page in pages) <= PAGE_SIGNS
        assert "".join(block.text for page in pages for block in page).replace(" ", "") == text.replace(" ", "")


def read(tmp_path: Path, content: bytes, kind: str) -> list[Block]:
    """A real file's text as the page shows it."""
    path = tmp_path / "file"
    path.write_bytes(content)
    return text_pages(read_text(path, kind), kind)[0]


def table_of(blocks: list[Block]) -> list[Block]:
    return [block for block in blocks if block.kind == "table"]


def test_a_document_keeps_headings_lists_and_tables(tmp_path: Path) -> None:
    document = Document()
    document.add_heading("Закон Ома", 1)
    document.add_paragraph("Цель: вывести закон.")
    document.add_heading("Ход работы", 3)
    document.add_paragraph("Соберите цепь", style="List Number")
    document.add_paragraph("Снимите показания", style="List Number")
    table = document.add_table(2, 2)
    for cell, words in zip((cell for row in table.rows for cell in row.cells), ("U, В", "I, А", "1,5", "0,2\nи ещё"), strict=True):
        cell.text = words
    for cell in table.rows[0].cells:
        cell.paragraphs[0].runs[0].bold = True
    document.add_paragraph("не таблица")
    out = io.BytesIO()
    document.save(out)
    blocks = read(tmp_path, out.getvalue(), "docx")
    assert [(block.kind, block.text, block.level) for block in blocks[:3]] == [
        ("heading", "Закон Ома", 2),
        ("paragraph", "Цель: вывести закон.", 0),
        ("heading", "Ход работы", 3),
    ]
    assert blocks[3].entries == ["1. Соберите цепь", "2. Снимите показания"]
    assert (blocks[4].head, blocks[4].rows) == (["U, В", "I, А"], [["1,5", "0,2 и ещё"]])
    assert (blocks[5].kind, blocks[5].text) == ("paragraph", "не таблица")


@pytest.mark.parametrize(("kind", "make"), [("odt", files.odt), ("pptx", files.slides), ("xlsx", files.workbook), ("ods", files.ods), ("docx", files.word)])
def test_tables_of_every_office_kind_are_tables(tmp_path: Path, kind: str, make: Any) -> None:
    blocks = read(tmp_path, make(), kind)
    cells = [cell for block in table_of(blocks) for row in (block.head, *block.rows) for cell in row]
    assert cells
    assert not any("\t" in block.text for block in blocks)
    for block in table_of(blocks):
        assert len({len(row) for row in (block.head or block.rows[0], *block.rows)}) == 1


def test_a_csv_is_a_table(tmp_path: Path) -> None:
    (block,) = read(tmp_path, "Ученик;Балл\nВ. Ёлкина;5\n«А; Б»;4\n".encode(), "csv")
    assert (block.head, block.rows[0]) == (["Ученик", "Балл", ""], ["В. Ёлкина", "5", ""])


def test_lines_of_a_pdf_flow_into_paragraphs() -> None:
    text = "\n".join(
        [
            PAGE,
            "Закон Ома",
            "Сила тока на участке цепи прямо пропорциональна напряжению и обратно",
            "пропорциональна сопротивлению.",
            "Опыт показывает это на трёх проволоках: медной, железной и нихромовой,",
            "взятых по одному метру",
            "1. Соберите цепь",
            "2. Снимите показания",
            PAGE,
            "вторая страница",
        ]
    )
    assert [(block.kind, block.text or block.level) for block in text_pages(text, "pdf")[0]] == [
        ("page", 1),
        ("paragraph", "Закон Ома"),
        ("paragraph", "Сила тока на участке цепи прямо пропорциональна напряжению и обратно пропорциональна сопротивлению."),
        ("paragraph", "Опыт показывает это на трёх проволоках: медной, железной и нихромовой, взятых по одному метру"),
        ("paragraph", "1. Соберите цепь"),
        ("paragraph", "2. Снимите показания"),
        ("page", 2),
        ("paragraph", "вторая страница"),
    ]


def test_a_file_cannot_feign_a_mark() -> None:
    slide = {"type": "slide", "title": "", "subtitle": "\x12не\tстрока", "body": [], "notes": "\x14"}
    written = lines([{"type": "paragraph", "runs": [{"text": "\x01Не заголовок"}]}, slide])
    assert [(block.kind, block.text) for block in text_pages("\n".join(written))[0]] == [("paragraph", "Не заголовок"), ("paragraph", "не\tстрока")]


def test_a_page_of_text_says_what_it_saves(client: Any, anna: Teacher) -> None:
    material = stand(author=anna, files=("Короткий текст",))
    MaterialFile.objects.update(size=19_000_000)
    page = client.get(text_url(material)).content.decode().replace("\u00a0", " ")
    assert "Весь текст: 27 байт, 1 с" in page
    assert "файл: 18 МБ, 2,5 мин на линии 1 Мбит/с" in page


def test_marks_are_no_words_for_search_and_guesses(anna: Teacher) -> None:
    text = f"{HEADINGS[0]}Тема урока: Закон Ома\n{ROW}нихром\tмедь"
    assert without_marks(text) == "Тема урока: Закон Ома\nнихром\tмедь"
    material = stand("Без слов", author=anna, files=("Слова",))
    MaterialFile.objects.update(text=text)
    index_material(material)
    for word in ("нихромовая", "тема", "медь"):
        assert Material.objects.filter(search__everything__match=parse_query(word)).count() == 1


def test_a_text_is_escaped(client: Any, anna: Teacher) -> None:
    assert b"<script>alert" not in client.get(text_url(stand(author=anna, files=("<script>alert(1)</script>",)))).content


def test_text_and_media_ask_for_the_material(client_of: Any, boris: Teacher, anna: Teacher, community: Community, client: Any) -> None:
    hidden = stand(author=anna, community=community, visibility="library", files=("Тайна",))
    file = hidden.versions.get().files.get()
    other = stand(author=anna)
    absent = client.get("/materials/999999/text/1/").content
    for browser in (client, client_of(boris)):
        for door in (f"{hidden.pk}/text/{file.pk}", f"{hidden.pk}/media/{file.pk}", f"{other.pk}/text/{file.pk}", f"{other.pk}/media/{file.pk}"):
            assert browser.get(f"/materials/{door}/").status_code == 404
    assert client.get(f"/materials/{hidden.pk}/text/{file.pk}/").content == absent
    assert client_of(anna).get(text_url(hidden)).status_code == 200


@pytest.mark.parametrize("visibility", ["network", "library"])
def test_no_door_of_a_hidden_material_opens(client_of: Any, anna: Teacher, boris: Teacher, community: Community, client: Any, visibility: str) -> None:
    """Text, picture, range, archive, sound and the page with its citation: for whom it does not exist, each is the 404 of what never was."""
    hidden = stand("Тайна пяти озёр", author=anna, community=community, visibility=visibility, files=("Секретные слова",))
    version = hidden.versions.get()
    paper = version.files.get()
    record = add_file(version, "0123456789", name="тайна.mp3", kind="mp3", order=1)
    picture = add_preview(paper)
    doors = [
        f"text/{paper.pk}/",
        f"text/{paper.pk}/?page=2",
        f"previews/{picture.pk}/",
        f"files/{paper.pk}/",
        f"media/{record.pk}/",
        "archive/",
        "archive/?version=1",
    ]
    stranger = client if visibility == "network" else client_of(boris)
    absent = stranger.get("/materials/999999/archive/").content
    for door in doors:
        for headers in ({}, {"Range": "bytes=0-3"}, {"If-None-Match": "*"}):
            answer = stranger.get(f"/materials/{hidden.pk}/{door}", headers=headers)
            assert (answer.status_code, answer.content) == (404, absent), door
        assert stranger.head(f"/materials/{hidden.pk}/{door}").status_code == 404
    assert stranger.get(hidden.get_absolute_url()).status_code == 404
    # There is something to leak, and its author gets all of it.
    for door in doors:
        assert client_of(anna).get(f"/materials/{hidden.pk}/{door}").status_code == 200
    assert "Тайна пяти озёр" in client_of(anna).get(hidden.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("headers", "status", "content"),
    [
        ({"Range": "bytes=0-"}, 206, b"0123456789"),
        ({"Range": "bytes=-4"}, 206, b"6789"),
        ({"Range": "bytes=0-1,4-5"}, 200, b"0123456789"),
        ({"Range": "bytes=20-"}, 416, b""),
        ({"Range": "bytes=2-4", "If-Range": '"old"'}, 200, b"0123456789"),
        ({"Range": "bytes=2-4", "If-Range": "Wed, 21 Oct 2026 07:28:00 GMT"}, 200, b"0123456789"),
        ({}, 200, b"0123456789"),
    ],
)
def test_a_player_gets_what_it_asks_for(client: Any, anna: Teacher, headers: dict[str, str], status: int, content: bytes) -> None:
    material = stand(author=anna)
    file = add_file(material.versions.get(), "0123456789", name="урок.mp3", kind="mp3")
    url = f"/materials/{material.pk}/media/{file.pk}/"
    answer = client.get(url, headers=headers)
    assert (answer.status_code, b"".join(answer.streaming_content) if answer.streaming else answer.content) == (status, content)
    assert answer["Accept-Ranges"] == "bytes"
    head = client.head(url, headers=headers)
    assert (head.status_code, head.get("Content-Range"), head["ETag"]) == (status, answer.get("Content-Range"), answer["ETag"])
    if status < 400:
        assert head["Content-Length"] == str(len(content))
        again = client.get(url, headers={"Range": "bytes=2-4", "If-Range": answer["ETag"]})
        assert (again.status_code, b"".join(again.streaming_content)) == (206, b"234")


@pytest.mark.parametrize(("kind", "content", "tag"), [("mp3", files.mp3(), "<audio"), ("mp4", files.mp4(), "<video"), ("webm", files.webm(), "<video")])
def test_sound_and_video_play_by_ranges(client: Any, anna: Teacher, kind: str, content: bytes, tag: str) -> None:
    material = stand(author=anna)
    file = add_file(material.versions.get(), "0123456789", name=f"урок.{kind}", kind=kind)
    url = f"/materials/{material.pk}/media/{file.pk}/"
    page = client.get(material.get_absolute_url()).content.decode()
    assert f'{tag} class="player" controls preload="none" src="{url}"' in page
    answer = client.get(url, headers={"Range": "bytes=2-4"})
    assert (answer.status_code, b"".join(answer.streaming_content), answer["Content-Type"]) == (206, b"234", file.media_type)
    assert (answer["Content-Disposition"].partition(";")[0], answer["X-Content-Type-Options"]) == ("inline", "nosniff")
    assert answer["Content-Security-Policy"].startswith("sandbox")


def test_no_other_kind_plays(client: Any, anna: Teacher) -> None:
    material = stand(author=anna, files=("Текст",))
    assert client.get(text_url(material).replace("/text/", "/media/")).status_code == 404


# --- words to pass on -------------------------------------------------------------------------------------------------


def cited(material: Material) -> Material:
    return visible_material(AnonymousUser(), material.pk)


def test_citation_names_open_authors_alone(anna: Teacher, settings: Any) -> None:
    settings.SITE_URL, settings.PORTAL_NAME = "https://portal.example.org", "Портал"
    material = stand("Закон Ома", author=make_teacher("Ёлкина", "Мария", middle_name="Петровна", publishes_name=True))
    day = datetime.date(2026, 11, 23)
    plain = gost(cited(material), day).replace("\u00a0", " ")
    url = f"https://portal.example.org/materials/{material.pk}-material/"
    assert plain == (f"Ёлкина, М. П. Закон Ома / М. П. Ёлкина. – Текст : электронный // Портал : [сайт]. – 2026. – URL: {url} (дата обращения: 23.11.2026).")
    material.authorships.create(teacher=anna, order=1)
    for words in (gost(cited(material), day), bibtex(cited(material), day), chat_text(cited(material))):
        assert "Ёлкина" in words
        assert "Власова" not in words
    assert chat_text(cited(material)).splitlines()[-1] == url


def test_many_authors_are_shortened() -> None:
    material = stand(author=make_teacher("А", "Один", publishes_name=True))
    for number in range(4):
        material.authorships.create(teacher=make_teacher(f"Б{number}", "Два", publishes_name=True), order=number + 1)
    words = gost(cited(material)).replace("\u00a0", " ")
    assert words.startswith("Закон Ома / О. А, Д. Б0, Д. Б1 [и др.]. – ")


def test_signs_of_tex_are_escaped(anna: Teacher) -> None:
    entry = bibtex(cited(stand(r"{100%} & \end", author=anna)))
    assert r"title = {{\textbraceleft{}100\%\textbraceright{} \& \textbackslash{}end}}" in entry


@pytest.mark.parametrize("title", ["Скобка } без пары", "Скобка { без пары", 'Кавычки "прямые" и «ёлочки»', "Ёж, # и @", "a_b^c~d$e", "Строка\nвторая"])
def test_a_title_cannot_break_the_entry(anna: Teacher, title: str) -> None:
    """BibTeX reads up to the brace that closes: every field is one line whose braces balance, whatever stands before them."""
    entry = bibtex(cited(stand(title, author=make_teacher("О{Нил", "Ян", publishes_name=True))))
    lines = entry.splitlines()
    assert (lines[0][:6], lines[-1]) == ("@misc{", "}")
    for line in lines[1:-1]:
        depth = 0
        for sign in line.rstrip(","):
            depth += {"{": 1, "}": -1}.get(sign, 0)
            assert depth >= 0
        assert depth == 0
        assert line.rstrip(",").endswith("}")
    assert not any(sign in entry.partition("title = ")[2].partition("\n")[0].replace("\\", "") for sign in ("\t", "\r"))


# Records as the standard gives them (examples of electronic resources), each with the parts that ours has.
STANDARD = (
    r"^(?:(?P<head>[А-ЯЁ][\w-]+, (?:[А-ЯЁ]\. ?){1,2}))?(?P<title>[^/]+?)(?: / (?P<said>.+?))?\. – Текст : электронный // "
    r"(?P<site>.+?) : \[сайт\]\. – (?P<year>\d{4})\. – URL: (?P<url>\S+) \(дата обращения: \d{2}\.\d{2}\.\d{4}\)\.$"
)
EXAMPLES = [
    "Порядок присвоения номера ISBN. – Текст : электронный // Российская книжная палата : [сайт]. – 2018. "
    "– URL: http://bookchamber.ru/isbn.html (дата обращения: 22.05.2018).",
    "Ёлкина, М. П. Закон Ома / М. П. Ёлкина. – Текст : электронный // Портал : [сайт]. – 2026. – URL: https://example.org/1/ (дата обращения: 23.11.2026).",
]


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_pattern_takes_the_standard_at_its_word(example: str) -> None:
    assert re.match(STANDARD, example)


@pytest.mark.parametrize(
    ("names", "head", "said"),
    [
        ([], None, None),
        (["Алова"], "Алова, А. Б. ", "А. Б. Алова"),
        (["Алова", "Белова", "Вилова"], "Алова, А. Б. ", "А. Б. Алова, А. Б. Белова, А. Б. Вилова"),
        (["Алова", "Белова", "Вилова", "Галова"], None, "А. Б. Алова, А. Б. Белова, А. Б. Вилова, А. Б. Галова"),
        (["Алова", "Белова", "Вилова", "Галова", "Далова"], None, "А. Б. Алова, А. Б. Белова, А. Б. Вилова [и др.]"),
    ],
)
def test_authors_stand_as_the_standard_wants(anna: Teacher, names: list[str], head: str | None, said: str | None) -> None:
    material = stand("Закон Ома", author=anna)
    for number, name in enumerate(names):
        material.authorships.create(teacher=make_teacher(name, "Анна", middle_name="Борисовна", publishes_name=True), order=number + 1)
    found = re.match(STANDARD, gost(cited(material)).replace("\u00a0", " "))
    assert found
    assert (found["head"], found["title"], found["said"]) == (head, "Закон Ома", said)


# --- two people at once -----------------------------------------------------------------------------------------------


def shown(browser: Any, material: Material) -> str:
    return browser.get(f"/materials/{material.pk}/edit/").context["form"].shown_now


def full(material: Material, **fields: str) -> dict[str, str]:
    return {"title": material.title, "annotation": material.annotation, "topic": material.topic, "licence": "cc-by", "visibility": "public", **fields}


def test_different_fields_of_two_people_both_stay(anna: Teacher, evgenia: Teacher, client_of: Any) -> None:
    material = stand(author=anna, annotation="Было", topic="Ток")
    one, two = client_of(anna), client_of(evgenia)
    pages = [shown(browser, material) for browser in (one, two)]
    edit = f"/materials/{material.pk}/edit/"
    assert one.post(edit, full(material, annotation="Анна написала", shown=pages[0])).status_code == 302
    assert two.post(edit, full(material, topic="Сила тока", shown=pages[1])).status_code == 302
    material.refresh_from_db()
    assert (material.annotation, material.topic) == ("Анна написала", "Сила тока")


def test_the_same_field_shows_both_texts_and_loses_neither(anna: Teacher, evgenia: Teacher, client_of: Any) -> None:
    material = stand(author=anna, annotation="Было")
    one, two = client_of(anna), client_of(evgenia)
    pages = [shown(browser, material) for browser in (one, two)]
    edit = f"/materials/{material.pk}/edit/"
    one.post(edit, full(material, annotation="Анна написала", shown=pages[0]))
    page = two.post(edit, full(material, annotation="Евгения написала", shown=pages[1]))
    assert page.status_code == 200
    assert "Анна написала" in page.content.decode()
    assert "Евгения написала" in page.content.decode()
    material.refresh_from_db()
    assert material.annotation == "Анна написала"
    assert two.post(edit, full(material, annotation="Вместе", shown=page.context["form"].shown_now)).status_code == 302
    material.refresh_from_db()
    assert material.annotation == "Вместе"


def test_a_save_between_reading_and_writing_is_compared_again(anna: Teacher, client_of: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    material = stand(author=anna, annotation="Было")
    browser = client_of(anna)
    page = shown(browser, material)
    from resources.views import draft

    change = draft.change_material

    def colleague_first(*args: Any, **kwargs: Any) -> Any:
        monkeypatch.setattr(draft, "change_material", change)
        Material.objects.filter(pk=material.pk).update(annotation="Коллега успел", changed_at=datetime.datetime.now(datetime.UTC))
        return change(*args, **kwargs)

    monkeypatch.setattr(draft, "change_material", colleague_first)
    answer = browser.post(f"/materials/{material.pk}/edit/", full(material, annotation="Моё", shown=page))
    assert answer.status_code == 200
    assert [text for _label, text in answer.context["form"].conflicts] == ["Коллега успел"]


@pytest.mark.parametrize("said", ["[", "[]", '{"annotation": 5}', "x" * 1000, json.dumps({"нет": "такого"})])
def test_a_broken_fingerprint_is_no_error(anna: Teacher, client_of: Any, said: str) -> None:
    material = stand(author=anna, annotation="Было")
    assert client_of(anna).post(f"/materials/{material.pk}/edit/", full(material, annotation="Стало", shown=said)).status_code == 302
