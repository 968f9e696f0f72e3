"""Forms of a plan and its items."""

import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities.models import Community, Employment, Membership, School, Teacher
from communities.models.school import Direction
from events.forms.event import day_input
from events.models import Event, Plan, PlanItem
from events.models.plan import PLANNED_KINDS
from foundation import school_years
from foundation.activity import InteractionLevel
from resources.models import Material

MOST_NAMES = 200


class BeginForm(forms.Form):
    """Which year, what for, and like which plan."""

    school_year = forms.TypedChoiceField(label=_("School year"), coerce=int)
    goal = forms.CharField(
        label=_("What the year is for"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("In two or three sentences: what will be different in May."),
    )
    like = forms.ModelChoiceField(Plan.objects.none(), label=_("Take the items of an earlier plan"), required=False, empty_label=_("begin with an empty plan"))

    def __init__(self, *args: Any, owner: Community | School, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        year = school_years.school_year(timezone.localdate())
        plans = Plan.objects.filter(**{"school" if isinstance(owner, School) else "community": owner})
        taken = set(plans.values_list("school_year", flat=True))
        years = [value for value in (year, year + 1) if value not in taken]
        self.fields["school_year"].choices = [(value, school_years.year_words(value)) for value in years]  # type: ignore[attr-defined]
        self.fields["like"].queryset = plans.select_related("community", "school").order_by("-school_year")  # type: ignore[attr-defined]


def staff_of(owner: Community | School) -> QuerySet[Teacher]:
    """Whom one may name as responsible: members of the community, people of the school."""
    if isinstance(owner, Community):
        ids = Membership.objects.current().filter(community=owner).order_by("-role", "joined_on").values("teacher_id")[:MOST_NAMES]
    else:
        ids = Employment.objects.current().filter(school=owner).order_by("pk").values("teacher_id")[:MOST_NAMES]
    return Teacher.objects.filter(pk__in=ids).order_by("last_name", "first_name", "pk")


class ItemForm(forms.Form):
    """One item; in an approved plan another date needs a reason."""

    title = forms.CharField(label=_("Title"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind of activity"), choices=PLANNED_KINDS)
    planned_on = forms.DateField(label=_("Planned for"), widget=day_input())
    responsible = forms.ModelChoiceField(Teacher.objects.none(), label=_("Responsible"), required=False, empty_label=_("nobody yet"))
    responsible_words = forms.CharField(
        label=_("Responsible, in words"), max_length=160, required=False, help_text=_("Where it is not one person: “teachers of physics”.")
    )
    level = forms.ChoiceField(label=_("Level of interaction"), choices=[("", "—"), *InteractionLevel.choices], required=False)
    direction = forms.ChoiceField(label=_("Direction"), choices=[("", "—"), *Direction.choices], required=False)
    reason = forms.CharField(label=_("Why it is moved"), max_length=300, required=False)

    def __init__(self, *args: Any, plan: Plan, item: PlanItem | None = None, **kwargs: Any) -> None:
        if item is not None:
            names = ("title", "kind", "planned_on", "responsible", "responsible_words", "level", "direction")
            kwargs["initial"] = {name: getattr(item, name) for name in names}
        super().__init__(*args, label_suffix="", **kwargs)
        people = staff_of(plan.owner)
        if item is not None and item.responsible_id:
            people = Teacher.objects.filter(pk__in=[*people.values_list("pk", flat=True), item.responsible_id]).order_by("last_name", "first_name", "pk")
        self.fields["responsible"].queryset = people  # type: ignore[attr-defined]
        first, last = school_years.first_day(plan.school_year), school_years.last_day(plan.school_year)
        self.fields["planned_on"].widget.attrs |= {"min": first.isoformat(), "max": last.isoformat()}
        if item is None or not plan.is_approved:
            del self.fields["reason"]


class CloseForm(forms.Form):
    """What proves that it was carried out."""

    held_on = forms.DateField(label=_("Carried out on"), widget=day_input())
    event = forms.ModelChoiceField(Event.objects.none(), label=_("A held event"), required=False, empty_label="—")
    material = forms.ModelChoiceField(Material.objects.none(), label=_("A published material"), required=False, empty_label="—")
    minutes = forms.CharField(
        label=_("Or minutes: what was discussed and decided"),
        max_length=10000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("The portal makes a paper of them that is ready to be signed. Without pupils' names."),
    )

    def __init__(self, *args: Any, item: PlanItem, person: Teacher, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", initial={"held_on": min(item.planned_on, timezone.localdate())}, **kwargs)
        owner = item.plan.owner
        side = {"school" if isinstance(owner, School) else "community": owner}
        held = Event.objects.held().filter(plan_item=None, **side)
        self.fields["event"].queryset = held.order_by("-held_on", "-pk")  # type: ignore[attr-defined]
        published = Material.objects.visible_to(person).published()
        ours = published.filter(library__community=owner) if isinstance(owner, Community) else published.filter(authorships__teacher__school=owner)
        self.fields["material"].queryset = ours.distinct().order_by("-published_on", "-pk")  # type: ignore[attr-defined]

    def clean_held_on(self) -> datetime.date:
        """Never in the future."""
        day = self.cleaned_data["held_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(gettext("This day is still to come."), code="future")
        return day


class ItemReasonForm(forms.Form):
    """Why it will not take place."""

    reason = forms.CharField(label=_("Reason"), max_length=300)


class AnalysisForm(forms.Form):
    """The year's analysis in words."""

    report = forms.CharField(
        label=_("Analysis of the year's work"),
        max_length=10000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("What was reached, what was not and why, what follows for the next year. The figures of the plan stand beside it by themselves."),
    )


class GoalForm(forms.Form):
    """What the year is for."""

    goal = forms.CharField(label=_("What the year is for"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
