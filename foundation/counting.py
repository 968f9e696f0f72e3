"""Counting rows inside a query."""

from django.db.models import IntegerField, Subquery


class CountOf(Subquery):
    """How many rows a subquery has; with a sliced one the database stops there."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()
