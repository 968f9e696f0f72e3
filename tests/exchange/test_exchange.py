"""A network comes in as tables and goes out again, and nothing is lost, doubled or invented."""

import datetime
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.management import call_command
from openpyxl import Workbook

from communities.models import AuditEntry, Community, Consent, Employment, GoalEndorsement, GoalVersion, Membership, School, Teacher
from foundation.exchange.sources import SourceError
from metrics.models import Activity
from network_portal.exchange import ImportRefused, run_export, run_import, running
from resources.models import Library, Material, MaterialFile, MaterialVersion, Reuse
from resources.models.material import Status
from tests.factories.people import make_teacher

pytestmark = pytest.mark.django_db

NETWORK = {
    "municipalities": "id,name\nm1,Верхнереченский район\nm2,г. Приозёрск\n",
    "schools": (
        "id,name,short_name,municipality,locality,latitude,longitude,education_levels,peculiarities,website\n"
        's1,"МБОУ «Малиновская школа», с. Малиновка",Малиновская школа,m1,с. Малиновка,57.15,-65.5,primary|basic,isolation|infrastructure,https://example.org\n'
        "s2,Лицей № 7,,m2,,,,,,\n"
    ),
    "teachers": (
        "id,email,last_name,first_name,middle_name,school,position,subjects,role,coordinator_of,head_of\n"
        "t1,Anna@Example.org,Власова,Анна,Игоревна,s1,учитель,physics|математика,,s1,\n"
        "t2,,Королёв,Борис,,s2|s1,teacher,,teacher,,s2\n"
        "t3,eva@example.org,Тихонова,Ева,,,методист,,методист,,\n"
    ),
    "communities": (
        "id,name,kind,area,formal,goal,founded_on,open\n"
        "c1,Физика рядом,subject,физика,да,Новая цель,01.09.2024,нет\n"
        "c2,Одарённые дети сети,problem,gifted,,Видеть каждого,,\n"
    ),
    "goal_versions": "community,text,since\nc1,Старая цель,2024-09-01\nc1,Новая цель,2025-03-01\n",
    "memberships": (
        "community,teacher,role,joined_on,left_on,self_joined,goal_endorsed_on\n"
        "c1,t1,leader,2024-09-01,,yes,2025-03-02\n"
        "c1,t2,member,2024-10-01,2025-05-31,,2024-10-02\n"
        "c2,t2,,2025-01-10,,no,\n"
    ),
    "materials": (
        "id,title,type,subject,grades,education_level,licence,purpose,visibility,status,community,authors,published_on,annotation,file\n"
        'x1,=Опыты,lab,physics,7-9,basic,cc-by,olympiad,public,published,c1,t1|t2,2025-02-01,"Строка\nвторая; и «третья»",files/опыты.txt\n'
        "x2,Черновик,,,8,,,,,,,t2,,,\n"
    ),
    "reuses": "material,teacher,used_on,note\nx1,t3,2025-04-01,Пригодилось\nx1,t2,2025-04-02,\n",
}
TEXT = "Опыты по физике: маятник, рычаг, блок.".encode()
ONE_SCHOOL = {"municipalities": NETWORK["municipalities"], "schools": NETWORK["schools"]}


def put(folder: Path, tables: dict[str, str], *, encoding: str = "utf-8") -> Path:
    folder.mkdir()
    for name, text in tables.items():
        (folder / f"{name}.csv").write_bytes(text.encode(encoding))
    (folder / "files").mkdir()
    (folder / "files" / "опыты.txt").write_bytes(TEXT)
    return folder


def put_zip(path: Path, folder: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for entry in sorted(folder.rglob("*")):
            archive.write(entry, f"сеть/{entry.relative_to(folder)}")
    return path


def errors_of(tmp_path: Path, tables: dict[str, str], **options: Any) -> list[str]:
    """Table, row and column of every error."""
    problems = run_import(put(tmp_path / "wrong", tables, **options), check=True).problems
    return [":".join(line.split(":")[:3]) for line in problems.errors]


def ledger() -> list[tuple[Any, ...]]:
    columns = ("occurred_on", "verb", "actor__external_id", "community__external_id", "level", "kind", "delta")
    return sorted((str(day), verb, *rest) for day, verb, *rest in Activity.objects.values_list(*columns))


@pytest.fixture
def network(tmp_path: Path) -> Path:
    return put(tmp_path / "network", NETWORK)


# --- what an import makes -------------------------------------------------------------------------------------------------


def test_people_come_without_passwords_and_consents(network: Path) -> None:
    run_import(network)
    anna, boris, eva = (Teacher.objects.get(external_id=key) for key in ("t1", "t2", "t3"))
    assert anna.email == "anna@example.org"
    assert EmailAddress.objects.get(user=anna).verified
    assert not any(teacher.has_usable_password() for teacher in (anna, boris, eva))
    assert boris.email is None
    assert re.fullmatch(r"korolev-\d+", boris.login)
    assert not anna.login
    assert anna.is_confirmed
    assert eva.is_methodist
    assert not Consent.objects.exists()
    assert not any(teacher.publishes_name for teacher in (anna, boris, eva))
    assert list(anna.subjects.values_list("code", flat=True)) == ["mathematics", "physics"]
    assert AuditEntry.objects.filter(action="give-network-role", object_id=eva.pk).exists()


def test_the_first_school_is_the_main_one_and_roles_stand_in_employments(network: Path) -> None:
    run_import(network)
    boris = Teacher.objects.get(external_id="t2")
    assert boris.school.external_id == "s2"
    assert [place.school.external_id for place in boris.current_employments] == ["s2", "s1"]
    assert [(place.is_head, place.is_coordinator) for place in boris.current_employments] == [(True, False), (False, False)]
    assert Teacher.objects.get(external_id="t1").coordinated_school_ids == [School.objects.get(external_id="s1").pk]
    # Employed at the latest since the first day on which the tables show him at work.
    assert {place.started_on for place in boris.current_employments} == {datetime.date(2024, 10, 1)}


def test_schools_get_short_names_slugs_and_peculiarities(network: Path) -> None:
    run_import(network)
    village, lyceum = School.objects.get(external_id="s1"), School.objects.get(external_id="s2")
    assert (lyceum.short_name, lyceum.slug) == ("Лицей № 7", "litsey-no-7")
    assert {entry.peculiarity for entry in village.peculiarities.all()} == {"isolation", "infrastructure"}
    assert str(village.longitude) == "-65.50000"


def test_endorsements_belong_to_the_version_of_their_day(network: Path) -> None:
    run_import(network)
    found = {entry.teacher.external_id: entry.version.text for entry in GoalEndorsement.objects.all()}
    assert found == {"t1": "Новая цель", "t2": "Старая цель"}
    community = Community.objects.get(external_id="c1")
    assert (community.goal, community.is_formal, community.is_open) == ("Новая цель", True, False)


def test_what_nobody_said_is_not_invented(network: Path) -> None:
    run_import(network)
    assert Membership.objects.get(teacher__external_id="t2", community__external_id="c1").self_joined is None
    assert Material.objects.get(external_id="x2").licence == "network"
    # Founded at the latest on the first day that anything says of it.
    assert Community.objects.get(external_id="c2").founded_on == datetime.date(2025, 1, 10)
    assert GoalVersion.objects.get(community__external_id="c2").since == datetime.date(2025, 1, 10)


def test_materials_come_with_files_that_are_read_and_found(network: Path, django_capture_on_commit_callbacks: Callable[..., Any]) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        run_import(network)
    material = Material.objects.get(external_id="x1")
    file = MaterialFile.objects.get(version__material=material)
    assert (file.original_name, file.size, material.main_kind, material.file_count) == ("опыты.txt", len(TEXT), "txt", 1)
    assert "маятник" in MaterialFile.objects.get(pk=file.pk).text
    assert (material.grade_from, material.grade_to, material.title) == (7, 9, "=Опыты")
    assert material.library.community.external_id == "c1"
    assert material.annotation == "Строка\nвторая; и «третья»"
    assert (material.reuse_count, material.reuse_school_count) == (2, 1)
    assert hasattr(material, "search")


def test_the_ledger_holds_the_acts_at_their_days_and_levels(network: Path) -> None:
    run_import(network)
    assert ledger() == [
        ("2024-09-01", "founded", "t1", "c1", "school", "", 1),
        ("2024-10-01", "joined", "t2", "c1", "inter-municipal", "", 1),
        ("2024-10-02", "endorsed-goal", "t2", "c1", "inter-municipal", "", 1),
        ("2025-01-10", "joined", "t2", "c2", "school", "", 1),
        ("2025-02-01", "published", "t1", "c1", "inter-municipal", "material", 1),
        ("2025-02-01", "published", "t2", "c1", "inter-municipal", "material", 1),
        ("2025-03-01", "set-goal", "t1", "c1", "inter-municipal", "", 1),
        ("2025-03-02", "endorsed-goal", "t1", "c1", "inter-municipal", "", 1),
        ("2025-04-01", "reused", "t3", "c1", "inter-municipal", "material", 1),
        ("2025-04-02", "reused", "t2", "c1", "inter-municipal", "material", 1),
        ("2025-05-31", "left", "t2", "c1", "inter-municipal", "", 1),
    ]
    assert mail.outbox == []


def test_a_material_on_a_schools_shelf_stays_there(tmp_path: Path, network: Path) -> None:
    """`library_school` goes beyond the common format: without it a school's material would come back on the network's shelf."""
    table = network / "materials.csv"
    lines = table.read_text().splitlines()
    lines[0] += ",library_school"
    lines[-1] = "x2,Черновик,,,8,,,,library,,,t2,,,,s1"
    table.write_text("\n".join([lines[0], *lines[1:-1], lines[-1]]).replace("files/опыты.txt", "files/опыты.txt,") + "\n")
    run_import(network)
    draft = Material.objects.get(external_id="x2")
    assert (draft.library.school.external_id, draft.library.community, draft.visibility) == ("s1", None, "library")
    first, second = tmp_path / "first", tmp_path / "second"
    run_export(first)
    run_import(first)
    run_export(second)
    assert contents(first) == contents(second)
    assert Library.objects.filter(school__external_id="s1").count() == 1
    # An older table says nothing of shelves of schools and moves nothing.
    table.write_text("id,title,authors\nx2,Черновик,t2\n")
    run_import(network)
    draft.refresh_from_db()
    assert draft.library.school.external_id == "s1"


def test_a_material_on_two_shelves_is_refused(network: Path) -> None:
    table = network / "materials.csv"
    table.write_text("id,title,community,authors,library_school\nx2,Черновик,c1,t2,s1\n")
    assert "materials:2:library_school" in [":".join(line.split(":")[:3]) for line in run_import(network).problems.errors]
    assert not Material.objects.exists()


# --- again --------------------------------------------------------------------------------------------------------------


def test_importing_again_changes_nothing(network: Path) -> None:
    first = run_import(network).counts
    acts, passwords, codes = ledger(), list(Teacher.objects.values_list("password", flat=True)), AuditEntry.objects.count()
    second = run_import(network).counts
    assert {name: (count.created, count.updated, count.unchanged) for name, count in second.items()} == {
        name: (0, 0, count.created) for name, count in first.items()
    }
    assert ledger() == acts
    assert list(Teacher.objects.values_list("password", flat=True)) == passwords
    assert Employment.objects.count() == 3
    assert MaterialVersion.objects.count() == 2
    assert AuditEntry.objects.count() == codes + 1  # the import itself


def test_importing_changed_rows_updates_them(network: Path, tmp_path: Path) -> None:
    run_import(network)
    changes = {
        "schools": NETWORK["schools"].replace("Лицей № 7,,", "Лицей № 8,Восьмой,"),
        "teachers": NETWORK["teachers"].replace("s2|s1", "s1").replace(",,s2\n", ",,\n").replace("Власова", "Берёзова"),
        "memberships": NETWORK["memberships"].replace("2025-01-10,,no", "2025-01-10,2025-06-01,no"),
        "materials": NETWORK["materials"].replace("x2,Черновик,,,8,,,,,,", "x2,Готово,,,8,,,,,published,"),
        "communities": NETWORK["communities"].replace("Видеть каждого", "Видеть и вести каждого"),
    }
    before = len(ledger())
    counts = run_import(put(tmp_path / "second", NETWORK | changes)).counts
    assert {name: count.updated for name, count in counts.items() if count.updated} == {
        "schools": 1,
        "teachers": 2,
        "memberships": 1,
        "materials": 1,
        "communities": 1,
    }
    boris = Teacher.objects.get(external_id="t2")
    assert [place.school.external_id for place in boris.current_employments] == ["s1"]
    assert boris.school.external_id == "s1"
    assert not any(place.is_head for place in boris.current_employments)
    assert list(Teacher.objects.named("березова")) == [Teacher.objects.get(external_id="t1")]
    assert Community.objects.get(external_id="c2").goal_versions.count() == 2
    assert sorted(act[1] for act in ledger())[:1] == ["endorsed-goal"]
    assert len(ledger()) == before + 2  # left, published; nobody leads c2, so nobody set its goal


def test_an_import_never_takes_away_what_people_did(network: Path) -> None:
    run_import(network)
    anna = Teacher.objects.get(external_id="t1")
    anna.set_password("ручка-тетрадь-доска-7")
    anna.email = "own@example.org"
    anna.save()
    Membership.objects.filter(teacher=anna).update(left_on=datetime.date(2025, 9, 1))
    Material.objects.filter(external_id="x2").update(status=Status.PUBLISHED, published_on=datetime.date(2025, 9, 1))
    problems = run_import(network).problems
    anna.refresh_from_db()
    assert anna.email == "own@example.org"
    assert anna.check_password("ручка-тетрадь-доска-7")
    assert Membership.objects.get(teacher=anna).left_on == datetime.date(2025, 9, 1)
    assert Material.objects.get(external_id="x2").status == Status.PUBLISHED
    assert any(line.startswith("teachers:2:email:") for line in problems.warnings)


def test_another_file_makes_another_version(network: Path) -> None:
    run_import(network)
    (network / "files" / "опыты.txt").write_bytes("Другие опыты: призма.".encode())
    assert run_import(network).counts["materials"].updated == 1
    assert list(Material.objects.get(external_id="x1").versions.values_list("number", flat=True)) == [2, 1]
    assert run_import(network).counts["materials"].unchanged == 2


def test_the_last_administrator_stays_and_every_role_is_audited(network: Path, tmp_path: Path) -> None:
    run_import(network)
    eva = Teacher.objects.get(external_id="t3")
    Teacher.objects.filter(pk=eva.pk).update(role="administrator")
    assert [line[:16] for line in run_import(network, check=True).problems.errors] == ["teachers:4:role:"]
    other = make_teacher("Фомина", "Жанна", role="administrator")
    assert run_import(network).counts["teachers"].updated == 1
    assert AuditEntry.objects.filter(action="give-network-role", object_id=eva.pk, details__before="administrator").exists()
    assert other.role == "administrator"


# --- round trip -----------------------------------------------------------------------------------------------------------


def empty_portal() -> None:
    """Take everything away again, history too."""
    Activity.objects.all()._raw_delete("default")
    for model in (Reuse, MaterialFile, MaterialVersion):
        model.objects.all().delete()
    for model in (Material, Library, Community, Employment):
        model.objects.exclude(community=None).delete() if model is Library else model.objects.all().delete()
    AuditEntry.objects.all().delete()
    Teacher.objects.all().delete()
    for school in School.objects.all():
        school.delete()


def contents(path: Path) -> dict[str, bytes]:
    """Every byte of an export by its place: an archive counts as one file, its members as further ones."""
    if path.is_dir():
        return {str(entry.relative_to(path)): entry.read_bytes() for entry in path.rglob("*") if entry.is_file()}
    return {"": path.read_bytes()} | contents_of_files(path.parent / "files")


def contents_of_files(folder: Path) -> dict[str, bytes]:
    return contents(folder) if folder.exists() else {}


@pytest.mark.parametrize("name", ["out", "out.zip", "out.xlsx"])
def test_export_import_export_is_the_same_byte_for_byte(network: Path, tmp_path: Path, name: str) -> None:
    run_import(network)
    Teacher.objects.filter(external_id="t1").update(first_name="=ГИПЕРССЫЛКА(1)", middle_name="'-Иг|ор;евна\"")
    Teacher.objects.filter(external_id="t2").update(external_id="t|2")
    make_teacher("Новикова", "Нина")
    School.objects.filter(external_id="s2").update(external_id=None)
    first, second = tmp_path / "first" / name, tmp_path / "second" / name
    run_export(first)
    again = tmp_path / "again" / name
    run_export(again)
    assert contents(again) == contents(first)
    empty_portal()
    problems = run_import(first).problems
    assert problems.errors == problems.warnings == []
    run_export(second)
    assert contents(second) == contents(first)
    assert Teacher.objects.get(external_id="t1").first_name == "=ГИПЕРССЫЛКА(1)"
    assert School.objects.filter(external_id="litsey-no-7").exists()


def test_an_export_holds_no_formula_and_is_audited(network: Path, tmp_path: Path) -> None:
    run_import(network)
    run_export(tmp_path / "out")
    cells = [cell for table in (tmp_path / "out").glob("*.csv") for line in table.read_text("utf-8-sig").splitlines() for cell in line.split(";")]
    assert "'=Опыты" in cells
    assert "'-65.5" in cells
    assert [cell for cell in cells if cell[:1] in set("=+-@\t")] == []
    entry = AuditEntry.objects.get(action="export-network")
    assert entry.details["rows"]["teachers"] == 3


def test_an_export_overwrites_nothing_and_leaves_nothing_behind(network: Path, tmp_path: Path) -> None:
    run_import(network)
    with pytest.raises(SourceError):
        run_export(network)
    MaterialFile.objects.update(stored_name="files/00/absent.txt")
    with pytest.raises(FileNotFoundError):
        run_export(tmp_path / "broken" / "out")
    assert list((tmp_path / "broken").iterdir()) == []


def test_people_who_may_not_sign_in_leave_without_e_mail(network: Path, tmp_path: Path) -> None:
    run_import(network)
    Teacher.objects.filter(external_id="t1").update(is_active=False)
    run_export(tmp_path / "out")
    assert "anna@example.org" not in (tmp_path / "out" / "teachers.csv").read_text("utf-8-sig")


# --- shapes and encodings -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
@pytest.mark.parametrize("separator", [",", ";"])
def test_encodings_and_separators_are_found_out(tmp_path: Path, encoding: str, separator: str) -> None:
    tables = {"municipalities": NETWORK["municipalities"].replace(",", separator).replace("\n", "\r\n")}
    imported = run_import(put(tmp_path / "in", tables, encoding=encoding))
    assert imported.counts["municipalities"].created == 2
    assert imported.problems.errors == []


def test_russian_titles_dates_and_unknown_parts(tmp_path: Path) -> None:
    tables = {
        "Муниципальные образования": "КОД;Название;Глава\nm1;Район;Иванов\n",
        "прочее": "a\n1\n",
    }
    imported = run_import(put(tmp_path / "in", tables))
    assert imported.counts["municipalities"].created == 1
    assert sorted(":".join(line.split(":")[:3]) for line in imported.problems.warnings) == ["municipalities:1:Глава", "прочее:-:-"]


def test_a_zipped_folder_is_a_folder(network: Path, tmp_path: Path) -> None:
    assert run_import(put_zip(tmp_path / "in.zip", network)).counts["materials"].created == 2
    assert MaterialFile.objects.count() == 1


def test_a_workbook_holds_dates_numbers_and_formulas_values(tmp_path: Path) -> None:
    book = Workbook()
    book.active.title = "municipalities"
    book.active.append(["id", "name"])
    book.active.append([5, "Район"])
    schools = book.create_sheet("Школы")
    schools.append(["id", "name", "municipality", "latitude"])
    schools.append([1, "Школа", 5, 57.25])
    communities = book.create_sheet("communities")
    communities.append(["id", "name", "kind", "area", "goal", "founded_on", "open"])
    communities.append(["c", "Клуб", "subject", "physics", "Цель", datetime.date(2024, 9, 1), True])
    book.save(tmp_path / "in.xlsx")
    imported = run_import(tmp_path / "in.xlsx")
    assert imported.problems.errors == []
    assert School.objects.get(external_id="1").municipality.external_id == "5"
    assert Community.objects.get().founded_on == datetime.date(2024, 9, 1)


# --- errors -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "old", "new", "expected"),
    [
        ("municipalities", "m2,г. Приозёрск", "m1,г. Приозёрск", ["municipalities:3:id", "schools:3:municipality"]),
        ("municipalities", "id,name", "id,title", ["municipalities:1:name"]),
        ("municipalities", "id,name", "id,id", ["municipalities:1:id", "municipalities:1:name"]),
        ("municipalities", "m2,г. Приозёрск", "m2,", ["municipalities:3:name"]),
        ("municipalities", "m2,г. Приозёрск", "m2,г. Приозёрск,лишнее", ["municipalities:3:-"]),
        ("municipalities", "m2,г. Приозёрск", 'm2,"г. Приозёрск', ["municipalities:3:-", "schools:3:municipality"]),
        ("municipalities", "г. Приозёрск", "г." + "о" * 200, ["municipalities:3:name"]),
        ("municipalities", "г. Приозёрск", "г.\x00", ["municipalities:3:name"]),
        ("municipalities", "m2", "m" * 65, ["municipalities:3:id", "schools:3:municipality"]),
        ("schools", "57.15", "157.15", ["schools:2:latitude"]),
        ("schools", "57.15", "9" * 400, ["schools:2:latitude"]),
        ("schools", "primary|basic", "primary|higher", ["schools:2:education_levels"]),
        ("schools", "isolation", "lonely", ["schools:2:peculiarities"]),
        ("schools", "https://", "javascript:", ["schools:2:website"]),
        ("schools", "№ 7,,m2", "№ 7,,m9", ["schools:3:municipality"]),
        ("teachers", "Anna@Example.org", "анна", ["teachers:2:email"]),
        ("teachers", "eva@example.org", "ANNA@example.org", ["teachers:4:email"]),
        ("teachers", "s2|s1", "s2|s9", ["teachers:3:school"]),
        ("teachers", "physics|математика", "физра", ["teachers:2:subjects"]),
        ("teachers", "учитель", "волшебник", ["teachers:2:position"]),
        ("teachers", ",методист,,\n", ",король,,\n", ["teachers:4:role"]),
        ("communities", "subject,физика", "subject,gifted", ["communities:2:area"]),
        ("communities", "problem,gifted", "problem,", ["communities:3:area"]),
        ("communities", "problem,gifted", "club,gifted", ["communities:3:kind"]),
        ("communities", ",да,", ",ага,", ["communities:2:formal"]),
        ("communities", "01.09.2024", "31.02.2024", ["communities:2:founded_on"]),
        ("communities", "Одарённые дети сети", "Физика рядом", ["communities:3:name"]),
        ("goal_versions", "2025-03-01", "2024-09-01", ["goal_versions:3:since"]),
        ("goal_versions", "2025-03-01", "", ["goal_versions:3:since"]),
        ("memberships", "2025-05-31", "2024-05-31", ["memberships:3:left_on"]),
        ("memberships", "c2,t2,,2025-01-10", "c1,t1,,2025-01-10", ["memberships:4:left_on"]),
        ("memberships", "c2,t2,,2025-01-10,", "c1,t2,,2024-10-01,", ["memberships:4:joined_on"]),
        ("memberships", "c1,t1,leader", "c1,t1,boss", ["memberships:2:role"]),
        ("memberships", "c1,t1,leader", "c1,t7,leader", ["memberships:2:teacher"]),
        ("materials", "7-9", "9-7", ["materials:2:grades"]),
        ("materials", "7-9", "2026-07-09", ["materials:2:grades"]),
        ("materials", "t1|t2", "", ["materials:2:authors"]),
        ("materials", "cc-by", "gpl", ["materials:2:licence"]),
        ("materials", "public,published", "public,withdrawn", ["materials:2:status"]),
        ("materials", "files/опыты.txt", "files/нет.txt", ["materials:2:file"]),
        ("materials", "files/опыты.txt", "../network/files/опыты.txt", ["materials:2:file"]),
        ("materials", "files/опыты.txt", "/etc/passwd", ["materials:2:file"]),
        ("materials", "files/опыты.txt", "materials.csv.exe", ["materials:2:file"]),
        ("reuses", "x1,t2,2025-04-02", "x1,t3,2025-04-01", ["reuses:3:used_on"]),
        ("reuses", "x1,t2,2025-04-02", "x7,t2,позавчера", ["reuses:3:material", "reuses:3:used_on"]),
    ],
)
def test_every_error_names_table_row_and_column(tmp_path: Path, table: str, old: str, new: str, expected: list[str]) -> None:
    assert old in NETWORK[table]
    assert errors_of(tmp_path, NETWORK | {table: NETWORK[table].replace(old, new)}) == expected


def test_neither_utf8_nor_windows_1251(tmp_path: Path) -> None:
    folder = put(tmp_path / "in", {})
    (folder / "municipalities.csv").write_bytes(b"id,name\nm1,\xff\x98\n")
    (folder / "schools.csv").write_bytes("id,name\n".encode("utf-16"))
    assert [line.split(":")[:3] for line in run_import(folder, check=True).problems.errors] == [["municipalities", "1", "-"], ["schools", "1", "-"]]


def test_check_changes_nothing(network: Path) -> None:
    assert run_import(network, check=True).problems.errors == []
    assert not School.objects.exists()
    assert not AuditEntry.objects.exists()


def test_a_late_error_leaves_nothing(tmp_path: Path) -> None:
    folder = put(tmp_path / "in", NETWORK | {"reuses": NETWORK["reuses"] + "x1,t9,2025-04-03,\n"})
    imported = run_import(folder)
    assert [line.split(":")[:3] for line in imported.problems.errors] == [["reuses", "4", "teacher"]]
    assert imported.counts == {}
    assert not School.objects.exists()


def test_a_failure_while_writing_leaves_neither_rows_nor_files(network: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    def fail(*args: Any, **details: Any) -> None:
        raise running.IntegrityError("planted")

    monkeypatch.setattr(running, "_audit", fail)
    with pytest.raises(ImportRefused):
        run_import(network)
    assert not School.objects.exists()
    assert not Activity.objects.exists()
    # Pictures that a job of these tests has drawn at once are swept as orphans.
    assert [entry for entry in (Path(settings.MEDIA_ROOT) / "files").rglob("*") if entry.is_file()] == []
    assert list(Path(settings.UPLOAD_TMP).iterdir()) == []


def test_the_command_prints_errors_and_answers_one(tmp_path: Path) -> None:
    out = io.StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("import_network", str(put(tmp_path / "in", {"municipalities": "id,name\n,x\n"})), stdout=out, stderr=io.StringIO())
    assert stopped.value.code == 1
    assert out.getvalue().splitlines()[0].startswith("municipalities:2:id: ")
    assert not School.objects.exists()


def test_a_source_that_is_none_is_an_error_too(tmp_path: Path) -> None:
    out = io.StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("import_network", str(tmp_path / "nowhere"), stdout=out)
    assert stopped.value.code == 1
    assert out.getvalue()


def test_errors_are_bounded_and_counted(tmp_path: Path) -> None:
    problems = run_import(put(tmp_path / "in", {"municipalities": "id,name\n" + "m,\n" * 1500}), check=True).problems
    assert len(problems.errors) == 1000
    assert problems.error_count == 1500 + 1499


def test_the_commands_work_from_end_to_end(network: Path, tmp_path: Path) -> None:
    out, progress = io.StringIO(), io.StringIO()
    call_command("import_network", str(network), "--check", stdout=out, stderr=progress)
    call_command("import_network", str(network), stdout=out, stderr=progress)
    call_command("export_network", str(tmp_path / "out.zip"), stdout=out, stderr=progress)
    assert "teachers: 3" in out.getvalue()
    assert "materials: 2" in progress.getvalue()
    assert zipfile.is_zipfile(tmp_path / "out.zip")


# --- hostile ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["../municipalities.csv", "/municipalities.csv", "C:/x.csv", "a/../b.csv", "a\\..\\b.csv", "a/\x01.csv"])
def test_an_archive_with_path_tricks_is_refused(tmp_path: Path, name: str) -> None:
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        archive.writestr("municipalities.csv", NETWORK["municipalities"])
        archive.writestr(name, "x")
    with pytest.raises(SourceError):
        run_import(tmp_path / "in.zip")


def test_an_archive_with_a_link_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        info = zipfile.ZipInfo("municipalities.csv")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    with pytest.raises(SourceError):
        run_import(tmp_path / "in.zip")


def test_a_link_out_of_the_folder_is_not_followed(network: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    (network / "files" / "опыты.txt").unlink()
    (network / "files" / "опыты.txt").symlink_to(tmp_path / "secret.txt")
    assert [line.split(":")[:3] for line in run_import(network, check=True).problems.errors] == [["materials", "2", "file"]]


def test_a_broken_archive_and_workbook_are_errors(network: Path, tmp_path: Path) -> None:
    whole = put_zip(tmp_path / "in.zip", network).read_bytes()
    broken = bytearray(whole)
    start = whole.index("сеть/schools.csv".encode()) + 30
    broken[start : start + 40] = b"\xff" * 40
    (tmp_path / "broken.zip").write_bytes(bytes(broken))
    assert run_import(tmp_path / "broken.zip", check=True).problems.errors
    with zipfile.ZipFile(tmp_path / "in.xlsx", "w") as archive:
        archive.writestr("xl/workbook.xml", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>")
    with pytest.raises(SourceError):
        run_import(tmp_path / "in.xlsx")
    with pytest.raises(SourceError):
        run_import(tmp_path / "nowhere")


def test_a_table_that_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("foundation.exchange.sources.MAX_TABLE_BYTES", 100)
    monkeypatch.setattr("foundation.exchange.sources.MAX_ROWS", 2)
    tables = {"municipalities": "id,name\n" + "m,a\n" * 100, "schools": "id,name\ns,a\ns,b\n"}
    assert [line.split(":")[:2] for line in run_import(put(tmp_path / "in", tables), check=True).problems.errors if ":-:" in line] == [
        ["municipalities", "1"],
        ["schools", "3"],
    ]
