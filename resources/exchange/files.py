"""Files of imported materials: checked like every upload, stored, read by the worker later."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from foundation.exchange.models import Entry
from foundation.exchange.sources import Source, SourceError
from foundation.files.check import CheckedFile, max_bytes, sha256_of
from foundation.files.errors import rejected
from foundation.files.human import human_size
from foundation.files.kinds import IMAGES
from foundation.files.receiving import Received, check_received
from foundation.files.storage import CHUNK, delete_stored, keep, new_temporary
from resources.jobs import read_file
from resources.models import Material, MaterialFile, MaterialVersion
from resources.versions import current_version, next_number


@dataclass(frozen=True, slots=True)
class _Known:
    """A file as it was checked: hash of the bytes that came, and what is known of the bytes that are kept."""

    sha256: str
    checked: CheckedFile


class FileRows:
    """The files that rows name. They are looked into once, by `check`; `write` takes them over if they are still the same."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._known: dict[str, _Known] = {}
        self._stored: list[str] = []
        self._current: dict[int, list[tuple[str, str]]] | None = None

    def check(self, material: int | None, paths: Sequence[str]) -> list[str]:
        """What is wrong with the files of a row, in words; empty when all is well."""
        sentences = []
        for path in paths:
            try:
                self._look_into(path, material)
            except FileNotFoundError:
                sentences.append(_("there is no file “%(path)s”; expected a path inside the folder") % {"path": path})
            except ValidationError as error:
                sentences.append(f"“{path}”: {' '.join(error.messages)}")
            except (SourceError, OSError) as error:
                sentences.append(f"“{path}”: {error}")
        return sentences

    def _look_into(self, path: str, material: int | None) -> None:
        if path in self._known:
            return
        temporary = self._copy(path)
        try:
            came = sha256_of(temporary)
            if not self._is_kept(material, path, came):
                self._known[path] = _Known(came, check_received(temporary, PurePosixPath(path).name).checked)
        finally:
            temporary.unlink(missing_ok=True)

    def _is_kept(self, material: int | None, path: str, sha256: str) -> bool:
        """Whether the material's current version holds exactly this file; then nothing needs a look."""
        return material is not None and (PurePosixPath(path).name, sha256) in self._files_of(material)

    def _files_of(self, material: int) -> list[tuple[str, str]]:
        """Names and hashes of a material's current files; all of them are asked for once."""
        if self._current is None:
            newest = dict(MaterialVersion.objects.exclude(material__external_id=None).order_by("number").values_list("material_id", "pk"))
            owners = {version: pk for pk, version in newest.items()}
            self._current = {}
            files = MaterialFile.objects.exclude(version__material__external_id=None).order_by("order", "id")
            for version, name, sha256 in files.values_list("version_id", "original_name", "sha256"):
                if version in owners:
                    self._current.setdefault(owners[version], []).append((name, sha256))
        return self._current.get(material, [])

    def _copy(self, path: str) -> Path:
        """A temporary copy, bounded. Raises FileRejected, FileNotFoundError, SourceError."""
        temporary, size, bound = new_temporary(), 0, max_bytes()
        try:
            with self._source.open_file(path) as stream, temporary.open("wb") as target:
                while chunk := stream.read(CHUNK):
                    size += len(chunk)
                    if size > bound:
                        raise rejected("file_large", limit=human_size(bound))
                    target.write(chunk)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        return temporary

    # --- write ------------------------------------------------------------------------------------------------------------

    def write(self, entries: Sequence[Entry]) -> None:
        """Store what is new, a version for every material whose files differ from its current ones."""
        for entry in entries:
            paths = entry.row["file"]
            if not entry.is_new and self._same(entry.object.pk, paths):
                continue
            received = [self._take(path) for path in paths]
            entry.changed = True
            self._write_version(entry.object, received)

    def _same(self, material: int, paths: Sequence[str]) -> bool:
        wanted = []
        for path in paths:
            known = self._known.get(path)
            if known is None:
                # Not looked into, since it is kept already.
                wanted += [file for file in self._files_of(material) if file[0] == PurePosixPath(path).name]
            else:
                wanted.append((known.checked.safe_name, known.checked.sha256))
        return wanted == self._files_of(material)

    def _take(self, path: str) -> Received:
        temporary = self._copy(path)
        try:
            known = self._known.get(path)
            if known is None or known.checked.kind.code in IMAGES or sha256_of(temporary) != known.sha256:
                # A picture is encoded anew; a file that is not the one of a moment ago is looked into again.
                return check_received(temporary, PurePosixPath(path).name)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        return Received(temporary, known.checked)

    def _write_version(self, material: Material, received: Sequence[Received]) -> None:
        version = current_version(material)
        if version is None or version.restored_from_id or version.files.exists():
            version = MaterialVersion.objects.create(material=material, number=next_number(material), created_by_id=material.created_by_id)
        rows = []
        for order, entry in enumerate(received):
            name = keep(entry.path, entry.checked)
            self._stored.append(name)
            checked = entry.checked
            rows.append(
                MaterialFile(
                    version=version,
                    order=order,
                    stored_name=name,
                    original_name=checked.safe_name,
                    kind=checked.kind.code,
                    media_type=checked.media_type,
                    size=checked.size,
                    sha256=checked.sha256,
                    metadata=checked.metadata,
                )
            )
        MaterialFile.objects.bulk_create(rows)
        material.file_count, material.size, material.main_kind = len(rows), sum(row.size for row in rows), rows[0].kind
        material.save(update_fields=["file_count", "size", "main_kind"])
        for row in rows:
            read_file.enqueue(row.pk)

    def forget(self) -> None:
        """The transaction failed: its files go as well."""
        for name in self._stored:
            delete_stored(name)
