"""How good the first ten answers of the search are, beside the plain full-text search of the same database.

    python -m bench.relevance [--queries]

Makes a test database of its own (SQLite, or PostgreSQL by DATABASE_URL), fills it with the judged library of `tests/resources/judging.py`,
asks every judged query and prints nDCG@10 and recall as a Markdown table. The plain search has the same words of every document:
FTS5 as it is (no stems, ranked by bm25), or PostgreSQL's `to_tsvector('russian')` ranked by ts_rank.
"""

import argparse
import os
import time

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django

django.setup()

from django.db import connection
from django.test.utils import setup_databases, teardown_databases

from foundation.text_search.stems import words
from tests.resources.judging import FOUND, Document, Score, judge, load_corpus, mean, ours


def fill_plain(documents: list[Document]) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("CREATE TEMP TABLE plain (pk integer PRIMARY KEY, body tsvector)")
            cursor.executemany("INSERT INTO plain VALUES (%s, to_tsvector('russian', %s))", [(document.pk, document.text) for document in documents])
        else:
            cursor.execute("CREATE VIRTUAL TABLE temp.plain USING fts5(body)")
            cursor.executemany("INSERT INTO plain (rowid, body) VALUES (%s, %s)", [(document.pk, document.text) for document in documents])


def plain(text: str) -> list[int]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            asked = "SELECT pk FROM plain, plainto_tsquery('russian', %s) query WHERE body @@ query ORDER BY ts_rank(body, query) DESC, pk LIMIT %s"
            cursor.execute(asked, [text, FOUND])
        else:
            asked = " ".join(f'"{word}"' for word in words(text))
            cursor.execute("SELECT rowid FROM plain WHERE plain MATCH %s ORDER BY rank LIMIT %s", [asked, FOUND])
        return [pk for (pk,) in cursor.fetchall()]


def milliseconds(search: object, scores: list[Score]) -> float:
    begun = time.perf_counter()
    for score in scores:
        search(score.query)  # type: ignore[operator]
    return (time.perf_counter() - begun) * 1000 / len(scores)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--queries", action="store_true", help="also print every query")
    options = parser.parse_args()
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        documents = load_corpus()
        fill_plain(documents)
        found = {"ours": judge(ours, documents), "plain full-text search": judge(plain, documents)}
        print(f"{connection.vendor}, {len(documents)} documents, {len(found['ours'])} queries, {time.strftime('%Y-%m-%d')}\n")
        print("| search | nDCG@10 | recall | nothing found | ms a query |\n|---|--:|--:|--:|--:|")
        for (name, scores), search in zip(found.items(), (ours, plain), strict=True):
            empty = sum(not search(score.query) for score in scores)
            print(
                f"| {name} | {mean(score.ndcg for score in scores):.3f} | {mean(score.recall for score in scores):.3f} | {empty} "
                f"| {milliseconds(search, scores):.1f} |"
            )
        if options.queries:
            print("\n| query | ours | plain |\n|---|--:|--:|")
            for mine, its in zip(*found.values(), strict=True):
                print(f"| {mine.query} | {mine.ndcg:.2f} | {its.ndcg:.2f} |")
    finally:
        teardown_databases(databases, verbosity=0)


if __name__ == "__main__":
    main()
