"""The page of one material."""

from pathlib import PurePosixPath
from typing import Any

from django.db.models import Case, Q, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from communities.access import is_confirmed, may_see_name
from foundation.files.kinds import KINDS
from foundation.policy import policy
from foundation.templatetags.portal import day, grades
from resources.access import is_author, may_award, may_edit, may_review, may_submit, may_withdraw, waits_for_review
from resources.access_collection import may_collect
from resources.actions.reuse import why_not_mark
from resources.forms.reuse import ReuseForm
from resources.history import Reviewed, review_steps, reviews_of
from resources.material_panels import panels_of
from resources.models import Material, MaterialFile, MaterialVersion, Reuse, Review
from resources.models.file import Reading
from resources.models.material import Status
from resources.reading import FilePages, asked_version, files_with_pages, material_of_page, readable_versions
from resources.rows import minutes
from resources.structured_data import learning_resource
from resources.use_panels import use_counts
from resources.variants import relatives_of
from resources.versions import prepared_version

# Reports of uses on the page, the reader's own first.
REPORTS = 30


@policy("public")
def material_detail(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """A wrong slug leads to the right address, for those alone who may see the material."""
    material = material_of_page(request.user, pk)
    if slug != material.slug:
        return redirect(material, permanent=True)
    return material_page(request, material)


def material_page(request: HttpRequest, material: Material, *, report_form: ReuseForm | None = None) -> HttpResponse:
    """The page; with `report_form` it shows what was wrong in a report on a use."""
    teacher = request.user
    reviews_it = waits_for_review(material) and not is_author(teacher, material) and may_review(teacher, material)
    versions = readable_versions(material, teacher, reviews=reviews_it)
    version = asked_version(versions, request.GET.get("version", ""))
    is_current = version == asked_version(versions, "")
    files = files_with_pages(version)
    reviews = reviews_of(material)
    steps = review_steps(material, teacher, reviews)
    context = {
        "material": material,
        "authors": [(authorship.teacher, may_see_name(authorship.teacher, teacher)) for authorship in material.authorships.all()],
        "version": version,
        "is_current": is_current,
        "not_current": _not_current(version),
        "size": sum(entry.file.size for entry in files),
        "versions": versions,
        "files": [(entry.file, PurePosixPath(entry.file.original_name).stem, _badge(entry.file)) for entry in files],
        "unread": any(entry.file.reading == Reading.FAILED for entry in files),
        "download_url": _download_url(material, files) + ("" if version is None or is_current or len(files) < 2 else f"?version={version.number}"),
        "preview": _preview(request, material, files),
        "crumbs": _crumbs(material),
        "facts": _facts(material, teacher),
        "steps": steps,
        "has_earlier": any(step.get("earlier") for step in steps),
        "comments": _comments(material, teacher, reviews),
        "relatives": relatives_of(material, teacher),
        "structured_data": learning_resource(material),
        "panels": panels_of(material, teacher, request),
        **_rights(material, teacher, reviews_it),
        **_uses(material, teacher, report_form),
    }
    context["restorable"] = _restorable(versions) if context["is_author"] and material.status == Status.PUBLISHED else []
    return render(request, "materials/detail.html", context)


def _rights(material: Material, teacher: Any, reviews_it: bool) -> dict[str, Any]:
    """Which buttons stand on the page. No query, but one for curators of what their library has taken over."""
    published = material.status == Status.PUBLISHED
    writes = is_confirmed(teacher) and is_author(teacher, material)
    return {
        "is_author": writes,
        "preparation": prepared_version(material) if writes and published else None,
        "may_edit": may_edit(teacher, material),
        "may_submit": may_submit(teacher, material),
        "may_withdraw": may_withdraw(teacher, material),
        "may_award": may_award(teacher, material),
        "may_review": reviews_it,
        "may_collect": may_collect(teacher) and material.status in (Status.PUBLISHED, Status.REVIEW),
    }


def _badge(file: MaterialFile) -> str:
    return KINDS[file.kind].badge if file.kind in KINDS else ""


def _not_current(version: MaterialVersion | None) -> str:
    """What stands above a version that is not the current one."""
    if version is None:
        return ""
    if version.preparation:
        return _("This is version %(number)s, which readers do not get yet.") % {"number": version.number}
    return _("This is version %(number)s. There is a newer one.") % {"number": version.number}


def _restorable(versions: list[MaterialVersion]) -> list[int]:
    """Numbers of versions whose files are not those of the current one."""
    ready = [version for version in versions if not version.preparation]
    return [version.number for version in ready if version.content_id != ready[0].content_id]


def _comments(material: Material, teacher: Any, reviews: list[Reviewed]) -> list[Review]:
    """What the reviewers asked for, while it is the author's turn; on a published page the steps alone tell of it. The newest first."""
    if material.status != Status.RETURNED or not may_edit(teacher, material):
        return []
    return [one.review for one in reversed(reviews) if one.review.comment]


def _download_url(material: Material, files: list[FilePages]) -> str:
    """One file is itself; several come as an archive; no file, no address."""
    if len(files) == 1:
        return reverse("material_file", args=[material.pk, files[0].file.pk])
    return reverse("material_archive", args=[material.pk]) if files else ""


def _preview(request: HttpRequest, material: Material, files: list[FilePages]) -> dict[str, Any] | None:
    """The picture that `?preview=` asks for, the first one otherwise, with its neighbours: pages turn without a script."""
    pictures = [picture for entry in files for picture in entry.pages]
    if not pictures:
        return None
    asked = request.GET.get("preview", "")
    at = next((number for number, picture in enumerate(pictures) if str(picture.pk) == asked), 0)
    shown = pictures[at]
    name = shown.file.original_name
    return {
        "picture": shown,
        "name": name,
        "alt": _("Page %(page)s of the file “%(name)s”") % {"page": shown.page, "name": name},
        "url": reverse("material_preview", args=[material.pk, shown.pk]),
        "previous": pictures[at - 1].pk if at else None,
        "next": pictures[at + 1].pk if at + 1 < len(pictures) else None,
        "several_files": len({picture.file_id for picture in pictures}) > 1,
    }


def _crumbs(material: Material) -> list[tuple[str, str]]:
    catalogue = reverse("material_list")
    parts = [(_("Materials"), catalogue)]
    if material.subject:
        parts.append((capfirst(str(material.subject)), f"{catalogue}?subject={material.subject.code}"))
        if material.grade_from:
            first = material.grade_from
            parts.append((grades(first, material.grade_to), f"{catalogue}?subject={material.subject.code}&grade={first}"))
    return parts


def _facts(material: Material, teacher: Any) -> list[tuple[str, str]]:
    words = str(material.get_licence_display())  # type: ignore[attr-defined]
    taught = [str(material.subject or ""), grades(material.grade_from, material.grade_to)]
    facts = [
        (_("Subject") if material.subject else _("Grade"), ", ".join(filter(None, taught))),
        (_("Level"), str(material.education_level or "")),
        (_("Section or topic"), material.topic),
        (_("Type"), str(material.type or "")),
        (_("Level of difficulty"), str(material.purpose or "")),
        (_("Equipment"), str(material.equipment or "")),
        (_("Time"), minutes(material.duration_minutes)),
        (_("Licence"), f"{words} ({material.licence_short})" if material.licence_short else words),
        (_("Library"), str(material.library)),
        (_("Published"), day(material.published_on)),
    ]
    if is_confirmed(teacher):
        facts.append((_("Who sees it"), str(material.get_visibility_display())))  # type: ignore[attr-defined]
    return [(term, capfirst(value)) for term, value in facts]


def _uses(material: Material, teacher: Any, report_form: ReuseForm | None) -> dict[str, Any]:
    """Reports, the reader's own marks, and for authors how far it went: for confirmed colleagues; visitors see numbers alone. Two queries at most."""
    if not is_confirmed(teacher):
        return {"knows_colleagues": False}
    own = Reuse.objects.filter(material=material).filter(Q(teacher=teacher) | ~Q(note=""))
    uses = list(own.select_related("teacher", "school").order_by(Case(When(teacher=teacher, then=0), default=1), "-used_on", "-id")[:REPORTS])
    mine = [use for use in uses if use.teacher_id == teacher.pk]
    last = mine[0] if mine else None
    return {
        "knows_colleagues": True,
        "why_not_mark": why_not_mark(material, teacher),
        "own_use": last,
        "used_today": last is not None and last.used_on == timezone.localdate(),
        "reports": sorted((use for use in uses if use.note), key=lambda use: (use.used_on, use.pk), reverse=True),
        "report_form": report_form or (ReuseForm(instance=last) if last else None),
        "spread": use_counts(material) if material.reuse_count and is_author(teacher, material) else None,
    }
