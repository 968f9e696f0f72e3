"""The writing side of the library for tests: files as a browser sends them, drafts and submissions made by the real actions."""

from django.core.files.uploadedfile import SimpleUploadedFile

from communities.models import Community, Teacher
from foundation.files.receiving import check_received
from foundation.files.storage import new_temporary
from resources.actions.draft import create_draft
from resources.actions.material_file import add_files
from resources.actions.submission import submit_material
from resources.models import Material, MaterialFile
from tests.factories.files import plain


def sent(name: str, content: bytes) -> SimpleUploadedFile:
    """A file of a multipart form."""
    return SimpleUploadedFile(name, content)


def attach(material: Material, *, by: Teacher, name: str = "конспект.txt", content: bytes | None = None) -> MaterialFile:
    """A file that came by the real road: checked, kept, with its row."""
    path = new_temporary()
    path.write_bytes(plain() if content is None else content)
    return add_files(material, [check_received(path, name)], by=by)[0]


def make_draft(title: str = "Закон Ома", *, by: Teacher, community: Community | None = None, files: tuple[str, ...] = ("конспект.txt",)) -> Material:
    """A draft with small text files of these names."""
    material = create_draft(title, by=by, community=community)
    for name in files:
        attach(material, by=by, name=name)
    material.refresh_from_db()
    return material


def make_submission(title: str = "Закон Ома", *, by: Teacher, community: Community | None = None) -> Material:
    """A material that waits for review."""
    material = make_draft(title, by=by, community=community)
    submit_material(material, by=by)
    material.refresh_from_db()
    return material
