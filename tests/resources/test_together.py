"""Two people at once, and one person pressing twice: no text is lost, nothing is made double."""

import threading
from typing import Any

import pytest
from django.db import connections

from communities.models import Community, School, Teacher
from foundation.files.storage import stored_names
from resources.actions.draft import save_draft
from resources.actions.review import AlreadyDecided, review_material
from resources.actions.suggestion import accept_suggestion
from resources.actions.variant import adapt_material
from resources.actions.version import start_version
from resources.models import Library, Material, MaterialVersion, Review, Suggestion
from resources.suggestions import Proposal
from resources.views import library as library_views
from resources.waiting import waiting_for
from tests.factories.materials import make_draft, make_submission
from tests.factories.people import join, make_teacher
from tests.factories.shelf import stand

pytestmark = pytest.mark.django_db

SHEET = dict.fromkeys(("standards", "accuracy", "method", "reuse", "rights", "safety", "form"), "yes")
RULES = {"rules": "Было", "default_licence": "", "reviews_needed": "1", "review_days": "7", "do": "save"}


@pytest.fixture(autouse=True)
def no_worker(settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


# --- the rules of a library ---------------------------------------------------------------------------------------------


@pytest.fixture
def library(village_school: School) -> Library:
    return Library.objects.create(school=village_school, rules="Было")


def test_two_coordinators_write_rules_at_once(vera: Teacher, evgenia: Teacher, client_of: Any, library: Library) -> None:
    url, one, two = f"/libraries/{library.pk}/settings/", client_of(vera), client_of(evgenia)
    pages = [browser.get(url).context["form"].shown_now for browser in (one, two)]
    assert one.post(url, RULES | {"rules": "Вера написала", "shown": pages[0]}).status_code == 302
    # Another field of the second person leaves the first one's words alone …
    assert two.post(url, RULES | {"review_days": "3", "shown": pages[1]}).status_code == 302
    library.refresh_from_db()
    assert (library.rules, library.review_days) == ("Вера написала", 3)
    # … the same field shows both texts and saves nothing.
    page = two.post(url, RULES | {"rules": "Евгения написала", "review_days": "3", "shown": pages[1]})
    assert page.status_code == 200
    assert page.context["form"].conflicts == [("Правила: что библиотека принимает, а что нет", "Вера написала")]
    assert "Евгения написала" in page.content.decode()
    library.refresh_from_db()
    assert library.rules == "Вера написала"
    assert two.post(url, RULES | {"rules": "Вместе", "shown": page.context["form"].shown_now}).status_code == 302
    library.refresh_from_db()
    assert library.rules == "Вместе"


def test_rules_written_between_reading_and_writing(vera: Teacher, client_of: Any, library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    url, browser = f"/libraries/{library.pk}/settings/", client_of(vera)
    shown = browser.get(url).context["form"].shown_now
    write = library_views.set_library

    def colleague_first(*args: Any, **kwargs: Any) -> Any:
        monkeypatch.setattr(library_views, "set_library", write)
        Library.objects.update(rules="Коллега успел")
        return write(*args, **kwargs)

    monkeypatch.setattr(library_views, "set_library", colleague_first)
    page = browser.post(url, RULES | {"rules": "Моё", "shown": shown})
    assert [text for _label, text in page.context["form"].conflicts] == ["Коллега успел"]


# --- an author edits while a reviewer suggests --------------------------------------------------------------------------


@pytest.fixture
def under_review(anna: Teacher) -> Material:
    """Published, with a new version that waits: its authors may edit the words meanwhile."""
    material = stand(author=anna, annotation="Было", topic="Ток", files=("Текст",), submitted_at="2026-09-01T00:00Z")
    material.versions.create(number=2, preparation="review", changes="Добавлены ответы", created_by=anna)
    return material


def form_of(browser: Any, url: str) -> dict[str, Any]:
    form = browser.get(url).context["suggestions"]
    values = {f"suggest-{field.name}": field.value() for field in form.visible_fields() if field.value()}
    return {"decision": "returned", "comment": "Уточните", **SHEET, **values, "suggest-shown": form.shown_now}


def test_what_the_author_changed_meanwhile_is_no_suggestion(anna: Teacher, evgenia: Teacher, client_of: Any, under_review: Material) -> None:
    browser, url = client_of(evgenia), f"/materials/{under_review.pk}/review/"
    words = form_of(browser, url)
    save_draft(under_review, {"annotation": "Анна написала"}, by=anna)
    assert browser.post(url, words | {"suggest-topic": "Сила тока"}).status_code == 302
    assert list(Suggestion.objects.values_list("field", "before", "value")) == [("topic", "Ток", "Сила тока")]


def test_both_texts_when_author_and_reviewer_change_the_same_field(anna: Teacher, evgenia: Teacher, client_of: Any, under_review: Material) -> None:
    browser, url = client_of(evgenia), f"/materials/{under_review.pk}/review/"
    words = form_of(browser, url) | {"suggest-annotation": "Евгения предлагает"}
    save_draft(under_review, {"annotation": "Анна написала"}, by=anna)
    page = browser.post(url, words)
    assert page.status_code == 200
    assert "Анна написала" in page.content.decode()
    assert "Евгения предлагает" in page.content.decode()
    assert not Review.objects.exists()
    assert browser.post(url, words | {"suggest-shown": page.context["suggestions"].shown_now}).status_code == 302
    assert list(Suggestion.objects.values_list("before", "value")) == [("Анна написала", "Евгения предлагает")]


def test_the_reviewer_reads_what_changes_in_the_version(evgenia: Teacher, client_of: Any, under_review: Material) -> None:
    assert "Добавлены ответы" in client_of(evgenia).get(f"/materials/{under_review.pk}/review/").content.decode()


# --- pressed twice ------------------------------------------------------------------------------------------------------


def test_a_variant_is_made_once_until_somebody_touches_it(anna: Teacher, boris: Teacher, client_of: Any) -> None:
    material = stand(author=anna, files=("Текст",))
    first = adapt_material(material, by=boris, licence="cc-by")
    kept = set(stored_names())
    answer = client_of(boris).post(f"/materials/{material.pk}/adapt/", {"licence": "cc-by"})
    assert answer["Location"] == f"/materials/{first.pk}/edit/"
    assert (set(stored_names()), Material.objects.filter(created_by=boris).count()) == (kept, 1)
    save_draft(first, {"title": "Для вечерней школы"}, by=boris)
    assert adapt_material(material, by=boris, licence="cc-by") != first


def test_sending_twice_is_sending(anna: Teacher, client_of: Any) -> None:
    material = make_draft(by=anna)
    answers = [client_of(anna).post(f"/materials/{material.pk}/submit/") for _press in range(2)]
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, material.get_absolute_url())] * 2
    answers = [client_of(anna).post(f"/materials/{material.pk}/withdraw/") for _press in range(2)]
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {(302, f"/materials/{material.pk}/edit/")}
    assert client_of(anna).post("/materials/999999/submit/").status_code == 404


def test_bringing_back_twice_makes_one_version(anna: Teacher, client_of: Any) -> None:
    material = stand(author=anna, files=("Текст",))
    material.versions.create(number=2, created_by=anna)
    for _press in range(2):
        page = client_of(anna).post(f"/materials/{material.pk}/versions/1/restore/", follow=True)
        assert [message.level_tag for message in page.context["messages"]] == ["success"]
    assert material.versions.count() == 3


def test_answering_twice_says_nothing_wrong(anna: Teacher, evgenia: Teacher, client_of: Any) -> None:
    material = make_submission(by=anna)
    review = review_material(material, by=evgenia, decision="returned", comment="Поправьте", suggestions=[Proposal("title", "Новое имя")])
    one = review.suggestions.get()
    accept_suggestion(one, "Новое имя", by=anna)
    url = f"/materials/{material.pk}/suggestions/{one.pk}/"
    assert list(client_of(anna).post(url, {"do": "accept"}, follow=True).context["messages"]) == []
    assert [message.level_tag for message in client_of(anna).post(url, {"do": "decline"}, follow=True).context["messages"]] == ["error"]


# --- at the same moment -------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_two_reviews_a_library_asks_for_come_at_once(anna: Teacher, evgenia: Teacher, zhanna: Teacher) -> None:
    """On both databases: both are written, the second one publishes, a third comes too late."""
    late_one = make_teacher("Третья", role="methodist")
    material = make_submission(by=anna)
    Library.objects.update(reviews_needed=2)
    start, late = threading.Barrier(3), []

    def accept(reviewer: Teacher) -> None:
        start.wait()
        try:
            review_material(material, by=reviewer, decision="accepted")
        except AlreadyDecided:
            late.append(reviewer)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=accept, args=[reviewer]) for reviewer in (evgenia, zhanna, late_one)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    material.refresh_from_db()
    assert (material.status, Review.objects.count(), len(late)) == ("published", 2, 1)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_authors_begin_a_version_at_once(anna: Teacher, vera: Teacher) -> None:
    material = stand(author=anna, files=("Текст",))
    material.authorships.create(teacher=vera, order=1)
    start, refused = threading.Barrier(2), []

    def begin(author: Teacher) -> None:
        start.wait()
        try:
            start_version(material, by=author, changes=author.first_name)
        except Exception as problem:
            refused.append(type(problem).__name__)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=begin, args=[author]) for author in (anna, vera)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (refused, MaterialVersion.objects.filter(preparation="draft").count(), len(set(stored_names()))) == (["ValidationError"], 1, 2)


# --- what waits -----------------------------------------------------------------------------------------------------------


def test_a_returned_version_waits_for_its_author(anna: Teacher, evgenia: Teacher, under_review: Material) -> None:
    assert waiting_for(anna) == []
    review_material(under_review, by=evgenia, decision="returned", comment="Нет ответов")
    assert [task.url for task in waiting_for(anna)] == [f"/materials/{under_review.pk}/edit/"]


def test_a_curator_who_left_decides_no_longer(anna: Teacher, boris: Teacher, daria: Teacher, community: Community, client_of: Any) -> None:
    join(community, anna)
    membership = join(community, boris)
    material = make_submission(by=anna, community=community)
    material.library.curators.add(boris)
    url = f"/materials/{material.pk}/review/"
    assert client_of(boris).get(url).status_code == 200
    membership.left_on = membership.joined_on
    membership.save()
    assert client_of(boris).post(url, {"decision": "accepted", **SHEET}).status_code == 404
    assert not Review.objects.exists()
