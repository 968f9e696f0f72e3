"""Which collections a reader finds, and what each of them shows: only materials on this reader's own shelves, in lists, counts and sizes alike."""

import datetime
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.http import QueryDict
from django.shortcuts import get_object_or_404

from communities.access import author_name
from communities.models import Community, Teacher
from resources.access_collection import editable_by, may_collect
from resources.models import Collection, CollectionFollow, CollectionItem, Material
from resources.rows import MaterialRow, present, size_and_time
from resources.search import shelf

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    Reader = Teacher | AnonymousUser

MAX_WORDS, MAX_TEXT = 6, 100
# Collections offered for a material, the ones that hold it and the last changed ones first.
OFFERED = 50


@dataclass(slots=True)
class CollectionChoice:
    """What the list was asked for; what makes no sense for this reader is not in it."""

    text: str = ""
    mine: bool = False
    followed: bool = False
    community: Community | None = None


@dataclass(slots=True)
class CollectionRow:
    """A collection in a list. `fresh` counts what came since `since`, the moment a follower last looked."""

    collection: Collection
    owner: str
    materials: int
    size: str
    fresh: int = 0
    since: datetime.datetime | None = None


@dataclass(slots=True)
class Entry:
    """A material of an opened collection."""

    row: MaterialRow
    note: str
    is_fresh: bool


def read_choice(params: QueryDict, reader: "Reader") -> CollectionChoice:
    """Read the list's parameters; never fails. One query when a community is named."""
    text = " ".join(params.get("q", "")[:MAX_TEXT].replace("\x00", " ").encode("utf-8", "replace").decode().split())
    slug = params.get("community", "")[:80].replace("\x00", "").encode("utf-8", "replace").decode()
    known = may_collect(reader)
    return CollectionChoice(
        text=text,
        mine=known and params.get("mine") == "1",
        followed=known and params.get("followed") == "1",
        community=Community.objects.visible_to(reader).filter(slug=slug).first() if slug else None,
    )


def find_collections(choice: CollectionChoice, reader: "Reader") -> QuerySet[Collection]:
    """The newest first. Words are found in titles and annotations, in any case, «е» for «ё»."""
    found = Collection.objects.visible_to(reader).select_related("owner", "community")
    if choice.mine:
        found = found.filter(owner=reader)
    if choice.followed:
        found = found.filter(follows__teacher=reader)
    if choice.community:
        found = found.filter(community=choice.community)
    for word in choice.text.split()[:MAX_WORDS]:
        # A regular expression, since LIKE knows no case of Russian letters on SQLite.
        pattern = re.sub("[её]", "[её]", re.escape(word), flags=re.IGNORECASE)
        found = found.filter(Q(title__iregex=pattern) | Q(annotation__iregex=pattern))
    return found.order_by("-changed_at", "-id")


def visible_collection(reader: "Reader", pk: int) -> Collection:
    """The collection, or Http404: the same for a hidden one and for one that never was. One query."""
    return get_object_or_404(Collection.objects.visible_to(reader).select_related("owner", "community"), pk=pk)


def present_collections(collections: list[Collection], reader: "Reader") -> list[CollectionRow]:
    """Rows with what this reader sees in each: one query for any number of collections."""
    counts = _counts([collection.pk for collection in collections], reader)
    return [CollectionRow(collection, author_name(collection.owner, reader), *_count_and_size(counts.get(collection.pk, (0, 0)))) for collection in collections]


def offered_collections(material: Material, teacher: Teacher) -> tuple[list[Collection], list[Collection]]:
    """Collections this person may put the material into, the last changed first: those that hold it already, and the others. One query."""
    holds = Exists(CollectionItem.objects.filter(collection=OuterRef("pk"), material=material))
    own = list(editable_by(teacher).annotate(holds=holds).order_by("-holds", "-changed_at", "-id")[:OFFERED])
    return [one for one in own if one.holds], [one for one in own if not one.holds]  # type: ignore[attr-defined]


def add_news(rows: list[CollectionRow], reader: Teacher) -> None:
    """What came into followed collections since their follower last looked. Two queries."""
    ids = [row.collection.pk for row in rows]
    since = dict(CollectionFollow.objects.filter(teacher=reader, collection__in=ids).values_list("collection", "since"))
    fresh = dict(
        shelf(reader)
        .filter(
            collection_items__collection__in=ids,
            collection_items__collection__follows__teacher=reader,
            collection_items__added_at__gt=F("collection_items__collection__follows__since"),
        )
        .order_by()
        .values_list("collection_items__collection")
        .annotate(Count("pk"))
    )
    for row in rows:
        row.fresh, row.since = fresh.get(row.collection.pk, 0), since.get(row.collection.pk)


def entries_of(collection: Collection, reader: "Reader", since: datetime.datetime | None = None) -> list[Entry]:
    """The materials of a collection in its order, those added after `since` marked. Three queries for any number."""
    materials = shelf(reader).filter(collection_items__collection=collection).order_by("collection_items__order", "collection_items__id")
    rows = present(materials, reader)
    items = {item.material_id: item for item in visible_items(collection, [row.pk for row in rows])}
    return [Entry(row, item.note, since is not None and item.added_at > since) for row in rows if (item := items.get(row.pk))]


def visible_items(collection: Collection, material_ids: list[int]) -> QuerySet[CollectionItem]:
    """The rows of these materials, in order."""
    return collection.items.filter(material_id__in=material_ids).order_by("order", "id")


def size_of(collection: Collection, reader: "Reader") -> str:
    """Bytes of everything the reader sees in it, and the time they take. One query."""
    return _count_and_size(_counts([collection.pk], reader).get(collection.pk, (0, 0)))[1]


def _counts(ids: list[int], reader: "Reader") -> dict[int, tuple[int, int]]:
    seen = shelf(reader).filter(collection_items__collection__in=ids).order_by().values_list("collection_items__collection")
    return {pk: (count, size) for pk, count, size in seen.annotate(count=Count("pk"), bytes=Sum("size"))}


def _count_and_size(found: tuple[int, int]) -> tuple[int, str]:
    return found[0], size_and_time(found[1])
