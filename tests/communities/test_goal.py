"""The unifying goal: versions, wording, endorsements."""

import datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from communities.actions.goal import correct_goal, endorse_goal, set_goal, withdraw_endorsement
from communities.models import AuditEntry, Community, GoalEndorsement, GoalVersion, Teacher
from metrics.models import Activity
from tests.factories.people import join

pytestmark = pytest.mark.django_db

NEW_GOAL = "К маю 2027 года в каждой школе — десять фронтальных опытов"


def url(community: Community, page: str = "community") -> str:
    return reverse(page, args=[community.slug])


@pytest.fixture
def version(community: Community, daria: Teacher) -> GoalVersion:
    return GoalVersion.objects.create(community=community, text=community.goal, since=datetime.date(2024, 9, 1), set_by=daria)


@pytest.fixture
def member(community: Community, anna: Teacher) -> Teacher:
    join(community, anna)
    return anna


def edit(browser: Client, community: Community, change: str, version: GoalVersion | None, text: str = NEW_GOAL) -> Any:
    return browser.post(url(community, "community_goal_edit"), {"text": text, "change": change, "version": version.pk if version else ""})


def test_a_new_meaning_is_a_version_nobody_has_endorsed(client_of: Any, community: Community, version: GoalVersion, daria: Teacher) -> None:
    endorse_goal(version, by=daria)
    edit(client_of(daria), community, "meaning", version)
    newest = community.goal_versions.first()
    community.refresh_from_db()
    assert (newest.text, community.goal, newest.set_by) == (NEW_GOAL, NEW_GOAL, daria)
    assert [row.endorsements.count() for row in community.goal_versions.all()] == [0, 1]
    assert Activity.objects.filter(verb="set-goal", actor=daria, community=community).count() == 1


def test_submitting_a_new_goal_twice_makes_one_version(client_of: Any, community: Community, version: GoalVersion, daria: Teacher) -> None:
    for _ in range(2):
        edit(client_of(daria), community, "meaning", version)
    assert community.goal_versions.count() == 2
    assert Activity.objects.filter(verb="set-goal").count() == 1


def test_wording_keeps_the_version_and_its_endorsements(client_of: Any, community: Community, version: GoalVersion, daria: Teacher) -> None:
    endorse_goal(version, by=daria)
    edit(client_of(daria), community, "wording", version)
    version.refresh_from_db()
    community.refresh_from_db()
    assert (version.text, community.goal, version.endorsements.count(), community.goal_versions.count()) == (NEW_GOAL, NEW_GOAL, 1, 1)
    entry = AuditEntry.objects.get(action="correct-goal")
    assert (entry.actor, entry.details) == (daria, {"version": version.pk})


def test_wording_of_an_outdated_version_is_refused(client_of: Any, community: Community, version: GoalVersion, daria: Teacher) -> None:
    newer = set_goal(community, "Другая цель", by=daria)
    response = edit(client_of(daria), community, "wording", version)
    assert "изменили" in str(response.context["form"].errors)
    version.refresh_from_db()
    assert (version.text, community.goal_versions.first()) == ("Вести физику вместе там, где учитель один", newer)
    with pytest.raises(ValidationError):
        correct_goal(version, NEW_GOAL, by=daria)


@pytest.mark.parametrize("bad", [{"text": ""}, {"text": "я" * 501}, {"text": "\x00"}, {"change": "all"}, {"version": "x"}, {"version": str(10**30)}])
def test_bad_input_is_a_form_error(client_of: Any, community: Community, version: GoalVersion, daria: Teacher, bad: dict[str, str]) -> None:
    data = {"text": NEW_GOAL, "change": "meaning", "version": version.pk, **bad}
    response = client_of(daria).post(url(community, "community_goal_edit"), data)
    assert list(response.context["form"].errors) == list(bad)
    assert community.goal_versions.count() == 1


def test_member_endorses_once_and_takes_it_back(client_of: Any, community: Community, version: GoalVersion, member: Teacher) -> None:
    browser = client_of(member)
    for _ in range(2):
        browser.post(url(community, "community_goal_endorsement"), {"version": version.pk})
    page = browser.get(url(community))
    assert (page.context["endorser_count"], page.context["endorsed"], page.context["community"].member_count) == (1, True, 2)
    for _ in range(2):
        browser.post(url(community, "community_goal_endorsement"), {"version": version.pk, "withdraw": "1"})
    assert browser.get(url(community)).context["endorser_count"] == 0
    assert list(Activity.objects.filter(verb="endorsed-goal").values_list("actor", "delta")) == [(member.pk, 1), (member.pk, -1)]


def test_withdrawal_compensates_on_the_day_of_the_endorsement(version: GoalVersion, member: Teacher) -> None:
    day = datetime.date(2025, 3, 3)
    endorse_goal(version, by=member, on=day)
    withdraw_endorsement(version, by=member)
    assert list(Activity.objects.values_list("occurred_on", "delta")) == [(day, 1), (day, -1)]


def test_the_constraint_decides_a_race_to_endorse(version: GoalVersion, member: Teacher) -> None:
    first = GoalEndorsement.objects.create(version=version, teacher=member)
    assert endorse_goal(version, by=member) == first
    assert not Activity.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        GoalEndorsement.objects.create(version=version, teacher=member)


def test_nobody_endorses_words_they_have_not_read(client_of: Any, community: Community, version: GoalVersion, member: Teacher, daria: Teacher) -> None:
    set_goal(community, NEW_GOAL, by=daria)
    client_of(member).post(url(community, "community_goal_endorsement"), {"version": version.pk})
    assert not GoalEndorsement.objects.exists()


def test_who_has_left_is_not_counted(client_of: Any, community: Community, version: GoalVersion, member: Teacher, daria: Teacher) -> None:
    endorse_goal(version, by=member)
    endorse_goal(version, by=daria)
    client_of(member).post(reverse("community_leave", args=[community.slug]))
    assert client_of(daria).get(url(community)).context["endorser_count"] == 1
    assert [row.endorsed for row in client_of(daria).get(url(community, "community_goal")).context["page"]] == [1]


@pytest.mark.parametrize(("who", "status"), [("visitor", 302), ("zakhar", 403), ("boris", 403), ("evgenia", 403)])
def test_only_members_endorse(client_of: Any, community: Community, version: GoalVersion, request: Any, who: str, status: int) -> None:
    response = client_of(request.getfixturevalue(who)).post(url(community, "community_goal_endorsement"), {"version": version.pk})
    assert response.status_code == status
    assert not GoalEndorsement.objects.exists()


@pytest.mark.parametrize("number", ["", "x", "0", "9" * 30, "\x00"])
def test_absent_version_is_404(client_of: Any, community: Community, version: GoalVersion, member: Teacher, number: str) -> None:
    assert client_of(member).post(url(community, "community_goal_endorsement"), {"version": number}).status_code == 404


def test_only_leaders_change_the_goal(client_of: Any, community: Community, version: GoalVersion, member: Teacher, boris: Teacher) -> None:
    for person in (member, boris):
        assert edit(client_of(person), community, "meaning", version).status_code == 403
    assert community.goal_versions.count() == 1


def test_history_names_authors_to_colleagues_only(client: Client, client_of: Any, community: Community, version: GoalVersion, boris: Teacher) -> None:
    assert "Орлова" not in client.get(url(community, "community_goal")).content.decode()
    assert "Орлова" in client_of(boris).get(url(community, "community_goal")).content.decode()


def test_a_community_without_known_versions_still_shows_its_goal(client: Client, client_of: Any, community: Community, daria: Teacher) -> None:
    """An import may bring a goal without versions: wording and meaning both start the first one."""
    for page in ("community", "community_goal"):
        assert community.goal in client.get(url(community, page)).content.decode()
    edit(client_of(daria), community, "wording", None)
    assert community.goal_versions.get().text == NEW_GOAL
