"""Suggestions of a reviewer: proposed, accepted, declined, raced."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from communities.models import Subject, Teacher
from resources.actions.draft import save_draft
from resources.actions.review import review_material
from resources.actions.suggestion import accept_suggestion, decline_suggestion
from resources.models import Material, Suggestion
from resources.suggestions import Proposal
from resources.waiting import waiting_for
from tests.factories.materials import make_draft, make_submission

pytestmark = pytest.mark.django_db

SHEET = dict.fromkeys(("standards", "accuracy", "method", "reuse", "rights", "safety", "form"), "yes")


@pytest.fixture(autouse=True)
def no_worker(settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


def returned(by: Teacher, reviewer: Teacher, *proposals: Proposal) -> tuple[Material, list[Suggestion]]:
    material = make_submission(by=by)
    review = review_material(material, by=reviewer, decision="returned", comment="Поправьте", suggestions=proposals)
    material.refresh_from_db()
    return material, list(review.suggestions.all())


def answer(browser: Any, suggestion: Suggestion, do: str) -> Any:
    return browser.post(f"/materials/{suggestion.review.material_id}/suggestions/{suggestion.pk}/", {"do": do})


# --- proposing --------------------------------------------------------------------------------------------------------


def test_only_what_differs_is_proposed(anna: Teacher, evgenia: Teacher, client_of: Any) -> None:
    material = make_draft(by=anna)
    physics = Subject.objects.get(code="physics")
    save_draft(material, {"annotation": "Первая строка\nвторая", "topic": "Электричество", "grades": (8, 8)}, by=anna)
    client_of(anna).post(f"/materials/{material.pk}/submit/")
    browser, url = client_of(evgenia), f"/materials/{material.pk}/review/"
    form = browser.get(url).context["suggestions"]
    shown = {f"suggest-{field.name}": field.value() or "" for field in form}
    words = shown | {
        "suggest-annotation": "Первая строка\r\nвторая ",
        "suggest-topic": "",
        "suggest-title": "Закон Ома для участка цепи",
        "suggest-subject": physics.pk,
        "suggest-grades": ["8", "9"],
        "suggest-duration_minutes": "45",
    }
    assert browser.post(url, {"decision": "returned", "comment": "Уточните", **SHEET, **words}).status_code == 302
    found = {one.field: (one.before, one.value) for one in Suggestion.objects.all()}
    assert found == {
        "title": ("Закон Ома", "Закон Ома для участка цепи"),
        "subject": (str(Material.objects.get().subject_id or ""), str(physics.pk)),
        "grades": ("8", "8,9"),
        "duration_minutes": ("", "45"),
    }
    material.refresh_from_db()
    assert material.title == "Закон Ома"


def test_a_review_without_fields_proposes_nothing(anna: Teacher, evgenia: Teacher, client_of: Any) -> None:
    material = make_submission(by=anna)
    client_of(evgenia).post(f"/materials/{material.pk}/review/", {"decision": "accepted", **SHEET})
    assert not Suggestion.objects.exists()


def test_a_wrong_proposal_is_an_error_of_the_form(anna: Teacher, evgenia: Teacher, client_of: Any) -> None:
    material = make_submission(by=anna)
    for field, wrong in (("duration_minutes", "9" * 30), ("title", "а" * 201), ("subject", "999999"), ("grades", "12"), ("annotation", "а\x00")):
        page = client_of(evgenia).post(f"/materials/{material.pk}/review/", {"decision": "accepted", **SHEET, f"suggest-{field}": wrong})
        assert list(page.context["suggestions"].errors) == [field]
    assert not Suggestion.objects.exists()


# --- answering --------------------------------------------------------------------------------------------------------


def test_the_author_accepts_one_and_declines_another(anna: Teacher, evgenia: Teacher, client_of: Any) -> None:
    material, (title, minutes) = returned(anna, evgenia, Proposal("title", "Новое имя"), Proposal("duration_minutes", "45"))
    browser = client_of(anna)
    rows = browser.get(f"/materials/{material.pk}/edit/").context["suggestions"]
    assert [(row.before, row.value, row.changed_since) for row in rows] == [("Закон Ома", "Новое имя", False), ("", "45\u00a0мин", False)]
    assert [task.url for task in waiting_for(anna)] == [f"/materials/{material.pk}/edit/#suggestions"]
    answer(browser, title, "accept")
    answer(browser, minutes, "decline")
    material.refresh_from_db()
    assert (material.title, material.slug, material.duration_minutes) == ("Новое имя", "novoe-imya", None)
    assert dict(Suggestion.objects.values_list("field", "accepted")) == {"title": True, "duration_minutes": False}
    assert browser.get(f"/materials/{material.pk}/edit/").context["suggestions"] == []


def test_grades_and_lists_are_accepted(anna: Teacher, evgenia: Teacher, client_of: Any) -> None:
    physics = Subject.objects.get(code="physics")
    material, suggestions = returned(anna, evgenia, Proposal("grades", "8,9"), Proposal("subject", str(physics.pk)))
    for one in suggestions:
        answer(client_of(anna), one, "accept")
    material.refresh_from_db()
    assert (material.grade_from, material.grade_to, material.subject) == (8, 9, physics)


def test_a_field_changed_meanwhile_is_not_overwritten(anna: Teacher, evgenia: Teacher, client_of: Any) -> None:
    material, (title,) = returned(anna, evgenia, Proposal("title", "Новое имя"))
    save_draft(material, {"title": "Моё третье имя"}, by=anna)
    browser = client_of(anna)
    row = browser.get(f"/materials/{material.pk}/edit/").context["suggestions"][0]
    assert (row.changed_since, row.now) == (True, "Моё третье имя")
    answer(browser, title, "accept")
    material.refresh_from_db()
    title.refresh_from_db()
    assert (material.title, title.answered_at) == ("Моё третье имя", None)
    answer(browser, title, "decline")
    title.refresh_from_db()
    assert title.accepted is False


def test_what_no_longer_passes_the_form_is_said(anna: Teacher, evgenia: Teacher, client_of: Any) -> None:
    physics = Subject.objects.get(code="physics")
    material, (subject,) = returned(anna, evgenia, Proposal("subject", str(physics.pk)))
    Subject.objects.filter(pk=physics.pk).update(archived_on="2026-01-01")
    answer(client_of(anna), subject, "accept")
    material.refresh_from_db()
    subject.refresh_from_db()
    assert (material.subject_id, subject.answered_at) == (None, None)


def test_of_two_answers_one_counts(anna: Teacher, evgenia: Teacher) -> None:
    material, (title,) = returned(anna, evgenia, Proposal("title", "Новое имя"))
    decline_suggestion(title, by=anna)
    with pytest.raises(ValidationError):
        accept_suggestion(title, "Новое имя", by=anna)
    material.refresh_from_db()
    assert material.title == "Закон Ома"


def test_others_do_not_answer(anna: Teacher, boris: Teacher, evgenia: Teacher, client_of: Any) -> None:
    _material, (title,) = returned(anna, evgenia, Proposal("title", "Новое имя"))
    assert answer(client_of(boris), title, "accept").status_code == 404
    assert answer(client_of(evgenia), title, "accept").status_code == 403
    with pytest.raises(PermissionDenied):
        accept_suggestion(title, "Новое имя", by=evgenia)
    other = make_draft("Другой", by=anna)
    assert client_of(anna).post(f"/materials/{other.pk}/suggestions/{title.pk}/", {"do": "accept"}).status_code == 404


def test_while_colleagues_read_nothing_changes(anna: Teacher, evgenia: Teacher, client_of: Any) -> None:
    _material, (title,) = returned(anna, evgenia, Proposal("title", "Новое имя"))
    client_of(anna).post(f"/materials/{title.review.material_id}/submit/")
    assert answer(client_of(anna), title, "accept").status_code == 403
    title.refresh_from_db()
    assert title.answered_at is None


@pytest.mark.parametrize("many", [1, 8])
def test_the_edit_page_asks_the_same_number_of_queries(many: int, anna: Teacher, evgenia: Teacher, client_of: Any, django_assert_num_queries: Any) -> None:
    subject = str(Subject.objects.get(code="physics").pk)
    proposals = [Proposal("subject", subject), *(Proposal(name, f"Новое {name}") for name in ("title", "annotation", "topic"))][:many]
    material, _suggestions = returned(anna, evgenia, *proposals)
    browser, url = client_of(anna), f"/materials/{material.pk}/edit/"
    browser.get(url)
    with django_assert_num_queries(17):
        browser.get(url)
