"""Choices of the closed lists that a form offers: all of them, and whose subjects come first, from one query."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import IntegerField, QuerySet, Value
from django.utils.translation import gettext

from communities.models import Subject, Teacher

Choice = tuple[Any, Any]
# Stands where a list has its number: the teacher's own subjects.
OWN = -1


def offer_lists(form: forms.Form, names: Sequence[str], teacher: Teacher | None = None) -> None:
    """Give the fields `names` (of ModelChoiceField) their choices; with a teacher their own subjects stand in a group above all others. One query.

    Call it when the querysets of the fields are settled: what is posted is still checked against these.
    """
    fields: list[Any] = [form.fields[name] for name in names]
    parts = [_part(field.queryset, place) for place, field in enumerate(fields)]
    if teacher is not None:
        parts.append(_part(Subject.objects.filter(teachers=teacher), OWN))
    rows = sorted(parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0])
    own = {pk for place, _order, pk, *_names in rows if place == OWN}
    for number, (name, field) in enumerate(zip(names, fields, strict=True)):
        model = field.queryset.model
        listed = [(pk, str(model(name_ru=russian, name_en=english))) for place, _order, pk, russian, english in rows if place == number]
        empty = ("", field.empty_label)
        field.choices = [empty, *(_own_first(listed, own) if name == "subject" and own else listed)]


def _part(entries: QuerySet, place: int) -> QuerySet:
    return entries.order_by().values_list(Value(place, IntegerField()), "order", "pk", "name_ru", "name_en")


def _own_first(listed: list[Choice], own: set[int]) -> list[Any]:
    mine = [choice for choice in listed if choice[0] in own]
    return [(gettext("your subjects"), mine), (gettext("other subjects"), [choice for choice in listed if choice[0] not in own])]
