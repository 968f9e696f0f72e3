"""Processes that die with SIGKILL in the middle of a registration: the places stay counted right, and nobody who did not ask is moved."""

import os
import signal
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import Client

from communities.models import Community, School, Teacher
from events.actions import registration as actions
from events.actions.event import edit_event
from events.actions.event_part import save_site
from events.actions.registration import cancel_registration, register
from events.models import Event, EventSite, Registration, SchoolPlaces
from tests.factories.events import fields_of_event, make_event
from tests.factories.people import make_teacher


def die_after(module: Any, name: str) -> None:
    """From here on the process is killed as soon as this function has done its work."""
    real = getattr(module, name)

    def deadly(*args: Any, **kwargs: Any) -> None:
        real(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(module, name, deadly)


def in_a_process(work: Callable[[], object]) -> int:
    """Do the work in a process of its own with connections of its own; the signal that ended it, 0 for none."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    _pid, status = os.waitpid(child, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def post(person: Teacher, path: str) -> Client:
    browser = Client()
    browser.force_login(person)
    browser.post(path)
    return browser


def states(event: Event) -> list[tuple[int, str]]:
    return list(Registration.objects.filter(event=event).order_by("pk").values_list("teacher", "state"))


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_process_killed_at_any_step_leaves_the_places_right(village_school: School) -> None:
    leader = make_teacher("Методист", role="methodist")
    first, second, third, fourth = (make_teacher(f"Участник {n}", school=village_school) for n in range(4))
    event = make_event(None, by=leader, capacity=2, school_quota=2)
    address = f"/events/{event.pk}/register/"
    # With the place taken in the three counters; with everything written and not committed; right after the commit.
    for step, after in (("_take", []), ("_take_of_school", []), ("register", [(first.pk, "taken")])):
        module = actions if step != "register" else __import__("events.views.registration", fromlist=["register"])
        assert in_a_process(lambda module=module, step=step: (die_after(module, step), post(first, address))) == signal.SIGKILL
        assert states(event) == after, step
        call_command("check_places")
    # The form is sent once more after the crash: the registration that stands is the answer.
    for person in (first, second, third, fourth):
        post(person, address)
    line = [(first.pk, "taken"), (second.pk, "taken"), (third.pk, "waiting"), (fourth.pk, "waiting")]
    assert states(event) == line
    # Killed while the next one moves up: neither has happened. Then both.
    row = Registration.objects.get(teacher=first)
    for deadly, after in ((actions, line), (None, [(first.pk, "cancelled"), (second.pk, "taken"), (third.pk, "taken"), (fourth.pk, "waiting")])):
        path = f"/events/registrations/{row.pk}/cancel/"
        in_a_process(lambda deadly=deadly, path=path: (deadly and die_after(deadly, "move_up"), post(first, path)))
        assert states(event) == after
        call_command("check_places")
    event.refresh_from_db()
    assert (event.taken, SchoolPlaces.objects.get().taken) == (2, 2)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_coming_going_and_more_places_at_once_keep_every_number_right(village_school: School, lyceum: School) -> None:
    leader = make_teacher("Методист", role="methodist")
    event = make_event(None, by=leader, capacity=4, school_quota=3)
    sites = [EventSite.objects.create(event=event, name=name, capacity=4) for name in ("Север", "Юг")]
    crowd = [make_teacher(f"Участник {n}", school=(village_school, lyceum)[n % 2]) for n in range(12)]
    standing = [register(event, teacher=person, by=person, site=sites[n % 3 // 2]) for n, person in enumerate(crowd[:6])]
    told = fields_of_event(starts_at=event.starts_at, organisers=[leader], capacity=6, school_quota=3)
    work = [lambda row=row: cancel_registration(row, by=row.teacher) for row in standing[:3]]
    work += [lambda n=n, person=person: register(event, teacher=person, by=person, site=sites[n % 2]) for n, person in enumerate(crowd[6:])]
    # The same form from two windows.
    work += [lambda: register(event, teacher=crowd[6], by=crowd[6], site=sites[0]), lambda: edit_event(event, by=leader, **told)]
    start, problems = threading.Barrier(len(work)), []

    def run(act: Callable[[], object]) -> None:
        try:
            start.wait(20)
            act()
        except Exception as problem:
            problems.append(problem)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert problems == []
    call_command("check_places")
    assert Registration.objects.live().count() == 9
    assert Registration.objects.filter(state="taken").count() == Event.objects.get(pk=event.pk).taken == 6


@pytest.mark.django_db
def test_a_wrong_number_is_found_and_mended(community: Community, daria: Teacher, anna: Teacher, capsys: pytest.CaptureFixture[str]) -> None:
    event = make_event(community, by=daria, capacity=5, school_quota=2)
    site = EventSite.objects.create(event=event, name="Север", capacity=5)
    register(event, teacher=anna, by=anna, site=site)
    call_command("check_places")
    for wrong in (Event.objects.filter(pk=event.pk), EventSite.objects.filter(pk=site.pk), SchoolPlaces.objects.filter(event=event)):
        wrong.update(taken=2)
        with pytest.raises(CommandError):
            call_command("check_places")
        call_command("check_places", repair=True)
        call_command("check_places")
    assert list(wrong.values_list("taken", "quota")) == [(1, 2)]
    assert "Семинар по оптике" in capsys.readouterr().out


@pytest.mark.django_db
def test_a_site_that_is_changed_meanwhile_keeps_its_number(community: Community, daria: Teacher, anna: Teacher) -> None:
    event = make_event(community, by=daria, capacity=5)
    told = {"school": None, "address": "", "capacity": 5}
    opened = save_site(event, by=daria, name="Север", **told)
    register(event, teacher=anna, by=anna, site=EventSite.objects.get())
    save_site(event, by=daria, site=opened, name="Северный корпус", **told)
    assert EventSite.objects.values_list("name", "taken").get() == ("Северный корпус", 1)
    call_command("check_places")


@pytest.mark.django_db
def test_a_share_that_is_set_later_counts_who_came_before(community: Community, daria: Teacher, lyceum: School) -> None:
    event = make_event(community, by=daria, capacity=10)
    three = [make_teacher(f"Участник {n}", school=lyceum) for n in range(3)]
    for person in three[:2]:
        register(event, teacher=person, by=person)
    same = {"starts_at": event.starts_at, "organisers": [daria], "capacity": 10}
    edit_event(event, by=daria, **fields_of_event(**same, school_quota=1))
    assert register(event, teacher=three[2], by=three[2]).state == "waiting"
    call_command("check_places")
    # Nobody loses a place, the school's next one comes when it holds fewer than its share.
    cancel_registration(Registration.objects.get(teacher=three[0]), by=daria)
    assert [state for _teacher, state in states(event)] == ["cancelled", "taken", "waiting"]
    edit_event(event, by=daria, **fields_of_event(**same, school_quota=None))
    assert [state for _teacher, state in states(event)] == ["cancelled", "taken", "taken"]
    call_command("check_places")
