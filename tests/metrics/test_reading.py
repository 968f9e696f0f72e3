"""The indicators read from the tables of an import: what a headteacher counts by hand, and the command line around it."""

import datetime
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from communities.models import Community, Teacher
from metrics.indicators.windows import window_of
from metrics.models import Activity
from metrics.reading import read
from metrics.scopes import NETWORK, find_scope
from network_portal.exchange import run_import
from tests.exchange.test_exchange import put

pytestmark = pytest.mark.django_db
DAY = datetime.date

# Six teachers of two schools in one municipality; one community; the school year 2024/25.
PEOPLE = [("t1", "s1"), ("t2", "s1"), ("t3", "s1"), ("t4", "s2"), ("t5", "s2"), ("t6", "s2")]
TABLES = {
    "municipalities": "id,name\nm1,Район\n",
    "schools": "id,name,municipality\ns1,Первая школа,m1\ns2,Вторая школа,m1\n",
    "teachers": "id,last_name,first_name,school\n" + "".join(f"{key},Фамилия{key},Имя,{school}\n" for key, school in PEOPLE),
    "communities": "id,name,kind,area,goal,founded_on\nc1,Физика рядом,subject,physics,Больше опытов,2024-09-01\n",
    "memberships": "community,teacher,role,joined_on,left_on,self_joined,goal_endorsed_on\n"
    + "".join(f"c1,{key},{'leader' if key == 't1' else 'member'},2024-09-01,,yes,{'2024-09-10' if key != 't6' else ''}\n" for key, _school in PEOPLE),
    "plan_items": "id,community,title,kind,planned_on,status,held_on,cancelled_on,reason,responsible\n"
    "p1,c1,Семинар,seminar,2025-01-15,held,2025-01-16,,,t1\np2,c1,Урок,open-lesson,2025-01-20,planned,,,,t4\n"
    "p3,c1,Выезд,exchange-visit,2025-02-01,cancelled,,2025-01-25,Мороз,t2\np4,c1,Позже,meeting,2025-05-01,planned,,,,t1\n",
    "events": "id,title,kind,community,plan_item,starts_on,organisers,status\ne1,Семинар,seminar,c1,p1,2025-01-16,t1,held\n"
    "e2,Круглый стол,round-table,c1,,2025-01-23,t4,held\ne3,Будущее,meeting,c1,,2025-03-01,t1,held\n",
    "participation": "event,teacher\ne1,t2\ne1,t4\ne2,t1\ne2,t2\ne3,t2\n",
    "activity": "teacher,occurred_on,verb,community,kind,level\n"
    "t5,2025-01-24,wrote-post,c1,discussion,inter-school\n"
    "t5,2025-03-02,wrote-post,c1,discussion,school\n",
}


@pytest.fixture
def network(tmp_path: Path) -> None:
    assert run_import(put(tmp_path / "in", TABLES)).problems.errors == []


def indicators(*arguments: str) -> dict[str, Any]:
    out = StringIO()
    call_command("network_health", *arguments, "--format", "json", stdout=out)
    return json.loads(out.getvalue())


def test_a_community_is_what_one_counts_by_hand(network: None) -> None:
    told = indicators("--community", "c1", "--on", "2025-02-10", "--window", "90")
    assert told["scope"] == {"type": "community", "id": "c1", "name": "Физика рядом"}
    assert (told["as_of"], told["window_days"]) == ("2025-02-10", 90)
    found = told["indicators"]
    assert list(found) == ["goal", "active_members", "independence", "leaders", "levels", "diversity", "plan", "duration", "ties"]
    assert (found["goal"]["numerator"], found["goal"]["denominator"], found["goal"]["value"]) == (5, 6, 5 / 6)
    active = found["active_members"]
    # t1 organised, t2 and t4 took part, t4 organised, t5 wrote: four of six. Everybody is new in a window that reaches back before the first act.
    assert (active["numerator"], active["denominator"], active["parts"]["new"], active["parts"]["lapsed"]) == (4, 6, 4, 0)
    # Three items are too few for a share: counts only.
    plan = found["plan"]
    assert (plan["value"], plan["numerator"], plan["denominator"], plan["status"]) == (None, 1, 3, "grey")
    assert {name: plan["parts"][name] for name in ("held", "due", "outstanding", "off_plan")} == {"held": 1, "due": 3, "outstanding": 1, "off_plan": 1}
    # ℓ: t1 the seminar (its item counts once), t4 the round table.
    assert (found["leaders"]["value"], found["leaders"]["n"]) == (None, 4)
    assert found["leaders"]["parts"]["absence_factor"] == 1
    assert found["levels"]["parts"]["present"] == ["inter-school"]
    # Ties: e1 joins 1-2, 1-4, 2-4; e2 the same pairs; t5 stands alone.
    ties = found["ties"]["parts"]
    assert (ties["nodes"], ties["edges"], ties["components"], ties["isolates"]) == (4, 3, 2, 1)


def test_what_lies_after_the_day_changes_nothing_but_is_told(network: None) -> None:
    scope = find_scope("community", "c1")
    before = read(scope, on=DAY(2025, 2, 10), window=90)
    assert [reason.code for reason in before.warnings] == ["future-rows", "future-events"]
    Activity.objects.filter(pk__in=[])
    for row in list(Activity.objects.filter(occurred_on__gt=DAY(2025, 2, 10))):
        row.pk, row._state.adding = None, True
        row.save()
    after = read(scope, on=DAY(2025, 2, 10), window=90)
    assert after.results == before.results


def test_schools_municipalities_and_the_network_are_read_too(network: None) -> None:
    school = indicators("--school", "s1", "--on", "2025-02-10")["indicators"]
    assert (school["active_members"]["numerator"], school["active_members"]["denominator"]) == (2, 3)
    whole = indicators("--on", "2025-02-10")
    assert whole["scope"]["type"] == "network"
    assert (whole["indicators"]["active_members"]["numerator"], whole["indicators"]["active_members"]["denominator"]) == (4, 6)
    # Medians over the communities that are not dormant; no numerator.
    assert (whole["indicators"]["goal"]["value"], whole["indicators"]["goal"]["numerator"]) == (5 / 6, None)
    place = indicators("--municipality", "m1", "--on", "2025-02-10")["indicators"]
    assert place["active_members"]["numerator"] == 4


def test_an_unknown_scope_exits_with_two(network: None) -> None:
    with pytest.raises(SystemExit) as gone:
        call_command("network_health", "--community", "nowhere", stderr=StringIO())
    assert gone.value.code == 2


def test_the_school_year_and_text(network: None) -> None:
    told = indicators("--community", "c1", "--on", "2025-02-10", "--window", "school-year")
    assert told["window_days"] == (DAY(2025, 2, 10) - DAY(2024, 8, 31)).days
    out = StringIO()
    call_command("network_health", "--community", "c1", "--on", "2025-02-10", stdout=out)
    assert "Процент выполнения плана" in out.getvalue()


def test_a_guest_counts_in_no_figure_of_the_community(network: None) -> None:
    guest = Teacher.objects.get(external_id="t6")
    Community.objects.get().memberships.filter(teacher=guest).update(left_on=DAY(2024, 12, 1))
    before = read(find_scope("community", "c1"), on=DAY(2025, 2, 10), window=90)
    activity = {"teacher": guest, "verb": "wrote-post", "day": DAY(2025, 1, 30)}
    Activity.objects.create(
        actor=guest,
        verb=activity["verb"],
        kind="discussion",
        level="school",
        community=Community.objects.get(),
        school=guest.school,
        municipality=guest.school.municipality,
        content_type_id=1,
        object_id=1,
        occurred_on=activity["day"],
    )
    assert read(find_scope("community", "c1"), on=DAY(2025, 2, 10), window=90).results == before.results
    assert guest.pk in read(NETWORK, on=DAY(2025, 2, 10), window=90).inputs.counts.acts


def test_an_erased_teacher_leaves_m_and_stays_in_history(network: None) -> None:
    scope, window = find_scope("community", "c1"), window_of(DAY(2025, 2, 10), 90)
    before = read(scope, on=window.end, window=90)
    Teacher.objects.filter(external_id="t5").update(erased_at=datetime.datetime(2025, 2, 1, 12, tzinfo=datetime.UTC))
    after = read(scope, on=window.end, window=90)
    assert (before.results["active_members"].denominator, after.results["active_members"].denominator) == (6, 5)
    assert after.inputs.counts.acts == before.inputs.counts.acts
