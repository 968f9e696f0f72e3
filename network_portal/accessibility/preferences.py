"""The reader's wishes as one small cookie of closed values; what is not in the lists is ignored."""

import functools
from dataclasses import asdict, dataclass, fields

COOKIE_NAME = "prefs"
COOKIE_AGE = 365 * 24 * 3600
# The first value of each list is the default and is never written into the cookie.
CHOICES: dict[str, tuple[str, ...]] = {
    "theme": ("auto", "light", "dark"),
    "scheme": ("", "bw", "wb", "blue", "beige", "green"),
    "size": ("100", "125", "150", "200"),
    "space": ("1", "2", "3"),
    "font": ("sans", "serif"),
    "images": ("on", "off"),
    "lang": ("ru", "en"),
}


@dataclass(frozen=True, slots=True)
class Preferences:
    """One reader's wishes; every value stands in `CHOICES`."""

    theme: str = "auto"
    scheme: str = ""
    size: str = "100"
    space: str = "1"
    font: str = "sans"
    images: str = "on"
    lang: str = "ru"

    def to_cookie(self) -> str:
        """The values that differ from the defaults: `size:150.lang:en`."""
        return ".".join(f"{name}:{value}" for name, value in asdict(self).items() if value != CHOICES[name][0])

    @property
    def attributes(self) -> list[tuple[str, str]]:
        """Names and values for `<html data-…>`; the stylesheet knows only what differs from the defaults."""
        names = ("theme", "scheme", "size", "space", "font", "images")
        return [(name, getattr(self, name)) for name in names if getattr(self, name) != CHOICES[name][0]]


DEFAULTS = Preferences()
FIELDS = tuple(field.name for field in fields(Preferences))


@functools.lru_cache(maxsize=512)
def _parse(text: str) -> Preferences:
    pairs = (part.split(":", 1) for part in text.split(".") if ":" in part)
    return Preferences(**{name: value for name, value in pairs if name in CHOICES and value in CHOICES[name]})


def parse_preferences(cookie: str) -> Preferences:
    """Wishes from a cookie's text; unknown names and values, and texts that are too long, mean the defaults."""
    return _parse(cookie) if 0 < len(cookie) <= 200 else DEFAULTS
