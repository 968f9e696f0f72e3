"""The words of the library, written anew from what stands on the shelves."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from django.db import transaction
from django.db.models.functions import Left

from communities.models import Teacher
from foundation.text_search.stems import stem, words
from resources.models import Material, MaterialFile, VocabularyWord
from resources.models.material import Status

# Of long texts the beginning says which words its field has.
TEXT_LENGTH = 20_000
BATCH = 2000
_WORD = re.compile("[а-я]{3,40}|[a-z]{3,40}")
_LISTS = tuple(f"{name}__name_{language}" for name in ("subject", "type", "purpose", "equipment") for language in ("ru", "en"))


def refresh_vocabulary() -> int:
    """Write all words anew, each stem with its commonest form; answers how many. For the night: reads every text once, one at a time."""
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    for text in _texts():
        for word in set(words(text)):
            if _WORD.fullmatch(word):
                forms[stem(word)][word] += 1
    rows = [
        # Of equally common forms the shortest is nearest to the one in a dictionary.
        VocabularyWord(
            stem=root, word=min(counted, key=lambda word: (-counted[word], len(word), word)), head=root[:2], tail=root[-2:], length=len(root),
            count=counted.total(),
        )
        for root, counted in sorted(forms.items())
    ]  # fmt: skip
    with transaction.atomic():
        VocabularyWord.objects.all().delete()
        VocabularyWord.objects.bulk_create(rows, batch_size=BATCH)
    return len(rows)


def _texts() -> Iterator[str]:
    shelved = [Status.PUBLISHED, Status.REVIEW]
    materials = Material.objects.filter(status__in=shelved).order_by().values_list("title", "annotation", "topic", *_LISTS)
    for parts in materials.iterator(chunk_size=500):
        yield " ".join(part for part in parts if part)
    for name in Teacher.objects.filter(publishes_name=True, erased_at=None).order_by().values_list("last_name", "first_name", "school__short_name").iterator():
        yield " ".join(part for part in name if part)
    files = MaterialFile.objects.filter(version__material__status__in=shelved).order_by()
    yield from files.values_list(Left("text", TEXT_LENGTH), flat=True).iterator(chunk_size=100)
