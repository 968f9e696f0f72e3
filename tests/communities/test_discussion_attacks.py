"""What an attack on the discussions found, each mended once: doubles, decisions nobody could open, letters after «never», credit for the hidden."""

from typing import Any

import pytest

from communities.actions.discussion import accept_answer, hide_post
from communities.actions.notice_wish import set_wishes, stop_letters
from communities.actions.notify import Wishes
from communities.actions.partnership import agree_partnership
from communities.models import AuditEntry, Community, Membership, Notification, Partnership, PostReport, School, Teacher, Topic
from foundation.markdown import render_markdown
from metrics.models import Activity
from tests.factories.exchange import make_need, make_partnership
from tests.factories.people import LONG_AGO, join, make_teacher
from tests.factories.talk import answer, ask

pytestmark = pytest.mark.django_db
TALK = "/communities/physics-nearby/discussion/"


@pytest.fixture
def topic(community: Community, daria: Teacher, anna: Teacher, boris: Teacher) -> Topic:
    """Анна asked, Борис answered; Дарья leads."""
    join(community, anna)
    join(community, boris)
    asked = ask(community, anna)
    answer(asked, boris, "Обидное слово")
    Notification.objects.all().delete()
    return asked


def test_who_reported_as_a_member_hides_as_a_moderator(topic: Topic, anna: Teacher, client_of: Any) -> None:
    assert client_of(anna).post(f"{TALK}{topic.pk}/2/report/", {"reason": "rude"}).status_code == 302
    Membership.objects.filter(teacher=anna).update(role="moderator")
    browser = client_of(Teacher.objects.get(pk=anna.pk))
    assert browser.post(f"{TALK}{topic.pk}/2/report/", {"reason": "rude", "answer": "нельзя"}).status_code == 302
    assert (PostReport.objects.count(), topic.posts.exclude(hidden_at=None).count()) == (1, 1)


def test_hiding_twice_is_once(topic: Topic, boris: Teacher, daria: Teacher, client_of: Any) -> None:
    pages = [client_of(daria).post(f"{TALK}{topic.pk}/2/report/", {"reason": "rude", "answer": "нельзя"}) for _click in range(2)]
    assert [page.status_code for page in pages] == [302, 200]
    told = boris.notifications.filter(kind="moderation").count()
    assert (PostReport.objects.count(), told, AuditEntry.objects.filter(action="hide-post").count()) == (1, 1, 1)


def test_everybody_who_reported_reads_the_decision_at_their_own_report(
    topic: Topic, community: Community, boris: Teacher, anna: Teacher, daria: Teacher, client_of: Any
) -> None:
    olga = make_teacher("Петрова", "Ольга", school=boris.school)
    join(community, olga)
    for person in (anna, olga):
        client_of(person).post(f"{TALK}{topic.pk}/2/report/", {"reason": "rude", "words": f"слова {person.last_name}"})
    first = PostReport.objects.order_by("pk")[0]
    client_of(daria).post(f"{TALK}{topic.pk}/decisions/{first.pk}/", {"decision": "hide", "answer": "да"})
    for person, other in ((anna, olga), (olga, anna)):
        page = client_of(person).get(person.notifications.get(kind="moderation").path)
        assert page.status_code == 200
        assert f"слова {other.last_name}" not in page.content.decode()
    assert client_of(boris).get(boris.notifications.get(kind="moderation").path).status_code == 200


def test_who_left_is_not_told_that_it_goes_on(topic: Topic, community: Community, anna: Teacher, boris: Teacher) -> None:
    Membership.objects.filter(teacher=boris).update(left_on=LONG_AGO)
    answer(topic, anna, "после ухода")
    assert boris.notifications.count() == 0
    Membership.objects.filter(teacher=boris).update(left_on=None)
    answer(topic, anna, "после возвращения")
    assert boris.notifications.count() == 1


def test_never_is_never_whatever_the_community_says(community: Community, anna: Teacher) -> None:
    join(community, anna)
    set_wishes(by=anna, kinds={}, communities={community.pk: "now"}, language="ru")
    stop_letters(anna, "announcement")
    wishes = Wishes.of([anna], kind="announcement", community_id=community.pk)
    assert wishes.delivery(anna.pk, "announcement", community.pk) == "never"
    assert Wishes.of([anna], kind="topic", community_id=community.pk).delivery(anna.pk, "topic", community.pk) == "now"


@pytest.mark.parametrize("tail", ["//evil.example/x", "//evil.example"])
def test_an_address_of_the_portal_never_leads_away(settings: Any, tail: str) -> None:
    assert 'href="//' not in render_markdown(settings.SITE_URL + tail)


def test_taking_back_twice_is_once(topic: Topic, boris: Teacher, client_of: Any) -> None:
    answers = [client_of(boris).post(f"{TALK}{topic.pk}/2/taking-back/").status_code for _click in range(2)]
    assert answers == [302, 302]


def test_a_hidden_answer_gives_its_credit_back(topic: Topic, anna: Teacher, daria: Teacher) -> None:
    post = topic.posts.get(number=2)
    accept_answer(topic, post, by=anna)
    hide_post(post, by=daria)
    assert sorted(Activity.objects.filter(verb="answered").values_list("delta", flat=True)) == [-1, 1]


def test_with_a_closed_school_nothing_is_agreed(village_school: School, lyceum: School, vera: Teacher, client_of: Any) -> None:
    made = make_partnership(make_need(village_school), lyceum)
    School.objects.filter(pk=lyceum.pk).update(closed_on=LONG_AGO)
    page = client_of(vera).post(f"/exchange/partnerships/{made.pk}/agreement/", follow=True).content.decode()
    assert "закрыта" in page
    assert Partnership.objects.get(pk=made.pk).state == "proposed"
    with pytest.raises(Exception, match="закрыта"):
        agree_partnership(Partnership.objects.for_list().get(pk=made.pk), by=vera)
