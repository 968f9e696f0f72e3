"""Feedback on an event: three answers, and their sums for those who run it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.views.community import refuse
from events.access import may_run_event
from events.actions.feedback import give_feedback, may_give_feedback
from events.models import Event, Feedback
from events.models.feedback import FEWEST_SHOWN, Usefulness
from events.pages import head_context
from events.views.event import event_or_404
from foundation.policy import policy


class FeedbackForm(forms.Form):
    """Half a minute."""

    useful = forms.TypedChoiceField(label=gettext_lazy("How useful was it for you"), choices=Usefulness.choices, coerce=int, widget=forms.RadioSelect)
    will_use = forms.BooleanField(label=gettext_lazy("I will use it in my lessons"), required=False)
    words = forms.CharField(label=gettext_lazy("What to keep or to change"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}))


@policy("teacher", methods=["GET", "POST"])
def event_feedback(request: HttpRequest, pk: int) -> HttpResponse:
    """The form for who was there; sums, from five answers on, for those who run it."""
    event, person = event_or_404(request, pk), request.user
    runs, was_there = may_run_event(person, event), may_give_feedback(person, event)
    refuse(runs or was_there)
    given = Feedback.objects.filter(event=event, teacher=person).first()
    initial = {"useful": given.useful, "will_use": given.will_use, "words": given.words} if given else None
    form = FeedbackForm(request.POST if request.method == "POST" else None, initial=initial, label_suffix="") if was_there else None
    if request.method == "POST" and form is not None and form.is_valid():
        give_feedback(event, by=person, **form.cleaned_data)
        messages.success(request, _("Thank you. The organisers see the sums, never who said what."))
        return redirect(event)
    context = {**head_context(event, person, current="about"), "form": form, "sums": sums_of(event) if runs else None, "fewest": FEWEST_SHOWN}
    return render(request, "events/event_feedback.html", context)


def sums_of(event: Event) -> dict[str, Any]:
    """How many said what, and the words in an order that tells nothing of who said them; only the number below five answers."""
    counts = {f"of_{value}": Count("pk", filter=Q(useful=value)) for value in Usefulness.values}
    sums = Feedback.objects.filter(event=event).aggregate(number=Count("pk"), will_use=Count("pk", filter=Q(will_use=True)), **counts)
    if sums["number"] < FEWEST_SHOWN:
        return {"number": sums["number"], "rows": []}
    words = sorted(Feedback.objects.filter(event=event).exclude(words="").values_list("words", flat=True))
    rows = [(Usefulness(value).label, sums[f"of_{value}"]) for value in reversed(Usefulness.values)]
    return {"number": sums["number"], "will_use": sums["will_use"], "rows": rows, "words": words}
