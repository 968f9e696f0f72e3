"""The school calendar: holidays as data, of the network, a municipality or a school."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from communities.models import Municipality, School, Teacher


class Holiday(models.Model):
    """A stretch of days without school. Of the whole network, or (quarantine, frost) of one municipality or school."""

    municipality = models.ForeignKey(Municipality, verbose_name=_("municipality"), on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    school = models.ForeignKey(School, verbose_name=_("school"), on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    name = models.CharField(_("name"), max_length=80)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    created_by = models.ForeignKey(Teacher, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("school calendar")
        ordering = ["first_day", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="holiday_in_order"),
            models.CheckConstraint(condition=Q(municipality=None) | Q(school=None), name="holiday_of_one_place"),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.first_day} – {self.last_day}"
