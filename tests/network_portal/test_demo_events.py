"""Plans, events, registrations and participation of the demo: the same promises at every size, counters and ledger agree with the rows."""

import datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import Count, F, Q

from communities.models import Community, Teacher
from events.models import Event, Participation, Plan, PlanItem, Registration
from metrics.models import Activity

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2026, 11, 20)
SIZES = [{"size": "tiny"}, {"size": "region", "factor": 0.0002}]


@pytest.fixture(autouse=True)
def few_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("network_portal.demo.region_load.BODIES", 3)
    monkeypatch.setattr("network_portal.demo.region_load.READ_AFTERWARDS", 0)


@pytest.mark.parametrize("options", SIZES, ids=["tiny", "region"])
def test_three_years_of_plans_become_events_that_the_counters_and_the_ledger_know(options: dict[str, Any]) -> None:
    call_command("demo", today=TODAY, stdout=StringIO(), **options)
    years = Plan.objects.filter(community__isnull=False).values("community").annotate(years=Count("pk"))
    assert max(row["years"] for row in years) == 3
    assert set(PlanItem.objects.values_list("status", flat=True)) == {"planned", "postponed", "held", "cancelled"}
    assert PlanItem.objects.filter(plan__approved_at__isnull=False, baseline_on=None).exists()
    assert PlanItem.objects.filter(status__in=["planned", "postponed"], planned_on__lt=TODAY).exists()
    # What is over was held or cancelled for a reason, with its evidence; nothing happened in the future.
    held = PlanItem.objects.filter(status="held", plan__community__isnull=False)
    assert not held.filter(minutes="", events=None).exists()
    assert not PlanItem.objects.filter(Q(held_on__gt=TODAY) | Q(status="cancelled", reason="")).exists()
    assert not Event.objects.filter(Q(held_on__gt=TODAY) | Q(status="held", outcome="") | Q(folded_name="")).exists()
    assert not Event.objects.filter(plan_item__held_on__isnull=False).exclude(held_on=F("plan_item__held_on")).exists()
    # Places, the line, and people who came before they were members.
    call_command("check_places", stdout=StringIO())
    assert set(Event.objects.values_list("status", flat=True)) == {"draft", "proposed", "planned", "held", "cancelled"}
    assert not Registration.objects.filter(event__status__in=["draft", "proposed"]).exists()
    full = Event.objects.filter(status="planned", starts_at__date__gt=TODAY, registrations__state="waiting").distinct()
    assert full.exists()
    for event in full:
        states = list(event.registrations.order_by("pk").values_list("state", flat=True))
        assert states == ["taken"] * (event.capacity or 0) + ["waiting"] * (len(states) - (event.capacity or 0))
    assert not Registration.objects.exclude(registered_at__gte=F("event__created_at")).exists()
    # One act a person and held event, as what they were.
    told = set(Activity.objects.filter(verb__in=["organised", "attended"]).values_list("object_id", "actor_id", "verb", "occurred_on", "kind"))
    roles = Participation.objects.exclude(role="speaker").values_list("event_id", "teacher_id", "role", "event__held_on", "event__kind")
    assert told == {(event, who, {"organiser": "organised", "participant": "attended"}[role], day, kind) for event, who, role, day, kind in roles}
    proved = PlanItem.objects.exclude(minutes="").values_list("pk", "responsible_id", "held_on")
    assert set(Activity.objects.filter(verb="carried-out-item").values_list("object_id", "actor_id", "occurred_on")) == set(proved)


def test_the_demo_s_people_find_something_to_do(client_of: Any) -> None:
    call_command("demo", size="tiny", today=datetime.date.today(), stdout=StringIO())  # noqa: DTZ011 - the pages know today alone
    head, leader = (Teacher.objects.get(email=f"{key}@example.org") for key in ("head", "leader"))
    assert "План работы ждёт вашего утверждения" in client_of(head).get("/tasks/").content.decode()
    community = Community.objects.get(pk=leader.led_community_ids[0]) if leader.led_community_ids else Community.objects.filter(plans__isnull=False).first()
    assert community is not None
    for path in ("/events/", "/events/calendar/", f"{community.get_absolute_url()}events/", f"{community.get_absolute_url()}plan/", "/events/mine/"):
        assert client_of(leader).get(path).status_code == 200, path
