"""A teacher without an e-mail: put on the list by the coordinator, let in by a code."""

from typing import Any

from allauth.account.fields import PasswordField
from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.actions.paper_code import redeem_paper_code
from communities.forms.consent import ConsentsMixin
from communities.forms.employment import PositionField
from communities.forms.registration import NamesMixin
from communities.models import Teacher


class PaperTeacherForm(NamesMixin):
    """Who joins the school's list."""

    position = PositionField()


class PaperCodeForm(ConsentsMixin):
    """Login and code from the sheet, a password of one's own, the consents."""

    login = forms.CharField(
        label=gettext_lazy("Login from the sheet"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"})
    )
    code = forms.CharField(
        label=gettext_lazy("Code from the sheet"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "characters"}),
    )
    password = PasswordField(label=gettext_lazy("Your new password"), autocomplete="new-password", help_text=lazy(password_validators_help_text_html, str)())
    field_order = ["login", "code", "password", "processing", "publication"]
    teacher: Teacher | None = None

    def clean_password(self) -> str:
        """Checked before the code, so that a weak password costs nobody a try."""
        validate_password(self.cleaned_data["password"])
        return self.cleaned_data["password"]

    def redeem(self) -> bool:
        """Use the code up. False with the errors in the form; the answer is one and the same for a wrong login and a wrong code."""
        data: dict[str, Any] = self.cleaned_data
        try:
            self.teacher = redeem_paper_code(data["login"], data["code"], password=data["password"], consents=self.consents())
        except ValidationError as weak:
            self.add_error("password", weak)
            return False
        if self.teacher is None:
            self.add_error(None, _("Login and code do not fit, or the code no longer works. Check both, or ask your school's coordinator for a new sheet."))
        return self.teacher is not None
