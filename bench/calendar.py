"""A calendar month with 2,000 events, and the iCalendar feed of 5,000: how large, how fast, with how much memory.

    python -m bench.calendar [--month 2000] [--feed 5000]

Makes its own database in a temporary folder; with DATABASE_URL it uses that PostgreSQL database, which should be an empty one. The month is asked for by a
visitor and by a teacher (median of 30 requests on one connection). The feed is read by a quick reader in a fresh web process, whose peak resident memory
(VmHWM, Linux) is taken before and after. References: the month's rows read by the ORM as tuples; the feed's entries by the bare library, icalendar.
"""

import argparse
import datetime
import gzip
import http.client
import os
import tempfile
import time

os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="portal-bench-"))
os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"

import django

django.setup()

from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from icalendar import Calendar
from icalendar import Event as Entry

from bench.pages import fetch, free_port, median_ms, queries, server, sign_in
from bench.upload_memory import peak, web_process
from communities.models import Teacher
from events.models import Event

REQUESTS = 30
TITLES = ("Семинар «Функциональная грамотность»", "Вебинар «Проект от идеи до защиты»", "Открытый урок и разбор", "Заседание: итоги полугодия")


def make_events(number: int, *, since: datetime.date, days: int) -> None:
    """Announced public events, spread over so many days."""
    begins = timezone.make_aware(datetime.datetime.combine(since, datetime.time(9)))
    rows = []
    for n in range(number):
        starts = begins + datetime.timedelta(days=n % days, minutes=10 * (n % 48))
        told = {"title": f"{TITLES[n % len(TITLES)]} {n}", "slug": f"event-{n}", "kind": "seminar", "status": "planned", "place": "Школа № 6"}
        rows.append(Event(starts_at=starts, ends_at=starts + datetime.timedelta(hours=1), **told))
    Event.objects.bulk_create(rows, batch_size=1000)


def best(work: object, times: int) -> float:
    """Milliseconds of the quickest run."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        work()  # type: ignore[operator]
        taken.append((time.perf_counter() - begun) * 1000)
    return min(taken)


def month_rows(path: str) -> None:
    """The page's main query alone."""
    first = timezone.make_aware(datetime.datetime.fromisoformat(f"{path[-7:]}-01T00:00"))
    last = (first + datetime.timedelta(days=32)).replace(day=1)
    found = Event.objects.filter(starts_at__gte=first, starts_at__lt=last)
    list(found.order_by("starts_at").values_list("pk", "slug", "title", "starts_at", "ends_at", "status"))


def bare_feed() -> None:
    """The same entries by the library alone, in memory."""
    feed = Calendar()
    for row in Event.objects.order_by("starts_at").iterator(chunk_size=500):
        entry = Entry()
        for name, value in (("uid", str(row.pk)), ("dtstamp", row.changed_at), ("dtstart", row.starts_at), ("dtend", row.ends_at), ("summary", row.title)):
            entry.add(name, value)
        entry.add("location", row.place)
        feed.add_component(entry)
    feed.to_ical()


def read_feed(port: int) -> tuple[float, float, int]:
    """Milliseconds to the first byte and to the last, and the bytes."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    begun = time.perf_counter()
    line.request("GET", "/feeds/events.ics")
    answer = line.getresponse()
    first, size = answer.read(1), 1
    reached = time.perf_counter()
    while piece := answer.read(65536):
        size += len(piece)
    assert first == b"B", answer.status
    return (reached - begun) * 1000, (time.perf_counter() - begun) * 1000, size


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--month", type=int, default=2000)
    parser.add_argument("--feed", type=int, default=5000)
    options = parser.parse_args()
    call_command("prepare", verbosity=0)
    month = (timezone.localdate() + datetime.timedelta(days=32)).replace(day=1)
    make_events(options.month, since=month, days=28)
    make_events(options.feed - options.month, since=month + datetime.timedelta(days=62), days=200)
    reader = Teacher.objects.create(email="bench-calendar@example.org", last_name="Замерова", first_name="Анна", confirmed_on="2024-09-01")
    path, port = f"/events/calendar/?month={month:%Y-%m}", free_port()
    print(f"{connection.vendor}: {options.month} events in the month, {options.feed} in the feed")
    print("| month | SQL | KB | KB gzip | ms | reference ms | ratio |\n|---|--:|--:|--:|--:|--:|--:|")
    bare = best(lambda: month_rows(path), 10)
    with server(port):
        for name, cookie in (("visitor", ""), ("teacher", sign_in(reader))):
            line = http.client.HTTPConnection("127.0.0.1", port)
            packed = fetch(line, path, cookie)[1]
            plain = gzip.decompress(packed) if packed[:2] == b"\x1f\x8b" else packed
            ms = median_ms(port, path, cookie, REQUESTS)
            print(f"| {name} | {queries(path, cookie)} | {len(plain) / 1024:.1f} | {len(packed) / 1024:.1f} | {ms:.0f} | {bare:.0f} | {ms / bare:.1f} |")
    with web_process("") as (port, pid):
        fetch(http.client.HTTPConnection("127.0.0.1", port), path, "")
        before = peak(pid)
        first, total, size = read_feed(port)
        after = peak(pid)
    bare = best(bare_feed, 2)
    print("| feed | KB | ms to the first byte | ms | reference ms | ratio | memory grows by, MB |\n|---|--:|--:|--:|--:|--:|--:|")
    print(f"| {options.feed} | {size / 1024:.0f} | {first:.0f} | {total:.0f} | {bare:.0f} | {total / bare:.1f} | {after - before:.1f} |")


if __name__ == "__main__":
    main()
