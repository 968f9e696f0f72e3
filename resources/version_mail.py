"""Letters to those who used a material: a new version is there. One a person and version, whatever happens to the worker."""

import re

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import task

from communities.models import Teacher
from resources.models import Material, VersionNotice
from resources.versions import current_version

SALT = "resources.version_mail"
# What mail programs turn into links by themselves: addresses with a scheme, of mail, and bare names of hosts.
_LINKED = re.compile(r"\S*(?:://|www\.|@|[^\W\d_]\.[^\W\d_]{2,})\S*", re.IGNORECASE)


@task()
def tell_of_version(version_id: int) -> None:
    """Send what is due for a version. Each letter enters the mail queue in the transaction that marks it done: run twice or killed
    at any point, it is there once."""
    for pk in VersionNotice.objects.filter(version=version_id, done_at=None).order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            notice = VersionNotice.objects.select_for_update(of=("self",)).select_related("teacher", "version").filter(pk=pk, done_at=None).first()
            if notice is not None:
                _send(notice)
                notice.done_at = timezone.now()
                notice.save(update_fields=["done_at"])


def _send(notice: VersionNotice) -> None:
    """Rights and wishes are asked now, not when the version was published; a version that is no longer current is no news."""
    person = notice.teacher
    material = Material.objects.visible_to(person).published().filter(pk=notice.version.material_id).first()
    if material is None or not _wants_mail(person) or current_version(material) != notice.version:
        return
    with translation.override(settings.LANGUAGE_CODE):
        title = plain(material.title)
        parts = [
            _("You used the material “%(title)s” at a lesson. Its authors have published version %(number)s.")
            % {"title": title, "number": notice.version.number},
            _("What changed: %(changes)s") % {"changes": plain(notice.version.changes)} if notice.version.changes else "",
            settings.SITE_URL + material.get_absolute_url(),
            _("The version you used stays on the material's page."),
            _("Not to get such letters any more: %(url)s") % {"url": settings.SITE_URL + reverse("version_mail", args=[token_of(notice)])},
        ]
        subject = _("A new version: %(title)s") % {"title": title}
    EmailMessage(subject, "\n\n".join(filter(None, parts)) + "\n", to=[str(person.email)]).send()


def _wants_mail(person: Teacher) -> bool:
    return bool(person.is_active and person.email) and not VersionNotice.objects.filter(teacher=person).exclude(declined_at=None).exists()


def plain(text: str) -> str:
    """A user's text on one line, with nothing that a mail program would make a link of."""
    return _LINKED.sub("…", " ".join(text.split()))


def token_of(notice: VersionNotice) -> str:
    """What the letter's own address says: it opens nothing but the choice to get such letters or not."""
    return signing.dumps(notice.pk, salt=SALT)


def notice_of(token: str) -> VersionNotice | None:
    """The notice that a letter's address names; None for a forged or outlived one."""
    try:
        pk = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return VersionNotice.objects.select_related("teacher").filter(pk=pk).first()
