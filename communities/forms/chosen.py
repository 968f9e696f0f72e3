"""Several entries of a closed list."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

LONGEST_CODE = 40


class ChosenField(forms.ModelMultipleChoiceField):
    """Check boxes by the entries' codes.

    Django hands whatever was posted to the database: by primary keys a huge number overflows SQLite, and a NUL breaks PostgreSQL.
    """

    widget = forms.CheckboxSelectMultiple

    def __init__(self, queryset: Any, **kwargs: Any) -> None:
        super().__init__(queryset, **{"to_field_name": "code", **kwargs})

    def clean(self, value: Any) -> Any:
        for code in value or ():
            if len(str(code)) > LONGEST_CODE or "\x00" in str(code):
                raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice", params={"value": str(code)[:LONGEST_CODE]})
        return super().clean(value)
