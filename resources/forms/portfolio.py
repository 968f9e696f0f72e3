"""The period of a portfolio, what goes onto the paper, and the code of a paper to check."""

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from foundation.school_years import school_year
from resources.models.attestation import Revocation
from resources.portfolio import Period
from resources.verification import canonical_code

# A category is confirmed every five years.
FIVE_YEARS = "five"
ALL, DATES = "all", "dates"
YEARS_BACK = 10
EARLIEST = datetime.date(1950, 1, 1)


def date_field(label: Any, **options: Any) -> forms.DateField:
    """A day from the browser's own calendar."""
    return forms.DateField(label=label, required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "in"}), **options)


class PeriodForm(forms.Form):
    """A GET form; without choices the last five school years."""

    period = forms.ChoiceField(label=_("Period"), required=False)
    since = date_field(_("From the day"))
    until = date_field(_("To the day"))

    def __init__(self, data: Any) -> None:
        super().__init__(data if data else None, label_suffix="", initial={"period": FIVE_YEARS})
        current = school_year(timezone.localdate())
        years = [
            (str(year), gettext("school year %(first)s/%(last)02d") % {"first": year, "last": (year + 1) % 100})
            for year in range(current, current - YEARS_BACK, -1)
        ]
        names = [(FIVE_YEARS, gettext("the last five school years")), (ALL, gettext("all the time in the network")), (DATES, gettext("the dates below"))]
        self.fields["period"].choices = [*names, *years]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The dates are asked only when they are meant, and stand in order."""
        cleaned = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if cleaned.get("period") == DATES and since and until and until < since:
            self.add_error("until", gettext("The last day is before the first one."))
        if since and since < EARLIEST:
            self.add_error("since", gettext("Choose a later day."))
        return cleaned

    def chosen(self) -> Period:
        """The period, never reaching beyond today; the usual one where the form was filled in wrongly."""
        today = timezone.localdate()
        values = self.cleaned_data if self.is_bound and self.is_valid() else {}
        name = values.get("period") or FIVE_YEARS
        if name == ALL:
            return Period(None, today)
        if name == DATES:
            return Period(values.get("since"), min(values.get("until") or today, today))
        if name == FIVE_YEARS:
            return Period(datetime.date(school_year(today) - 4, 9, 1), today)
        return Period(datetime.date(int(name), 9, 1), min(datetime.date(int(name) + 1, 8, 31), today))


class PaperForm(forms.Form):
    """What the page of choices and the preview post; rows are compared with the known ones, never stored."""

    since = forms.DateField(required=False)
    until = forms.DateField()
    seen = forms.RegexField(r"\A[0-9a-f]{64}\Z", required=False)

    def period(self) -> Period:
        """The posted period, of a valid form."""
        return Period(self.cleaned_data["since"], min(self.cleaned_data["until"], timezone.localdate()))


class RevokeForm(forms.Form):
    """Why: one of a closed list, since strangers read it."""

    reason = forms.ChoiceField(label=_("Why"), choices=Revocation.choices, widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)


class CodeForm(forms.Form):
    """The code of a paper as people type it."""

    code = forms.CharField(
        label=_("Code of the paper"),
        help_text=_("32 letters and digits at the foot of the paper; case and hyphens do not matter."),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)

    def clean_code(self) -> str:
        """The code as it is stored."""
        code = canonical_code(self.cleaned_data["code"])
        if not code:
            raise forms.ValidationError(
                gettext("This is not a code of a paper: it has 32 letters and digits. Compare it with the paper once more."), code="no_code"
            )
        return code
