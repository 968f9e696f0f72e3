"""Addresses of pages from Russian names: «Физика рядом» → `fizika-ryadom`."""

from collections.abc import Collection

from django.db.models import QuerySet
from django.utils.text import slugify

# Letters as road signs and postal addresses write them; ъ and ь have no sign of their own.
LATIN = {
    **dict(zip("абвгдеёзийклмнопрстуфыэ", "abvgdeeziyklmnoprstufye", strict=True)),
    # One letter becomes several, or none.
    **dict(zip("жхцчшщъьюя", ("zh", "kh", "ts", "ch", "sh", "shch", "", "", "yu", "ya"), strict=True)),
}


def latin_slug(text: str, *, max_length: int = 70) -> str:
    """`text` in Latin letters, digits and hyphens; empty when it has none of them."""
    latin = "".join(LATIN.get(sign, sign) for sign in text.lower())
    return slugify(latin)[:max_length].strip("-")


def free_slug(text: str, *, among: QuerySet, reserved: Collection[str] = (), fallback: str) -> str:
    """A slug for `text` that no row of `among` has; a number is added to a taken one. The unique constraint still decides a race."""
    base = latin_slug(text) or fallback
    taken = {*reserved, *among.filter(slug__startswith=base).values_list("slug", flat=True)}
    if base not in taken:
        return base
    return next(slug for number in range(2, len(taken) + 3) if (slug := f"{base}-{number}") not in taken)
