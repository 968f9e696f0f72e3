"""Many materials at once: files are sent, looked through line by line, and become drafts."""

import csv
import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.files.errors import StorageTrouble
from foundation.files.storage import receive
from foundation.policy import policy
from resources.actions.batch import (
    bring_file,
    discard_batch,
    drop_broken,
    drop_line,
    limit_of,
    make_drafts,
    open_batch,
    remove_file,
    reopen_files,
    retry_lines,
    start_check,
)  # fmt: skip
from resources.actions.batch import correct_line as put_right
from resources.actions.upload import StillChecking
from resources.batch_pages import batch_page, own_batches, source_rows
from resources.batch_table import COLUMNS
from resources.forms.batch import BatchForm, BatchLineForm
from resources.models import Batch, BatchFile, BatchLine
from resources.models.batch import LineState

EXAMPLE = {"file": "урок 1.docx", "title": "Закон Ома для участка цепи", "type": "lesson-plan", "subject": "physics", "grades": "8", "licence": "cc-by"}


@policy("teacher")
def batch_list(request: HttpRequest) -> HttpResponse:
    """One's own batches, those that wait first."""
    return render(request, "batches/list.html", {"batches": own_batches(request.user)})


@policy("teacher", methods=["GET", "POST"])
def batch_new(request: HttpRequest) -> HttpResponse:
    """The files make a batch; without a script by this one form, with a script at the moment of choosing."""
    if request.method == "GET":
        form = BatchForm(teacher=request.user, initial={"key": uuid.uuid4(), "library": request.GET.get("library", "")[:40]})
        return render(request, "batches/new.html", {"form": form})
    form = BatchForm(request.POST, request.FILES, teacher=request.user)
    if not form.is_valid():
        return render(request, "batches/new.html", {"form": form})
    try:
        batch = open_batch(form.cleaned_data["key"], by=request.user)
    except Batch.DoesNotExist as foreign:
        raise Http404 from foreign
    except ValidationError as problem:
        form.add_error(None, problem)
        return render(request, "batches/new.html", {"form": form})
    return _send(request, batch, form)


@policy("teacher", methods=["GET", "POST"])
def batch_detail(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What stands in a batch and what can be done now; every button posts here."""
    batch = _own(request, pk)
    if request.method == "GET":
        if batch.is_collecting:
            return render(request, "batches/collect.html", {"batch": batch, "form": BatchForm(teacher=request.user, batch=batch), "rows": source_rows(batch)})
        template = "batches/_lines.html" if request.headers.get("HX-Request") else "batches/detail.html"
        return render(request, template, batch_page(batch, request.user, request.GET))
    name, _colon, argument = request.POST.get("do", "").partition(":")
    if batch.is_collecting and name in ("", "check"):
        form = BatchForm({**request.POST.dict(), "key": str(batch.pk)}, request.FILES, teacher=request.user, batch=batch)
        if form.is_valid():
            return _send(request, batch, form)
        return render(request, "batches/collect.html", {"batch": batch, "form": form, "rows": source_rows(batch)})
    deed = DEEDS.get(name)
    if deed is not None:
        try:
            deed(request, batch, argument)
        except ValidationError as problem:
            messages.error(request, " ".join(problem.messages))
    return redirect(request.get_full_path() if request.GET else batch.get_absolute_url())


@policy("teacher", methods=["GET", "POST"])
def batch_line(request: HttpRequest, pk: uuid.UUID, line_id: int) -> HttpResponse:
    """Put one line right: its words, its file."""
    batch = _own(request, pk)
    line = get_object_or_404(batch.lines.exclude(state=LineState.MADE), pk=line_id)
    form = BatchLineForm(request.POST or None, request.FILES or None, line=line, teacher=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            file = _receive(batch, form.cleaned_data["file"], request, line=line) if form.cleaned_data["file"] else None
            put_right(line, form.values(), file, by=request.user)
        except ValidationError as problem:
            form.add_error("file", problem)
        else:
            messages.success(request, _("The line is corrected and is being checked again."))
            return redirect(f"{batch.get_absolute_url()}#line-{line.pk}")
    return render(request, "batches/line.html", {"batch": batch, "line": line, "form": form})


@policy("teacher", methods=["GET", "POST"])
def batch_discard(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What was sent goes; asked once more on a page of its own."""
    batch = _own(request, pk)
    if request.method == "GET":
        return render(request, "batches/discard.html", {"batch": batch, "made": batch.lines.filter(state=LineState.MADE).count()})
    discard_batch(batch, by=request.user)
    messages.success(request, _("The batch is gone; the drafts that were made of it stay."))
    return redirect("my_materials")


@policy("teacher")
def batch_table(request: HttpRequest) -> HttpResponse:
    """A table to fill in: the columns, and one row to show how."""
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8", headers={"Content-Disposition": 'attachment; filename="materials.csv"'})
    writer = csv.writer(response, delimiter=";")
    writer.writerow([column.title for column in COLUMNS])
    writer.writerow([EXAMPLE.get(column.name, "") for column in COLUMNS])
    return response


def _own(request: HttpRequest, pk: uuid.UUID) -> Batch:
    batches = Batch.objects.visible_to(request.user).select_related("library__community", "library__school", "teacher")
    return get_object_or_404(batches, pk=pk)


# --- what the buttons do ----------------------------------------------------------------------------------------------------


def _send(request: HttpRequest, batch: Batch, form: BatchForm) -> HttpResponse:
    """Take what the form brings; when all of it is taken, ask for the check."""
    refused = False
    for upload in form.cleaned_data["files"] if batch.is_collecting else ():
        try:
            _receive(batch, upload, request)
        except ValidationError as rejection:
            refused = True
            messages.error(request, f"{_printable(upload.name)}: {' '.join(rejection.messages)}")
    if not refused:
        owner = form.cleaned_data["library"]
        try:
            start_check(batch, owner, form.cleaned_data["licence"], by=request.user)
        except ValidationError as problem:
            messages.error(request, " ".join(problem.messages))
    return redirect(batch)


def _receive(batch: Batch, upload: Any, request: HttpRequest, *, line: BatchLine | None = None) -> BatchFile | None:
    """A file of a plain form. Raises ValidationError, also where the disk is full: then nothing of it is left."""
    try:
        return bring_file(batch, upload.name or "", receive(upload, limit=limit_of(upload.name or "")), by=request.user, line=line)
    except StillChecking:
        # The same form, sent twice, is bringing it at this moment.
        return None
    except StorageTrouble as trouble:
        raise ValidationError(str(trouble.words)) from trouble


def _printable(name: str | None) -> str:
    return "".join(sign for sign in (name or "") if sign.isprintable())[:80]


def _file(request: HttpRequest, batch: Batch, argument: str) -> None:
    for file in batch.files.all():
        if str(file.pk) == argument:
            remove_file(file, by=request.user)


def _line(batch: Batch, argument: str) -> BatchLine:
    if not argument.isdecimal() or len(argument) > 18:
        raise Http404
    return get_object_or_404(batch.lines.select_related("batch"), pk=argument)


def _make(request: HttpRequest, batch: Batch, argument: str) -> None:
    count = make_drafts(batch, by=request.user)
    if count:
        text = ngettext("%(count)s draft is being made.", "%(count)s drafts are being made.", count) % {"count": count}
        messages.success(request, text)


def _drop(request: HttpRequest, batch: Batch, argument: str) -> None:
    drop_line(_line(batch, argument), by=request.user)


def _drop_broken(request: HttpRequest, batch: Batch, argument: str) -> None:
    drop_broken(batch, by=request.user)


def _retry(request: HttpRequest, batch: Batch, argument: str) -> None:
    retry_lines(batch, by=request.user, line=_line(batch, argument) if argument else None)


def _reopen(request: HttpRequest, batch: Batch, argument: str) -> None:
    reopen_files(batch, by=request.user)


DEEDS: dict[str, Callable[[HttpRequest, Batch, str], None]] = {
    "remove-file": _file,
    "make": _make,
    "drop": _drop,
    "drop-broken": _drop_broken,
    "retry": _retry,
    "files": _reopen,
}
