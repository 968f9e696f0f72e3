"""The box that stands for a consent: never ticked beforehand, bound to the exact text that was shown (trust.md 18)."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.actions.consent import current_text
from communities.models import ConsentText
from communities.models.consent import Purpose

LABELS = {
    Purpose.PROCESSING: gettext_lazy("I consent to the processing of my personal data"),
    Purpose.PUBLICATION: gettext_lazy("I consent to the publication of my name with my materials"),
}


class Checkbox(forms.CheckboxInput):
    """A check box whose value is the id of the text it agrees to."""

    text_id: int | None = None

    def format_value(self, value: Any) -> str | None:
        return None if self.text_id is None else str(self.text_id)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str:
        return data.get(name, "")


class ConsentField(forms.Field):
    """Cleans to the `ConsentText` agreed to, or None. A text that was replaced meanwhile must be read again."""

    widget = Checkbox

    def __init__(self, *, purpose: Purpose, required: bool) -> None:
        self.purpose = purpose
        super().__init__(required=required, label=LABELS[purpose])
        self.error_messages["required"] = gettext_lazy("Without this consent there can be no account.")

    def show_current_text(self) -> None:
        """Bind the box to today's text; the form calls it for each reader."""
        text = current_text(self.purpose)
        self.widget.text_id = text.pk
        link = format_html('<a href="{}" target="_blank">{}</a>', reverse("consent_text", args=[self.purpose.value]), _("Read the document"))
        version = _("version %(version)s of %(date)s") % {"version": text.version, "date": text.published_on.strftime("%d.%m.%Y")}
        optional = "" if self.required else _("Not required: without it visitors read “author hidden” instead of your name.")
        self.help_text = format_html("{} ({}). {}", link, version, optional)

    def to_python(self, value: Any) -> ConsentText | None:
        if not value:
            return None
        text = current_text(self.purpose)
        if str(text.pk) != str(value):
            raise ValidationError(_("The document has a new version. Please read it and tick the box again."), code="changed")
        return text


class ConsentsMixin(forms.Form):
    """Two consents, two boxes; publication is never a condition."""

    processing = ConsentField(purpose=Purpose.PROCESSING, required=True)
    publication = ConsentField(purpose=Purpose.PUBLICATION, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("processing", "publication"):
            self.fields[name].show_current_text()  # type: ignore[attr-defined]

    def consents(self) -> list[ConsentText]:
        """The texts agreed to."""
        return [text for text in (self.cleaned_data["processing"], self.cleaned_data["publication"]) if text]
