"""Two people edit the same thing at once: neither loses a text.

A page says by fingerprints what its fields held when it was shown. A field that only the colleague changed meanwhile keeps the
colleague's value; one that both changed is shown with both texts, and the person brings them together.
"""

import hashlib
import json
import uuid
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext


class Together(forms.Form):
    """For forms with a hidden field `shown`; call `compare()` in `clean`. `conflicts` holds label and text of what the colleague saved."""

    # What the fields held when the page was shown, as fingerprints: tells what a person changed from what a colleague changed meanwhile.
    shown = forms.CharField(max_length=2000, required=False, widget=forms.HiddenInput)
    # Fields that are nobody's text.
    not_compared: tuple[str, ...] = ("shown",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.conflicts: list[tuple[str, str]] = []
        self.untouched: set[str] = set()
        super().__init__(*args, **kwargs)

    @property
    def shown_now(self) -> str:
        """Value of the hidden field for the page that is being made."""
        return json.dumps({name: fingerprint(plain_value(self.initial.get(name))) for name in self.fields if name not in self.not_compared})

    def compare(self) -> None:
        """Find what a colleague changed since the page was shown; a page that says nothing of it (an old one, a program) is taken as it is."""
        for name, print_then in read_shown(self.cleaned_data.get("shown", "")).items():
            if name not in self.fields or name in self.not_compared:
                continue
            now, posted = plain_value(self.initial.get(name)), plain_value(self[name].data)
            if fingerprint(now) == print_then or now == posted:
                continue
            if fingerprint(posted) == print_then:
                self.untouched.add(name)
            else:
                self.conflicts.append((str(self.fields[name].label), self._in_words(name, now)))
        if self.conflicts:
            text = gettext("A colleague has just changed the same fields. Your text stands in the form, theirs beside it: bring them together and save.")
            self.add_error(None, text)

    def _in_words(self, name: str, value: str) -> str:
        """What stands in a field, as its choices say it."""
        flat: dict[str, str] = {}
        for code, label in getattr(self.fields[name], "choices", ()):
            flat |= {str(one): str(words) for one, words in label} if isinstance(label, (list, tuple)) else {str(code): str(label)}
        if not flat:
            return value
        return ", ".join(flat.get(code, code) for code in value.split(",")) or flat.get("", "")


def plain_value(value: Any) -> str:
    """A field's value as a browser posts it, in one text: lists joined by commas, plain line ends, nothing around."""
    if isinstance(value, (list, tuple)):
        return ",".join(map(str, value))
    return "" if value is None else str(value).replace("\r\n", "\n").strip()


def fingerprint(value: str) -> str:
    """Tells one text from another; no secret."""
    return hashlib.sha256(value.encode(errors="replace")).hexdigest()[:10]


def read_form_key(said: Mapping[str, str]) -> uuid.UUID | None:
    """The key of a form, read before the rest of it: one that was sent already need not be looked through again."""
    try:
        return uuid.UUID(said.get("form_key", ""))
    except ValueError:
        return None


def read_shown(said: str) -> dict[str, str]:
    """Field → fingerprint, as the page said; nothing when it said something else."""
    try:
        found = json.loads(said) if said else {}
    except (ValueError, RecursionError):
        return {}
    return {name: value for name, value in found.items() if isinstance(value, str)} if isinstance(found, dict) else {}
