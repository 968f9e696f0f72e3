"""The school's passport."""

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from communities.forms.chosen import ChosenField
from communities.models import EducationLevel, School
from communities.models.school import Peculiarity


class SchoolForm(forms.Form):
    """Coordinators and methodists edit it; name and municipality come from the network's tables."""

    locality = forms.CharField(label=_("Locality"), max_length=120, required=False)
    latitude = forms.DecimalField(
        label=_("Latitude"),
        max_digits=8,
        decimal_places=5,
        required=False,
        localize=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
        help_text=_("In degrees, for example 56.83893"),
    )
    longitude = forms.DecimalField(
        label=_("Longitude"),
        max_digits=8,
        decimal_places=5,
        required=False,
        localize=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
        help_text=_("In degrees, for example 60.60570"),
    )
    website = forms.URLField(label=_("Website"), required=False, assume_scheme="https")
    education_levels = ChosenField(EducationLevel.objects.current(), label=_("Levels of education"), required=False)
    peculiarities = forms.MultipleChoiceField(
        label=_("Peculiarities of the school"),
        choices=Peculiarity.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("They decide which directions of interaction the network offers to the school."),
    )

    def __init__(self, *args: Any, school: School, **kwargs: Any) -> None:
        initial = {name: getattr(school, name) for name in ("locality", "latitude", "longitude", "website")}
        initial["education_levels"] = school.education_levels.all()
        initial["peculiarities"] = list(school.peculiarities.filter(ended_on=None).values_list("peculiarity", flat=True))
        super().__init__(*args, initial=initial, **kwargs)
