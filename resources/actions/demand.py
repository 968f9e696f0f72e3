"""Searches that found nothing, counted without the person."""

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from foundation.text_search.stems import words
from resources.models import SearchMiss

MAX_WORDS_LENGTH = 100
# Different searches kept of one day: a machine that tries words cannot fill the table.
MAX_A_DAY = 2000
# A written word with so many digits may be a telephone or a document.
MANY_DIGITS = 5


def count_miss(text: str) -> bool:
    """Count a search that found nothing; False when nothing of it is worth keeping. Numbers, addresses and telephones are left out."""
    kept = telling_words(text)
    if not kept:
        return False
    today = timezone.localdate()
    same_day = SearchMiss.objects.filter(day=today)
    if same_day.filter(words=kept).update(count=F("count") + 1):
        return True
    if same_day.count() >= MAX_A_DAY:
        return False
    try:
        with transaction.atomic():
            SearchMiss.objects.create(day=today, words=kept)
    except IntegrityError:
        # Somebody else looked for the same in this very moment.
        same_day.filter(words=kept).update(count=F("count") + 1)
    return True


def telling_words(text: str) -> str:
    """The folded words of a search without what may name a person; empty where that leaves nothing or too much."""
    kept = [
        word
        for written in text.split()
        if "@" not in written and sum(sign.isdigit() for sign in written) < MANY_DIGITS
        for word in words(written)
        if not word.isdigit()
    ]
    line = " ".join(kept)
    return line if len(line) <= MAX_WORDS_LENGTH else ""
