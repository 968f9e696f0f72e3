"""The sheet of a review, conflicts of interest, counted acceptances, deadlines, and who recommended what."""

import datetime
import re
from typing import Any

import pytest
from django.utils import timezone

from communities.models import Teacher
from resources.actions.publication import award_best_practice
from resources.actions.review import review_material
from resources.conflicts import conflict_of
from resources.history import review_steps
from resources.models import Library, Material, Review
from resources.waiting import waiting_for
from tests.factories.materials import make_submission
from tests.factories.people import employ
from tests.factories.shelf import stand

pytestmark = pytest.mark.django_db

SHEET = dict.fromkeys(("standards", "accuracy", "method", "reuse", "rights", "safety", "form"), "yes")


@pytest.fixture(autouse=True)
def no_worker(settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


# --- the sheet --------------------------------------------------------------------------------------------------------


def test_every_line_of_the_sheet_is_asked_for(anna: Teacher, evgenia: Teacher, client_of: Any) -> None:
    material = make_submission(by=anna)
    url = f"/materials/{material.pk}/review/"
    page = client_of(evgenia).post(url, {"decision": "accepted", "standards": "yes", "accuracy": "maybe"})
    assert sorted(page.context["form"].errors) == sorted(set(SHEET) - {"standards"})
    client_of(evgenia).post(url, {"decision": "accepted", **SHEET, "form": "partly", "method": "no"})
    marks = dict(Review.objects.get().marks.values_list("criterion", "mark"))
    assert marks == SHEET | {"form": "partly", "method": "no"}


def test_the_author_reads_the_sheet(anna: Teacher, evgenia: Teacher, client_of: Any) -> None:
    material = make_submission(by=anna)
    review_material(material, by=evgenia, decision="returned", comment="Доделайте", marks=SHEET | {"form": "no"})
    row = client_of(anna).get(f"/materials/{material.pk}/edit/").context["reviews"][0]
    assert (row["met"], row["marked"], len(row["unmet"]), row["partly"]) == (6, 7, 1, [])


def test_what_was_sent_anew_is_read_anew(anna: Teacher, evgenia: Teacher, client_of: Any) -> None:
    material = make_submission(by=anna)
    reviewer, author, url = client_of(evgenia), client_of(anna), f"/materials/{material.pk}/review/"
    seen = reviewer.get(url).context["form"]["seen"].value()
    author.post(f"/materials/{material.pk}/withdraw/")
    author.post(f"/materials/{material.pk}/submit/")
    assert reviewer.post(url, {"decision": "accepted", **SHEET, "seen": seen}).status_code == 200
    assert not Review.objects.exists()
    fresh = reviewer.get(url).context["form"]["seen"].value()
    assert reviewer.post(url, {"decision": "accepted", **SHEET, "seen": fresh}).status_code == 302


# --- conflicts of interest --------------------------------------------------------------------------------------------


def test_a_shared_school_is_shown_and_not_forbidden(anna: Teacher, boris: Teacher, evgenia: Teacher, client_of: Any) -> None:
    employ(evgenia, anna.school)
    material = make_submission(by=anna)
    assert client_of(evgenia).get(f"/materials/{material.pk}/review/").context["conflict"] != []
    review_material(material, by=evgenia, decision="accepted", marks=SHEET)
    material.refresh_from_db()
    assert material.status == "published"
    assert "Малиновская школа" in review_steps(material, boris)[1]["text"]


def test_the_history_knows_the_day_of_the_review(anna: Teacher, boris: Teacher, evgenia: Teacher) -> None:
    material = make_submission(by=anna)
    review_material(material, by=evgenia, decision="accepted")
    place = employ(evgenia, anna.school)
    place.started_on = timezone.localdate() + datetime.timedelta(days=1)
    place.save()
    assert "Малиновская школа" not in review_steps(material, boris)[1]["text"]


def test_visitors_learn_nothing_of_schools(anna: Teacher, evgenia: Teacher, visitor: Any) -> None:
    employ(evgenia, anna.school)
    material = make_submission(by=anna)
    review_material(material, by=evgenia, decision="accepted")
    assert "Малиновская школа" not in str(review_steps(material, visitor))


def test_co_authors_are_in_conflict(anna: Teacher, boris: Teacher, evgenia: Teacher) -> None:
    material = make_submission(by=anna)
    assert not conflict_of(evgenia, material)
    stand("Вместе", author=anna).authorships.create(teacher=evgenia)
    assert conflict_of(evgenia, material).wrote_together
    assert not conflict_of(boris, material)


# --- two reviews, deadlines -------------------------------------------------------------------------------------------


def test_counted_acceptances_are_shown(anna: Teacher, evgenia: Teacher, zhanna: Teacher, client_of: Any) -> None:
    material = make_submission(by=anna)
    Library.objects.update(reviews_needed=2)
    review_material(material, by=evgenia, decision="accepted")
    browser = client_of(zhanna)
    assert "1 из 2 отзывов" in browser.get("/materials/review/").content.decode()
    assert "1 из 2 отзывов" in browser.get(f"/materials/{material.pk}/review/").content.decode()
    assert "1 из 2 отзывов" in client_of(anna).get(material.get_absolute_url()).content.decode()


def test_a_review_is_promised_when_the_material_is_sent(anna: Teacher) -> None:
    Library.objects.update_or_create(community=None, school=None, defaults={"review_days": 3})
    assert make_submission(by=anna).review_due_on == timezone.localdate() + datetime.timedelta(days=3)


def test_late_ones_stand_first_and_are_marked(anna: Teacher, evgenia: Teacher, client_of: Any) -> None:
    soon, late = make_submission("Скоро", by=anna), make_submission("Поздно", by=anna)
    Material.objects.filter(pk=late.pk).update(review_due_on=timezone.localdate() - datetime.timedelta(days=1))
    rows = client_of(evgenia).get("/materials/review/").context["rows"]
    assert [(row["material"].pk, row["is_late"]) for row in rows] == [(late.pk, True), (soon.pk, False)]
    task = next(task for task in waiting_for(evgenia) if task.url == "/materials/review/")
    assert re.search(r"\b1\b", task.detail)
    own = client_of(anna).get("/materials/mine/").content.decode()
    assert own.count("был обещан") == 1


def test_a_curator_and_a_coordinator_are_told(anna: Teacher, boris: Teacher, vera: Teacher) -> None:
    library = Library.objects.create(school=anna.school)
    material = make_submission(by=anna)
    Material.objects.filter(pk=material.pk).update(library=library)
    assert [task.url for task in waiting_for(vera)] == ["/materials/review/"]
    assert waiting_for(boris) == []
    network = make_submission(by=anna).library
    network.curators.add(boris)
    assert [task.url for task in waiting_for(Teacher.objects.get(pk=boris.pk))] == ["/materials/review/"]


# --- recommended ------------------------------------------------------------------------------------------------------


def test_who_recommended_and_why(anna: Teacher, boris: Teacher, evgenia: Teacher, visitor: Any, client_of: Any) -> None:
    material = make_submission(by=anna)
    review_material(material, by=evgenia, decision="accepted", comment="Между нами", marks=SHEET | {"form": "partly"})
    material.refresh_from_db()
    award_best_practice(material, by=evgenia, reason="Работает в малых школах")
    colleague = client_of(boris).get(material.get_absolute_url())
    step = colleague.context["steps"][1]
    assert "Тихонова" in step["title"]
    assert "выполнено 6 из 7 критериев; частично: Оформление" in step["text"]
    (best,) = [panel["context"] for panel in colleague.context["panels"]["main"]]
    assert best == {"reason": "Работает в малых школах", "by": evgenia, "on": timezone.localdate()}
    assert "Между нами" not in colleague.content.decode()
    outside = client_of(visitor).get(material.get_absolute_url()).content.decode()
    assert "Работает в малых школах" in outside
    assert "Тихонова" not in outside


def test_an_acceptance_of_what_is_not_out_yet_recommends_nothing(anna: Teacher, boris: Teacher, evgenia: Teacher, client_of: Any) -> None:
    material = stand(author=anna)
    version = material.versions.create(number=2, preparation="review", created_by=anna)
    material.reviews.create(version=version, reviewer=evgenia, decision="accepted")
    assert len(client_of(boris).get(material.get_absolute_url()).context["steps"]) == 2


def test_reviews_of_earlier_versions_are_folded_away(anna: Teacher, boris: Teacher, evgenia: Teacher, zhanna: Teacher, client_of: Any) -> None:
    material = stand(author=anna)
    for number, reviewer in ((1, evgenia), (2, zhanna)):
        version = material.versions.get_or_create(number=number, defaults={"created_by": anna})[0]
        material.reviews.create(version=version, reviewer=reviewer, decision="accepted")
    steps = client_of(boris).get(material.get_absolute_url()).context["steps"]
    assert [step.get("earlier") for step in steps] == [None, True, False, None]


@pytest.mark.parametrize("many", [1, 12])
def test_the_review_page_asks_the_same_number_of_queries(
    many: int, anna: Teacher, evgenia: Teacher, zhanna: Teacher, client_of: Any, django_assert_num_queries: Any
) -> None:
    material = make_submission(by=anna)
    for _number in range(many):
        review = Review.objects.create(material=material, version=material.versions.first(), reviewer=zhanna, decision="accepted")
        review.marks.create(criterion="form", mark="yes")
    browser, url = client_of(evgenia), f"/materials/{material.pk}/review/"
    browser.get(url)
    with django_assert_num_queries(14):
        browser.get(url)
