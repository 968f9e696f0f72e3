"""Forms of a best-practice school: what it teaches, its cohorts and sessions, and the way of a participant."""

import datetime
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities.forms.chosen import ChosenField
from communities.models import Employment, ProblemArea, School, Subject, Teacher
from communities.models.school import Direction
from communities.models.teacher import Role
from events.actions.cohort import MOST_PLACES
from events.actions.enrolment import HANDED_IN
from events.models import BestPracticeSchool, Cohort, CohortSession
from resources.models import Material


def _day(**attrs: str) -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date", **attrs}, format="%Y-%m-%d")


def _time() -> forms.TimeInput:
    return forms.TimeInput(attrs={"type": "time", "step": 300}, format="%H:%M")


def _moment(day: datetime.date, time: datetime.time) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, time))


def people_of(school: School) -> QuerySet[Teacher]:
    """Who may lead and mentor here: the host school's staff and the methodists of the network."""
    here = Employment.objects.current().filter(school=school).values("teacher_id")
    methodists = Q(role__in=[Role.METHODIST, Role.ADMINISTRATOR])
    return Teacher.objects.active().filter(Q(pk__in=here) | methodists).order_by("last_name", "first_name", "pk")


class BestPracticeForm(forms.Form):
    """What is told of it; `host_school` only where it begins."""

    host_school = forms.ModelChoiceField(School.objects.none(), label=_("Host school"), to_field_name="slug", empty_label=None)
    title = forms.CharField(label=_("Title"), max_length=160, help_text=_("For example: “Physics experiments with the equipment of a village school”"))
    theme = forms.CharField(
        label=_("What one learns here"),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Whose practice it is, what a participant can do afterwards, for whom it is meant."),
    )
    direction = forms.ChoiceField(label=_("Direction"), choices=Direction.choices, initial=Direction.BEST_PRACTICE_SCHOOL)
    subject = forms.ModelChoiceField(Subject.objects.current(), label=_("Subject"), to_field_name="code", required=False, empty_label=_("any subject"))
    problem_area = forms.ModelChoiceField(
        ProblemArea.objects.current(), label=_("Problem area"), to_field_name="code", required=False, empty_label=_("none in particular")
    )
    hours_percent = forms.IntegerField(
        label=_("Share of the hours to attend, in per cent"), min_value=1, max_value=100, initial=75, help_text=_("Of the hours that took place.")
    )
    needs_work = forms.BooleanField(
        label=_("A final work is asked for"),
        required=False,
        initial=True,
        help_text=_("A material of the participant's own that passed review in the library."),
    )
    leaders = ChosenField(
        Teacher.objects.none(), to_field_name="pk", label=_("Who runs it"), required=False, help_text=_("They answer applications and report sessions.")
    )

    def __init__(self, *args: Any, schools: QuerySet[School], best_practice: BestPracticeSchool | None = None, **kwargs: Any) -> None:
        if best_practice is not None:
            told = {name: getattr(best_practice, name) for name in ("title", "theme", "direction", "hours_percent", "needs_work")}
            codes = {name: value.code for name in ("subject", "problem_area") if (value := getattr(best_practice, name))}
            kwargs["initial"] = {**told, **codes, "leaders": [leader.pk for leader in best_practice.leaders.all()]}
        super().__init__(*args, label_suffix="", **kwargs)
        if best_practice is None:
            self.fields["host_school"].queryset = schools  # type: ignore[attr-defined]
            del self.fields["leaders"]
        else:
            del self.fields["host_school"]
            self.fields["leaders"].queryset = people_of(best_practice.host_school) | Teacher.objects.filter(led_best_practice_schools=best_practice)  # type: ignore[attr-defined]
            self.fields["leaders"].queryset = self.fields["leaders"].queryset.distinct()  # type: ignore[attr-defined]


class CohortForm(forms.Form):
    """The call; `begins_on` only for a new cohort that copies the curriculum of the last one."""

    apply_from = forms.DateField(label=_("Applications from"), widget=_day())
    apply_until = forms.DateField(label=_("Applications until"), widget=_day())
    places = forms.IntegerField(label=_("Places"), min_value=1, max_value=MOST_PLACES, initial=20)
    begins_on = forms.DateField(
        label=_("Day of the first session"), required=False, widget=_day(), help_text=_("The curriculum of the last cohort is copied, its days moved along.")
    )

    def __init__(self, *args: Any, cohort: Cohort | None = None, copies: bool = False, **kwargs: Any) -> None:
        if cohort is not None:
            kwargs["initial"] = {name: getattr(cohort, name) for name in ("apply_from", "apply_until", "places")}
        super().__init__(*args, label_suffix="", **kwargs)
        if not copies:
            del self.fields["begins_on"]

    def clean(self) -> dict[str, Any]:
        """Days in their order."""
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("apply_from"), cleaned.get("apply_until")
        if first and last and last < first:
            self.add_error("apply_until", gettext("The last day must not be before the first one."))
        begins = cleaned.get("begins_on")
        if begins and begins <= timezone.localdate():
            self.add_error("begins_on", gettext("Choose a day to come."))
        return cleaned


class SessionForm(forms.Form):
    """One session of the curriculum."""

    title = forms.CharField(label=_("Title"), max_length=160)
    day = forms.DateField(label=_("Day"), widget=_day())
    begins = forms.TimeField(label=_("From"), widget=_time())
    ends = forms.TimeField(label=_("To"), widget=_time())
    hours = forms.IntegerField(label=_("Academic hours"), min_value=1, max_value=72, initial=2)
    place = forms.CharField(label=_("Place"), max_length=160, required=False)
    leader = forms.ModelChoiceField(Teacher.objects.none(), label=_("Who leads it"), required=False, empty_label=_("those who run the school"))

    def __init__(self, *args: Any, cohort: Cohort, session: CohortSession | None = None, **kwargs: Any) -> None:
        if session is not None:
            starts, ends = timezone.localtime(session.starts_at), timezone.localtime(session.ends_at)
            told = {name: getattr(session, name) for name in ("title", "hours", "place", "leader")}
            kwargs["initial"] = {**told, "day": starts.date(), "begins": starts.time(), "ends": ends.time()}
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["leader"].queryset = people_of(cohort.best_practice_school.host_school)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """In the future for a session that is still to be held, and in order."""
        cleaned = super().clean() or self.cleaned_data
        if {"day", "begins", "ends"} <= cleaned.keys() and cleaned["ends"] <= cleaned["begins"]:
            self.add_error("ends", gettext("It ends before it begins."))
        if cleaned.get("day") and cleaned["day"] < timezone.localdate():
            self.add_error("day", gettext("This day is over."))
        return cleaned

    def values(self) -> dict[str, Any]:
        """What the actions take."""
        told = self.cleaned_data
        kept = {name: told[name] for name in ("title", "hours", "place", "leader")}
        return {**kept, "starts_at": _moment(told["day"], told["begins"]), "ends_at": _moment(told["day"], told["ends"])}


class HoldForm(forms.Form):
    """Who was there, and what came of it."""

    held_on = forms.DateField(label=_("Held on"), widget=_day())
    present = ChosenField(Teacher.objects.none(), to_field_name="pk", label=_("Who was there"), required=False)
    outcome = forms.CharField(label=_("What came of it"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, session: CohortSession, people: QuerySet[Teacher], **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["present"].queryset = people  # type: ignore[attr-defined]
        self.fields["held_on"].widget.attrs |= {"max": f"{timezone.localdate():%Y-%m-%d}"}

    def clean_held_on(self) -> datetime.date:
        """Never in the future."""
        day = self.cleaned_data["held_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(gettext("This day is still to come."), code="future")
        return day


class ApplicationForm(forms.Form):
    """Asking for a place."""

    motivation = forms.CharField(
        label=_("What you expect of it"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One or two sentences help those who choose."),
    )


class DecisionForm(forms.Form):
    """Yes with a mentor, or no with a reason."""

    answer = forms.ChoiceField(label=_("Decision"), choices=[("accept", _("accept")), ("decline", _("decline"))], widget=forms.RadioSelect)
    mentor = forms.ModelChoiceField(Teacher.objects.none(), label=_("Mentor"), required=False, empty_label=_("to be named later"))
    reason = forms.CharField(label=_("Reason, when declined"), max_length=300, required=False)

    def __init__(self, *args: Any, cohort: Cohort, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["mentor"].queryset = people_of(cohort.best_practice_school.host_school)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A no has its reason."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("answer") == "decline" and not cleaned.get("reason"):
            self.add_error("reason", gettext("Say in a sentence why: the colleague reads it."))
        return cleaned


class MentorForm(forms.Form):
    """Another mentor."""

    mentor = forms.ModelChoiceField(Teacher.objects.none(), label=_("Mentor"), required=False, empty_label=_("to be named later"))

    def __init__(self, *args: Any, cohort: Cohort, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["mentor"].queryset = people_of(cohort.best_practice_school.host_school)  # type: ignore[attr-defined]


class MeetingForm(forms.Form):
    """A meeting of the mentor with a participant."""

    held_on = forms.DateField(label=_("Day"), widget=_day())
    note = forms.CharField(label=_("What it was about"), max_length=300)


class WorkForm(forms.Form):
    """The final work: one's own materials that were sent to review."""

    work = forms.ModelChoiceField(Material.objects.none(), label=_("Final work"), empty_label=None)

    def __init__(self, *args: Any, teacher: Teacher, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        own = Material.objects.written_by(teacher).filter(status__in=HANDED_IN)
        self.fields["work"].queryset = own.order_by("-changed_at")[:50] if not self.is_bound else own  # type: ignore[attr-defined]
