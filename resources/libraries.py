"""What the pages of libraries show."""

from typing import TYPE_CHECKING, Any

from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communities.models import Community, School, Teacher
from resources.models import Library
from resources.models.material import Status
from resources.search import shelf

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    Reader = Teacher | AnonymousUser

KINDS = {"community": _("of communities"), "school": _("of schools")}


def list_libraries(reader: "Reader", *, kind: str = "", words: str = "") -> "QuerySet[Library]":
    """Every library with how many materials this reader sees there; the network's first, then the fullest. Libraries themselves are public."""
    visible = shelf(reader).filter(library=OuterRef("pk")).order_by().values("library").annotate(count=Count("pk")).values("count")
    libraries = Library.objects.select_related("community", "school__municipality").annotate(material_count=Coalesce(Subquery(visible), 0))
    if kind in KINDS:
        libraries = libraries.filter(**{f"{kind}__isnull": False})
    if words:
        named = [model.objects.named(words).values("pk") for model in (Community, School)]
        libraries = libraries.filter(Q(community__in=named[0]) | Q(school__in=named[1]))
    others_last = Case(When(community=None, school=None, then=0), default=1)
    return libraries.order_by(others_last, "-material_count", F("community__name").asc(nulls_last=True), "school__short_name", "id")


def counts_of(library: Library, reader: "Reader") -> dict[str, int]:
    """What the reader sees on the shelf: all of it, published, waiting for review. One query."""
    return (
        shelf(reader)
        .filter(library=library)
        .aggregate(all=Count("pk"), published=Count("pk", filter=Q(status=Status.PUBLISHED)), waiting=Count("pk", filter=Q(status=Status.REVIEW)))
    )


def shelf_url(library: Library) -> str:
    """The catalogue of this library's materials."""
    if library.community:
        return reverse("community_materials", args=[library.community.slug])
    return reverse("library_materials", args=[library.pk])


def head_of(library: Library) -> dict[str, Any]:
    """Whose it is, with a link."""
    owner = library.owner
    return {"library": library, "owner": owner, "owner_url": owner.get_absolute_url() if owner else ""}
