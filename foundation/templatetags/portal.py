"""Template tags and filters of every page; the one audited place that marks strings as safe.

Everything here builds HTML with `format_html` or from constants and escaped JSON; nothing a person wrote is marked safe.
People are read by duck typing (`last_name`, `first_name`, `middle_name`): this floor knows no model.
"""

import datetime
import functools
import json
from typing import Any
from urllib.parse import urlencode

import segno
from django import template
from django.template.context import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from foundation.files.human import human_size
from foundation.files.human import transfer_time as human_transfer_time

register = template.Library()

NO_BREAK = "\u00a0"
NARROW_NO_BREAK = "\u202f"
# A link carries at most this much of what the address bar held, so that pages cannot be made to grow.
KEPT_PARAMETERS = 40
KEPT_LENGTH = 200
JSON_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}
FILE_TYPE_CLASSES = {
    **dict.fromkeys(("doc", "docx", "odt", "rtf", "txt"), "f-doc"),
    **dict.fromkeys(("ppt", "pptx", "odp"), "f-ppt"),
    **dict.fromkeys(("xls", "xlsx", "ods", "csv"), "f-xls"),
    **dict.fromkeys(("mp3", "mp4", "webm"), "f-vid"),
    "pdf": "f-pdf",
}


# --- pictures -----------------------------------------------------------------------------------------------------


@functools.lru_cache(maxsize=256)
def _icon(name: str, sprite: str) -> SafeString:
    return format_html('<svg class="ico" aria-hidden="true"><use href="{}#i-{}"/></svg>', sprite, name)


@functools.cache
def _sprite() -> str:
    """Address of the sprite, with the hash of its content where one was built; asked of the storage once."""
    return static("icons.svg")


@register.simple_tag
def icon(name: str) -> SafeString:
    """A symbol of `static/icons.svg`, hidden from screen readers: the words beside it say the meaning."""
    return _icon(name, _sprite())


@register.simple_tag
def ftype(extension: Any) -> SafeString:
    """The sheet of paper with the file's letters; rows also say the type in words."""
    letters = str(extension or "").lower().lstrip(".")[:5]
    return format_html('<span class="ftype {}" aria-hidden="true">{}</span>', FILE_TYPE_CLASSES.get(letters, ""), letters.upper())


@register.simple_tag(takes_context=True)
def avatar(context: Context, person: Any, size: str = "") -> SafeString:
    """A person's photo (`person.photo_url`), or initials where there is none or the reader wants no images."""
    url = getattr(person, "photo_url", "") if getattr(context.get("prefs"), "images", "") != "off" else ""
    if url:
        pixels = 96 if size == "large" else 36
        return format_html('<img class="ava {0}" src="{1}" alt="" width="{2}" height="{2}" loading="lazy">', size, url, pixels)
    colour = (getattr(person, "pk", None) or 0) % 6 + 1
    return format_html('<span class="ava a{} {}" aria-hidden="true">{}</span>', colour, size, initials(person))


@register.simple_tag
def qr(text: str, label: str) -> SafeString:
    """A QR code as inline SVG without styles (data: addresses are closed by the content policy)."""
    code = segno.make(text, micro=False)
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(code.matrix) for x, dark in enumerate(row) if dark)
    side = len(code.matrix)
    return format_html(
        '<svg class="qr" role="img" aria-label="{}" viewBox="-2 -2 {} {}" shape-rendering="crispEdges"><path d="{}"/></svg>', label, side + 4, side + 4, path
    )


# --- people -------------------------------------------------------------------------------------------------------


def _names(person: Any) -> tuple[str, str, str]:
    last, first, middle = (str(getattr(person, field, "") or "").strip() for field in ("last_name", "first_name", "middle_name"))
    return last, first, middle


@register.filter
def full_name(person: Any) -> str:
    """First name, patronymic, surname: Илья Петрович Кравцов."""
    last, first, middle = _names(person)
    return " ".join(part for part in (first, middle, last) if part)


@register.filter
def short_name(person: Any) -> str:
    """Initials and surname that never part at a line's end: И. П. Кравцов."""
    last, first, middle = _names(person)
    letters = [f"{part[0]}." for part in (first, middle) if part]
    return NO_BREAK.join([*letters, last]) if last else " ".join(part for part in (first, middle) if part)


@register.filter
def initials(person: Any) -> str:
    """Two letters for the avatar: ИК."""
    last, first, _middle = _names(person)
    return (first[:1] + last[:1]).upper()


@register.filter
def inner(text: Any) -> str:
    """A name that is about to stand in «…»: its own quotes become „…“, as Russian typography has it."""
    return str(text).replace("«", "„").replace("»", "“")


# --- numbers and dates ----------------------------------------------------------------------------------------------


@register.filter
def filesize(size: Any) -> str:
    """Bytes as a person says them: 1,1 МБ. Empty when the size is not known."""
    return "" if size is None or size == "" else human_size(int(size))


@register.filter
def transfer_time(size: Any) -> str:
    """How long so many bytes take on a line of 1 Mbit/s."""
    return "" if size is None or size == "" else human_transfer_time(int(size))


@register.filter(expects_localtime=True)
def day(value: Any) -> str:
    """A date as people say it: «26 ноября, чт»; a date of another year has its year instead of the weekday."""
    if not value:
        return ""
    if isinstance(value, datetime.datetime):
        # A moment is told by the clock on the wall of the network, a naive one by itself.
        value = timezone.localtime(value) if timezone.is_aware(value) else value
    date = value.date() if isinstance(value, datetime.datetime) else value
    words = f"{date.day}{NO_BREAK}{date_format(date, 'E')}"
    if date.year != timezone.localdate().year:
        return f"{words} {date.year}"
    weekday = date_format(date, "D")
    return f"{words}, {weekday.lower() if get_language() == 'ru' else weekday}"


@register.filter
def grades(first: Any, last: Any = None) -> str:
    """A class or a span of classes: «8 класс», «8–9 класс». Empty when nothing is given."""
    first, last = first or last, last or first
    if not first:
        return ""
    if first == last:
        return gettext("grade\u00a0%(grade)s") % {"grade": first}
    return gettext("grades\u00a0%(first)s–%(last)s") % {"first": first, "last": last}


@register.filter
def thousands(number: Any) -> str:
    """A whole number in groups of three with thin spaces, from five digits on: 12 345."""
    if number is None or number == "":
        return ""
    number = int(number)
    return str(number) if abs(number) < 10_000 else f"{number:,}".replace(",", NARROW_NO_BREAK)


# --- addresses ------------------------------------------------------------------------------------------------------


def _kept(context: Context) -> list[tuple[str, str]]:
    request = context.get("request")
    if request is None:
        return []
    pairs = [(key, value) for key, values in request.GET.lists() for value in values]
    return [(key, value) for key, value in pairs[:KEPT_PARAMETERS] if value and len(key) <= KEPT_LENGTH and len(value) <= KEPT_LENGTH]


def _query(pairs: list[tuple[str, str]]) -> str:
    return "?" + urlencode(pairs, errors="replace")


@register.simple_tag(takes_context=True)
def url_with(context: Context, **changes: Any) -> str:
    """This page's query string with parameters set, or dropped when None; the rest stays (bounded). The page number restarts."""
    replaced = {"page", *changes}
    pairs = [pair for pair in _kept(context) if pair[0] not in replaced]
    return _query(pairs + [(key, str(value)) for key, value in changes.items() if value is not None])


@register.simple_tag(takes_context=True)
def url_without(context: Context, key: str, value: Any) -> str:
    """This page's query string without one value of a parameter that may have several."""
    return _query([pair for pair in _kept(context) if pair[0] != "page" and pair != (key, str(value))])


@register.simple_tag
def elided_pages(page: Any) -> list[dict[str, Any]]:
    """Page numbers around the current one with the first and the last; a gap has the number None."""
    gap = page.paginator.ELLIPSIS
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return [{"number": None if number == gap else number, "current": number == page.number} for number in numbers]


# --- parts of pages -------------------------------------------------------------------------------------------------


@register.inclusion_tag("components/crumbs.html")
def crumbs(*parts: str) -> dict[str, list[tuple[str, str]]]:
    """The way here: text, address, text, address …"""
    return {"items": list(zip(parts[::2], parts[1::2], strict=False))}


@register.simple_block_tag
def page_head(content: SafeString) -> SafeString:
    """The squared paper of a page's head; a page that fills nothing in has none."""
    if not content.strip():
        return content
    return format_html('<div class="head{}"><div class="wrap">{}</div></div>', " has-tabs" if 'class="tabs"' in content else "", content)


@register.simple_block_tag
def panel(content: SafeString, title: str, id: str, href: str = "", link: str = "", **options: str) -> SafeString:
    """A titled sheet; `css` adds classes, `link` with `href` stands at the right of the title."""
    more = format_html('<a href="{}">{}</a>', href, link) if href else ""
    return format_html(
        '<section class="panel {0}" aria-labelledby="{1}"><header><h2 id="{1}">{2}</h2>{3}</header>{4}</section>',
        options.get("css", ""),
        id,
        title,
        more,
        content,
    )


@register.filter
def rendered(html: str) -> SafeString:
    """HTML that `foundation.markdown.render_markdown` made when the text was written; nothing else may come here."""
    return mark_safe(html)  # noqa: S308 - sanitised by nh3


@register.filter
def note_kind(level_tag: str) -> str:
    """The note's colour for a level of django.contrib.messages."""
    return {"success": "ok", "warning": "warn", "error": "bad"}.get(level_tag, "info")


@register.filter
def note_icon(kind: str) -> str:
    """The note's sign: shape says the same as colour."""
    return {"ok": "check", "warn": "alert", "bad": "stop"}.get(kind, "info")


@register.simple_tag
def json_ld(data: dict[str, Any]) -> SafeString:
    """Data for search engines; no byte of it can close the element."""
    text = json.dumps(data, ensure_ascii=False).translate(JSON_ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 - <, > and & are escaped just above
