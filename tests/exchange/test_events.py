"""Plans, events, participation and acts come in as tables with the ledger they mean, and go out again, byte for byte."""

import datetime
from pathlib import Path

import pytest
from django.utils import timezone

from events.models import Event, Participation, Plan, PlanItem, Result
from metrics.models import Activity, ImportedAct
from network_portal.exchange import run_export, run_import
from tests.exchange.test_exchange import NETWORK, put

pytestmark = pytest.mark.django_db

TOMORROW = (timezone.localdate() + datetime.timedelta(days=1)).isoformat()
TABLES = {
    **NETWORK,
    "plan_items": (
        "id,community,title,kind,level,direction,planned_on,moved_to,status,held_on,approved_on,cancelled_on,reason,responsible\n"
        "p1,c1,Семинар,семинар,,,2025-02-10,,held,2025-02-12,2025-01-09,,,t1\n"
        "p2,c1,Заседание,meeting,municipal,support,10.03.2025,,held,10.03.2025,2025-01-09,,,t2\n"
        "p3,c1,Выезд,,,,2025-04-10,2025-05-10,,,2025-01-09,,Распутица,\n"
        "p4,c1,Чтения,readings,,,2025-05-20,,cancelled,,2025-01-09,2025-05-01,Нет зала,t1\n"
    ),
    "events": (
        "id,title,kind,level,audience,community,plan_item,starts_on,ends_on,format,place,capacity,organisers,host_schools,status\n"
        "e1,=Семинар по оптике,семинар,,teachers,c1,p1,2025-02-12,,очный,Лицей,20,t1,s1|s2,held\n"
        "e2,Открытый урок,open-lesson,,,c1,,2025-03-05,2025-03-06,,,,,,\n"
        "e3,Никто не пришёл,meeting,,,,,2025-03-20,,,,,t2,,\n"
        f"e4,Сборы,camp,regional,pupils,,,{TOMORROW},,mixed,,,t3,,planned\n"
    ),
    "participation": "event,teacher,role\ne1,t2,\ne1,t1,participant\ne2,t1,speaker\ne2,t2,participant\n",
    "pupil_results": "event,school,coach,pupil_code,grade,score,award\ne1,s1,t1,A-1,8,18.5,winner\ne1,s2,t2,A-2,9,7,\ne1,s2,t2,,9,,participant\n",
    "activity": (
        "teacher,occurred_on,verb,community,kind,level\nt1,2025-02-20,wrote-post,c1,discussion,inter-municipal\n"
        "t1,2025-02-20,wrote-post,c1,discussion,inter-municipal\nt2,2025-02-21,reviewed,,,\n"
    ),
}
DAY = datetime.date


def test_the_tables_come_with_the_ledger_they_mean(tmp_path: Path) -> None:
    assert run_import(put(tmp_path / "in", TABLES)).problems.errors == []
    plan = Plan.objects.get()
    assert (plan.community.external_id, plan.school_year, timezone.localdate(plan.approved_at)) == ("c1", 2024, DAY(2025, 1, 9))
    items = {item.external_id: item for item in PlanItem.objects.all()}
    assert [(item.status, item.baseline_on, item.planned_on) for item in items.values()] == [
        ("held", DAY(2025, 2, 10), DAY(2025, 2, 10)),
        ("held", DAY(2025, 3, 10), DAY(2025, 3, 10)),
        ("postponed", DAY(2025, 4, 10), DAY(2025, 5, 10)),
        ("cancelled", DAY(2025, 5, 20), DAY(2025, 5, 20)),
    ]
    events = {event.external_id: event for event in Event.objects.all()}
    assert {key: (event.status, event.held_on) for key, event in events.items()} == {
        "e1": ("held", DAY(2025, 2, 12)),
        "e2": ("held", DAY(2025, 3, 5)),
        "e3": ("planned", None),
        "e4": ("planned", None),
    }
    assert events["e1"].plan_item == items["p1"]
    acts = Activity.objects.filter(verb__in=["organised", "attended", "carried-out-item", "wrote-post", "reviewed"]).order_by("occurred_on", "pk")
    assert [(act.verb, act.actor.external_id, act.occurred_on, act.kind, act.level, act.community_id is not None) for act in acts] == [
        # One act a person, whatever their roles; who organised the event of an item has no second act for the item.
        ("organised", "t1", DAY(2025, 2, 12), "seminar", "inter-municipal", True),
        ("attended", "t2", DAY(2025, 2, 12), "seminar", "inter-municipal", True),
        ("wrote-post", "t1", DAY(2025, 2, 20), "discussion", "inter-municipal", True),
        ("reviewed", "t2", DAY(2025, 2, 21), "review", "school", False),
        ("attended", "t1", DAY(2025, 3, 5), "open-lesson", "inter-municipal", True),
        ("attended", "t2", DAY(2025, 3, 5), "open-lesson", "inter-municipal", True),
        ("carried-out-item", "t2", DAY(2025, 3, 10), "meeting", "municipal", True),
    ]


def test_imported_again_nothing_is_doubled_and_a_change_is_a_correction(tmp_path: Path) -> None:
    run_import(put(tmp_path / "in", TABLES))
    before = Activity.objects.count()
    again = run_import(tmp_path / "in")
    assert {name: (counts.created, counts.updated) for name, counts in again.counts.items() if name in TABLES and name not in NETWORK} == {
        "plan_items": (0, 0),
        "events": (0, 0),
        "pupil_results": (0, 0),
        "participation": (0, 0),
        "activity": (0, 0),
    }
    assert Activity.objects.count() == before
    more = {**TABLES, "participation": TABLES["participation"] + "e1,t3,\n"}
    run_import(put(tmp_path / "more", more))
    assert Activity.objects.count() == before + 1
    assert Participation.objects.filter(event__external_id="e1").count() == 4


def test_what_goes_out_comes_in_and_goes_out_the_same(tmp_path: Path, django_db_blocker: object) -> None:
    run_import(put(tmp_path / "in", TABLES))
    run_export(tmp_path / "first")
    names = ("plan_items", "events", "participation", "pupil_results", "activity")
    first = {name: (tmp_path / "first" / f"{name}.csv").read_bytes() for name in names}
    for model in (Result, Participation, Event, PlanItem, Plan, ImportedAct):
        model.objects.all().delete() if model is not Event else _drop_events()
    again = run_import(tmp_path / "first")
    assert again.problems.errors == []
    run_export(tmp_path / "second")
    assert {name: (tmp_path / "second" / f"{name}.csv").read_bytes() for name in names} == first
    assert ImportedAct.objects.count() == 2


def _drop_events() -> None:
    for event in Event.objects.all():
        event.steps.all().delete()
        event.delete()


@pytest.mark.parametrize(
    ("table", "old", "new", "place"),
    [
        ("plan_items", "2025-02-10,,held", "когда-нибудь,,held", "plan_items:2:planned_on"),
        ("plan_items", "2025-04-10,2025-05-10,,,", "2025-04-10,2025-05-10,planned,2025-05-10,", "plan_items:4:held_on"),
        ("plan_items", "Семинар,семинар", "Семинар,экспертиза", "plan_items:2:kind"),
        ("plan_items", "p1,c1,Семинар", "p1,c9,Семинар", "plan_items:2:community"),
        ("events", "2025-03-05,2025-03-06", "2025-03-05,2025-03-01", "events:3:ends_on"),
        ("events", "Лицей,20,t1", "Лицей,много,t1", "events:2:capacity"),
        ("events", "c1,p1,2025-02-12", "c1,p9,2025-02-12", "events:2:plan_item"),
        ("participation", "e1,t2,\n", "e1,t2,\ne1,t2,participant\n", "participation:3:teacher"),
        ("participation", "e2,t1,speaker", "e2,t1,гость", "participation:4:role"),
        ("pupil_results", "A-1,8,18.5", "A-1,12,18.5", "pupil_results:2:grade"),
        ("pupil_results", "A-2,9,7", "A-1,9,7", "pupil_results:3:pupil_code"),
        ("pupil_results", "A-2,9,7", "A-2,9,много", "pupil_results:3:score"),
        ("activity", "2025-02-21,reviewed", "2025-02-21,danced", "activity:4:verb"),
    ],
)
def test_what_is_wrong_is_said_with_table_row_and_column_and_nothing_is_written(table: str, old: str, new: str, place: str, tmp_path: Path) -> None:
    assert old in TABLES[table]
    result = run_import(put(tmp_path / "in", {**TABLES, table: TABLES[table].replace(old, new, 1)}))
    assert [":".join(line.split(":")[:3]) for line in result.problems.errors] == [place]
    assert (Event.objects.count(), PlanItem.objects.count(), Activity.objects.count()) == (0, 0, 0)
