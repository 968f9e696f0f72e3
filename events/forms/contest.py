"""Forms of pupils' events: rules, consents, pupils of a registration, jury, scores, appeals."""

import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities.models import School
from events.actions.contest import RULES, Entered
from events.forms.event import day_input
from events.forms.registration import colleagues
from events.models import Contest, Criterion, Event, Pupil, Score
from events.models.contest import ConsentPurpose, ContestStage

NAME = 60


class RulesForm(forms.Form):
    """The rules of a contest."""

    stage = forms.ChoiceField(label=_("Stage"), choices=[("", "—"), *ContestStage.choices], required=False)
    team_from = forms.IntegerField(label=_("Pupils in a team at least"), min_value=1, max_value=30, initial=1, help_text=_("1 and 1: each pupil alone."))
    team_to = forms.IntegerField(label=_("Pupils in a team at most"), min_value=1, max_value=30, initial=1)
    winner_from = forms.DecimalField(label=_("Winner from this score on"), max_digits=6, decimal_places=1, min_value=0, required=False)
    prize_from = forms.DecimalField(label=_("Prize from this score on"), max_digits=6, decimal_places=1, min_value=0, required=False)
    onward_from = forms.DecimalField(label=_("Goes on to the next stage from this score on"), max_digits=6, decimal_places=1, min_value=0, required=False)
    onward_most = forms.IntegerField(label=_("Goes on at most"), min_value=1, max_value=10000, required=False)
    appeals_until = forms.DateField(label=_("Appeals until"), widget=day_input(), required=False)

    def __init__(self, *args: Any, contest: Contest | None, **kwargs: Any) -> None:
        if contest is not None:
            kwargs["initial"] = {name: getattr(contest, name) for name in RULES}
        super().__init__(*args, label_suffix="", **kwargs)

    def clean(self) -> dict[str, Any]:
        """Sizes and scores in their order."""
        told = super().clean() or self.cleaned_data
        if told.get("team_from") and told.get("team_to") and told["team_to"] < told["team_from"]:
            self.add_error("team_to", gettext("At most is less than at least."))
        if told.get("winner_from") is not None and told.get("prize_from") is not None and told["prize_from"] > told["winner_from"]:
            self.add_error("prize_from", gettext("A prize asks for no more than the victory."))
        return told


class ConsentTextForm(forms.Form):
    """Both texts that parents sign on paper."""

    processing = forms.CharField(label=_("Consent to the processing of the pupil's data"), max_length=8000, widget=forms.Textarea(attrs={"rows": 8}))
    publication = forms.CharField(
        label=_("Consent to the publication of the result with the name"),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Without this paper the result stands under a code. The two consents are signed apart."),
    )


class PupilsForm(forms.Form):
    """Rows of pupils: surname, first name, grade, and which papers the school holds. Nothing is ticked beforehand."""

    school = forms.ModelChoiceField(School.objects.none(), label=_("School"), empty_label=None)
    team = forms.CharField(label=_("Name of the team"), max_length=80, required=False)
    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, event: Event, contest: Contest, schools: Sequence[School], **kwargs: Any) -> None:
        kwargs["initial"] = {"form_key": uuid.uuid4(), "school": schools[0].pk if schools else None}
        super().__init__(*args, label_suffix="", **kwargs)
        self.size = contest.team_to
        self.fields["school"].queryset = School.objects.filter(pk__in=[school.pk for school in schools])  # type: ignore[attr-defined]
        if len(schools) == 1:
            self.fields["school"].widget = forms.HiddenInput()
        if not contest.in_teams:
            del self.fields["team"]
        first, last = event.grade_from or 1, event.grade_to or 11
        for row in range(1, self.size + 1):
            self.fields[f"last_{row}"] = forms.CharField(label=gettext("Surname"), max_length=NAME, required=row <= contest.team_from)
            self.fields[f"first_{row}"] = forms.CharField(label=gettext("First name"), max_length=NAME, required=row <= contest.team_from)
            self.fields[f"grade_{row}"] = forms.IntegerField(
                label=gettext("Grade"), min_value=1, max_value=11, required=row <= contest.team_from, initial=first if first == last else None
            )
            for purpose in ConsentPurpose.values:
                self.fields[f"{purpose}_{row}"] = forms.BooleanField(label=WORDS[purpose], required=False)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The fields of each pupil together."""
        names = ("last", "first", "grade", *ConsentPurpose.values)
        return [{"number": row, **{name: self[f"{name}_{row}"] for name in names}} for row in range(1, self.size + 1)]

    @property
    def told(self) -> list[forms.BoundField]:
        """The fields above the pupils."""
        return [self[name] for name in ("school", "team") if name in self.fields and not self[name].is_hidden]

    def clean(self) -> dict[str, Any]:
        """A row is filled whole or not at all."""
        told = super().clean() or self.cleaned_data
        for row in range(1, self.size + 1):
            parts = {name: told.get(f"{name}_{row}") for name in ("last", "first", "grade")}
            if any(parts.values()):
                for name, value in parts.items():
                    if not value and f"{name}_{row}" not in self.errors:
                        self.add_error(f"{name}_{row}", gettext("Fill in the whole row, or leave it empty."))
        return told

    def pupils(self) -> list[Entered]:
        """The rows that are filled."""
        told = self.cleaned_data
        return [
            Entered(
                row=row,
                last_name=told[f"last_{row}"].strip(),
                first_name=told[f"first_{row}"].strip(),
                grade=told[f"grade_{row}"],
                consents=frozenset(purpose for purpose in ConsentPurpose.values if told.get(f"{purpose}_{row}")),
            )
            for row in range(1, self.size + 1)
            if told.get(f"last_{row}")
        ]


WORDS = {
    ConsentPurpose.PROCESSING.value: _("the school holds the consent to processing"),
    ConsentPurpose.PUBLICATION.value: _("the school holds the consent to publication"),
}


class HeldConsentsForm(forms.Form):
    """Which papers the school holds now, of the pupils of one registration."""

    def __init__(self, *args: Any, pupils: Sequence[Pupil], **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.pupils = pupils
        for pupil in pupils:
            live = {consent.form.purpose for consent in pupil.consents.all() if consent.withdrawn_at is None}
            for purpose in ConsentPurpose.values:
                label = f"{pupil.name}: {WORDS[purpose]}"
                self.fields[f"{purpose}_{pupil.pk}"] = forms.BooleanField(label=label, required=False, initial=purpose in live)

    def held(self) -> dict[int, frozenset[str]]:
        """pupil → purposes."""
        told = self.cleaned_data
        return {pupil.pk: frozenset(purpose for purpose in ConsentPurpose.values if told[f"{purpose}_{pupil.pk}"]) for pupil in self.pupils}


class JuryForm(forms.Form):
    """Jurors by their e-mails."""

    people = forms.CharField(label=_("Jurors, by e-mail"), max_length=3000, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def clean_people(self) -> list[Any]:
        """Found colleagues."""
        return colleagues(self.cleaned_data["people"].replace("\n", ","))


class CriterionForm(forms.Form):
    """One more criterion."""

    title = forms.CharField(label=_("Criterion"), max_length=160)
    most = forms.DecimalField(label=_("Points at most"), max_digits=5, decimal_places=1, min_value=Decimal("0.1"))


class ScoreForm(forms.Form):
    """A juror's points for one work."""

    def __init__(self, *args: Any, criteria: Sequence[Criterion], given: Sequence[Score], **kwargs: Any) -> None:
        known = {score.criterion_id: score.points.normalize() for score in given}
        super().__init__(*args, label_suffix="", **kwargs)
        self.criteria = criteria
        for criterion in criteria:
            self.fields[f"criterion_{criterion.pk}"] = forms.DecimalField(
                label=f"{criterion.title} (0–{criterion.most.normalize():f})", max_digits=5, decimal_places=1, min_value=0, initial=known.get(criterion.pk)
            )

    def points(self) -> dict[int, Decimal]:
        """criterion → points."""
        return {criterion.pk: self.cleaned_data[f"criterion_{criterion.pk}"] for criterion in self.criteria}


class ScoreTableForm(forms.Form):
    """Results as a table."""

    table = forms.FileField(label=_("Table of results"), help_text=_("XLSX or CSV with the columns “code” and “score”."))
    most = forms.DecimalField(label=_("Maximum of points"), max_digits=6, decimal_places=1, min_value=0, required=False)


class AppealForm(forms.Form):
    """What to look at again."""

    text = forms.CharField(
        label=_("What to look at again"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("Without the pupil's name.")
    )


class AppealAnswerForm(forms.Form):
    """The answer."""

    decision = forms.ChoiceField(label=_("Decision"), choices=[("yes", _("granted")), ("no", _("not granted"))], widget=forms.RadioSelect)
    score = forms.DecimalField(label=_("New score, if it changes"), max_digits=6, decimal_places=1, min_value=0, required=False)
    answer = forms.CharField(label=_("Answer in words"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
