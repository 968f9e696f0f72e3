"""What participants say after an event: three short answers, told to its organisers as sums alone."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models import Teacher
from events.models.event import Event

# Fewer answers could be told apart by who came.
FEWEST_SHOWN = 5


class Usefulness(models.IntegerChoices):
    NOT = 1, _("not useful for me")
    PARTLY = 2, _("partly useful")
    USEFUL = 3, _("useful")
    VERY = 4, _("very useful")


class Feedback(models.Model):
    """One answer a person and event. Who gave it is kept so that it is one; it is shown to nobody."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="feedback")
    teacher = models.ForeignKey(Teacher, on_delete=models.CASCADE, related_name="+")
    useful = models.PositiveSmallIntegerField(_("how useful was it"), choices=Usefulness.choices)
    will_use = models.BooleanField(_("I will use it in my lessons"), default=False)
    words = models.CharField(_("what to keep or to change"), max_length=500, blank=True)
    given_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("feedback on an event")
        verbose_name_plural = _("feedback on events")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["event", "teacher"], name="feedback_once"),
            models.CheckConstraint(condition=Q(useful__gte=1, useful__lte=4), name="feedback_on_its_scale"),
        ]

    def __str__(self) -> str:
        return str(self.event)
