"""Several entries of a closed list."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

# Characters of what a field's entries are known by; a key of more digits overflows the database.
LONGEST = {"code": 40, "slug": 80, "pk": 18}


class ChosenField(forms.ModelMultipleChoiceField):
    """Check boxes by the entries' codes (or `to_field_name` "slug" or "pk").

    Django hands whatever was posted to the database: by primary keys a huge number overflows SQLite, and a NUL breaks PostgreSQL.
    """

    widget = forms.CheckboxSelectMultiple

    def __init__(self, queryset: Any, **kwargs: Any) -> None:
        super().__init__(queryset, **{"to_field_name": "code", **kwargs})

    def clean(self, value: Any) -> Any:
        longest = LONGEST[self.to_field_name]
        for code in value or ():
            if len(str(code)) > longest or "\x00" in str(code):
                raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice", params={"value": str(code)[:longest]})
        return super().clean(value)
