"""A batch of diplomas: issued, made as PDF and sent as a ZIP, beside the bare PDF library for the same pages; memory while it is sent.

python -m bench.diplomas [--papers 1000]
"""

import argparse
import json
import os
import resource
import sys
import tempfile
import time

DATA = tempfile.mkdtemp(prefix="bench-diplomas-")
os.environ.setdefault("DATA_DIR", DATA)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")

import django

django.setup()

import segno
import typst
from django.core.management import call_command
from django.utils import timezone

from communities.models import Teacher
from events.actions.certificate import issue
from events.certificates import recipients_of
from events.models import Certificate, Event, Participation
from events.papers.certificate import TEMPLATE, check_address, papers_zip
from foundation.activity import Kind


def fill(papers: int) -> Event:
    """A held event of the network with so many participants."""
    call_command("migrate", verbosity=0)
    now = timezone.now()
    event = Event.objects.create(
        title="Конференция сети", slug="konferenciya", kind=Kind.CONFERENCE, starts_at=now, ends_at=now, status="held", held_on=now.date()
    )
    people = [Teacher(email=f"p{number}@example.org", last_name=f"Фамилия{number}", first_name="Имя", confirmed_on=now.date()) for number in range(papers)]
    people = Teacher.objects.bulk_create(people)
    Participation.objects.bulk_create(Participation(event=event, teacher=person) for person in people)
    return event


def bare(papers: list[Certificate]) -> float:
    """The library alone: the same template and strings, one compiler, results thrown away."""
    compiler = typst.Compiler(ignore_system_fonts=True)
    begun = time.perf_counter()
    for paper in papers:
        address = check_address(paper)
        qr = segno.make(address, micro=False).svg_inline(scale=4, border=2)
        data = {**paper.facts, "number": str(paper), "address": address, "labels": {"check": "Проверить", "qr": "Код"}, "qr": qr}
        compiler.compile(TEMPLATE, format="pdf", sys_inputs={"data": json.dumps(data, ensure_ascii=False)}, pdf_standards=["ua-1"], timestamp=1_800_000_000)
    return time.perf_counter() - begun


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--papers", type=int, default=1000)
    count = parser.parse_args().papers
    event = fill(count)
    begun = time.perf_counter()
    for recipient in recipients_of(event, "participant"):
        issue(event, "participant", recipient, by=None)
    issued = time.perf_counter() - begun
    found = Certificate.objects.order_by("number")
    list(papers_zip(found[:20]))
    before, size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, 0
    begun = time.perf_counter()
    for part in papers_zip(found.iterator(chunk_size=100)):
        size += len(part)
    zipped = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    library = bare(list(found))
    print(f"| {count} papers | s |\n|---|--:|")
    print(f"| issued: number, code, facts, notification | {issued:.1f} |")
    print(f"| PDF and ZIP of {size / 1e6:.1f} MB, sent while made | {zipped:.1f} |")
    print(f"| reference: the bare library, same pages | {library:.1f} |")
    print(f"| ratio | {zipped / library:.2f} |")
    print(f"| growth of memory while sending, MB | {(after - before) / 1024:.1f} |")


if __name__ == "__main__":
    sys.exit(main())
