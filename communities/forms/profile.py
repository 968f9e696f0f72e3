"""What a person says about themself."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from communities.forms.chosen import ChosenField
from communities.models import Position, Subject, Teacher
from communities.models.teacher import Role

PHOTO_BYTES = 10 * 1024 * 1024


class ProfileForm(forms.ModelForm):
    """The own profile; saving is the action's. Give it a copy of the person: cleaning writes into its instance."""

    subjects = ChosenField(Subject.objects.current(), label=_("Subjects"), required=False)

    class Meta:
        model = Teacher
        fields = ["last_name", "first_name", "middle_name", "position", "category", "subjects", "about", "phone", "show_email", "show_phone", "show_photo"]
        widgets = {
            "about": forms.Textarea(attrs={"rows": 5}),
            "phone": forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Archived entries stay with those who have them.
        self.fields["position"].queryset = Position.objects.filter(Q(archived_on=None) | Q(pk=self.instance.position_id))
        self.fields["subjects"].queryset = Subject.objects.filter(Q(archived_on=None) | Q(teachers=self.instance)).distinct()


class PhotoForm(forms.Form):
    """A new photo: size first, what is inside is the action's."""

    photo = forms.FileField(
        label=_("New photo"),
        help_text=_("JPEG, PNG or WebP up to 10 MB. It is made smaller, and place and camera data are removed."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )

    def clean_photo(self) -> Any:
        photo = self.cleaned_data["photo"]
        if photo.size > PHOTO_BYTES:
            raise ValidationError(_("The photo is larger than 10 MB. Make it smaller and choose it again."), code="large")
        return photo


class NetworkRoleForm(forms.Form):
    """A role in the network; administrators give it."""

    role = forms.ChoiceField(label=_("Role in the network"), choices=Role.choices)
