"""How to name a material elsewhere: ГОСТ Р 7.0.100–2018, BibTeX, and a few lines for a chat.

All of it leaves the portal, so that only authors whose names every visitor sees are in it, whoever asks.
"""

import datetime
import re

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from communities.access import may_see_name
from communities.models import Teacher
from resources.models import Material

# Authors that ГОСТ puts before the title; of more than four only the first three are named.
HEADED, NAMED, FIRST = 3, 4, 3
_TEX = re.compile(r"([\\{}$&%#_^~])")
# BibTeX counts braces even behind a backslash: those of a title have to have names.
_TEX_WORDS = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
}


def open_authors(material: Material) -> list[Teacher]:
    """Authors whose names visitors see, of the prefetched ones."""
    visitor = AnonymousUser()
    return [authorship.teacher for authorship in material.authorships.all() if may_see_name(authorship.teacher, visitor)]


def address(material: Material) -> str:
    """The material's own address, with the host that the installation says."""
    return settings.SITE_URL + material.get_absolute_url()


def gost(material: Material, on: datetime.date | None = None) -> str:
    """A bibliographic record of an electronic resource by ГОСТ Р 7.0.100–2018; `on` is the day it was looked at. Russian in any language of the page."""
    authors, title = open_authors(material), _one_line(material.title)
    with translation.override(settings.LANGUAGE_CODE):
        names = ", ".join(_initials_first(author) for author in (authors[:FIRST] if len(authors) > NAMED else authors))
        names += " " + _("[et al.]") if len(authors) > NAMED else ""
        head = f"{_surname_first(authors[0])} " if 0 < len(authors) <= HEADED else ""
        kind, said = f" : {material.type}" if material.type else "", f" / {names}" if names else ""
        medium, site, seen = _("Text : electronic"), _("website"), _("accessed")
        parts = [
            f"{head}{title}{kind}{said}",
            f"{medium} // {settings.PORTAL_NAME} : [{site}]",
            *([str(material.published_on.year)] if material.published_on else []),
            f"URL: {address(material)} ({seen}: {(on or timezone.localdate()).strftime('%d.%m.%Y')})",
        ]
    return ".\u00a0– ".join(part.rstrip(".") for part in parts) + "."


def bibtex(material: Material, on: datetime.date | None = None) -> str:
    """A BibTeX entry; signs that mean something to TeX are escaped."""
    names = [(author.last_name, " ".join(filter(None, [author.first_name, author.middle_name]))) for author in open_authors(material)]
    fields = {
        "author": " and ".join(_tex(", ".join(filter(None, name))) for name in names),
        "title": "{" + _tex(_one_line(material.title)) + "}",
        "year": str(material.published_on.year) if material.published_on else "",
        "howpublished": _tex(settings.PORTAL_NAME),
        "url": address(material),
        "urldate": (on or timezone.localdate()).isoformat(),
        "language": "russian",
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return f"@misc{{material{material.pk},\n" + ",\n".join(lines) + "\n}"


def chat_text(material: Material) -> str:
    """Title, authors, terms and address on lines of their own."""
    names = ", ".join(_initials_first(author) for author in open_authors(material))
    terms = str(material.get_licence_display())  # type: ignore[attr-defined]
    if material.licence_short:
        terms = f"{terms} ({material.licence_short})"
    return "\n".join(filter(None, [_one_line(material.title), names, terms, address(material)]))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _letters(teacher: Teacher) -> str:
    return "\u00a0".join(f"{name[0]}." for name in (teacher.first_name, teacher.middle_name) if name)


def _initials_first(teacher: Teacher) -> str:
    return "\u00a0".join(filter(None, [_letters(teacher), teacher.last_name]))


def _surname_first(teacher: Teacher) -> str:
    return ", ".join(filter(None, [teacher.last_name, _letters(teacher)]))


def _tex(text: str) -> str:
    return _TEX.sub(lambda found: _TEX_WORDS.get(found[1], f"\\{found[1]}"), text)
