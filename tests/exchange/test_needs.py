"""Requests and offers come in as a table and go out again, byte for byte."""

import datetime
from pathlib import Path

import pytest
from django.utils import timezone

from communities.actions.need import withdraw_need
from communities.models import Need, School
from metrics.models import Activity
from network_portal.exchange import run_export, run_import
from tests.exchange.test_exchange import NETWORK, put
from tests.factories.exchange import make_need
from tests.factories.people import make_community

pytestmark = pytest.mark.django_db

NEEDS = (
    "id,kind,school,direction,subject,education_level,title,opened_on,closed_on\n"
    "n1,request,s1,support,физика,basic,Учитель физики,2025-02-01,\n"
    "n2,предложение,s2,pooled-resources,,,=Теплица,01.03.2025,2025-04-30\n"
    "n3,offer,s2,exchange,,,,,\n"
)
TABLES = {**NETWORK, "needs": NEEDS}


def errors_of(path: Path, old: str, new: str) -> list[str]:
    assert old in NEEDS
    return [":".join(line.split(":")[:3]) for line in run_import(put(path, {**NETWORK, "needs": NEEDS.replace(old, new)}), check=True).problems.errors]


def test_needs_come_with_their_days_history_and_acts(tmp_path: Path) -> None:
    assert run_import(put(tmp_path / "in", TABLES)).problems.errors == []
    first, second, third = Need.objects.order_by("external_id")
    assert (first.school.external_id, first.kind, first.direction, first.subject.code, first.education_level.code) == (
        "s1",
        "request",
        "support",
        "physics",
        "basic",
    )
    assert (first.state, second.state, second.closed_on) == ("open", "closed", datetime.date(2025, 4, 30))
    assert (second.title, third.title, third.opened_on) == ("=Теплица", "Обмен опытом", timezone.localdate())
    assert [list(need.steps.values_list("act", flat=True)) for need in (first, second)] == [["opened"], ["opened", "closed"]]
    # Anna coordinates the first school; nobody the second.
    assert (first.opened_by.external_id, second.opened_by) == ("t1", None)
    acts = Activity.objects.filter(verb="opened-need").values_list("object_id", "actor__external_id", "occurred_on", "level")
    assert list(acts) == [(first.pk, "t1", datetime.date(2025, 2, 1), "school")]


def test_an_export_comes_back_byte_for_byte(tmp_path: Path) -> None:
    run_import(put(tmp_path / "in", TABLES))
    make_need(School.objects.get(external_id="s1"), title="Из портала; «кавычки»", subject="chemistry", level="basic")
    make_need(make_community("Химики сети", subject="chemistry"), title="Запрос сообщества")
    assert run_export(tmp_path / "out")["needs"] == 4
    written = (tmp_path / "out" / "needs.csv").read_bytes()
    assert "Запрос сообщества" not in written.decode()
    # Nothing changes when it comes in again; and into an empty portal it is the same.
    assert run_import(tmp_path / "out").counts["needs"].unchanged == 4
    run_export(tmp_path / "again")
    assert (tmp_path / "again" / "needs.csv").read_bytes() == written
    Need.objects.all().delete()
    assert run_import(tmp_path / "out").counts["needs"].created == 4
    run_export(tmp_path / "third")
    assert (tmp_path / "third" / "needs.csv").read_bytes() == written


def test_importing_again_updates_and_does_not_open_what_was_withdrawn(tmp_path: Path) -> None:
    run_import(put(tmp_path / "in", TABLES))
    first = Need.objects.get(external_id="n1")
    withdraw_need(first, by=first.opened_by)
    changed = NEEDS.replace("Учитель физики", "Учитель физики и химии").replace("n3,offer,s2,exchange,,,,,", f"n3,offer,s2,exchange,,,,,{timezone.localdate()}")
    counts = run_import(put(tmp_path / "changed", {**NETWORK, "needs": changed})).counts["needs"]
    assert (counts.created, counts.updated, counts.unchanged) == (0, 2, 1)
    first.refresh_from_db()
    third = Need.objects.get(external_id="n3")
    assert (first.title, first.state, third.state) == ("Учитель физики и химии", "withdrawn", "closed")
    assert list(third.steps.values_list("act", flat=True)) == ["opened", "closed"]
    assert Activity.objects.filter(verb="opened-need").count() == 1


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("n1,request", "n1,gift", ["needs:2:kind"]),
        ("request,s1,support", "request,s9,support", ["needs:2:school"]),
        ("request,s1,support", "request,,support", ["needs:2:school"]),
        ("s1,support", "s1,poverty", ["needs:2:direction"]),
        ("физика,basic", "физра,higher", ["needs:2:subject", "needs:2:education_level"]),
        ("2025-02-01", "2025-02-30", ["needs:2:opened_on"]),
        ("2025-02-01", "2099-02-01", ["needs:2:opened_on"]),
        ("2025-04-30", "2025-02-28", ["needs:3:closed_on"]),
        ("2025-04-30", "2099-02-28", ["needs:3:closed_on"]),
        ("n2,", "n1,", ["needs:3:id"]),
        ("Учитель физики", "У" * 161, ["needs:2:title"]),
    ],
)
def test_every_error_names_table_row_and_column(tmp_path: Path, old: str, new: str, expected: list[str]) -> None:
    assert errors_of(tmp_path / "wrong", old, new) == expected
    assert not Need.objects.exists()
