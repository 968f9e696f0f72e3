"""What the portal asks at registration besides e-mail and password."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from communities.forms.chosen import ChosenField
from communities.forms.consent import ConsentsMixin
from communities.forms.employment import PositionField, SchoolField
from communities.models import Subject, Teacher


class NamesMixin(forms.Form):
    """How a person is called."""

    last_name = forms.CharField(label=_("Last name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "family-name"}))
    first_name = forms.CharField(label=_("First name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "given-name"}))
    middle_name = forms.CharField(
        label=_("Patronymic (if any)"), max_length=80, required=False, widget=forms.TextInput(attrs={"autocomplete": "additional-name"})
    )


class RegistrationForm(ConsentsMixin, NamesMixin):
    """allauth makes its sign-up form from this one (ACCOUNT_SIGNUP_FORM_CLASS).

    The account adapter saves the person together with the workplace and the consents in one transaction; see `communities.accounts`.
    """

    school = SchoolField(help_text=_("The school's coordinator will confirm that you work there."))
    position = PositionField()
    subjects = ChosenField(Subject.objects.current(), label=_("Subjects (optional)"), required=False)
    field_order = ["last_name", "first_name", "middle_name", "school", "position", "subjects", "email", "password1", "processing", "publication"]

    def signup(self, request: HttpRequest, user: Teacher) -> None:
        """Nothing is left to do: the adapter's `save_user` has done it."""

    def registration(self) -> dict[str, Any]:
        """What `register_teacher` wants to know."""
        chosen = self.cleaned_data
        return {"school": chosen["school"], "position": chosen["position"], "subjects": chosen["subjects"], "consents": self.consents()}
