"""Forms of a community's passport and goal."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.models import Community, CommunityForm, GoalVersion, ProblemArea, Subject
from communities.models.community import CommunityKind
from foundation.models import ReferenceItem

PASSPORT = ["space", "information", "time", "energy"]
GOAL_HINT = _("One sentence that members can stand behind: what will be different, where and by when.")


class PassportForm(forms.ModelForm):
    """What leaders and methodists edit: the name, the area, the rule of joining, the passport's sentences."""

    area = forms.ChoiceField(label=_("Subject or problem area"))

    class Meta:
        model = Community
        fields = ["name", "is_open", "discussion_is_open", *PASSPORT, "looking_for"]
        labels = {
            "is_open": _("Any teacher may join at once"),
            "discussion_is_open": _("Any teacher of the network may read the discussions"),
            "space": _("Space: where you meet"),
            "information": _("Information: what you share"),
            "time": _("Time: when you meet"),
            "energy": _("Energy: what keeps the work going"),
            "looking_for": _("Whom you look for"),
        }
        help_texts = {
            "is_open": _("Otherwise leaders and moderators answer requests to join."),
            "discussion_is_open": _("Otherwise only members read them. Members alone write."),
        }

    field_order = ["name", "area", "goal"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = self._area_choices()
        if self.instance.pk:
            self.initial["area"] = _value(self.instance.kind, self.instance.area)

    def _area_choices(self) -> list[tuple[Any, Any]]:
        """Both lists in one select; an archived area stays choosable where it is the present one."""
        choices: list[tuple[Any, Any]] = [("", "—")]
        for kind, label, model in ((CommunityKind.SUBJECT, _("Subjects"), Subject), (CommunityKind.PROBLEM, _("Problem areas"), ProblemArea)):
            items = list(model.objects.current())
            if self.instance.pk and self.instance.kind == kind and self.instance.area not in items:
                items.append(self.instance.area)
            choices.append((label, [(_value(kind, item), item.name) for item in items]))
        return choices

    def values(self) -> dict[str, Any]:
        """What the actions take: the fields with the area resolved to kind, subject and problem area."""
        values = {field: self.cleaned_data[field] for field in self.fields if field != "area"}
        kind, code = self.cleaned_data["area"].split(":", 1)
        is_subject = kind == CommunityKind.SUBJECT
        values["kind"] = CommunityKind(kind)
        values["subject"] = Subject.objects.get(code=code) if is_subject else None
        values["problem_area"] = None if is_subject else ProblemArea.objects.get(code=code)
        return values


class FoundForm(PassportForm):
    """A new community: its passport and its first goal."""

    goal = forms.CharField(label=_("Unifying goal"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text=GOAL_HINT)


class FormalityForm(forms.Form):
    """In which form a methodist recognises the community."""

    form = forms.ModelChoiceField(
        label=_("Form of the community"), queryset=CommunityForm.objects.current(), to_field_name="code", empty_label=None, widget=forms.RadioSelect
    )


class GoalForm(forms.Form):
    """New words for the goal, and whether they mean something new."""

    text = forms.CharField(label=_("Unifying goal"), max_length=500, widget=forms.Textarea(attrs={"rows": 4}), help_text=GOAL_HINT)
    change = forms.ChoiceField(
        label=_("What has changed"),
        choices=[
            ("meaning", _("the meaning has changed: a new version, members endorse it anew")),
            ("wording", _("only the wording: endorsements stay")),
        ],
        widget=forms.RadioSelect,
    )
    # The version the leader had before their eyes.
    version = forms.ModelChoiceField(queryset=GoalVersion.objects.none(), required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, community: Community, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].queryset = community.goal_versions.all()


def _value(kind: str, item: ReferenceItem) -> str:
    return f"{CommunityKind(kind).value}:{item.code}"
