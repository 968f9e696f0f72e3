"""Reports about messages: to the queue of the moderators, a decision with a reason, both sides told."""

from typing import Any

import pytest

from communities.models import AuditEntry, Community, Notification, Post, PostReport, Teacher, Topic
from tests.factories.people import join
from tests.factories.talk import answer, ask

pytestmark = pytest.mark.django_db

TALK = "/communities/physics-nearby/discussion/"


@pytest.fixture
def topic(community: Community, daria: Teacher, anna: Teacher, boris: Teacher) -> Topic:
    join(community, anna)
    join(community, boris)
    asked = ask(community, anna)
    answer(asked, boris, "Обидное слово")
    Notification.objects.all().delete()
    return asked


def report(topic: Topic, browser: Any, reason: str = "rude") -> PostReport:
    assert browser.post(f"{TALK}{topic.pk}/2/report/", {"reason": reason, "words": "Так нельзя"}).status_code == 302
    return PostReport.objects.get()


def told(person: Teacher) -> list[str]:
    return list(person.notifications.order_by("pk").values_list("kind", flat=True))


def test_from_a_report_to_the_decision(topic: Topic, anna: Teacher, boris: Teacher, daria: Teacher, client_of: Any) -> None:
    reporter, author, moderator = client_of(anna), client_of(boris), client_of(daria)
    made = report(topic, reporter)
    report(topic, reporter, reason="spam")
    assert (told(daria), told(boris), PostReport.objects.get().reason) == (["report"], [], "spam")
    assert next(task.title for task in moderator.get("/tasks/").context["tasks"]) == "1\u00a0жалоба на сообщение"
    assert [row.pk for row in moderator.get(f"{TALK}reports/").context["page"]] == [made.pk]
    place = f"{TALK}{topic.pk}/decisions/{made.pk}/"
    assert [browser.get(place).status_code for browser in (reporter, author)] == [404, 404]
    page = moderator.post(place, {"decision": "hide", "answer": ""})
    assert list(page.context["form"].errors) == ["answer"]
    moderator.post(place, {"decision": "hide", "answer": "Пишите о деле"})
    assert (told(anna), told(boris)) == (["moderation"], ["moderation"])
    for browser in (reporter, author):
        assert "Пишите о деле" in browser.get(place).content.decode()
        assert browser.get("/notifications/").context["notices"][0].url == place
    assert "Обидное слово" not in reporter.get(place).content.decode()
    assert "Анна" not in author.get(place).content.decode()
    page = reporter.get(f"{TALK}{topic.pk}/").content.decode()
    assert "Модератор скрыл это сообщение" in page
    assert "Обидное слово" not in page
    assert "Обидное слово" in moderator.get(f"{TALK}{topic.pk}/2/history/").content.decode()
    assert AuditEntry.objects.filter(action="hide-post").count() == 1
    moderator.post(place, {"decision": "keep", "answer": "Передумала"})
    assert PostReport.objects.get().decision == "hide"


def test_a_message_that_stays_is_said_too(topic: Topic, anna: Teacher, daria: Teacher, client_of: Any) -> None:
    made = report(topic, client_of(anna))
    client_of(daria).post(f"{TALK}{topic.pk}/decisions/{made.pk}/", {"decision": "keep", "answer": "Это шутка"})
    assert told(anna) == ["moderation"]
    assert Post.objects.get(topic=topic, number=2).hidden_at is None
    assert client_of(daria).get(f"{TALK}reports/").context["page"].paginator.count == 0


def test_nobody_else_sees_or_decides(topic: Topic, anna: Teacher, boris: Teacher, vera: Teacher, daria: Teacher, client_of: Any) -> None:
    made = report(topic, client_of(anna))
    place = f"{TALK}{topic.pk}/decisions/{made.pk}/"
    for person in (anna, boris, vera):
        assert client_of(person).get(f"{TALK}reports/").status_code == 404
        assert client_of(person).post(place, {"decision": "hide", "answer": "x"}).status_code == 404
    assert client_of(boris).post(f"{TALK}{topic.pk}/2/report/", {"reason": "rude"}).status_code == 403
    assert client_of(vera).post(f"{TALK}{topic.pk}/2/report/", {"reason": "rude"}).status_code == 404
    assert PostReport.objects.get().decided_at is None


def test_a_moderator_does_not_judge_their_own_message(topic: Topic, anna: Teacher, daria: Teacher, client_of: Any) -> None:
    said = answer(topic, daria, "Моё")
    client_of(anna).post(f"{TALK}{topic.pk}/{said.number}/report/", {"reason": "other"})
    made = PostReport.objects.get()
    assert told(daria) == []
    assert client_of(daria).get(f"{TALK}reports/").context["page"].paginator.count == 0
    assert client_of(daria).post(f"{TALK}{topic.pk}/decisions/{made.pk}/", {"decision": "keep", "answer": "x"}).status_code == 404


def test_a_moderator_hides_at_once_with_a_reason(topic: Topic, boris: Teacher, daria: Teacher, client_of: Any) -> None:
    assert client_of(daria).post(f"{TALK}{topic.pk}/2/report/", {"reason": "rude", "answer": ""}).status_code == 200
    client_of(daria).post(f"{TALK}{topic.pk}/2/report/", {"reason": "rude", "answer": "Без личностей"})
    assert Post.objects.get(topic=topic, number=2).hidden_by == daria
    assert told(boris) == ["moderation"]


def test_reports_of_a_day_are_bounded(topic: Topic, anna: Teacher, boris: Teacher, client_of: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("communities.actions.post_report.DAILY", 1)
    report(topic, client_of(anna))
    other = answer(topic, boris, "Ещё")
    page = client_of(anna).post(f"{TALK}{topic.pk}/{other.number}/report/", {"reason": "rude"})
    assert page.context["form"].non_field_errors()
    for reason in ("nothing", "\x00", ""):
        assert client_of(anna).post(f"{TALK}{topic.pk}/2/report/", {"reason": reason}).status_code == 200
