"""One new text against all stored ones: is it nearly the same as something that is there?

    DATA_DIR=… python -m bench.duplicates [how many texts]

Needs a filled portal whose texts are signed (`manage.py sign_texts`). Takes stored texts, changes every 40th word, and asks which
materials are alike: by the band index, as the edit and review pages do, and (as a reference) by comparing all stored signatures.
Prints medians and worst times in milliseconds as a Markdown table, and how many originals each way found.
"""

import os
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")

import django

django.setup()

from collections.abc import Callable

from foundation.text_similarity import signature, similarity
from resources.duplicates import ALIKE, find_similar
from resources.models import Material, MaterialFile


def changed(text: str) -> str:
    """The text with every 40th word replaced."""
    return " ".join("иначе" if number % 40 == 39 else word for number, word in enumerate(text.split()))


def brute_force(packed: bytes) -> set[int]:
    """Materials of all stored signatures that are alike."""
    stored = MaterialFile.objects.exclude(signature=b"").values_list("version__material_id", "signature")
    return {material for material, other in stored.iterator() if similarity(packed, bytes(other)) >= ALIKE}


def timed(work: Callable[[], object]) -> tuple[float, object]:
    """Milliseconds and the answer."""
    start = time.perf_counter()
    answer = work()
    return (time.perf_counter() - start) * 1000, answer


def main(how_many: int = 30) -> None:
    ids = list(MaterialFile.objects.exclude(signature=b"").exclude(text="").values_list("pk", flat=True))
    chosen = ids[:: max(1, len(ids) // how_many)][:how_many]
    times: dict[str, list[float]] = {"signature of the text": [], "band index": [], "both": [], "all signatures compared": []}
    found = {"bands": 0, "brute": 0}
    for number, file in enumerate(MaterialFile.objects.filter(pk__in=chosen).select_related("version")):
        text = changed(file.text)
        signing, packed = timed(lambda text=text: signature(text))
        asking, alike = timed(lambda packed=packed: find_similar([packed], Material.objects.all()))
        times["signature of the text"].append(signing)
        times["band index"].append(asking)
        times["both"].append(signing + asking)
        found["bands"] += any(one.percent for one in alike)  # type: ignore[attr-defined]
        if number < 5:
            comparing, every = timed(lambda packed=packed: brute_force(packed))
            times["all signatures compared"].append(comparing)
            found["brute"] += bool(every)
    stored = MaterialFile.objects.exclude(signature=b"").count()
    print(f"{stored} stored texts; {len(chosen)} new ones\n\n| way | median ms | worst ms |\n|---|---|---|")
    for name, row in times.items():
        print(f"| {name} | {sorted(row)[len(row) // 2]:.1f} | {max(row):.1f} |")
    print(f"\nSomething alike was found for {found['bands']} of {len(chosen)} by bands, for {found['brute']} of 5 by comparing all.")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
