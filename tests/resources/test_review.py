"""From a draft to the shelf: submission, review, publication, the mark «best practice»."""

import threading
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections

from communities.models import Community, Teacher
from metrics.models import Activity
from resources.actions.draft import add_author, remove_author
from resources.actions.review import AlreadyDecided, review_material
from resources.actions.submission import submit_material
from resources.history import review_steps
from resources.models import Library, Material, MaterialSearch, Review
from tests.factories.materials import make_draft, make_submission
from tests.factories.people import join
from tests.factories.shelf import stand

pytestmark = pytest.mark.django_db

SHEET = dict.fromkeys(("standards", "accuracy", "method", "reuse", "rights", "safety", "form"), "yes")


@pytest.fixture(autouse=True)
def no_worker(settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


def status_of(material: Material) -> str:
    return Material.objects.get(pk=material.pk).status


def acts() -> list[tuple[str, int, str, int | None]]:
    return [(act.verb, act.actor_id, act.level, act.community_id) for act in Activity.objects.order_by("id") if act.verb in ("reviewed", "published")]


def decide(browser: Any, material: Material, decision: str, comment: str = "") -> Any:
    return browser.post(f"/materials/{material.pk}/review/", {"decision": decision, "comment": comment, **SHEET})


# --- submission -------------------------------------------------------------------------------------------------------


def test_a_draft_is_sent_from_its_page(anna: Teacher, client_of: Any) -> None:
    material = make_draft(by=anna)
    page = client_of(anna).post(f"/materials/{material.pk}/edit/", {"title": "Новое имя", "do": "submit"})
    material.refresh_from_db()
    assert (material.status, material.title, page["Location"]) == ("review", "Новое имя", material.get_absolute_url())
    assert material.submitted_at is not None


def test_without_a_file_there_is_nothing_to_review(anna: Teacher, client_of: Any) -> None:
    material = make_draft(by=anna, files=())
    client_of(anna).post(f"/materials/{material.pk}/submit/")
    assert status_of(material) == "draft"


def test_while_in_review_it_is_taken_back_not_changed(anna: Teacher, client_of: Any) -> None:
    material = make_submission(by=anna)
    browser = client_of(anna)
    assert browser.get(f"/materials/{material.pk}/edit/").templates[0].name == "materials/waiting.html"
    browser.post(f"/materials/{material.pk}/edit/", {"title": "Другое"})
    browser.post(f"/materials/{material.pk}/withdraw/")
    material.refresh_from_db()
    assert (material.status, material.title) == ("draft", "Закон Ома")


# --- who reviews ------------------------------------------------------------------------------------------------------


def test_the_queue_holds_what_one_may_review(anna: Teacher, daria: Teacher, evgenia: Teacher, community: Community, client_of: Any) -> None:
    join(community, anna)
    network = make_submission("Сетевой", by=anna)
    shelf = make_submission("Из сообщества", by=anna, community=community)
    own = make_submission("Свой", by=evgenia)
    make_draft("Черновик", by=anna)

    def queue(person: Teacher) -> tuple[int, list[str]]:
        page = client_of(person).get("/materials/review/")
        text = page.content.decode()
        shown = [material for material in (network, shelf, own) if f'data-object="material:{material.pk}"' in text]
        assert f'data-total="{len(shown)}"' in text
        return page.status_code, [material.title for material in shown]

    assert queue(evgenia) == (200, ["Сетевой", "Из сообщества"])
    assert queue(daria) == (200, ["Из сообщества"])
    assert client_of(anna).get("/materials/review/").status_code == 403


@pytest.mark.parametrize("page", ["0", "-1", "x", "1" + "0" * 30])
def test_any_page_of_the_queue_answers(page: str, evgenia: Teacher, client_of: Any) -> None:
    assert client_of(evgenia).get("/materials/review/", {"page": page}).status_code == 200


def test_the_head_leads_to_the_decision_below_the_previews(evgenia: Teacher, anna: Teacher, client_of: Any) -> None:
    page = client_of(evgenia).get(f"/materials/{make_submission(by=anna).pk}/review/").content.decode()
    assert page.index('href="#decide">К решению<') < page.index('id="decide"')


def test_nobody_reviews_their_own(evgenia: Teacher, client_of: Any) -> None:
    material = make_submission(by=evgenia)
    assert client_of(evgenia).get(f"/materials/{material.pk}/review/").status_code == 403
    assert decide(client_of(evgenia), material, "accepted").status_code == 403
    assert status_of(material) == "review"


def test_a_leader_reviews_only_the_own_community(anna: Teacher, daria: Teacher, community: Community, client_of: Any) -> None:
    material = make_submission(by=anna)
    assert client_of(daria).get(f"/materials/{material.pk}/review/").status_code == 404


def test_a_member_sees_it_and_may_not_decide(anna: Teacher, boris: Teacher, community: Community, client_of: Any) -> None:
    join(community, anna)
    join(community, boris)
    material = make_submission(by=anna, community=community)
    assert client_of(boris).get(f"/materials/{material.pk}/review/").status_code == 403
    assert decide(client_of(boris), material, "accepted").status_code == 403
    assert status_of(material) == "review"


# --- decisions --------------------------------------------------------------------------------------------------------


def test_one_acceptance_publishes_and_is_counted(anna: Teacher, boris: Teacher, daria: Teacher, community: Community, client_of: Any) -> None:
    join(community, anna)
    material = make_submission("Нихром", by=anna, community=community)
    material.authorships.create(teacher=boris, order=1)
    page = client_of(daria).get(f"/materials/{material.pk}/review/")
    assert page.status_code == 200
    decide(client_of(daria), material, "accepted")
    material.refresh_from_db()
    assert material.status == "published"
    assert material.published_on is not None
    level = "inter-municipal"
    assert acts() == [("reviewed", daria.pk, level, community.pk), ("published", anna.pk, level, community.pk), ("published", boris.pk, level, community.pk)]
    assert MaterialSearch.objects.get(material=material).title != ""


def test_a_return_is_answered_and_sent_again(anna: Teacher, evgenia: Teacher, client_of: Any) -> None:
    material = make_submission(by=anna)
    assert list(decide(client_of(evgenia), material, "returned").context["form"].errors) == ["comment"]
    decide(client_of(evgenia), material, "returned", "Добавьте цель")
    assert status_of(material) == "returned"
    assert "Добавьте цель" in client_of(anna).get(material.get_absolute_url()).content.decode()
    author = client_of(anna)
    assert "Добавьте цель" in author.get(f"/materials/{material.pk}/edit/").content.decode()
    author.post(f"/materials/{material.pk}/submit/")
    assert status_of(material) == "review"
    decide(client_of(evgenia), material, "accepted")
    assert status_of(material) == "published"
    assert [verb for verb, *_rest in acts()] == ["reviewed", "reviewed", "published"]


def test_a_rejection_ends_it(anna: Teacher, evgenia: Teacher, client_of: Any) -> None:
    material = make_submission(by=anna)
    decide(client_of(evgenia), material, "rejected", "Скан учебника")
    assert status_of(material) == "withdrawn"
    assert client_of(anna).get(f"/materials/{material.pk}/edit/").status_code == 403
    client_of(anna).post(f"/materials/{material.pk}/submit/")
    assert status_of(material) == "withdrawn"


def test_a_library_may_ask_for_two_reviews(anna: Teacher, evgenia: Teacher, zhanna: Teacher, client_of: Any) -> None:
    Library.objects.filter(community=None).update(reviews_needed=2)
    material = make_submission(by=anna)
    decide(client_of(evgenia), material, "accepted")
    with pytest.raises(AlreadyDecided):
        review_material(material, by=evgenia, decision="accepted")
    assert status_of(material) == "review"
    assert client_of(evgenia).get("/materials/review/").context["page"].paginator.count == 0
    decide(client_of(zhanna), material, "accepted")
    assert status_of(material) == "published"


def test_acceptances_of_an_earlier_submission_do_not_count(anna: Teacher, evgenia: Teacher, zhanna: Teacher, client_of: Any) -> None:
    Library.objects.filter(community=None).update(reviews_needed=2)
    material = make_submission(by=anna)
    decide(client_of(evgenia), material, "accepted")
    decide(client_of(zhanna), material, "returned", "Исправьте")
    client_of(anna).post(f"/materials/{material.pk}/submit/")
    decide(client_of(zhanna), material, "accepted")
    assert status_of(material) == "review"
    decide(client_of(evgenia), material, "accepted")
    assert status_of(material) == "published"


def test_a_second_decision_comes_too_late(anna: Teacher, evgenia: Teacher, zhanna: Teacher) -> None:
    material = make_submission(by=anna)
    review_material(material, by=evgenia, decision="accepted")
    with pytest.raises(ValidationError):
        review_material(material, by=zhanna, decision="rejected", comment="Поздно")
    assert (status_of(material), Review.objects.count()) == ("published", 1)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_reviewers_at_once_publish_once(anna: Teacher, evgenia: Teacher, zhanna: Teacher) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("proves nothing on SQLite, which writes one after the other; the run on PostgreSQL does this")
    material = make_submission(by=anna)
    start, late = threading.Barrier(2), []

    def accept(reviewer: Teacher) -> None:
        start.wait()
        try:
            review_material(material, by=reviewer, decision="accepted")
        except AlreadyDecided:
            late.append(reviewer)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=accept, args=[reviewer]) for reviewer in (evgenia, zhanna)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(late), Review.objects.count()) == (1, 1)
    assert [verb for verb, *_rest in acts()] == ["reviewed", "published"]


# --- steps and the mark -----------------------------------------------------------------------------------------------


def test_steps_name_reviewers_to_colleagues_alone(anna: Teacher, boris: Teacher, evgenia: Teacher, visitor: Any) -> None:
    material = make_submission(by=anna)
    review_material(material, by=evgenia, decision="accepted")
    material.refresh_from_db()
    assert [step["state"] for step in review_steps(material, visitor)] == ["done", "done", "done"]
    assert "Тихонова" in str(review_steps(material, boris))
    assert "Тихонова" not in str(review_steps(material, visitor))
    assert "Тихонова" not in str(review_steps(material))


def test_best_practice_is_given_with_a_reason(anna: Teacher, boris: Teacher, evgenia: Teacher, client_of: Any) -> None:
    material = stand(author=anna)
    url = f"/materials/{material.pk}/best-practice/"
    assert client_of(boris).post(url, {"reason": "Я так хочу"}).status_code == 403
    assert list(client_of(evgenia).post(url, {"reason": ""}).context["form"].errors) == ["reason"]
    client_of(evgenia).post(url, {"reason": "Проверено в 23 школах"})
    assert Material.objects.get().best_practice_reason == "Проверено в 23 школах"
    client_of(evgenia).post(url, {"do": "withdraw"})
    assert Material.objects.get().best_practice_reason == ""


@pytest.mark.parametrize("waiting", [2, 8])
def test_the_queue_asks_the_same_number_of_queries(waiting: int, anna: Teacher, evgenia: Teacher, client_of: Any, django_assert_num_queries: Any) -> None:
    for number in range(waiting):
        make_submission(f"Материал {number}", by=anna)
    browser = client_of(evgenia)
    with django_assert_num_queries(6):
        browser.get("/materials/review/")


def test_nobody_reviews_what_they_made_by_taking_their_name_off(evgenia: Teacher, boris: Teacher, client_of: Any) -> None:
    material = make_draft(by=evgenia)
    add_author(material, boris, by=evgenia)
    remove_author(material, evgenia, by=boris)
    submit_material(material, by=boris)
    browser = client_of(evgenia)
    assert f'data-object="material:{material.pk}"' not in browser.get("/materials/review/").content.decode()
    assert browser.post(f"/materials/{material.pk}/review/", {"decision": "accepted"}).status_code == 403
    Material.objects.filter(pk=material.pk).update(status="published", published_on="2026-09-01")
    assert browser.post(f"/materials/{material.pk}/best-practice/", {"reason": "Хорошо"}).status_code == 403


def test_that_it_was_returned_once_is_not_for_everybody(client_of: Any, visitor: Any, anna: Teacher, boris: Teacher, evgenia: Teacher) -> None:
    material = make_submission(by=anna)
    review_material(material, by=evgenia, decision="returned", comment="Допишите ответы.")
    submit_material(Material.objects.get(pk=material.pk), by=anna)
    review_material(Material.objects.get(pk=material.pk), by=evgenia, decision="accepted")
    material.refresh_from_db()
    for reader in (visitor, boris):
        assert "возвращён" not in client_of(reader).get(material.get_absolute_url()).content.decode()
    assert "возвращён" in client_of(anna).get(material.get_absolute_url()).content.decode()
