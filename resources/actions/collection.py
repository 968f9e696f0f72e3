"""Collections: gathering, ordering, sharing and following them.

Nothing here enters the ledger: gathering materials is no act of interaction, and the uses of the materials are counted
where they happen. A collection holds materials only, never another collection, so that no cycle can be made.
"""

import uuid
from collections.abc import Mapping
from typing import Any

from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.models import Community, Teacher
from communities.slugs import latin_slug
from resources.access_collection import kept_community_ids, may_collect, may_delete_collection, may_edit_collection
from resources.models import Collection, CollectionFollow, CollectionItem, Material
from resources.models.collection import CollectionVisibility
from resources.search import shelf

# Materials of one collection, as far as the person who adds sees them: a page and a printout stay readable.
MAX_MATERIALS = 200
NOTE = "note_"
# Names the letters' purpose inside the signature: no other signed number of the portal opens this door.
_SALT = "resources.collection_letters"
# What the person saw on the page, and what they made of it.
Change = tuple[Any, Any]


class ChangedMeanwhile(Exception):
    """Somebody else rewrote the same text since the page was shown; `texts` holds theirs by field. Nothing was written."""

    def __init__(self, texts: dict[str, str]) -> None:
        super().__init__(texts)
        self.texts = texts


def made_of(form_key: uuid.UUID | None, by: Teacher) -> Collection | None:
    """The collection that this person's form has made already. One query, none without a key."""
    return Collection.objects.filter(form_key=form_key, owner=by).first() if form_key else None


def create_collection(
    title: str,
    *,
    by: Teacher,
    annotation: str = "",
    visibility: str = CollectionVisibility.PRIVATE,
    community: Community | None = None,
    form_key: uuid.UUID | None = None,
) -> Collection:
    """A new collection; the same form sent twice is the one that it has made already.

    A community's is made by those who keep its collections: PermissionDenied for others.
    """
    if not may_collect(by) or (community is not None and community.pk not in kept_community_ids(by)):
        raise PermissionDenied("may not make this collection")
    _check_sharing(visibility, community)
    words = {"title": title, "slug": _slug_of(title), "annotation": annotation, "visibility": visibility}
    try:
        with transaction.atomic():
            return Collection.objects.create(**words, community=community, owner=by, form_key=form_key)
    except IntegrityError:
        made = made_of(form_key, by)
        if made is None and form_key and Collection.objects.filter(form_key=form_key).exists():
            raise PermissionDenied("somebody else's form") from None
        if made is None:
            raise
        return made


@transaction.atomic
def change_collection(collection: Collection, changes: Mapping[str, Change], *, by: Teacher) -> Collection:
    """Write what a person changed: fields of the collection and notes of items («note_» and the item's number).

    Texts that somebody else changed meanwhile are not lost: the first to save wins and ChangedMeanwhile tells the second one.
    Only the owner gives a collection to a community or takes it back: PermissionDenied for others.
    """
    fresh = _lock(collection, by)
    notes = {f"{NOTE}{item.pk}": item for item in fresh.items.all()}
    known = {name: change for name, change in changes.items() if name in notes or not name.startswith(NOTE)}
    current = {name: notes[name].note if name in notes else getattr(fresh, name) for name in known}
    texts = {
        name: current[name]
        for name, (shown, new) in known.items()
        if isinstance(new, str) and name != "visibility" and _plain(current[name]) not in (_plain(shown), _plain(new))
    }
    if texts:
        raise ChangedMeanwhile(texts)
    for name, (_shown, new) in known.items():
        if name in notes:
            notes[name].note = new
            notes[name].save(update_fields=["note"])
        else:
            _set(fresh, name, new, by)
    _check_sharing(fresh.visibility, fresh.community)
    if known:
        fresh.slug, fresh.changed_at = _slug_of(fresh.title), timezone.now()
        fresh.save()
    return fresh


@transaction.atomic
def add_material(collection: Collection, material: Material, *, by: Teacher) -> CollectionItem:
    """Put a material at the end; one that already stands there stays where it is.

    Raises ValidationError for a material that is not on this person's shelves (a draft, a withdrawn one), or for a full collection.
    """
    fresh = _lock(collection, by)
    if not shelf(by).filter(pk=material.pk).exists():
        raise ValidationError(_("Only a published material or one in review can stand in a collection."), code="not_on_shelf")
    there = fresh.items.filter(material=material).first()
    if there:
        return there
    if shelf(by).filter(collection_items__collection=fresh).count() >= MAX_MATERIALS:
        raise ValidationError(_("The collection is full: it holds %(limit)s materials. Begin another one.") % {"limit": MAX_MATERIALS}, code="full")
    last = fresh.items.aggregate(last=Max("order"))["last"] or 0
    item = CollectionItem.objects.create(collection=fresh, material=material, order=last + 1)
    _touch(fresh)
    return item


@transaction.atomic
def collect_into_new(title: str, material: Material, *, by: Teacher) -> Collection:
    """Put a material into a personal collection of this title, which is made if there is none: a second click makes no second collection."""
    Teacher.objects.select_for_update().only("pk").get(pk=by.pk)
    own = Collection.objects.filter(owner=by, community=None)
    named = [collection for collection in own if collection.title.casefold() == title.casefold()]
    collection = named[0] if named else create_collection(title, by=by)
    add_material(collection, material, by=by)
    return collection


@transaction.atomic
def move_item(collection: Collection, item_id: int, *, by: Teacher, up: bool) -> None:
    """One place up or down past its neighbour as this person sees the order; hidden items between keep their places.

    The collection is locked: of two moves at once the second one starts from the order that the first has made.
    """
    fresh = _lock(collection, by)
    items = list(fresh.items.order_by("order", "id"))
    seen = set(shelf(by).filter(collection_items__collection=fresh).values_list("pk", flat=True))
    visible = [item for item in items if item.material_id in seen]
    place = next((place for place, item in enumerate(visible) if item.pk == item_id), None)
    if place is None:
        return
    other = place - 1 if up else place + 1
    if not 0 <= other < len(visible):
        return
    here, there = items.index(visible[place]), items.index(visible[other])
    items[here], items[there] = items[there], items[here]
    for number, item in enumerate(items, 1):
        item.order = number
    CollectionItem.objects.bulk_update(items, ["order"])
    _touch(fresh)


@transaction.atomic
def remove_item(collection: Collection, item_id: int, *, by: Teacher) -> None:
    """Take a material out, if this person sees it there; the material itself stays in the library."""
    fresh = _lock(collection, by)
    removed, _rows = fresh.items.filter(pk=item_id, material__in=shelf(by).values("pk")).delete()
    if removed:
        _touch(fresh)


@transaction.atomic
def delete_collection(collection: Collection, *, by: Teacher) -> None:
    """The collection goes, with its notes and followers; the materials stay. PermissionDenied for those who may not."""
    if not may_delete_collection(by, collection):
        raise PermissionDenied("may not delete this collection")
    collection.delete()


@transaction.atomic
def follow_collection(collection: Collection, *, by: Teacher) -> CollectionFollow:
    """Follow from now on; for a follower: what has been added until now is seen."""
    if not may_collect(by):
        raise PermissionDenied("only confirmed teachers follow collections")
    return CollectionFollow.objects.update_or_create(collection=collection, teacher=by, defaults={"since": timezone.now()})[0]


def set_letters(collection: Collection, *, by: Teacher, wanted: bool) -> None:
    """Whether a letter a week tells this follower what was added; nothing happens for those who do not follow. What was added before is not mailed."""
    CollectionFollow.objects.filter(collection=collection, teacher=by).exclude(by_mail=wanted).update(by_mail=wanted, mailed_at=timezone.now())


def unsubscribe_code(teacher: Teacher) -> str:
    """What the link of a letter carries: it ends these letters and opens nothing."""
    return signing.Signer(salt=_SALT).sign(str(teacher.pk))


def follower_of_code(code: str) -> Teacher | None:
    """The follower of such a link; None for a forged one or an erased person."""
    try:
        return Teacher.objects.filter(pk=int(signing.Signer(salt=_SALT).unsign(code)), erased_at=None).first()
    except (signing.BadSignature, ValueError):
        return None


def end_letters(teacher: Teacher) -> None:
    """No more letters about collections; done by whoever holds the link of one of them."""
    CollectionFollow.objects.filter(teacher=teacher).update(by_mail=False)


@transaction.atomic
def unfollow_collection(collection: Collection, *, by: Teacher) -> None:
    """Stop following; nothing happens for those who did not."""
    CollectionFollow.objects.filter(collection=collection, teacher=by).delete()


def _lock(collection: Collection, by: Teacher) -> Collection:
    fresh = Collection.objects.select_for_update(of=("self",)).select_related("community").get(pk=collection.pk)
    if not may_edit_collection(by, fresh):
        raise PermissionDenied("may not change this collection")
    return fresh


def _set(collection: Collection, name: str, value: Any, by: Teacher) -> None:
    if name == "community" and (collection.owner_id != by.pk or (value is not None and value.pk not in kept_community_ids(by))):
        raise PermissionDenied("may not give the collection to this community")
    setattr(collection, name, value)


def _check_sharing(visibility: str, community: Community | None) -> None:
    """A community's collection is seen at least by its members; “members of the community” needs a community."""
    if visibility == CollectionVisibility.COMMUNITY and community is None:
        raise ValidationError({"visibility": _("Choose a community first: its members will see the collection.")})
    if visibility == CollectionVisibility.PRIVATE and community is not None:
        raise ValidationError({"visibility": _("A collection of a community is seen at least by its members.")})


def _touch(collection: Collection) -> None:
    collection.changed_at = timezone.now()
    collection.save(update_fields=["changed_at"])


def _slug_of(title: str) -> str:
    return latin_slug(title, max_length=70) or "collection"


def _plain(text: Any) -> str:
    """Browsers send line ends of their own."""
    return str(text or "").replace("\r\n", "\n").strip()
