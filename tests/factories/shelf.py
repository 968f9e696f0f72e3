"""Materials as readers find them: rows, a stored file and the search document, without the road of an upload."""

import datetime
import hashlib
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from communities.models import Community, EducationLevel, Subject, Teacher
from foundation.files.kinds import KINDS
from resources.actions.indexing import index_material
from resources.models import Authorship, Library, Material, MaterialFile, MaterialPreview, MaterialType, MaterialVersion, Purpose, Review
from resources.models.file import Reading
from tests.factories.people import item, make_level

PUBLISHED_ON = datetime.date(2026, 9, 1)
WEBP = b"RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00"


def stand(
    title: str = "Закон Ома", *, author: Teacher, community: Community | None = None, status: str = "published", files: tuple[str, ...] = (), **fields: Any
) -> Material:
    """A material on its shelf. `subject`, `type`, `purpose`, `level` are codes, `grades` a pair; `files` are texts, one file each.

    `school` puts it on a school's shelf.
    """
    codes = {"subject": (Subject, "subject"), "type": (MaterialType, "type"), "purpose": (Purpose, "purpose"), "level": (EducationLevel, "education_level")}
    for name, (model, field) in codes.items():
        code = fields.pop(name, None)
        if code:
            fields[field] = make_level(code) if model is EducationLevel else item(model, code)
    first, last = fields.pop("grades", (None, None))
    if status == "published":
        fields.setdefault("published_on", PUBLISHED_ON)
    library = Library.objects.get_or_create(community=community, school=fields.pop("school", None))[0]
    fields.setdefault("slug", "material")
    material = Material.objects.create(title=title, library=library, created_by=author, status=status, grade_from=first, grade_to=last, **fields)
    Authorship.objects.create(material=material, teacher=author)
    version = MaterialVersion.objects.create(material=material, created_by=author)
    for order, text in enumerate(files):
        add_file(version, text, name=f"файл {order + 1}.txt", order=order)
    if files:
        material.file_count, material.main_kind = len(files), "txt"
        material.size = sum(file.size for file in version.files.all())
        material.save(update_fields=["file_count", "main_kind", "size"])
    index_material(material)
    return material


def add_file(version: MaterialVersion, text: str, *, name: str = "файл.txt", order: int = 0, kind: str = "txt", reading: str = Reading.DONE) -> MaterialFile:
    """A stored file whose content is its text."""
    content = text.encode()
    digest = hashlib.sha256(content).hexdigest()
    stored = default_storage.save(f"files/{digest[:2]}/{digest}-{version.pk}-{order}.{KINDS[kind].extension}", ContentFile(content))
    return MaterialFile.objects.create(
        version=version,
        stored_name=stored,
        original_name=name,
        kind=kind,
        media_type=KINDS[kind].media_type,
        size=len(content),
        sha256=digest,
        order=order,
        text=text,
        reading=reading,
    )


def add_preview(file: MaterialFile, page: int = 1, total: int = 1) -> MaterialPreview:
    """A picture of a page."""
    stored = default_storage.save(f"previews/aa/{file.pk}-{page}.webp", ContentFile(WEBP))
    return MaterialPreview.objects.create(file=file, page=page, pages_total=total, stored_name=stored, width=1, height=1, size=len(WEBP))


def accept(material: Material, reviewer: Teacher) -> Review:
    """An accepting review of the current version."""
    return Review.objects.create(material=material, version=material.versions.first(), reviewer=reviewer, decision="accepted")
