"""What versions, variants and uses add to a material's page."""

from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest

from communities.access import is_confirmed
from communities.models import Employment, Teacher
from resources.access import is_author, may_adapt, may_review
from resources.citation import bibtex, chat_text, gost
from resources.material_panels import PANELS
from resources.models import Authorship, Material, MaterialVersion
from resources.models.material import Preparation, Status
from resources.variants import variant_tree


def connect() -> None:
    """Register; for the AppConfig's `ready`, which may run twice in tests."""
    if version_panel not in PANELS:
        PANELS.extend([version_panel, adapt_panel, origin_panel, tree_panel, uses_panel, citation_panel])


def version_panel(material: Material, reader: Any, request: HttpRequest) -> dict[str, Any] | None:
    """The authors' way to a new version, and its reviewers' way to the review. One query, a second for those who may be its reviewers."""
    if material.status != Status.PUBLISHED or not is_confirmed(reader):
        return None
    writes = is_author(reader, material)
    version: MaterialVersion | None = material.versions.in_preparation().first()
    reviews = bool(version and version.preparation == Preparation.REVIEW and not writes and may_review(reader, material))
    if not writes and not reviews:
        return None
    return {"template": "materials/_version_panel.html", "place": "actions", "context": {"material": material, "version": version, "reviews": reviews}}


def adapt_panel(material: Material, reader: Any, request: HttpRequest) -> dict[str, Any] | None:
    """The button «make my variant». No query."""
    return {"template": "materials/_adapt_panel.html", "place": "actions", "context": {"material": material}} if may_adapt(reader, material) else None


def origin_panel(material: Material, reader: Any, request: HttpRequest) -> dict[str, Any] | None:
    """Whose work the material is a variant of: the authors are named always, the title to those who may see it. Two queries, none for an original."""
    if not material.derived_from_id:
        return None
    source = MaterialVersion.objects.filter(pk=material.derived_from_id).values("material_id")
    authors = Authorship.objects.filter(material__in=source).select_related("teacher").order_by("order", "id")
    original = Material.objects.visible_to(reader).filter(pk__in=source).first()
    return {"template": "materials/_origin.html", "place": "main", "context": {"authors": [entry.teacher for entry in authors], "original": original}}


def tree_panel(material: Material, reader: Any, request: HttpRequest) -> dict[str, Any] | None:
    """The tree of variants, as far as the reader sees it."""
    roots = variant_tree(material, reader)
    return {"template": "materials/_variants.html", "place": "aside", "context": {"roots": roots, "here": material.pk}} if roots else None


def uses_panel(material: Material, reader: Any, request: HttpRequest) -> dict[str, Any] | None:
    """For authors: in how many schools other than their own the material was used. Two queries."""
    if not material.reuse_count or not (is_confirmed(reader) and is_author(reader, material)):
        return None
    return {"template": "materials/_uses_panel.html", "place": "aside", "context": {"material": material, **use_counts(material)}}


def use_counts(material: Material) -> dict[str, int]:
    """How many colleagues used it, and in how many schools where none of the authors works. One query."""
    own = Employment.objects.current().filter(teacher__in=material.authorships.values("teacher")).values("school_id")
    return material.reuses.aggregate(people=Count("teacher", distinct=True), schools=Count("school", distinct=True, filter=~Q(school__in=own)))


def citation_panel(material: Material, reader: Any, request: HttpRequest) -> dict[str, Any] | None:
    """Lines for a chat and for a list of sources. No query."""
    if material.status != Status.PUBLISHED:
        return None
    texts = {"chat": chat_text(material), "gost": gost(material), "bibtex": bibtex(material)}
    return {"template": "materials/_citation.html", "place": "aside", "context": texts}


def may_see_uses(teacher: "Teacher", material: Material) -> bool:
    """Who used it is shown to the authors."""
    return is_confirmed(teacher) and is_author(teacher, material)
