"""What crashes leave is swept, what is missing is found."""

import datetime
import io
import os
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.utils import timezone

from communities.actions.photo import set_photo
from communities.models import Teacher
from foundation.files.storage import new_temporary, stored_names
from resources.actions.upload import receive_chunk, start_upload, temporary_path
from resources.models import MaterialFile, Upload
from tests.factories import files
from tests.factories.materials import make_draft

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_worker(settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


def make_old(path: str | Path) -> None:
    os.utime(path, (0, 0))


def test_orphans_go_and_what_rows_name_stays(anna: Teacher) -> None:
    make_draft(by=anna)
    set_photo(anna, io.BytesIO(files.picture()), by=anna)
    kept = sorted(stored_names())
    for name in kept:
        make_old(default_storage.path(name))
    orphan = default_storage.save("files/aa/orphan.txt", ContentFile(b"x"))
    young = default_storage.save("files/aa/young.txt", ContentFile(b"x"))
    make_old(default_storage.path(orphan))
    call_command("sweep")
    assert sorted(stored_names()) == sorted([*kept, young])
    assert len(kept) == 2


def test_old_temporaries_go_young_ones_stay() -> None:
    old, young = new_temporary(), new_temporary()
    make_old(old)
    call_command("sweep")
    assert (old.exists(), young.exists()) == (False, True)


def test_an_upload_goes_when_nothing_has_come_for_long(anna: Teacher) -> None:
    dead, alive, silent = (start_upload(f"{number}.txt", 10, by=anna) for number in range(3))
    for upload in (dead, alive):
        receive_chunk(upload, 0, io.BytesIO(b"123"))
    make_old(temporary_path(dead))
    Upload.objects.update(created_at=timezone.now() - datetime.timedelta(hours=50))
    call_command("sweep")
    assert [upload.pk for upload in Upload.objects.all()] == [alive.pk]
    assert (temporary_path(dead).exists(), temporary_path(alive).exists(), temporary_path(silent).exists()) == (False, True, False)


def test_storage_is_proved(anna: Teacher, capsys: Any) -> None:
    make_draft(by=anna, files=("1.txt", "2.txt", "3.txt"))
    call_command("check_storage")
    missing, changed, _whole = MaterialFile.objects.all()
    default_storage.delete(missing.stored_name)
    path = Path(default_storage.path(changed.stored_name))
    path.write_bytes(path.read_bytes()[::-1])
    capsys.readouterr()
    with pytest.raises(CommandError):
        call_command("check_storage")
    assert capsys.readouterr().out.splitlines() == [f"missing: {missing.stored_name}", f"changed: {changed.stored_name}"]
