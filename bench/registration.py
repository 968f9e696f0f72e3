"""200 people register for 20 places at the same moment, through the portal's own web server.

    python -m bench.registration [--people 200] [--places 20] [--rounds 20]

Makes its own small database in a temporary folder; with DATABASE_URL it uses that PostgreSQL database, which should be an empty one. Each round is a
new event: everybody holds an open connection, then all send the form at once. After each round exactly the places are taken, the rest waits in
one line, and no answer was a 5xx; then five with a place take it back at once, and the first five of the line have moved up. The reference is the same
work without the portal: one process that does the bare UPDATE and INSERT of each registration in a transaction of its own, one after the other.
"""

import argparse
import datetime
import http.client
import os
import statistics
import tempfile
import threading
import time
from urllib.parse import urlencode

os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="portal-bench-"))

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"

import django

django.setup()

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from bench.pages import free_port, server, sign_in
from communities.models import Teacher
from events.models import Event, Registration

LEAVING = 5
SECRET = "b" * 32


class Person:
    """A signed-in person with an open connection."""

    def __init__(self, teacher: Teacher, port: int) -> None:
        self.teacher, self.port = teacher, port
        self.cookie = f"{sign_in(teacher)}; {settings.CSRF_COOKIE_NAME}={SECRET}"
        self.status, self.ms = 0, 0.0

    def post(self, path: str, start: threading.Barrier) -> None:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        line.connect()
        body = urlencode({"csrfmiddlewaretoken": SECRET})
        start.wait()
        begun = time.perf_counter()
        line.request("POST", path, body, {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"})
        answer = line.getresponse()
        answer.read()
        self.status, self.ms = answer.status, (time.perf_counter() - begun) * 1000
        line.close()


def make_people(number: int) -> list[Teacher]:
    """Confirmed teachers without a school."""
    rows = [Teacher(email=f"bench-{n}@example.org", last_name=f"Замеров{n}", first_name="Анна", confirmed_on="2024-09-01") for n in range(number)]
    Teacher.objects.bulk_create(rows, ignore_conflicts=True)
    return list(Teacher.objects.filter(email__startswith="bench-").order_by("pk")[:number])


def make_event(places: int) -> Event:
    """An announced event of the next week."""
    starts = timezone.now() + datetime.timedelta(days=7)
    told = {"title": "Замер", "slug": "bench", "kind": "seminar", "status": "planned", "starts_at": starts, "ends_at": starts}
    return Event.objects.create(capacity=places, **told)


def at_once(sent: list[tuple[Person, str]]) -> float:
    """Everybody sends at the same moment; seconds until the last answer."""
    start = threading.Barrier(len(sent) + 1)
    threads = [threading.Thread(target=person.post, args=(path, start)) for person, path in sent]
    for thread in threads:
        thread.start()
    start.wait()
    begun = time.perf_counter()
    for thread in threads:
        thread.join()
    return time.perf_counter() - begun


def one_round(crowd: list[Person], places: int) -> tuple[float, list[float], list[str]]:
    """Seconds, milliseconds of each answer, and what was wrong."""
    event = make_event(places)
    seconds = at_once([(person, f"/events/{event.pk}/register/") for person in crowd])
    times = [person.ms for person in crowd]
    wrong = [f"status {person.status}" for person in crowd if person.status != 302]
    taken, waiting = states(event)
    event.refresh_from_db()
    if (len(taken), event.taken, len(waiting)) != (places, places, len(crowd) - places):
        wrong.append(f"{len(taken)} have places, {event.taken} are counted, {len(waiting)} wait")
    if max(taken, default=0) > min(waiting, default=10**12):
        wrong.append("somebody waits who came before one with a place")
    wrong += leave(crowd, event, taken, waiting)
    return seconds, times, wrong


def leave(crowd: list[Person], event: Event, taken: list[int], waiting: list[int]) -> list[str]:
    """Some with a place take it back at once: the first of the line move up, nobody else."""
    by_teacher = {person.teacher.pk: person for person in crowd}
    rows = Registration.objects.filter(pk__in=taken[:LEAVING])
    at_once([(by_teacher[row.teacher_id], f"/events/registrations/{row.pk}/cancel/") for row in rows])
    now, line = states(event)
    event.refresh_from_db()
    expected = [*taken[LEAVING:], *waiting[:LEAVING]]
    return [] if (now, line, event.taken) == (expected, waiting[LEAVING:], len(expected)) else ["the line did not move up in its order"]


def states(event: Event) -> tuple[list[int], list[int]]:
    """Numbers of the registrations with a place, and of those in line."""
    rows = list(Registration.objects.filter(event=event).order_by("pk").values_list("pk", "state"))
    return [pk for pk, state in rows if state == "taken"], [pk for pk, state in rows if state == "waiting"]


def reference(people: list[Teacher], places: int) -> float:
    """The bare statements, one person after the other; seconds."""
    event = make_event(places)
    begun = time.perf_counter()
    for person in people:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE events_event SET taken = taken + 1 WHERE id = %s AND taken < capacity", [event.pk])
            state = "taken" if cursor.rowcount else "waiting"
            cursor.execute(
                "INSERT INTO events_registration (event_id, teacher_id, is_personal, team, state, registered_at) VALUES (%s, %s, %s, '', %s, %s)",
                [event.pk, person.pk, True, state, timezone.now()],
            )
    return time.perf_counter() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--places", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    call_command("prepare", verbosity=0)
    people = make_people(options.people)
    port, rounds, bare = free_port(), [], []
    with server(port):
        crowd = [Person(teacher, port) for teacher in people]
        for _number in range(options.rounds):
            rounds.append(one_round(crowd, options.places))
            bare.append(reference(people, options.places))
    times = sorted(ms for _seconds, answers, _wrong in rounds for ms in answers)
    wrong = [words for *_measured, found in rounds for words in found]
    median, reference_s = statistics.median(seconds for seconds, *_rest in rounds), statistics.median(bare)
    print(f"{connection.vendor}: {options.people} people, {options.places} places, {options.rounds} rounds; wrong: {wrong[:5] or 'nothing'}")
    print("| rounds right | s for all, median | slowest round | answer ms, median | 95 % | slowest | reference s | ratio |")
    print("|--:|--:|--:|--:|--:|--:|--:|--:|")
    right = sum(not found for *_measured, found in rounds)
    slowest = max(seconds for seconds, *_rest in rounds)
    figures = f"{statistics.median(times):.0f} | {times[int(len(times) * 0.95)]:.0f} | {times[-1]:.0f}"
    print(f"| {right} of {len(rounds)} | {median:.2f} | {slowest:.2f} | {figures} | {reference_s:.2f} | {median / reference_s:.1f} |")


if __name__ == "__main__":
    main()
