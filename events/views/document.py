"""Documents of an event, letters to schools, and the network's templates."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from communities.forms.chosen import ChosenField
from communities.forms.long_select import LongSelectMultiple
from communities.models import School
from communities.views.community import refuse
from events.access import may_run_event
from events.actions.document import acknowledge, may_acknowledge, send_letter, set_document_text
from events.models import SchoolNotice
from events.models.document import DocumentKind
from events.papers.event import PLACEHOLDERS, document_docx, text_of
from events.views.event import event_or_404
from foundation.documents import DOCX_TYPE
from foundation.policy import policy


class LetterForm(forms.Form):
    """To which schools the letter goes."""

    schools = ChosenField(School.objects.none(), label=gettext_lazy("Schools"), to_field_name="slug", widget=LongSelectMultiple(attrs={"size": 10}))


class TextForm(forms.Form):
    """The words of a template."""

    text = forms.CharField(label=gettext_lazy("Words"), max_length=10000, widget=forms.Textarea(attrs={"rows": 16}))


@policy("teacher", methods=["GET", "POST"])
def event_documents(request: HttpRequest, pk: int) -> HttpResponse:
    """For those who run the event its documents and letters; for a school that has the letter the mark that it was read."""
    event, person = event_or_404(request, pk), request.user
    notices = list(SchoolNotice.objects.filter(event=event).select_related("school", "read_by").order_by("school__short_name"))
    own = [notice for notice in notices if may_acknowledge(person, notice)]
    runs = may_run_event(person, event)
    refuse(runs or bool(own))
    form = LetterForm(request.POST if request.method == "POST" and runs else None, label_suffix="") if runs else None
    if form is not None:
        form.fields["schools"].queryset = School.objects.open().only("slug", "short_name").order_by("short_name")  # type: ignore[attr-defined]
    if request.method == "POST" and form is not None and form.is_valid():
        count = send_letter(event, by=person, schools=form.cleaned_data["schools"])
        messages.success(request, ngettext("The letter went to %(count)d school.", "The letter went to %(count)d schools.", count) % {"count": count})
        return redirect("event_documents", pk=event.pk)
    context = {"event": event, "kinds": DocumentKind.choices, "notices": notices if runs else own, "own": own, "runs": runs, "form": form}
    return render(request, "events/event_documents.html", context)


@policy("teacher")
def event_document(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """One document as DOCX; schools that have the letter may take it, too."""
    event = event_or_404(request, pk)
    if kind not in DocumentKind.values:
        raise Http404
    allowed = may_run_event(request.user, event)
    if not allowed and kind in (DocumentKind.LETTER, DocumentKind.REGULATION, DocumentKind.PROGRAMME):
        notices = SchoolNotice.objects.filter(event=event).select_related("school")
        allowed = any(may_acknowledge(request.user, notice) for notice in notices)  # type: ignore[arg-type]
    refuse(allowed)
    response = HttpResponse(document_docx(kind, event), content_type=DOCX_TYPE)
    response["Content-Disposition"] = content_disposition_header(True, f"{kind}-{event.slug}.docx") or ""
    return response


@policy("teacher", methods=["POST"])
def notice_read(request: HttpRequest, pk: int) -> HttpResponse:
    """«Ознакомлен»."""
    notice = get_object_or_404(SchoolNotice.objects.select_related("event", "school"), pk=pk)
    if not may_acknowledge(request.user, notice):  # type: ignore[arg-type]
        raise Http404
    acknowledge(notice, by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("Marked as read."))
    return redirect("event_documents", pk=notice.event_id)


@policy("methodist", methods=["GET", "POST"])
def document_text(request: HttpRequest, kind: str) -> HttpResponse:
    """The network's words for a kind of document."""
    if kind not in DocumentKind.values:
        raise Http404
    form = TextForm(request.POST if request.method == "POST" else None, initial={"text": text_of(kind)}, label_suffix="")
    if request.method == "POST" and form.is_valid():
        set_document_text(kind, by=request.user, text=form.cleaned_data["text"])
        messages.success(request, _("Saved for all events to come."))
        return redirect("document_text", kind=kind)
    context = {"form": form, "kind": DocumentKind(kind).label, "kinds": DocumentKind.choices, "placeholders": [f"{{{name}}}" for name in PLACEHOLDERS]}
    return render(request, "events/document_text.html", context)
