"""Sizes and times as people read them."""

from math import ceil

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

KILO = 1024
LINE_BITS = 1_000_000


def _number(value: float) -> str:
    """One decimal below ten, none above, no `,0`, in the decimal mark of the language."""
    rounded = round(value, 1) if value < 10 else round(value)
    return number_format(rounded, 0 if rounded == int(rounded) else 1)


def human_size(size: int) -> str:
    """Bytes as «310 КБ», «1,1 МБ» (1 KB is 1024 bytes, as Windows counts), with a no-break space."""
    if size < KILO:
        return ngettext("%(number)s\u00a0byte", "%(number)s\u00a0bytes", size) % {"number": size}
    if round(size / KILO) < KILO:
        return _("%(number)s\u00a0KB") % {"number": number_format(max(1, round(size / KILO)), 0)}
    if round(size / KILO**2) < KILO:
        return _("%(number)s\u00a0MB") % {"number": _number(size / KILO**2)}
    return _("%(number)s\u00a0GB") % {"number": _number(size / KILO**3)}


def transfer_time(size: int) -> str:
    """How long `size` bytes take at 1 Mbit/s: «3 с», «2,5 мин», «1,5 ч»."""
    seconds = ceil(size * 8 / LINE_BITS)
    if seconds >= 10:
        seconds = 5 * round(seconds / 5)
    if seconds < 60:
        return _("%(number)s\u00a0s") % {"number": max(1, seconds)}
    halves = round(seconds / 30) / 2
    if halves < 60:
        return _("%(number)s\u00a0min") % {"number": _number(halves if halves < 10 else round(halves))}
    return _("%(number)s\u00a0h") % {"number": _number(round(halves / 30) / 2)}
