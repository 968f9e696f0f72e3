"""Forms of joining, inviting, roles and exclusion."""

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.actions.membership import ExclusionReason
from communities.models import JoinRequest
from communities.models.membership import MemberRole


class JoinRequestForm(forms.ModelForm):
    """A few words to the leaders."""

    class Meta:
        model = JoinRequest
        fields = ["message"]
        widgets = {"message": forms.Textarea(attrs={"rows": 3})}
        labels = {"message": _("A few words to the leaders")}
        help_texts = {"message": _("What you teach and what you would like to do together. May stay empty.")}


class TeacherSearchForm(forms.Form):
    """Whom to invite, by the beginnings of the names' words."""

    q = forms.CharField(label=_("Surname, first name"), max_length=200, required=False, widget=forms.TextInput(attrs={"type": "search", "class": "in"}))


class RoleForm(forms.Form):
    """A member's role and what they answer for."""

    role = forms.ChoiceField(label=_("Role"), choices=MemberRole.choices, widget=forms.RadioSelect)
    duty = forms.CharField(
        label=_("Answers for"), max_length=120, required=False, help_text=_("For example: experiments and devices, reviews, plan and reports.")
    )


class ExclusionForm(forms.Form):
    """Why the membership ends."""

    reason = forms.ChoiceField(label=_("Reason"), choices=ExclusionReason.choices, widget=forms.RadioSelect)
