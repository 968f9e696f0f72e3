"""The form of wishes for letters."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from communities.models import Community, NoticeWish, Teacher
from communities.models.notification import Delivery
from communities.notice_kinds import KINDS


class WishesForm(forms.Form):
    """How often letters come: by kind of news, and for the common life of each of one's communities."""

    language = forms.ChoiceField(label=_("Language of letters"), choices=settings.LANGUAGES, widget=forms.RadioSelect)

    def __init__(self, *args: Any, teacher: Teacher, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wishes = list(NoticeWish.objects.filter(teacher=teacher))
        kinds = {wish.kind: wish.delivery for wish in wishes if wish.community_id is None}
        chosen = {wish.community_id: wish.delivery for wish in wishes if wish.community_id is not None}
        self.initial["language"] = teacher.language
        for code, kind in KINDS.items():
            initial = kinds.get(code, kind.delivery)
            self.fields[f"kind-{code}"] = forms.ChoiceField(label=kind.name, choices=Delivery.choices, initial=initial)
        self.communities = list(Community.objects.filter(pk__in=[*teacher.current_memberships]).order_by("name")) if teacher.is_confirmed else []
        for community in self.communities:
            choices = [("", _("as chosen above")), *Delivery.choices]
            initial = chosen.get(community.pk, "")
            self.fields[f"community-{community.pk}"] = forms.ChoiceField(label=community.name, choices=choices, required=False, initial=initial)

    def kind_fields(self) -> list[forms.BoundField]:
        return [self[f"kind-{code}"] for code in KINDS]

    def community_fields(self) -> list[forms.BoundField]:
        return [self[f"community-{community.pk}"] for community in self.communities]

    def wishes(self) -> dict[str, Any]:
        """What the action takes."""
        return {
            "kinds": {code: self.cleaned_data[f"kind-{code}"] for code in KINDS},
            "communities": {community.pk: self.cleaned_data[f"community-{community.pk}"] for community in self.communities},
            "language": self.cleaned_data["language"],
        }
