"""Several of one's own drafts at once: common words, sent together; each of them whole or not at all."""

import threading
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client

from communities.models import Community, Subject, Teacher
from resources.actions import drafts as action
from resources.actions.drafts import change_drafts
from resources.models import Library, Material, MaterialType
from tests.factories.materials import make_draft, make_submission
from tests.factories.people import item, join
from tests.factories.shelf import stand

pytestmark = pytest.mark.django_db
PAGE = "/materials/mine/drafts/"


@pytest.fixture(autouse=True)
def no_worker(settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


@pytest.fixture
def desk(anna: Teacher, client_of: Any) -> Client:
    return client_of(anna)


def choose(*materials: Material) -> dict[str, Any]:
    """What the page posts for these drafts as they stand now."""
    return {"material": [material.pk for material in materials], **{f"seen-{material.pk}": material.changed_at.isoformat() for material in materials}}


def test_common_fields_are_written_and_all_are_sent(desk: Client, anna: Teacher, community: Community) -> None:
    join(community, anna)
    subject, kind = item(Subject, "physics"), item(MaterialType, "lesson-plan")
    materials = [make_draft(title, by=anna) for title in ("Первый", "Второй", "Третий")]
    words = {"subject": subject.pk, "type": kind.pk, "library": f"community-{community.pk}", "licence": "cc-by-sa", "visibility": "library"}
    answer = desk.post(PAGE, {**choose(*materials[:2]), **words, "do": "send"}, follow=True)
    assert answer.redirect_chain == [("/materials/mine/", 302)]
    assert "2 материала отправлены на проверку." in answer.content.decode()
    for material in materials[:2]:
        material.refresh_from_db()
        assert (material.status, material.subject, material.type, material.library.community) == ("review", subject, kind, community)
        assert (material.licence, material.visibility, material.filled_by["subject"]) == ("cc-by-sa", "library", "author")
    materials[2].refresh_from_db()
    assert (materials[2].status, materials[2].library.community) == ("draft", None)


def test_saving_alone_changes_what_was_chosen_and_nothing_else(desk: Client, anna: Teacher) -> None:
    material = make_draft(by=anna)
    Material.objects.filter(pk=material.pk).update(licence="network", visibility="network", annotation="Слова")
    desk.post(PAGE, {**choose(material), "subject": item(Subject, "physics").pk, "do": "save"})
    material.refresh_from_db()
    assert (material.subject.code, material.licence, material.visibility, material.annotation, material.status) == (
        "physics",
        "network",
        "network",
        "Слова",
        "draft",
    )


def test_a_library_is_left_for_the_networks(desk: Client, anna: Teacher, community: Community) -> None:
    join(community, anna)
    material = make_draft(by=anna, community=community)
    desk.post(PAGE, {**choose(material), "licence": "cc-by", "do": "save"})
    material.refresh_from_db()
    assert material.library.community == community
    desk.post(PAGE, {**choose(material), "library": "", "do": "save"})
    material.refresh_from_db()
    assert material.library.community is None


def test_what_cannot_be_sent_says_why_and_stays_as_it_was(desk: Client, anna: Teacher) -> None:
    good, empty = make_draft("С файлом", by=anna), make_draft("Без файла", by=anna, files=())
    answer = desk.post(PAGE, {**choose(good, empty), "subject": item(Subject, "physics").pk, "do": "send"})
    page = answer.content.decode()
    assert "1 материал отправлен на проверку." in page
    assert "Добавьте хотя бы один файл" in page
    assert f'href="/materials/{empty.pk}/edit/#id_files"' in page
    assert [row["material"] for row in answer.context["rows"]] == [empty]
    good.refresh_from_db()
    empty.refresh_from_db()
    assert [(entry.status, entry.subject_id is not None) for entry in (good, empty)] == [("review", True), ("draft", False)]
    assert 'id="id_files"' in desk.get(f"/materials/{empty.pk}/edit/").content.decode()


def test_a_full_library_and_one_without_members_are_said_at_their_fields(desk: Client, anna: Teacher, community: Community) -> None:
    join(community, anna)
    Library.objects.create(community=community, quota_bytes=1)
    material = make_draft(by=anna)
    full = desk.post(PAGE, {**choose(material), "library": f"community-{community.pk}", "do": "save"}).content.decode()
    assert "свободно" in full
    assert f"/materials/{material.pk}/edit/#id_library" in full
    closed = desk.post(PAGE, {**choose(material), "visibility": "library", "do": "save"}).content.decode()
    assert f"/materials/{material.pk}/edit/#id_visibility" in closed
    material.refresh_from_db()
    assert (material.library.community, material.visibility) == (None, "public")


def test_a_variant_keeps_the_terms_of_its_original(desk: Client, anna: Teacher, boris: Teacher) -> None:
    original = stand(author=boris, licence="cc-by-sa", files=("Текст",))
    material = make_draft(by=anna)
    Material.objects.filter(pk=material.pk).update(derived_from=original.versions.get(), licence="cc-by-sa")
    material.refresh_from_db()
    page = desk.post(PAGE, {**choose(material), "licence": "cc-by", "do": "save"}).content.decode()
    assert f"/materials/{material.pk}/edit/#id_licence" in page
    material.refresh_from_db()
    assert material.licence == "cc-by-sa"


def test_what_a_colleague_changed_meanwhile_is_not_overwritten(desk: Client, anna: Teacher) -> None:
    material, other = make_draft("Общий", by=anna), make_draft("Свой", by=anna)
    shown = choose(material, other)
    desk.post(f"/materials/{material.pk}/edit/", {"title": "Общий", "subject": item(Subject, "chemistry").pk})
    answer = desk.post(PAGE, {**shown, "subject": item(Subject, "physics").pk, "do": "send"})
    assert "изменён после того" in answer.content.decode()
    material.refresh_from_db()
    other.refresh_from_db()
    assert (material.subject.code, material.status, other.subject.code, other.status) == ("chemistry", "draft", "physics", "review")
    # The page now shows it as it stands; chosen again it goes.
    desk.post(PAGE, {**choose(material), "subject": item(Subject, "physics").pk, "do": "send"})
    material.refresh_from_db()
    assert (material.subject.code, material.status) == ("physics", "review")


def test_a_page_that_does_not_say_what_it_showed_changes_nothing(desk: Client, anna: Teacher) -> None:
    material = make_draft(by=anna)
    for seen in ({}, {f"seen-{material.pk}": "вчера"}, {f"seen-{material.pk}": "2026-13-45T00:00:00+00:00"}):
        assert desk.post(PAGE, {"material": material.pk, **seen, "licence": "network", "do": "save"}).status_code == 200
    material.refresh_from_db()
    assert material.licence == "cc-by"


def test_other_peoples_drafts_and_ones_own_sent_materials_are_left_alone(desk: Client, anna: Teacher, boris: Teacher) -> None:
    foreign, waiting, own = make_draft("Чужой", by=boris), make_submission("Ждёт", by=anna), make_draft("Свой", by=anna)
    published = stand("Опубликован", author=anna)
    every = [foreign, waiting, own, published]
    assert [row["material"] for row in desk.get(PAGE, {"material": [entry.pk for entry in every]}).context["rows"]] == [own]
    answer = desk.post(PAGE, {**choose(*every), "licence": "network", "do": "save"}, follow=True)
    assert "3 выбранных материала уже не ваши черновики." in answer.content.decode()
    assert "Чужой" not in answer.content.decode()
    assert [Material.objects.get(pk=entry.pk).licence for entry in every] == ["cc-by", "cc-by", "network", "cc-by"]


def test_nothing_chosen_and_nothing_said(desk: Client, anna: Teacher) -> None:
    material = make_draft(by=anna)
    assert "Выберите хотя бы один черновик." in desk.post(PAGE, {"licence": "network", "do": "send"}).content.decode()
    assert "Выберите хотя бы одно поле" in desk.post(PAGE, {**choose(material), "do": "save"}).content.decode()
    assert desk.post(PAGE, {**choose(material), "subject": "999999", "library": "community-1", "licence": "gpl", "do": "send"}).status_code == 200
    assert desk.get(PAGE, {"material": ["x", "9" * 30, "-1"]}).status_code == 200
    material.refresh_from_db()
    assert (material.status, material.licence) == ("draft", "cc-by")


def test_the_list_offers_the_choice_where_there_is_something_to_choose(desk: Client, anna: Teacher) -> None:
    first = make_draft("Первый", by=anna)
    assert PAGE not in desk.get("/materials/mine/").content.decode()
    second, sent = make_draft("Второй", by=anna), make_submission("Отправлен", by=anna)
    page = desk.get("/materials/mine/").content.decode()
    assert [f'name="material" value="{entry.pk}"' in page for entry in (first, second, sent)] == [True, True, False]
    chosen = desk.get(PAGE, {"material": first.pk}).context["rows"]
    assert [(row["material"], row["chosen"]) for row in chosen] == [(first, True)]
    assert [(row["material"], row["chosen"]) for row in desk.get(f"{PAGE}?all=1").context["rows"]] == [(second, True), (first, True)]
    assert [row["chosen"] for row in desk.get(PAGE).context["rows"]] == [False, False]


def test_visitors_and_the_unconfirmed_are_kept_out(client: Client, zakhar: Teacher, client_of: Any) -> None:
    assert client.get(PAGE).status_code == 302
    assert client_of(zakhar).get(PAGE).status_code == 403


def test_the_page_costs_the_same_for_few_and_many(desk: Client, anna: Teacher, django_assert_num_queries: Any) -> None:
    for many in (2, 15):
        for number in range(many):
            stand(f"Материал {many}-{number}", author=anna, status="draft", subject="physics")
        with django_assert_num_queries(7):
            assert desk.get(PAGE).status_code == 200


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL: SQLite's writers come one after the other")
def test_of_two_at_the_same_moment_one_writes(anna: Teacher, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have read the draft before either writes: the second is told, nothing of it is written or sent."""
    material = make_draft(by=anna)
    both = threading.Barrier(2)
    save = action.save_draft

    def save_together(*args: Any, **options: Any) -> Material:
        both.wait(10)
        return save(*args, **options)

    monkeypatch.setattr(action, "save_draft", save_together)
    outcomes: dict[str, str] = {}

    def change(licence: str) -> None:
        try:
            author = Teacher.objects.get(pk=anna.pk)
            seen = {material.pk: material.changed_at}
            outcomes[licence] = change_drafts([Material.objects.get(pk=material.pk)], {"licence": licence}, by=author, seen=seen, send=True)[0].problem
        finally:
            connections.close_all()

    threads = [threading.Thread(target=change, args=(licence,)) for licence in ("network", "cc-by-sa")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    material.refresh_from_db()
    assert sorted(map(bool, outcomes.values())) == [False, True]
    assert not outcomes[material.licence]
    assert material.status == "review"
