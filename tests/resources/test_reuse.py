"""«Used at a lesson»: one a day, counted, recorded, taken back."""

import datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from communities.models import Community, Teacher
from metrics.models import Activity
from resources.actions.reuse import mark_used, report_use, undo_use
from resources.models import Material, Reuse
from tests.factories.people import make_school, make_teacher
from tests.factories.shelf import stand

pytestmark = pytest.mark.django_db


@pytest.fixture
def material(anna: Teacher, community: Community) -> Material:
    return stand(author=anna, community=community, files=("Текст",))


def counts(material: Material) -> tuple[int, int]:
    material.refresh_from_db()
    return material.reuse_count, material.reuse_school_count


def ledger() -> list[tuple[str, int, str, int]]:
    return list(Activity.objects.filter(verb="reused").values_list("actor__first_name", "community", "level", "delta"))


def test_one_press_marks_a_lesson(client_of: Any, material: Material, boris: Teacher, community: Community) -> None:
    response = client_of(boris).post(f"/materials/{material.pk}/use/")
    assert (response.status_code, response["Location"]) == (302, material.get_absolute_url())
    use = Reuse.objects.get()
    assert (use.teacher, use.school, use.used_on, use.version) == (boris, boris.school, timezone.localdate(), material.versions.first())
    assert counts(material) == (1, 1)
    assert ledger() == [("Борис", community.pk, "inter-municipal", 1)]


def test_a_second_press_of_the_day_is_the_same_row(client_of: Any, material: Material, boris: Teacher) -> None:
    browser = client_of(boris)
    for _press in range(2):
        browser.post(f"/materials/{material.pk}/use/")
    assert counts(material) == (1, 1)
    assert len(ledger()) == 1
    assert 'aria-pressed="true"' in browser.get(material.get_absolute_url()).content.decode()


def test_lessons_and_schools_are_counted_apart(material: Material, boris: Teacher) -> None:
    yesterday = timezone.localdate() - datetime.timedelta(1)
    neighbour = make_teacher("Сосед", school=boris.school)
    stranger = make_teacher("Чужой", school=make_school("Школа № 15"))
    mark_used(material, by=boris)
    mark_used(material, by=boris, on=yesterday)
    mark_used(material, by=neighbour)
    assert (material.reuse_count, material.reuse_school_count) == (3, 1)
    mark_used(material, by=stranger)
    assert counts(material) == (4, 2)


def test_taking_back_leaves_a_compensating_act(client_of: Any, material: Material, boris: Teacher, community: Community) -> None:
    use = mark_used(material, by=boris)
    assert client_of(boris).post(f"/materials/{material.pk}/use/{use.pk}/undo/").status_code == 302
    assert not Reuse.objects.exists()
    assert counts(material) == (0, 0)
    assert ledger() == [("Борис", community.pk, "inter-municipal", 1), ("Борис", community.pk, "inter-municipal", -1)]
    assert client_of(boris).post(f"/materials/{material.pk}/use/{use.pk}/undo/").status_code == 404


def test_a_second_undo_of_the_same_row_counts_nothing(material: Material, boris: Teacher) -> None:
    use = mark_used(material, by=boris)
    stale = Reuse.objects.get(pk=use.pk)
    undo_use(use, by=boris)
    undo_use(stale, by=boris)
    assert [delta for *_rest, delta in ledger()] == [1, -1]


def test_the_report_is_short_and_own(client_of: Any, material: Material, boris: Teacher, daria: Teacher) -> None:
    use = mark_used(material, by=boris)
    url = f"/materials/{material.pk}/use/{use.pk}/report/"
    assert client_of(daria).post(url, {"group": "8 «Б»", "note": "чужое"}).status_code == 404
    assert client_of(boris).post(url, {"group": "8 «Б»", "note": "Уложились"}).status_code == 302
    use.refresh_from_db()
    assert (use.group, use.note) == ("8 «Б»", "Уложились")
    with pytest.raises(PermissionDenied):
        report_use(use, by=daria, group="", note="")
    with pytest.raises(PermissionDenied):
        undo_use(use, by=daria)


@pytest.mark.parametrize("note", ["x" * 2001, "\x00"])
def test_a_wrong_report_comes_back_with_its_error(client_of: Any, material: Material, boris: Teacher, note: str) -> None:
    use = mark_used(material, by=boris)
    response = client_of(boris).post(f"/materials/{material.pk}/use/{use.pk}/report/", {"group": "8", "note": note})
    assert response.status_code == 200
    assert response.context["report_form"].errors
    use.refresh_from_db()
    assert use.note == ""


def test_an_author_cannot_mark_their_own(client_of: Any, material: Material, anna: Teacher) -> None:
    client_of(anna).post(f"/materials/{material.pk}/use/")
    assert not Reuse.objects.exists()
    assert not ledger()
    assert f'action="/materials/{material.pk}/use/"' not in client_of(anna).get(material.get_absolute_url()).content.decode()
    with pytest.raises(ValidationError):
        mark_used(material, by=anna)


def test_a_lesson_to_come_and_a_returned_material_are_refused(material: Material, boris: Teacher) -> None:
    with pytest.raises(ValidationError):
        mark_used(material, by=boris, on=timezone.localdate() + datetime.timedelta(1))
    material.status = "returned"
    with pytest.raises(ValidationError):
        mark_used(material, by=boris)
    assert not Reuse.objects.exists()


def test_who_may_not_see_it_cannot_mark_it(client_of: Any, anna: Teacher, community: Community, boris: Teacher, zakhar: Teacher, visitor: Any) -> None:
    hidden = stand(author=anna, community=community, visibility="library")
    assert client_of(boris).post(f"/materials/{hidden.pk}/use/").status_code == 404
    public = stand(author=anna)
    assert client_of(zakhar).post(f"/materials/{public.pk}/use/").status_code == 403
    assert client_of(visitor).post(f"/materials/{public.pk}/use/").status_code == 302
    assert client_of(boris).get(f"/materials/{public.pk}/use/").status_code == 405
    assert not Reuse.objects.exists()
