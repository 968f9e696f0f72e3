"""The form behind «версия для слабовидящих»: closed lists only."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from network_portal.accessibility.preferences import FIELDS, Preferences

# In the order of the form; languages name themselves.
LABELS: dict[str, tuple[Any, dict[str, Any]]] = {
    "size": (_("Text size"), {"100": "100\u00a0%", "125": "125\u00a0%", "150": "150\u00a0%", "200": "200\u00a0%"}),
    "scheme": (
        _("Two colours"),
        {
            "": _("No, as designed"),
            "bw": _("Black on white"),
            "wb": _("White on black"),
            "blue": _("Dark blue on light blue"),
            "beige": _("Brown on beige"),
            "green": _("Green on brown"),
        },
    ),
    "theme": (_("Theme"), {"auto": _("As in the system"), "light": _("Light"), "dark": _("Dark")}),
    "space": (_("Spacing"), {"1": pgettext_lazy("spacing", "Usual"), "2": pgettext_lazy("spacing", "Medium"), "3": pgettext_lazy("spacing", "Wide")}),
    "font": (_("Font"), {"sans": _("Sans serif"), "serif": _("Serif")}),
    "images": (_("Images"), {"on": _("Show"), "off": _("Replace with text")}),
    "lang": (_("Language"), {"ru": "Русский", "en": "English"}),
}


class PreferencesForm(forms.Form):
    """One radio group a wish; a group that was not sent keeps what is valid now."""

    def __init__(self, *args: Any, current: Preferences, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.current = current
        for name, (label, choices) in LABELS.items():
            self.fields[name] = forms.ChoiceField(
                label=label, choices=list(choices.items()), initial=getattr(current, name), required=False, widget=forms.RadioSelect
            )

    def preferences(self) -> Preferences:
        """The wishes the reader sent; call after `is_valid()`."""
        sent = {name: self.cleaned_data[name] for name in FIELDS if self.add_prefix(name) in self.data}
        return Preferences(**{name: sent.get(name, getattr(self.current, name)) for name in FIELDS})
