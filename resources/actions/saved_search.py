"""Searches that a teacher keeps."""

from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from communities.models import Teacher
from resources.access import may_upload
from resources.models import SavedSearch
from resources.models.demand import Digest

MAX_SAVED = 50
# Names the digest's purpose inside the signature: no other signed number of the portal opens this door.
_SALT = "resources.digest"


@transaction.atomic
def save_search(*, by: Teacher, title: str, query: str) -> SavedSearch:
    """Keep a search, once; the same search again is the same row. Raises ValidationError above MAX_SAVED, PermissionDenied for the unconfirmed."""
    if not may_upload(by):
        raise PermissionDenied("confirmed teachers keep searches")
    # Two requests of one person are looked at one after the other.
    Teacher.objects.select_for_update().only("pk").get(pk=by.pk)
    known = SavedSearch.objects.filter(teacher=by, query=query).first()
    if known:
        return known
    if SavedSearch.objects.filter(teacher=by).count() >= MAX_SAVED:
        raise ValidationError(_("You keep %(count)s searches already: delete one first.") % {"count": MAX_SAVED}, code="many")
    return SavedSearch.objects.create(teacher=by, title=title, query=query)


def set_digest(search: SavedSearch, *, by: Teacher, digest: str) -> None:
    """How often news of one's own search are mailed; PermissionDenied for somebody else's."""
    _own(search, by)
    SavedSearch.objects.filter(pk=search.pk).update(digest=digest)


def delete_search(search: SavedSearch, *, by: Teacher) -> None:
    """Forget one's own search; its feed is gone with it. PermissionDenied for somebody else's."""
    _own(search, by)
    search.delete()


def unsubscribe_code(search: SavedSearch) -> str:
    """What the link of a digest carries: it ends this digest and opens nothing."""
    return signing.Signer(salt=_SALT).sign(str(search.pk))


def search_of_code(code: str) -> SavedSearch | None:
    """The search of such a link; None for a forged one or a search that is gone."""
    try:
        return SavedSearch.objects.filter(pk=int(signing.Signer(salt=_SALT).unsign(code))).first()
    except (signing.BadSignature, ValueError):
        return None


def end_digest(search: SavedSearch) -> None:
    """No more mail of this search; done by whoever holds the link of one of its mails."""
    SavedSearch.objects.filter(pk=search.pk).update(digest=Digest.NEVER)


def _own(search: SavedSearch, by: Teacher) -> None:
    if search.teacher_id != by.pk:
        raise PermissionDenied("somebody else's search")
