"""Which communities are called for materials."""

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from communities.models import Community


class CallForm(forms.Form):
    """Communities of the subject that are not called yet; a single one is chosen already."""

    communities = forms.ModelMultipleChoiceField(
        Community.objects.none(),
        label=_("Whom to ask"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one community.")},
        help_text=_("The call stands on the community's page and among the tasks of its members until somebody closes it."),
    )

    def __init__(self, *args: object, communities: QuerySet[Community], **kwargs: object) -> None:
        super().__init__(*args, label_suffix="", **kwargs)  # type: ignore[arg-type]
        self.fields["communities"].queryset = communities  # type: ignore[attr-defined]
        if len(communities) == 1:
            self.initial["communities"] = [communities[0].pk]
