"""Reading in the page: text for slow lines, players, words to pass on; and two people who edit at once."""

import datetime
import json
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from communities.models import Community, Teacher
from resources.citation import bibtex, chat_text, gost
from resources.models import Material
from resources.reading import visible_material
from resources.text_pages import PAGE_SIGNS, text_pages
from tests.factories import files
from tests.factories.people import make_teacher
from tests.factories.shelf import add_file, stand

pytestmark = pytest.mark.django_db


def text_url(material: Material) -> str:
    return f"/materials/{material.pk}/text/{material.versions.first().files.first().pk}/"


def test_a_text_is_read_page_by_page(client: Any, anna: Teacher) -> None:
    paragraphs = [f"Абзац {number} " + "слово " * 200 for number in range(60)]
    material = stand(author=anna, files=("\n\n".join(paragraphs),))
    first = client.get(text_url(material))
    pages = first.context["page"].paginator.num_pages
    assert len(first.content) < 200_000
    read = [paragraph for number in range(1, pages + 1) for paragraph in client.get(text_url(material), {"page": number}).context["page"].object_list[0]]
    assert read == [paragraph.strip() for paragraph in paragraphs]
    assert client.get(text_url(material), {"page": 10**30}).status_code == 200


def test_a_paragraph_longer_than_a_page_loses_nothing() -> None:
    for text in ("ы" * (3 * PAGE_SIGNS + 7), "слово " * PAGE_SIGNS):
        pages = text_pages(text)
        assert max(sum(map(len, page)) for page in pages) <= PAGE_SIGNS
        assert "".join("".join(page) for page in pages).replace(" ", "") == text.replace(" ", "")


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
    assert plain == (f"Ёлкина, М. П. Закон Ома / М. П. Ёлкина. — Текст : электронный // Портал : [сайт]. — 2026. — URL: {url} (дата обращения: 23.11.2026).")
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
    assert words.startswith("Закон Ома / О. А, Д. Б0, Д. Б1 [и др.]. — ")


def test_signs_of_tex_are_escaped(anna: Teacher) -> None:
    assert r"title = {{\{100\%\} \& \textbackslash{}end}}" in bibtex(cited(stand(r"{100%} & \end", author=anna)))


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
