"""Forms of joint projects."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from communities.access_exchange import Owner
from communities.forms.chosen import ChosenField
from communities.forms.long_select import LongSelectMultiple
from communities.models import Community, School, Teacher
from events.forms.event import day_input
from events.forms.plan import staff_of
from events.models import Event, Project, ProjectStage
from events.models.project import PROJECT_KINDS
from resources.models import Material


class ProjectForm(forms.Form):
    """What it is for, and with whom."""

    title = forms.CharField(label=_("Title"), max_length=160)
    kind = forms.ChoiceField(label=_("Kind of activity"), choices=PROJECT_KINDS, widget=forms.RadioSelect, initial=PROJECT_KINDS[0][0])
    goal = forms.CharField(
        label=_("Goal"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}), help_text=_("What will be different when it is finished.")
    )
    leader = forms.ModelChoiceField(Teacher.objects.none(), label=_("Project leader"), empty_label=None)
    schools = ChosenField(School.objects.none(), label=_("Partner schools"), required=False, to_field_name="slug", widget=LongSelectMultiple(attrs={"size": 8}))
    communities = ChosenField(
        Community.objects.none(), label=_("Partner communities"), required=False, to_field_name="slug", widget=LongSelectMultiple(attrs={"size": 6})
    )

    def __init__(self, *args: Any, owner: Owner, person: Teacher, project: Project | None = None, **kwargs: Any) -> None:
        if project is not None:
            kwargs["initial"] = {name: getattr(project, name) for name in ("title", "kind", "goal", "leader")}
            kwargs["initial"] |= {"schools": [school.slug for school in project.partner_schools.all()]}
            kwargs["initial"] |= {"communities": [community.slug for community in project.partner_communities.all()]}
        else:
            kwargs["initial"] = {"leader": person.pk}
        super().__init__(*args, label_suffix="", **kwargs)
        known = Q(pk__in=list(staff_of(owner).values_list("pk", flat=True))) | Q(pk=person.pk) | Q(pk=project.leader_id if project else None)
        self.fields["leader"].queryset = Teacher.objects.filter(known).order_by("last_name", "first_name", "pk")  # type: ignore[attr-defined]
        self.fields["schools"].queryset = School.objects.open().only("slug", "short_name").order_by("short_name")  # type: ignore[attr-defined]
        self.fields["communities"].queryset = Community.objects.open_now().only("slug", "name").order_by("name")  # type: ignore[attr-defined]


class StageForm(forms.Form):
    """A step with its date and person."""

    title = forms.CharField(label=_("Title"), max_length=160)
    due_on = forms.DateField(label=_("Until"), widget=day_input())
    owner = forms.ModelChoiceField(Teacher.objects.none(), label=_("Responsible"), required=False, empty_label=_("nobody yet"))

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        partners = Q(pk__in=list(staff_of(project.owner).values_list("pk", flat=True))) | Q(pk=project.leader_id)
        partners |= Q(school__in=project.partner_schools.all(), employments__is_coordinator=True)
        self.fields["owner"].queryset = Teacher.objects.filter(partners).distinct().order_by("last_name", "first_name", "pk")  # type: ignore[attr-defined]


class StageDoneForm(forms.Form):
    """What proves that a stage is done."""

    material = forms.ModelChoiceField(Material.objects.none(), label=_("A published material"), required=False, empty_label="—")
    event = forms.ModelChoiceField(Event.objects.none(), label=_("A held event"), required=False, empty_label="—")
    report = forms.CharField(label=_("Or a report in words"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 5}))

    def __init__(self, *args: Any, stage: ProjectStage, person: Teacher, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        people = [person.pk, *([stage.owner_id] if stage.owner_id else [])]
        own = Material.objects.visible_to(person).published().filter(authorships__teacher__in=people)
        self.fields["material"].queryset = own.distinct().order_by("-published_on", "-pk")  # type: ignore[attr-defined]
        self.fields["event"].queryset = Event.objects.held().filter(organisers__in=people).distinct().order_by("-held_on")  # type: ignore[attr-defined]


class ResultForm(forms.Form):
    """What came of it."""

    result = forms.CharField(label=_("Result"), max_length=5000, widget=forms.Textarea(attrs={"rows": 6}), help_text=_("Without pupils' names."))
