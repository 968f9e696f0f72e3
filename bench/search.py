"""The catalogue's search through the whole stack, beside the bare full-text query of the same index.

    DATA_DIR=… python -m bench.search [--requests 40] [--group matches]

Needs a portal filled by `manage.py demo --size region` (with `--factor 0.1` for 10,000 materials). The portal's own web server
answers on one connection: routing, session, search, facets, counts, rows, template, gzip. The bare query is what the database
itself needs to find and count the matches in the full-text index, without a join, a right or a page. Signed in and not.

*best* is the median over the addresses of the fastest answer of each: what the portal needs where other programs leave it the machine.
"""

import argparse
import http.client
import itertools
import os
import platform
import statistics
import time
from collections.abc import Callable
from urllib.parse import urlencode

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"

import django

django.setup()

from django.contrib.auth.models import AnonymousUser
from django.db import connection

from bench.pages import fetch, free_port, queries, server, sign_in
from communities.models import Teacher
from foundation.text_search import parse_query
from foundation.text_search.names import full_text_table, vector_column
from resources.models import Material, MaterialSearch
from resources.search import shelf

ONE_WORD = ("олимпиада", "Архимед", "плотность", "дроби", "Екатерина", "пульс", "сочинение", "погода")
TWO_WORDS = ("олимпиадные задачи", "лабораторная физика", "обыкновенные дроби", "история реформы", "рабочий лист", "квадратные уравнения")
COMMONEST = ("урок", "класс", "ученик", "учитель", "тема", "задание", "вопрос", "ответ", "дети", "минут")
FACETS = {"subject": "physics", "grade": "8"}
# A search that matches so many, whatever the size of the library.
MATCHES = 100


def times_ms(work: Callable[[], object], times: int) -> list[float]:
    for _ in range(3):
        work()
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        taken.append((time.perf_counter() - begun) * 1000)
    return sorted(taken)


def bare(text: str) -> int:
    """How many documents the index holds for the text."""
    query = parse_query(text)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            column, table = vector_column("everything"), MaterialSearch._meta.db_table
            cursor.execute(f"SELECT count(*) FROM {table} WHERE {column} @@ to_tsquery('simple', %s)", [query.to_tsquery()])  # noqa: S608
        else:
            table = full_text_table(MaterialSearch)
            cursor.execute(f"SELECT count(*) FROM {table} WHERE {table} MATCH %s", [query.to_fts5("everything")])  # noqa: S608
        return cursor.fetchone()[0]


def search_for(matches: int) -> str:
    """A text of two words from real titles whose number of documents comes next to `matches`."""
    best, distance = "", 10**9
    titles = list(Material.objects.order_by("pk").values_list("title", flat=True)[:: max(1, Material.objects.count() // 400)])
    for title in titles:
        words = [word.strip("«»:,—?!.()„“") for word in title.split()]
        long = [word for word in words if len(word) > 5]
        for text in {*long, *(f"{first} {second}" for first, second in itertools.pairwise(long))}:
            off = abs(bare(text) - matches)
            if off < distance:
                best, distance = text, off
        if distance <= matches * 0.03:
            break
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--requests", type=int, default=40, help="of each address")
    parser.add_argument("--group", default="", help="only groups whose name holds this")
    options = parser.parse_args()
    hundred = search_for(MATCHES)
    total = shelf(AnonymousUser()).count()
    groups: list[tuple[str, list[dict[str, str]]]] = [
        ("unfiltered catalogue", [{}]),
        ("used most", [{"sort": "used"}]),
        ("facets alone", [FACETS]),
        ("one word", [{"q": text} for text in ONE_WORD]),
        ("one word, facets", [{"q": text, **FACETS} for text in ONE_WORD]),
        ("two words", [{"q": text} for text in TWO_WORDS]),
        ("two words, facets", [{"q": text, **FACETS} for text in TWO_WORDS]),
        ("commonest words", [{"q": text} for text in COMMONEST]),
        (f"{bare(hundred)} matches", [{"q": hundred}]),
        ("page 50", [{"page": "50"}]),
        ("page 10**30", [{"page": str(10**30)}]),
        ("commonest word, page 40", [{"q": COMMONEST[0], "page": "40"}]),
        ("nothing found", [{"q": "абракадабра"}]),
    ]
    teacher = Teacher.objects.active().filter(role="teacher", memberships__left_on=None).order_by("id").first()
    print(f"{connection.vendor}, {Material.objects.count()} materials, {total} of them public; Python {platform.python_version()},", end=" ")
    print(f"{os.cpu_count()} cores, {time.strftime('%Y-%m-%d')}; {options.requests} requests of each address\n")
    print("| search | reader | SQL | best ms | median ms | p95 ms | bare full-text ms | matches |")
    print("|---|---|--:|--:|--:|--:|--:|--:|")
    port = free_port()
    with server(port):
        line = http.client.HTTPConnection("127.0.0.1", port)
        for name, addresses in (group for group in groups if options.group in group[0]):
            texts = [address["q"] for address in addresses if "q" in address]
            reference = f"{statistics.median(t for text in texts for t in times_ms(lambda text=text: bare(text), 10)):.1f}" if texts else "—"
            matches = f"{min(map(bare, texts))}–{max(map(bare, texts))}" if len(texts) > 1 else str(bare(texts[0])) if texts else "—"
            for reader, cookie in (("visitor", ""), ("teacher", sign_in(teacher))):
                taken: list[float] = []
                best: list[float] = []
                for address in addresses:
                    path = "/materials/?" + urlencode(address)
                    answers = times_ms(lambda path=path, cookie=cookie: fetch(line, path, cookie), options.requests)
                    taken += answers
                    best.append(answers[0])
                taken.sort()
                p95 = taken[int(len(taken) * 0.95)]
                count = queries("/materials/?" + urlencode(addresses[0]), cookie)
                print(
                    f"| {name} | {reader} | {count} | {statistics.median(best):.1f} | {statistics.median(taken):.1f} | {p95:.1f} | {reference} | {matches} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
