"""Every list and detail page at the size of a region, beside the same page of the small demo.

    DATA_DIR=… python -m bench.region_pages [--beside DIR] [--all] [--only WORD]

Needs a portal filled by `manage.py demo --size region`; with --beside the folder of one filled by `manage.py demo` (SQLite), which is
walked in a process of its own. Each page is asked through the whole stack (Django's test client: routing, session, template) by everybody
who may open it, five times after a first time; the table shows the slowest reader of each page, with --all every reader. SQL ms is what the
database's answers took, growth the ratio of the median times. Pages above the budget (12 statements, 25 KB gzip, 100 ms, growth 2) are marked.
"""

import argparse
import gzip
import json
import logging
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from urllib.parse import urlencode

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"

import django

django.setup()

from django.core.cache import cache
from django.db import connection
from django.db.models import Count
from django.test import Client

from communities.models import Community, School, Teacher
from resources.models import Collection, Library, Material

ROUNDS = 5
MOST_SQL, MOST_KB, MOST_MS, MOST_GROWTH = 12, 25, 100, 2
# Below this a page does not matter however it grew.
SMALL_MS = 25
READERS = ("visitor", "teacher", "coordinator", "leader", "methodist", "administrator")


@dataclass(slots=True)
class Visit:
    """One page as one reader gets it."""

    page: str
    reader: str
    sql: int
    sql_ms: float
    ms: float
    kb: float


def last(path: str, rows: int, size: int) -> str:
    """The address of a list's last page."""
    return f"{path}{'&' if '?' in path else '?'}{urlencode({'page': -(-rows // size)})}"


def pages() -> Iterator[tuple[str, str]]:
    """Names and addresses; the fullest school, community and library stand for all."""
    yield from people_pages()
    yield from library_pages()
    yield from own_pages()
    yield from machine_pages()


def people_pages() -> Iterator[tuple[str, str]]:
    school = School.objects.annotate(people=Count("employments")).order_by("-people", "pk")[0]
    home = Teacher.objects.get(email="coordinator@example.org").school
    communities = Community.objects.annotate(people=Count("memberships"))
    community = communities.order_by("-people", "pk")[0]
    led = communities.filter(memberships__teacher__email="leader@example.org", memberships__role="leader").order_by("-people", "pk")[0]
    teacher = Teacher.objects.annotate(written=Count("authorships")).order_by("-written", "pk")[0]
    town, surname = school.municipality.slug, teacher.last_name
    yield "home", "/"
    yield "about", "/about/"
    yield "directions", "/directions/"
    yield "schools", "/schools/"
    yield "schools, last page", last("/schools/", School.objects.count(), 25)
    yield "schools of a municipality", f"/schools/?municipality={town}"
    yield "schools by name and level", "/schools/?" + urlencode({"q": "сред", "level": "secondary"})
    yield "school", school.get_absolute_url()
    yield "teachers of a school", f"{school.get_absolute_url()}teachers/"
    yield "staff of the own school", f"{home.get_absolute_url()}staff/"
    yield "teachers", "/teachers/"
    yield "teachers, last page", last("/teachers/", Teacher.objects.count(), 25)
    yield "teachers by name", "/teachers/?" + urlencode({"q": surname[:3]})
    yield "teachers by subject and place", "/teachers/?" + urlencode({"subject": "physics", "municipality": town, "category": "highest"})
    yield "teacher", teacher.get_absolute_url()
    yield "communities", "/communities/"
    yield "communities, last page", last("/communities/", Community.objects.count(), 20)
    yield "communities by subject", "/communities/?" + urlencode({"subject": "physics", "q": "физ"})
    yield "community", community.get_absolute_url()
    yield "members of a community", f"{community.get_absolute_url()}members/"
    yield "members, last page", last(f"{community.get_absolute_url()}members/", community.people, 25)
    yield "history of members", f"{community.get_absolute_url()}members/history/"
    yield "goal of a community", f"{community.get_absolute_url()}goal/"
    yield "materials of a community", f"{community.get_absolute_url()}materials/"
    yield "requests to join", f"{led.get_absolute_url()}requests/"


def library_pages() -> Iterator[tuple[str, str]]:
    shown = Material.objects.filter(status="published", visibility="public")
    used, plain = shown.order_by("-reuse_count", "pk")[0], shown.order_by("-published_on", "-pk")[0]
    library = Library.objects.annotate(size=Count("materials")).order_by("-size", "pk")[0]
    collection = Collection.objects.filter(visibility="public").annotate(size=Count("items")).order_by("-size", "pk").first()
    yield "catalogue", "/materials/"
    yield "catalogue, filtered", "/materials/?subject=physics&grade=8"
    yield "search, two words", "/materials/?" + urlencode({"q": "олимпиадные задачи"})
    yield "search of everything", "/search/?" + urlencode({"q": "физика"})
    yield "typing in the search", "/search/suggest/?" + urlencode({"q": "олимп"})
    yield "material used most", used.get_absolute_url()
    yield "its lessons", f"/materials/{used.pk}/uses/"
    yield "newest material", plain.get_absolute_url()
    yield "review of a material", f"/materials/{Material.objects.filter(status='review').order_by('pk')[0].pk}/review/"
    yield "review queue", "/materials/review/"
    yield "care queue", "/materials/care/"
    for finding in ("reported", "exam", "licence", "orphaned", "stale", "unused"):
        yield f"care queue, {finding}", f"/materials/care/?finding={finding}"
    yield "coverage map", "/materials/coverage/"
    yield "coverage map, one purpose", "/materials/coverage/?purpose=olympiad"
    yield "demand", "/materials/demand/"
    yield "collections", "/collections/"
    if collection:
        yield "collection", collection.get_absolute_url()
    yield "libraries", "/libraries/"
    yield "library", f"/libraries/{library.pk}/"
    yield "materials of a library", f"/libraries/{library.pk}/materials/"


def own_pages() -> Iterator[tuple[str, str]]:
    yield "my materials", "/materials/mine/"
    yield "new material", "/materials/new/"
    yield "saved searches", "/materials/searches/"
    yield "portfolio", "/profile/portfolio/"
    yield "profile", "/profile/"
    yield "workplaces", "/profile/workplaces/"


def machine_pages() -> Iterator[tuple[str, str]]:
    yield "feed of materials", "/feeds/materials.atom"
    yield "sitemap", "/sitemap.xml"
    yield "sitemap, a part", "/sitemap-materials.xml"
    yield "sitemap, a late part", f"/sitemap-materials.xml?p={max(1, Material.objects.filter(status='published', visibility='public').count() // 1000)}"
    yield "admin", "/admin/"
    for model in ("teacher", "school", "municipality", "secondfactor", "auditentry"):
        yield f"admin, {model}", f"/admin/communities/{model}/"
    yield "admin, a teacher by name", "/admin/communities/teacher/?" + urlencode({"q": "Иван"})


def browser_of(reader: str) -> Client:
    browser = Client(headers={"host": "127.0.0.1"})
    if reader != "visitor":
        browser.force_login(Teacher.objects.get(email=f"{reader}@example.org"))
    return browser


def visit(page: str, path: str, reader: str, browser: Client) -> Visit | None:
    """None for what this reader may not open."""
    if browser.get(path).status_code != 200:
        return None
    asked: list[float] = []

    def clocked(execute, sql, params, many, context):
        begun = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            asked.append((time.perf_counter() - begun) * 1000)

    with connection.execute_wrapper(clocked):
        body = browser.get(path).content
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        browser.get(path)
        times.append((time.perf_counter() - begun) * 1000)
    return Visit(page, reader, len(asked), sum(asked), statistics.median(times), len(gzip.compress(body, 6)) / 1024)


def walk(only: str) -> list[Visit]:
    # What a reader may not open is no trouble here.
    logging.disable(logging.WARNING)
    cache.clear()
    browsers = {reader: browser_of(reader) for reader in READERS}
    found = [visit(name, path, reader, browser) for name, path in pages() if only in name for reader, browser in browsers.items()]
    return [one for one in found if one]


def walk_beside(folder: str, only: str) -> dict[tuple[str, str], Visit]:
    command = [sys.executable, "-m", "bench.region_pages", "--json", "--only", only]
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | {"DATA_DIR": folder}
    told = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    return {(one["page"], one["reader"]): Visit(**one) for one in json.loads(told)}


def remark(one: Visit, growth: float) -> str:
    said = [
        *(["SQL"] if one.sql > MOST_SQL else []),
        *(["KB"] if one.kb > MOST_KB else []),
        *(["ms"] if one.ms > MOST_MS else []),
        *(["growth"] if growth > MOST_GROWTH and one.ms > SMALL_MS else []),
    ]
    return ", ".join(said)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--beside", metavar="DIR", help="the folder of a small demo")
    parser.add_argument("--all", action="store_true", help="every reader of every page")
    parser.add_argument("--only", default="", help="pages with this word in their names")
    parser.add_argument("--json", action="store_true", help="for a walk beside another")
    options = parser.parse_args()
    found = walk(options.only)
    if options.json:
        print(json.dumps([asdict(one) for one in found]))
        return
    beside = walk_beside(options.beside, options.only) if options.beside else {}
    sizes = (
        f"{School.objects.count()} schools, {Teacher.objects.count()} teachers, {Community.objects.count()} communities, {Material.objects.count()} materials"
    )
    print(f"{connection.vendor}, {sizes}; Python {platform.python_version()}, {time.strftime('%Y-%m-%d')}\n")
    print("| page | reader | SQL | SQL ms | ms | KB gzip | small ms | growth | over |\n|---|---|--:|--:|--:|--:|--:|--:|---|")
    if not options.all:
        slowest: dict[str, Visit] = {}
        for one in found:
            if one.page not in slowest or one.ms > slowest[one.page].ms:
                slowest[one.page] = one
        found = list(slowest.values())
    for one in found:
        small = beside.get((one.page, one.reader))
        growth = one.ms / small.ms if small else 0
        compared = f"{small.ms:.0f} | {growth:.1f}" if small else "— | —"
        print(f"| {one.page} | {one.reader} | {one.sql} | {one.sql_ms:.0f} | {one.ms:.0f} | {one.kb:.1f} | {compared} | {remark(one, growth)} |")


if __name__ == "__main__":
    main()
