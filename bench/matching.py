"""Matching for one school: the buckets with their bound, beside a full pairwise computation of the same score.

    DATA_DIR=… python -m bench.matching [--schools 20]
    DATABASE_URL=postgres://…/bench_matching python -m bench.matching --build

Needs a region's needs: `manage.py demo --size region`, or `--build`, which fills an empty database with 400 schools and 10,000 open needs
alone. Ours reads its needs from the database, side by side with what it needs of every school. The full computation reads every open need
and compares every side of the network with every other, need by need: the same `compare`. From its table each school's best ten are read,
and must be the same. What comparing one school alone with all others costs stands beside it.
"""

import argparse
import itertools
import os
import platform
import random
import statistics
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")

import django

django.setup()

from django.core.management import call_command
from django.db import connection, transaction

from communities.matching import Match, Side, Wish, best_partners, compare
from communities.models import EducationLevel, Municipality, Need, School, SchoolFact, Subject
from communities.models.passport import Fact
from communities.models.school import Direction
from communities.partners import COLUMNS, gather

COUNT = 10
SCHOOLS, NEEDS = 400, 10_000


def build() -> None:
    """Schools in a square of 300 km and needs spread over all directions and the subjects of the curriculum."""
    call_command("migrate", verbosity=0)
    if School.objects.exists():
        return
    rng = random.Random(2026)
    subjects, levels = list(Subject.objects.all()[:20]), list(EducationLevel.objects.all())
    with transaction.atomic():
        towns = [Municipality.objects.create(name=f"Район {number}", slug=f"district-{number}") for number in range(24)]
        schools = School.objects.bulk_create(
            School(
                name=f"Школа {number}", short_name=f"Школа {number}", slug=f"school-{number}", municipality=rng.choice(towns),
                latitude=f"{rng.uniform(56, 58.7):.5f}", longitude=f"{rng.uniform(60, 65):.5f}",
            )
            for number in range(SCHOOLS)
        )  # fmt: skip
        Need.objects.bulk_create(
            (
                Need(
                    school=rng.choice(schools), kind=rng.choice(["request", "offer"]), direction=rng.choice(list(Direction)).value, title="Запрос",
                    subject=rng.choice(subjects) if rng.random() < 0.6 else None, education_level=rng.choice(levels) if rng.random() < 0.7 else None,
                    format=rng.choice(["onsite", "online", "mixed"]),
                )
                for _ in range(NEEDS)
            ),
            batch_size=1000,
        )  # fmt: skip
        SchoolFact.objects.bulk_create(
            [SchoolFact(school=school, fact=Fact.LENT, subject=subject, value=rng.randint(1, 60)) for school in schools for subject in rng.sample(subjects, 6)]
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def ours(school: School) -> list[Match]:
    """As `partners_of` does it, without the words."""
    rows = list(Need.objects.open_now().owned(school).values_list(*COLUMNS))
    return best_partners(*gather(school, rows), COUNT)


def everybody(school: School) -> tuple[Side, list[Side]]:
    """The school and all other sides with all their needs."""
    own, pool = gather(school, list(Need.objects.open_now().owned(school).values_list(*COLUMNS)))
    found: dict[int, list[Wish]] = {}
    for key, wish in pool.wide({(asks, direction.value) for asks in (True, False) for direction in Direction}, list(pool.sides)):
        found.setdefault(key, []).append(wish)
    return own, [Side(key, wishes, pool.sides[key].place, pool.sides[key].partners) for key, wishes in found.items() if key != own.key and key in pool.sides]


def full(school: School) -> list[Match]:
    """Every pair of a need of this school and one of another."""
    own, others = everybody(school)
    matches = [match for side in others if (match := compare(own, side)) is not None]
    return sorted(matches, key=lambda match: (-match.score, match.key))[:COUNT]


def whole(school: School) -> int:
    """Every pair of sides of the network; answers how many fit."""
    own, others = everybody(school)
    return sum(compare(one, other) is not None for one, other in itertools.combinations([own, *others], 2))


def milliseconds(work: object, school: School) -> tuple[float, list[Match]]:
    begun = time.perf_counter()
    found = work(school)  # type: ignore[operator]
    return (time.perf_counter() - begun) * 1000, found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--schools", type=int, default=20, help="how many schools, each once by either way")
    parser.add_argument("--build", action="store_true", help="fill an empty database first")
    options = parser.parse_args()
    if options.build:
        build()
    schools = list(School.objects.open().filter(needs__state="open").distinct().order_by("pk")[: options.schools])
    ours(schools[0])
    quick, slow, same = [], [], 0
    for school in schools:
        fast, best = milliseconds(ours, school)
        long, reference = milliseconds(full, school)
        quick.append(fast)
        slow.append(long)
        same += [(match.key, match.score) for match in best] == [(match.key, match.score) for match in reference]
    mine, alone = statistics.median(quick), statistics.median(slow)
    begun = time.perf_counter()
    pairs = whole(schools[0])
    table = (time.perf_counter() - begun) * 1000
    needs = Need.objects.open_now().count()
    print(f"{connection.vendor}, {School.objects.open().count()} schools, {needs} open needs, {pairs} pairs that fit;", end=" ")
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {time.strftime('%Y-%m-%d')}; medians of {len(schools)} schools\n")
    print("| database | buckets and bound, ms | every pair of the network, ms | ratio | this school with all others, ms | ratio | same ten |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    print(f"| {connection.vendor} | {mine:.1f} | {table:.0f} | 1/{table / mine:.0f} | {alone:.1f} | 1/{alone / mine:.1f} | {same} of {len(schools)} |")


if __name__ == "__main__":
    main()
