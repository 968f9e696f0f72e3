"""What every kind of task asks the database for, so that one union answers for all of them."""

from dataclasses import dataclass
from typing import Any

from django.db.models import IntegerField, QuerySet, TextField, Value
from django.db.models.functions import Cast

# What each query of the union answers: the kind, where it leads, the name, the words below it, a number and an order inside the kind.
COLUMNS = ("what", "address", "called", "words", "number", "place")


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that waits: what, where to do it, the verb on the button; a smaller rank stands higher."""

    title: str
    url: str
    verb: str
    icon: str
    detail: str = ""
    rank: int = 50


def columns_of(query: QuerySet, kind: str, **columns: Any) -> QuerySet:
    """The query with the union's columns: the same names and types whatever table they come from."""
    # Prefixed, since a model may have a field of the name.
    texts = {f"as_{name}": Cast(columns[name], TextField()) for name in ("address", "called", "words")}
    numbers = {f"as_{name}": Cast(columns[name], IntegerField()) for name in ("number", "place")}
    found = query.order_by().annotate(as_what=Value(kind, output_field=TextField()), **texts, **numbers)
    return found.values_list(*(f"as_{name}" for name in COLUMNS))
