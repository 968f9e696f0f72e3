"""Canaries: words that stand in one hidden thing each. Every output of the library, asked by every reader, sings only what that reader may know.

The hidden things really lie where they could leak: in public collections, below a public original, in the same cell of the curriculum, with
the same text as an upload, in saved searches and followed collections of everybody.
"""

import datetime
import io
import re
from collections.abc import Callable
from typing import Any

import docx
import pypdfium2
import pytest
from django.core.management import call_command
from django.utils import timezone

from communities.models import Community, School, Teacher
from resources.collection_letters import send_collection_letter
from resources.digests import send_digest
from resources.models import Collection, CollectionFollow, CollectionItem, Material, MaterialCall, SavedSearch
from tests.factories.materials import attach, make_draft
from tests.factories.people import join, make_teacher
from tests.factories.shelf import stand
from tests.resources.reading import facet_counts

pytestmark = pytest.mark.django_db

# Long enough for signatures of texts; the same for all, so that each is a near duplicate of the others.
BODY = " ".join(f"канарейка поёт о токе {number} раз в цепи {number * 7 % 13} ом и ждёт ответа" for number in range(60))
READERS = ("visitor", "zakhar", "boris", "member", "vera", "daria", "evgenia")
# Canary → who may know of it in lists; a withdrawn material is in no list, its page is open to methodists.
KNOWN = {
    "open": set(READERS),
    "network": {"boris", "member", "vera", "daria", "evgenia"},
    "library": {"member", "daria", "evgenia"},
    "school": {"vera", "evgenia"},
    "review": {"member", "daria", "evgenia"},
    "draft": set(),
    "withdrawn": set(),
}
NOT_PUBLISHED = {"review", "draft", "withdrawn"}
WORDS = {name: f"зюзя{letter}ка" for name, letter in zip(KNOWN, "бвгджзк", strict=True)}
NAME = "Тайнофамильская"


@pytest.fixture
def cast(request: pytest.FixtureRequest, community: Community, lyceum: School) -> dict[str, Any]:
    member = make_teacher("Участникова", school=lyceum)
    join(community, member)
    return {"member": member, **{name: request.getfixturevalue(name) for name in READERS if name != "member"}}


@pytest.fixture
def author(community: Community) -> Teacher:
    """Publishes no name, and is blocked since."""
    return make_teacher(NAME, "Инесса", is_active=False)


@pytest.fixture
def cage(cast: dict[str, Any], author: Teacher, community: Community, village_school: School) -> dict[str, Material]:
    """One material for each canary: its word in the title, the annotation, the topic, the slug and the file."""
    places: dict[str, dict[str, Any]] = {
        "open": {},
        "network": {"visibility": "network"},
        "library": {"community": community, "visibility": "library"},
        "school": {"school": village_school, "visibility": "library"},
        "review": {"community": community, "status": "review", "submitted_at": timezone.now()},
        "draft": {"community": community, "status": "draft"},
        "withdrawn": {"community": community, "status": "withdrawn", "published_on": datetime.date(2026, 9, 1)},
    }
    made: dict[str, Material] = {}
    for name, place in places.items():
        word = WORDS[name]
        fields = {"annotation": f"Аннотация {word}", "topic": f"Тема {word}", "subject": "physics", "type": "lab", "grades": (8, 8), "slug": f"slug-{name}"}
        if name != "open":
            fields["derived_from"] = made["open"].versions.get()
        made[name] = stand(f"Канарейка {word}", author=author, files=(f"{BODY} {word}",), **fields, **place)
    call_command("sign_texts", verbosity=0)
    call_command("refresh_vocabulary", verbosity=0)
    collection = Collection.objects.create(title="Птицы", slug="birds", owner=cast["evgenia"], visibility="public")
    for order, (name, material) in enumerate(made.items(), 1):
        CollectionItem.objects.create(collection=collection, material=material, order=order, note=f"Заметка {WORDS[name]}")
    MaterialCall.objects.create(subject=made["open"].subject, grade=8, community=community, called_on=datetime.date(2026, 8, 1))
    return made


def sung(text: str) -> set[str]:
    """Which canaries are heard in a text."""
    return {name for name, word in WORDS.items() if word in text.casefold() or f"slug-{name}" in text}


def listed_for(reader: str) -> set[str]:
    return {name for name, readers in KNOWN.items() if reader in readers}


@pytest.fixture(params=READERS)
def reader(request: pytest.FixtureRequest) -> str:
    return request.param


# Doors that list everything the reader may know; published alone where `published` says so; what visitors see, for everybody, in feeds.
LISTS: dict[str, Callable[[set[str], set[str]], set[str]]] = {
    "/materials/": lambda known, visitors: known,
    "/materials/?q=канарейка": lambda known, visitors: known,
    "/materials/?subject=physics&grade=8&type=lab": lambda known, visitors: known,
    "/collections/1-birds/": lambda known, visitors: known,
    "/search/suggest/?q=канарей": lambda known, visitors: known,
    "/materials/coverage/physics/8/": lambda known, visitors: known - NOT_PUBLISHED,
    "/feeds/materials.atom": lambda known, visitors: visitors,
    "/feeds/materials.atom?q=канарейка": lambda known, visitors: visitors,
    "/feeds/collections/1.atom": lambda known, visitors: visitors,
}


@pytest.mark.parametrize("door", LISTS)
def test_lists_sing_what_the_reader_may_know(reader: str, door: str, cast: dict[str, Any], cage: dict[str, Material], client_of: Any) -> None:
    pk = Collection.objects.get().pk
    address = door.replace("/1-birds/", f"/{pk}-birds/").replace("/collections/1.atom", f"/collections/{pk}.atom")
    answer = client_of(cast[reader]).get(address)
    assert answer.status_code == 200
    assert sung(answer.content.decode()) == LISTS[door](listed_for(reader), listed_for("visitor"))


def test_the_sitemap(reader: str, cast: dict[str, Any], cage: dict[str, Material], client_of: Any) -> None:
    browser = client_of(cast[reader])
    parts = re.findall("<loc>([^<]*)</loc>", browser.get("/sitemap.xml").content.decode())
    assert sung("".join(browser.get(part.removeprefix("http://testserver")).content.decode() for part in parts)) == listed_for("visitor")


# Doors that show a part, in which nothing else may be heard.
PARTS = ("/", "/tasks/", "/search/?q=канарейка", "/search/?q=кaнарeйка", "/search/suggest/?q=Тема", "/materials/?q=канорейка", "/collections/", "/libraries/",
         "/materials/coverage/", "/communities/physics-nearby/", "/communities/physics-nearby/materials/", "/materials/mine/", "/schools/malinovskaya/",
         "/materials/searches/", "/notifications/", "/directions/", "/profile/portfolio/")  # fmt: skip


@pytest.mark.parametrize("door", PARTS)
def test_other_pages_sing_nothing_else(reader: str, door: str, cast: dict[str, Any], cage: dict[str, Material], client_of: Any) -> None:
    answer = client_of(cast[reader]).get(door, follow=True)
    assert answer.status_code in (200, 403)
    assert sung(answer.content.decode()) <= listed_for(reader)


def test_numbers_count_what_the_reader_may_know(reader: str, cast: dict[str, Any], cage: dict[str, Material], client_of: Any) -> None:
    browser, known = client_of(cast[reader]), listed_for(reader)
    catalogue = browser.get("/materials/?q=канарейка")
    assert facet_counts(catalogue, "subject") == {"physics": len(known)}
    assert facet_counts(catalogue, "grade") == {"8": len(known)}
    (row,) = browser.get("/collections/").context["rows"]
    assert row.materials == len(known)
    coverage = browser.get("/materials/coverage/").content.decode()
    assert re.findall(r'data-cell="physics:8:(\d+):', coverage) == [str(len(known))]
    cell = browser.get("/materials/coverage/physics/8/").context["cell"]
    assert (cell.total.materials, [call.number for call in cell.calls]) == (len(known), [len(known - NOT_PUBLISHED)])
    page = browser.get(Collection.objects.get().get_absolute_url())
    assert len(page.context["entries"]) == len(known)


def test_the_tree_of_variants_and_near_texts(reader: str, cast: dict[str, Any], cage: dict[str, Material], client_of: Any) -> None:
    browser = client_of(cast[reader])
    for door in (f"/materials/{cage['open'].pk}/variants/", cage["open"].get_absolute_url(), f"/materials/{cage['open'].pk}/uses/"):
        assert sung(browser.get(door, follow=True).content.decode()) <= listed_for(reader) | ({"withdrawn"} if reader == "evgenia" else set())
    tree = sung(browser.get(f"/materials/{cage['open'].pk}/variants/").content.decode())
    assert tree >= listed_for(reader) - NOT_PUBLISHED


def test_doors_of_a_hidden_material_answer_as_nothing(reader: str, cast: dict[str, Any], cage: dict[str, Material], client_of: Any) -> None:
    browser = client_of(cast[reader])
    absent = browser.get("/materials/999999-slug/")
    for name, material in cage.items():
        file = material.versions.get().files.get()
        doors = [material.get_absolute_url(), *(f"/materials/{material.pk}/{tail}/" for tail in ("archive", "variants", f"text/{file.pk}", f"files/{file.pk}"))]
        opens = name in listed_for(reader) or (name == "withdrawn" and reader == "evgenia")
        for door in doors:
            answer = browser.get(door)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert answer.status_code == (200 if opens else 404), (name, door)
            assert opens or body == absent.content


def test_the_hidden_author_is_named_nowhere(cast: dict[str, Any], cage: dict[str, Material], client_of: Any) -> None:
    for reader in ("visitor", "zakhar"):
        browser = client_of(cast[reader])
        pk = Collection.objects.get().pk
        doors = [door.replace("/1-birds/", f"/{pk}-birds/").replace("/collections/1.atom", f"/collections/{pk}.atom") for door in (*LISTS, *PARTS)]
        file = cage["open"].versions.get().files.get()
        doors += [cage["open"].get_absolute_url(), f"/materials/{cage['open'].pk}/variants/", f"/materials/{cage['open'].pk}/text/{file.pk}/"]
        for door in doors:
            assert NAME not in browser.get(door, follow=True).content.decode(), door
        assert sung(browser.get("/materials/", {"q": NAME}).content.decode()) == set()
        assert NAME not in browser.get("/search/suggest/", {"q": NAME[:6]}).content.decode()
    assert NAME in client_of(cast["boris"]).get(cage["open"].get_absolute_url()).content.decode()


def test_letters_sing_what_the_reader_may_know(reader: str, cast: dict[str, Any], cage: dict[str, Material], client_of: Any, mailoutbox: Any) -> None:
    if reader == "visitor":
        return
    person, before = cast[reader], timezone.now() - datetime.timedelta(days=9)
    Material.objects.filter(status="published").update(published_on=timezone.localdate() - datetime.timedelta(days=1))
    search = SavedSearch.objects.create(teacher=person, title="Птицы", query="?q=канарейка", digest="daily", sent_at=before)
    CollectionFollow.objects.create(collection=Collection.objects.get(), teacher=person, since=before, mailed_at=before)
    send_digest.call(search.pk)
    send_collection_letter.call(person.pk)
    heard = [sung(message.body) for message in mailoutbox]
    assert heard == ([] if reader == "zakhar" else [listed_for(reader) - NOT_PUBLISHED, listed_for(reader)])
    if reader != "zakhar":
        feed = client_of(cast["visitor"]).get(f"/feeds/searches/{search.token}.atom").content.decode()
        assert sung(feed) == listed_for(reader) - NOT_PUBLISHED


def test_duplicates_at_an_upload(reader: str, cast: dict[str, Any], cage: dict[str, Material], client_of: Any) -> None:
    if reader in ("visitor", "zakhar"):
        return
    person = cast[reader]
    draft = make_draft("Моё", by=person, files=())
    for number, material in enumerate(cage.values()):
        text = material.versions.get().files.get().text
        attach(draft, by=person, name=f"копия {number}.txt", content=re.sub("зюзя.ка", "слово", text).encode())
        attach(draft, by=person, name=f"та же {number}.txt", content=text.encode())
    call_command("sign_texts", verbosity=0)
    page = client_of(person).get(f"/materials/{draft.pk}/edit/").content.decode()
    assert sung(page) <= listed_for(reader)


def test_the_care_queue(reader: str, cast: dict[str, Any], cage: dict[str, Material], client_of: Any) -> None:
    Material.objects.update(changed_at=datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC), published_on=datetime.date(2020, 1, 1))
    cared = {"vera": {"school"}, "daria": {"library"}, "evgenia": {"open", "network", "library", "school"}}
    browser = client_of(cast[reader])
    for finding in ("stale", "orphaned", "unused", "reported", "licence"):
        answer = browser.get("/materials/care/", {"finding": finding})
        if reader not in cared:
            assert answer.status_code in (302, 403)
            continue
        expected = cared[reader] if finding in ("stale", "orphaned", "unused") else set()
        assert sung(answer.content.decode()) == expected
        for name, material in cage.items():
            assert browser.get(f"/materials/{material.pk}/care/{finding}/").status_code == (200 if name in expected else 404)


def test_a_paper_and_its_check_name_no_hidden_thing(cast: dict[str, Any], community: Community, village_school: School, client_of: Any) -> None:
    """Whoever made drafts and withdrawn materials gets a paper without them; whoever checks it sees no title at all."""
    boris = cast["boris"]
    for name, fields in {"open": {}, "draft": {"status": "draft"}, "withdrawn": {"status": "withdrawn"}, "review": {"status": "review"}}.items():
        fields["published_on"] = datetime.date(2026, 9, 1)
        stand(f"Канарейка {WORDS[name]}", author=boris, slug=f"slug-{name}", **fields)
    birds = Collection.objects.create(title="Птицы", slug="birds", owner=boris, visibility="public")
    for name in ("library", "withdrawn"):
        hidden = stand(
            f"Канарейка {WORDS[name]}", author=cast["daria"], community=community, visibility="library", status="published" if name == "library" else name
        )
        CollectionItem.objects.create(collection=birds, material=hidden, order=1)
    Collection.objects.create(title=f"Личная {WORDS['school']}", slug="own", owner=boris)
    browser = client_of(boris)
    page = browser.get("/profile/portfolio/?period=all")
    assert sung(page.content.decode()) == {"open"}
    sections = {section.code: section for section in page.context["sections"]}
    assert [row.cells[2] for row in sections["collected"].rows] == ["0"]
    rows = [f"{section.code}:{row.key}" for section in sections.values() for row in section.rows]
    form = {"since": "", "until": timezone.localdate().isoformat(), "section": list(sections), "row": rows}
    seen = browser.post("/profile/portfolio/preview/", form).context["seen"]
    browser.post("/profile/portfolio/papers/", {**form, "seen": seen})
    paper = boris.attestations.get()
    pdf = pypdfium2.PdfDocument(browser.get(f"/profile/portfolio/papers/{paper.code}/pdf/").content)
    printed = "".join(pdf[number].get_textpage().get_text_range() for number in range(len(pdf)))
    document = docx.Document(io.BytesIO(browser.get(f"/profile/portfolio/papers/{paper.code}/docx/").content))
    typed = "\n".join([*(p.text for p in document.paragraphs), *(cell.text for table in document.tables for row in table.rows for cell in row.cells)])
    assert (sung(printed), sung(typed)) == ({"open"}, {"open"})
    for reader in READERS:
        answer = client_of(cast[reader]).get(f"/verify/{paper.code}/")
        assert sung(answer.content.decode()) == set()
        assert "Птицы" not in answer.content.decode()
        if reader != "boris":
            assert "Королёв" not in answer.content.decode()
            assert client_of(cast[reader]).get(f"/profile/portfolio/papers/{paper.code}/").status_code == {"visitor": 302, "zakhar": 403}.get(reader, 404)
