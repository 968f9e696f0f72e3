"""The demo's texts, files, people and region: right in themselves, before anything is loaded into a database."""

import random
import re
import zipfile
from io import BytesIO
from pathlib import Path

import docx
import odf.opendocument
import odf.teletype
import openpyxl
import pptx
import pypdfium2
import pytest

from network_portal.demo import content, documents
from network_portal.demo.content.notation import parse
from network_portal.demo.people import make_people, transliterate
from network_portal.demo.region import make_region

SEED = 20250901


@pytest.fixture(scope="module")
def materials() -> list[content.MaterialText]:
    return content.plan_materials(random.Random(SEED), 600)


def body(material: content.MaterialText) -> str:
    """All words of the file."""
    words: list[str] = []
    for block in material.blocks:
        match block:
            case content.Heading(text) | content.Paragraph(text):
                words.append(text)
            case content.Bullets(items) | content.Numbers(items):
                words.extend(items)
            case content.Table(rows):
                words.extend(cell for row in rows for cell in row)
    return "\n".join(words)


def test_six_hundred_titles_are_distinct_and_no_topic_is_missing(materials):
    assert len({material.title for material in materials}) == 600
    told = {(material.subject or f"area:{material.area}", material.topic.replace("\u00a0", " ")) for material in materials}
    known = {(code, topic.title) for code, topics in content.TOPICS.items() for topic in topics}
    assert told == known
    assert sum(not code.startswith("area:") for code in content.TOPICS) >= 16
    assert {code.removeprefix("area:") for code in content.TOPICS if code.startswith("area:")} == set(content.AREAS)


def test_same_seed_gives_the_same_texts_and_another_seed_others(materials):
    assert content.plan_materials(random.Random(SEED), 600) == materials
    assert content.plan_materials(random.Random(SEED + 1), 600) != materials


def test_every_type_suits_every_topic_it_claims_to():
    rng = random.Random(1)
    for code, topics in content.TOPICS.items():
        for topic in topics:
            for kind in ("lesson-map", "slides", "lab", "test", "olympiad-tasks", "schedule", "regulation", "route"):
                if content.suits(topic, kind) and not (kind == "olympiad-tasks" and code.startswith("area:")):
                    material = content.compose_material(rng, code, topic, kind)
                    assert material.annotation
                    assert len(material.title) <= 200
                    assert len(body(material)) > 300
                    assert material.grade_from <= material.grade_to


def test_files_hold_words_that_stand_only_inside(materials):
    for material in materials:
        outside = set(re.findall(r"\w{6,}", (material.title + material.annotation + material.topic).lower()))
        inside = set(re.findall(r"\w{6,}", body(material).lower()))
        assert len(inside - outside) >= 10, material.title


def test_olympiad_tasks_for_gifted_children_are_found_often(materials):
    hits = [
        item
        for item in materials
        if re.search("олимпиад", item.title + item.annotation, re.I) and re.search("одарённ", item.title + item.annotation + body(item), re.I)
    ]
    assert len(hits) >= 20
    # Several forms of the words, or a search by stems would prove nothing.
    assert len({word.lower() for item in hits for word in re.findall(r"\w*дарённ\w+", item.title + item.annotation)}) >= 4


def test_russian_setting(materials):
    for material in materials:
        text = material.title + " " + material.annotation + " " + body(material)
        assert not set('"{}') & set(text)
        assert " — " not in text, "a dash keeps to the word before it"
        assert text.count("«") == text.count("»")


def test_a_broken_line_of_content_is_named():
    with pytest.raises(ValueError, match="what is this"):
        parse("@ physics\n# 7 | Topic | hook\n* what is this without an answer")


@pytest.fixture(scope="module")
def sample() -> content.MaterialText:
    topic = next(topic for topic in content.TOPICS["physics"] if topic.title.startswith("Закон Ома"))
    return content.compose_material(random.Random(3), "physics", topic, "lesson-map")


def read_docx(path: Path) -> str:
    document = docx.Document(str(path))
    return "\n".join([p.text for p in document.paragraphs] + [cell.text for table in document.tables for row in table.rows for cell in row.cells])


def read_pptx(path: Path) -> str:
    words = []
    for slide in pptx.Presentation(str(path)).slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                words.append(shape.text_frame.text)
            if shape.has_table:
                words.extend(cell.text for row in shape.table.rows for cell in row.cells)
    return "\n".join(words)


def read_xlsx(path: Path) -> str:
    return "\n".join(str(value) for row in openpyxl.load_workbook(path).active.iter_rows(values_only=True) for value in row if value is not None)


def read_pdf(path: Path) -> str:
    pdf = pypdfium2.PdfDocument(path)
    return "\n".join(page.get_textpage().get_text_range() for page in pdf)


def read_odt(path: Path) -> str:
    return odf.teletype.extractText(odf.opendocument.load(str(path)).text)


READERS = {"docx": read_docx, "pptx": read_pptx, "xlsx": read_xlsx, "pdf": read_pdf, "odt": read_odt}


@pytest.mark.parametrize("kind", documents.KINDS)
def test_each_kind_of_file_opens_and_holds_the_text(kind, sample, tmp_path):
    path, again = tmp_path / f"a.{kind}", tmp_path / f"b.{kind}"
    documents.write_document(sample.blocks, sample.title, "Орлова Анна Сергеевна", path, kind)
    documents.write_document(sample.blocks, sample.title, "Орлова Анна Сергеевна", again, kind)
    flat = re.sub(r"[\s\u00ad]+", " ", READERS[kind](path))
    for word in ("Орлова", "Амперметр", "Рефлексия", "батарейки"):
        assert word in flat
    assert path.read_bytes() == again.read_bytes()
    if kind != "pdf":
        assert zipfile.ZipFile(BytesIO(path.read_bytes())).testzip() is None


def test_text_is_never_read_as_markup_or_formula(tmp_path):
    hostile = '#panic("x") =SUM(A1) <b>&amp; $x$ *y* @z'
    blocks = (content.Paragraph(hostile), content.Table((("a", "b"), ("=1+1", hostile))))
    for kind in documents.KINDS:
        path = tmp_path / f"x.{kind}"
        documents.write_document(blocks, hostile, hostile, path, kind)
        assert "#panic" in READERS[kind](path).replace("“", '"')
    # A formula would come back as data type «f».
    assert all(cell.data_type != "f" for row in openpyxl.load_workbook(tmp_path / "x.xlsx").active.iter_rows() for cell in row)


def test_people_have_agreeing_distinct_names():
    people = make_people(random.Random(SEED), 2000)
    assert people == make_people(random.Random(SEED), 2000)
    assert len({person.full_name for person in people}) == len({person.email for person in people}) == 2000
    assert 0.8 < sum(person.gender == "f" for person in people) / 2000 < 0.9
    for person in people:
        woman = person.gender == "f"
        assert person.last_name.endswith(("а", "ая")) == woman
        assert person.middle_name.endswith("на") == woman
        assert re.fullmatch(r"[a-z]+\.[a-z]+\d*@example\.org", person.email), person
    assert transliterate("Щукина Юлия") == "shchukina iuliia"


@pytest.mark.parametrize(("municipalities", "schools"), [(6, 40), (24, 400), (1, 1), (3, 3)])
def test_a_region_is_plausible(municipalities, schools):
    region = make_region(random.Random(SEED), municipalities, schools)
    assert region == make_region(random.Random(SEED), municipalities, schools)
    assert (len(region.municipalities), len(region.schools)) == (municipalities, schools)
    assert len({school.short_name for school in region.schools}) == len({school.name for school in region.schools}) == schools
    places = {place.key: place for place in region.municipalities}
    for school in region.schools:
        place = places[school.municipality]
        assert max(abs(school.latitude - place.latitude), abs(school.longitude - place.longitude) / 2) < 0.25
        assert all((school.education_levels, school.peculiarities, school.website is None))
    assert {school.municipality for school in region.schools} == set(places)


def test_communities_are_twenty_four_with_measurable_goals():
    assert len(content.COMMUNITIES) == len({community.name for community in content.COMMUNITIES}) == 24
    for community in content.COMMUNITIES:
        assert community.area in (content.SUBJECTS if community.kind == "subject" else content.AREAS)
        assert community.goal.startswith("Чтобы")
        assert "каждой из" in community.goal
    assert {community.open for community in content.COMMUNITIES} == {True, False}
    assert {community.formal for community in content.COMMUNITIES} == {True, False}


def test_notes_agree_with_gender_and_comments_differ():
    rng = random.Random(1)
    notes = {gender: {content.reuse_note(rng, gender) for _ in range(2000)} for gender in "fm"}
    assert len(notes["f"]) >= 40
    assert not any(set("{|}") & set(note) for kind in notes.values() for note in kind)
    assert any(note.startswith("Провела ") for note in notes["f"])
    assert not any(note.startswith("Провела ") for note in notes["m"])
    assert len({content.accepting_comment(rng) for _ in range(500)}) >= 15
    assert len({content.returning_comment(rng) for _ in range(500)}) >= 10
