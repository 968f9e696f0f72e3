"""Closed lists as cells: by code, or by the name in either language; archived entries count, since history uses them."""

from collections.abc import Callable

from foundation.exchange.cells import Parser, one_of
from foundation.models import ReferenceItem


def words_of(model: type[ReferenceItem]) -> Callable[[], dict[str, int]]:
    """Codes first, then names, to primary keys."""

    def words() -> dict[str, int]:
        entries = list(model.objects.all())
        listed = {entry.code: entry.pk for entry in entries}
        for entry in entries:
            for name in (entry.name_ru, entry.name_en):
                listed.setdefault(name, entry.pk)
        return listed

    return words


class ReferenceCell:
    """A parser of an entry of a closed list. The list is read anew for each import: administrators extend it."""

    _parse: Parser
    _named: dict[str, ReferenceItem]

    def __init__(self, model: type[ReferenceItem]) -> None:
        self._model, self._words = model, words_of(model)
        self.forget()

    def forget(self) -> None:
        """Read the list again at the next cell."""
        self._parse, self._named = one_of(self._words, self._names), {}

    def _names(self) -> dict[str, ReferenceItem]:
        """Codes to entries, which say their names in the language of the moment. One query, at the first message."""
        self._named = self._named or {entry.code: entry for entry in self._model.objects.all()}
        return self._named

    def __call__(self, cell: str) -> int:
        return self._parse(cell)
