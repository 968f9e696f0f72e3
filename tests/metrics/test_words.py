"""Every reason an indicator can give has words, in both languages."""

import datetime
import re
from pathlib import Path

from django.utils import translation

from metrics import words
from metrics.indicators import Reason

INDICATORS = Path(words.__file__).parent / "indicators"


def test_every_code_has_words() -> None:
    codes = {code for path in INDICATORS.glob("*.py") for code in re.findall(r'Reason\("([a-z-]+)"', path.read_text())}
    assert len(codes) > 25
    assert codes <= set(words.SENTENCES)


def test_words_in_the_readers_language() -> None:
    with translation.override("ru"):
        assert words.sentence(Reason("no-goal")) == "цель не сформулирована"
        assert words.sentence(Reason("largest-school", {"share": 0.62})) == "на одну школу приходится 62\xa0% всех действий"
        assert words.sentence(Reason("dormant", {"since": datetime.date(2026, 5, 22)})).startswith("неактивно с 22 мая 2026")
    with translation.override("en"):
        assert words.sentence(Reason("goal-endorsed", {"endorsed": 3, "members": 12})) == "the current goal is endorsed by 3 of 12"
