"""«Waiting for you»: everything that waits for this person, and nothing that waits for others, with a verb each."""

from typing import Any

import pytest

from communities.models import Community, JoinRequest, Teacher
from tests.factories.people import join

pytestmark = pytest.mark.django_db


def tasks(person: Teacher, client_of: Any) -> list[tuple[str, str]]:
    return [(task.title, task.url) for task in client_of(person).get("/tasks/").context["tasks"]]


def test_each_sees_what_waits_for_them(
    client_of: Any, anna: Teacher, boris: Teacher, vera: Teacher, daria: Teacher, zakhar: Teacher, community: Community
) -> None:
    join(community, boris)
    JoinRequest.objects.create(community=community, teacher=anna)
    assert tasks(anna, client_of) == []
    assert tasks(vera, client_of) == [
        ("1\u00a0педагог ждёт подтверждения", "/schools/malinovskaya/staff/"),
        ("Паспорт школы", "/schools/malinovskaya/passport/"),
    ]
    assert tasks(daria, client_of) == [
        ("1\u00a0заявка на вступление", "/communities/physics-nearby/requests/"),
        ("Назовите второго лидера сообщества «Физика рядом»", "/communities/physics-nearby/members/"),
    ]
    join(community, vera, role="leader")
    assert len(tasks(daria, client_of)) == 1


def test_who_is_alone_in_the_community_is_not_asked_for_a_second_leader(client_of: Any, daria: Teacher) -> None:
    assert tasks(daria, client_of) == []


def test_the_page_says_when_nothing_waits(client_of: Any, anna: Teacher, visitor: Any) -> None:
    assert "Никто: вы всем ответили" in client_of(anna).get("/tasks/").content.decode()
    assert client_of(visitor).get("/tasks/")["Location"].startswith("/accounts/login/")
