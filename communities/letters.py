"""Letters of the portal to one person: the shape of all of them, and the link that ends them."""

import re
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import override

from communities.models import Teacher
from communities.notice_kinds import KINDS

_SALT = "communities.letters"
# Mail programs make links of what looks like an address; a word joiner inside keeps what users wrote from becoming one.
_ADDRESS = re.compile(r"(?<=\S)([.:/@])(?=\S)")


def plain_line(text: object) -> str:
    """A user's text as one line of a letter, in which nothing becomes a link."""
    return _ADDRESS.sub("\\1\u2060", " ".join(str(text).split()))


def letter(person: Teacher, *, subject: str, template: str, context: dict[str, Any], stop: str, name: str) -> EmailMessage:
    """A letter in the active language (the caller's `override(person.language)`), with the link that ends such letters.

    `stop` is a path; GET shows what it ends, POST ends it, mail programs may do it with one click. `name` makes the letter's own number:
    should a killed worker send it twice, mail programs show one.
    """
    stop_url = settings.SITE_URL + stop
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    return EmailMessage(
        subject=plain_line(subject),
        body=render_to_string(template, {"portal_name": settings.PORTAL_NAME, "stop_url": stop_url, **context}),
        to=[person.email or ""],
        headers={
            "Auto-Submitted": "auto-generated",
            "List-Unsubscribe": f"<{stop_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Message-ID": f"<{name}@{host}>",
        },
    )


def stop_page(request: HttpRequest, person: Teacher, template: str, context: dict[str, Any]) -> HttpResponse:
    """The page behind the link of a letter, in the language of the person's letters: whoever opens it has just read one, often on a foreign machine."""
    with override(person.language):
        response = render(request, template, {"language": person.get_language_display(), **context})
    response["Content-Language"] = person.language
    response["Referrer-Policy"] = "no-referrer"
    return response


def stop_token(teacher: Teacher, kind: str = "") -> str:
    """What the link of a letter carries: it ends letters of this kind, or all of them, and opens nothing."""
    return signing.dumps([teacher.pk, kind], salt=_SALT, compress=False)


def read_stop_token(token: str) -> tuple[Teacher, str] | None:
    """Whose letters of which kind the link ends; None for a forged or outlived one."""
    try:
        pk, kind = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError):
        return None
    person = Teacher.objects.filter(pk=pk, is_active=True).first()
    return (person, kind) if person is not None and (not kind or kind in KINDS) else None
