"""How long the act of announcing waits for telling a whole community, and what the worker does behind it.

    python -m bench.fanout [--people N]

Makes its own small database in a temporary folder (DATABASE_URL: in that PostgreSQL, rolled back at the end). The reference is the naive way:
writing a row and a letter for each person inside the act.
"""

import argparse
import os
import tempfile
import time

os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="portal-bench-"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "network_portal.settings")

import django

django.setup()

from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django_tasks_db.models import DBTaskResult

from communities.actions.discussion import begin_topic
from communities.actions.notify import fan_out
from communities.models import Community, Membership, Notification, Subject, Teacher
from communities.models.notification import Delivery
from communities.notice_mail import mail_fact


def make(people: int) -> tuple[Community, Teacher]:
    """A community of so many members, its leader first."""
    rows = [
        Teacher(email=f"bench-{number}@example.org", last_name=f"Бенчева{number}", first_name="Анна", confirmed_on="2024-09-01") for number in range(people)
    ]
    Teacher.objects.bulk_create(rows, batch_size=1000)
    subject = Subject.objects.get(code="physics")
    community = Community.objects.create(name="Замер рассылки", slug="bench-fanout", kind="subject", subject=subject, goal="Замер", founded_on="2024-09-01")
    memberships = [Membership(community=community, teacher=row, role="leader" if not place else "member") for place, row in enumerate(rows)]
    Membership.objects.bulk_create(memberships, batch_size=1000)
    return community, rows[0]


def timed(act: object) -> tuple[object, float]:
    begun = time.perf_counter()
    made = act()  # type: ignore[operator]
    return made, time.perf_counter() - begun


def run(job_path: str) -> float:
    """Do the queued jobs of one kind; seconds."""
    begun = time.perf_counter()
    for job in DBTaskResult.objects.filter(task_path=job_path):
        job.task.call(*job.args_kwargs["args"], **job.args_kwargs["kwargs"])
    return time.perf_counter() - begun


def naive(community: Community) -> None:
    """What a request would do without the queue: a row and a letter each."""
    from django.core.mail import send_mail

    for person in Teacher.objects.filter(memberships__community=community):
        Notification.objects.create(recipient=person, kind="announcement", content_type_id=1, object_id=1, fact="naive", group="naive", delivery=Delivery.NOW)
        send_mail("Объявление", "Текст", None, [person.email])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=5000)
    people = parser.parse_args().people
    call_command("migrate", verbosity=0)
    with transaction.atomic():
        community, leader = make(people)
        begin_topic(community, by=Teacher.objects.get(pk=leader.pk), kind="discussion", title="Прогрев", text="Прогрев")
        DBTaskResult.objects.all().delete()
        act = lambda: begin_topic(community, by=Teacher.objects.get(pk=leader.pk), kind="announcement", title="Встреча", text="В **15:30**")  # noqa: E731
        _topic, announcing = timed(act)
        rows = run(fan_out.module_path)
        letters = run(mail_fact.module_path)
        count = Notification.objects.count()
        queued = DBTaskResult.objects.filter(task_path="foundation.mail.deliver").count()
        _none, reference = timed(lambda: naive(community))
        print(f"{settings.DATABASES['default']['ENGINE'].rpartition('.')[2]}, {people} members")
        print(f"the act with its fan-out enqueued   {announcing:8.3f} s")
        print(f"reference: told inside the act      {reference:8.3f} s")
        print(f"worker: {count:5} rows               {rows:8.3f} s")
        print(f"worker: {queued:5} letters queued     {letters:8.3f} s")
        transaction.set_rollback(True)


if __name__ == "__main__":
    main()
