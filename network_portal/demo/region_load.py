"""The library of a whole region, written in bulk: a hundred thousand materials within minutes, in bounded memory.

Rows and acts of one batch are one transaction. What is told is what `shelves` tells of a small network; only the documents on disk are
shared (see `region_files`), while titles, annotations and texts differ.
"""

import sys
import time
from bisect import bisect
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import accumulate

from django.db import connection, transaction
from django.db.models import F

from communities.levels import derive_level
from communities.models import Community, Teacher
from communities.slugs import latin_slug
from foundation.activity import Act
from foundation.bulk import KeysOf, end_of_keys, without_indexes
from foundation.files.kinds import KINDS
from foundation.files.storage import delete_stored
from foundation.text_search.schema import drop_text_index, ensure_text_index
from foundation.text_similarity import band_values, signature
from metrics.models import Activity
from network_portal.demo.content.compose import MaterialText, another_title, compose_material, draw_topic, plain_lines, plan_materials
from network_portal.demo.content.notation import Topic
from network_portal.demo.content.voices import accepting_comment, returning_comment, reuse_note
from network_portal.demo.events import load_events
from network_portal.demo.exchange import load_exchange
from network_portal.demo.people_load import World, load_schools, noon
from network_portal.demo.plans import load_plans
from network_portal.demo.region_batch import FILLED, Batch, Stems
from network_portal.demo.region_files import Bodies
from network_portal.demo.region_more import Around
from network_portal.demo.region_people import load_many_communities, load_many_people
from network_portal.demo.shelves import Shelf, state_of
from network_portal.demo.talks import LONGEST_TOPIC, load_talks
from resources.actions.indexing import search_document
from resources.jobs import read_file
from resources.models import Authorship, Material, MaterialFile, MaterialSearch, MaterialVersion, Review
from resources.models.file import Reading

BATCH = 500
BODIES = 300
MUNICIPALITIES, SCHOOLS, PEOPLE, COMMUNITIES, MATERIALS, NEEDS = 24, 400, 20_000, 600, 100_000, 10_000
# Of a community's plan for a year.
ITEMS = 8
# Reuses follow a power law: most materials a few times, a handful at hundreds of lessons; three a material on average.
REUSE_EXPONENT, MOST_REUSES = 1.25, 2000
# This share are variants of earlier ones.
VARIANTS = 0.04
# Some read without teaching from it.
DOWNLOADS_ONLY = 0.5
# Texts and pictures of this many files are made behind the load, like those of an upload.
READ_AFTERWARDS = 200


def load_region(world: World, *, factor: float = 1.0) -> None:
    """Fill an empty portal with `factor` of a region; with 1 that is 400 schools, 20,000 people, 600 communities, 100,000 materials.

    One transaction: a load that breaks leaves the portal empty.
    """
    schools = max(12, round(SCHOOLS * factor))
    with transaction.atomic():
        _say(f"{schools} schools")
        load_schools(world, municipalities=min(MUNICIPALITIES, schools // 2), schools=schools)
        _say("people")
        load_many_people(world, count=max(80, round(PEOPLE * factor)))
        _say("communities")
        load_many_communities(world, count=max(24, round(COMMUNITIES * factor)))
        _say("discussions")
        load_talks(world, per_community=7, endless=LONGEST_TOPIC)
        load_many_materials(world, count=max(50, round(MATERIALS * factor)))
        _say("needs and passports")
        load_exchange(world, needs=max(40, round(NEEDS * factor)))
        _say("plans and events")
        load_events(world, load_plans(world, items=ITEMS))
    _say("statistics")
    # The planner knows nothing of a database that grew this fast; on PostgreSQL the visibility map is made along.
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" or connection.in_atomic_block else "VACUUM (ANALYZE)")


def _say(text: str) -> None:
    sys.stdout.write(f"  {text}\n")
    sys.stdout.flush()


class Pool:
    """People to draw from, some much likelier than others: the first of the list most, the last hardly ever."""

    def __init__(self, teachers: list[Teacher]) -> None:
        self.teachers = teachers
        self._sums = list(accumulate(1 / (rank + 5) ** 0.8 for rank in range(len(teachers))))

    def draw(self, world: World) -> Teacher:
        """Somebody of the pool."""
        return self.teachers[bisect(self._sums, world.rng.random() * self._sums[-1])]


class Region:
    """What is looked up for every material, worked out once."""

    def __init__(self, world: World) -> None:
        self.world = world
        teachers = [teacher for teacher in world.teachers if teacher.role == "teacher"]
        by_subject: dict[str, list[Teacher]] = {}
        for teacher in teachers:
            for code in sorted(world.subjects_of[teacher.pk]):
                by_subject.setdefault(code, []).append(teacher)
        self.everybody = Pool(teachers)
        self.pools = {code: Pool(people) for code, people in by_subject.items()}
        self.methodists = [teacher for teacher in world.teachers if teacher.role == "methodist"]
        self.communities_of: dict[int, list[Community]] = {}
        for community in world.communities:
            for teacher, _day in world.members[community.pk]:
                self.communities_of.setdefault(teacher.pk, []).append(community)
        areas = {community.pk: community.subject or community.problem_area for community in world.communities}
        self.area_of = {pk: area.code for pk, area in areas.items() if area}
        self.titles: set[str] = set()
        self.texts: dict[tuple[str, str, str], tuple[MaterialText, list[str]]] = {}
        self.lines: list[list[str]] = []
        self.stems = Stems()
        self.around = Around(world)
        self.keys = {model: KeysOf(model) for model in (Material, MaterialVersion, Authorship, MaterialFile, Review)}

    def pool(self, subject: str) -> Pool:
        """Who teaches the subject; everybody for what belongs to none."""
        return self.pools.get(subject, self.everybody)

    def compose(self, number: int) -> tuple[MaterialText, list[str], str]:
        """The text a material grows from, its lines, and a title that no other material has."""
        topic, code = draw_topic(self.world.rng, number)
        key = (topic.subject, topic.title, code)
        if key not in self.texts:
            text = compose_material(self.world.rng, topic.subject, topic, code)
            self.lines.append(plain_lines(text.blocks))
            self.texts[key] = text, self.lines[-1]
            self.stems.learn([*self.lines[-1], text.annotation, text.topic])
        return *self.texts[key], self._title(topic, code)

    def _title(self, topic: Topic, code: str) -> str:
        for _attempt in range(6):
            title = another_title(self.world.rng, topic, code)
            if title not in self.titles:
                break
        plain, number = title, 1
        while title in self.titles:
            number += 1
            title = f"{plain}, часть {number}"
        self.titles.add(title)
        return title


def load_many_materials(world: World, *, count: int) -> None:
    """`count` materials with a file each, sometimes two, with their reviews, lessons and downloads."""
    _say("documents")
    bodies = Bodies(world.rng, plan_materials(world.rng, min(BODIES, count)))
    try:
        with without_indexes(*FILLED, Activity):
            if connection.vendor == "sqlite":
                # Made once, when all texts are there; PostgreSQL's is an index like the others.
                drop_text_index(MaterialSearch, connection)
            region = Region(world)
            _write_all(region, Shelf(world), bodies, count)
            end_of_keys(*FILLED)
            _say("indexes")
        ensure_text_index(MaterialSearch, connection)
        region.around.write(count / MATERIALS)
    except BaseException:
        for name in bodies.names:
            delete_stored(name)
        raise
    newest = MaterialFile.objects.order_by(F("version__material__published_on").desc(nulls_last=True), "pk")
    for pk in newest.values_list("pk", flat=True)[:READ_AFTERWARDS]:
        read_file.using(priority=-50).enqueue(pk)


def _write_all(region: Region, shelf: Shelf, bodies: Bodies, count: int) -> None:
    begun = time.monotonic()
    for start in range(0, count, BATCH):
        batch = Batch()
        for number in range(start, min(start + BATCH, count)):
            _plan_one(region, shelf, bodies, batch, number)
        batch.write()
        region.around.settle()
        if (start // BATCH) % 20 == 19:
            _say(f"{start + BATCH} / {count} materials, {time.monotonic() - begun:.0f} s")


def _plan_one(region: Region, shelf: Shelf, bodies: Bodies, batch: Batch, number: int) -> None:
    world, rng = region.world, region.world.rng
    text, lines, title = region.compose(number)
    pool = region.pool(text.subject)
    author = pool.draw(world)
    fitting = [c for c in region.communities_of.get(author.pk, ()) if region.area_of.get(c.pk) in (text.subject, text.area)]
    community = rng.choice(fitting) if fitting and rng.random() < 0.85 else None
    status, visibility = state_of(world, number, community)
    # What is not published yet was written lately: nobody waits for a review for years.
    age = int(900 * rng.random() ** 1.6) if status == "published" else rng.randint(0, 12)
    written = max(author.confirmed_on, world.today - timedelta(days=age + 3))
    published = min(world.today, written + timedelta(days=rng.randint(2, 9))) if status == "published" else None
    material = Material(
        pk=next(region.keys[Material]), title=title, slug=latin_slug(title) or "material", annotation=text.annotation,
        library=shelf.libraries[community.pk] if community else shelf.network, type=shelf.types[text.type], subject=shelf.subjects.get(text.subject),
        education_level=next((level for level in shelf.levels if level.grade_from <= text.grade_from <= level.grade_to), None),
        grade_from=text.grade_from, grade_to=text.grade_to, purpose=shelf.purposes.get(text.purpose), topic=text.topic,
        equipment=shelf.equipment.get(text.equipment), duration_minutes=text.duration_minutes or None,
        licence=rng.choices(["cc-by", "cc-by-sa", "network"], [70, 29, 1])[0] if visibility == "public" else "network",
        visibility=visibility, status=status, created_by=author, created_at=noon(written), changed_at=noon(written),
        submitted_at=None if status == "draft" else noon(written + timedelta(days=1)), published_on=published,
        filled_by=dict.fromkeys(("title", "subject", "type", "grades", "education_level", "topic"), "author"),
    )  # fmt: skip
    original = region.around.original_of(material) if rng.random() < VARIANTS and visibility == "public" else None
    if original:
        # Under the same licence, so that both may stand side by side.
        material.derived_from_id, material.licence = original.version_id, original.licence
    if published and rng.random() < 0.03:
        material.best_practice_reason = "Проверено в нескольких школах, подходит для классов-комплектов."
    authors = [author]
    second = pool.draw(world)
    if rng.random() < 0.12 and second != author:
        authors.append(second)
    version = MaterialVersion(pk=next(region.keys[MaterialVersion]), material=material, number=1, created_by=author, created_at=noon(written))
    batch.materials.append(material)
    batch.authorships += [Authorship(pk=next(region.keys[Authorship]), material=material, teacher=who, order=order) for order, who in enumerate(authors)]
    batch.versions.append(version)
    files = _add_files(region, batch, bodies, version, text, lines)
    batch.documents.append(search_document(material, authors, files, stemmed=region.stems))
    _add_review(region, batch, version, authors, community)
    if published:
        level = derive_level(person.school for person in authors)
        if original:
            batch.acts += [Act("adapted", by=person, target=material, community=community, level=level, on=published) for person in authors]
        batch.acts += [Act("published", by=person, target=material, community=community, level=level, on=published) for person in authors]
        _add_use(region, batch, version, authors, community, pool)
    region.around.note(material, version.pk, text.subject)


def _add_files(region: Region, batch: Batch, bodies: Bodies, version: MaterialVersion, text: MaterialText, lines: list[str]) -> list[MaterialFile]:
    material, rng = version.material, region.world.rng
    author = material.created_by
    files = []
    for order in range(2 if rng.random() < 0.12 else 1):
        body = bodies.another(text.type)
        kept = [line for line in lines if rng.random() < 0.85]
        # A colleague's text of another type or topic lends a few lines: teachers reuse what they have.
        lent = rng.choice(region.lines)
        kept += rng.sample(lent, min(len(lent), rng.randint(2, 6)))
        name = f"{material.title[:80].replace(':', ' —').replace('?', '').replace('/', '-').strip(' .')}.{body.kind}"
        said = "\n".join([material.title, str(author) if author.publishes_name else "Методическая копилка", *kept])
        packed = signature(said, stemmed=region.stems)
        file = MaterialFile(
            pk=next(region.keys[MaterialFile]), version=version, order=order, stored_name=body.stored_name, original_name=name, kind=body.kind,
            media_type=KINDS[body.kind].media_type, size=body.size, sha256=body.sha256, text=said, reading=Reading.DONE, signature=packed,
            created_at=version.created_at,
        )  # fmt: skip
        batch.bands += [(file.pk, band, value) for band, value in enumerate(band_values(packed))]
        files.append(file)
        material.file_count += 1
        material.size += body.size
        material.main_kind = material.main_kind or body.kind
    batch.files += files
    return files


def _add_review(region: Region, batch: Batch, version: MaterialVersion, authors: list[Teacher], community: Community | None) -> None:
    material, world = version.material, region.world
    if material.status not in ("published", "returned"):
        return
    leaders = [leader for leader in world.leaders[community.pk] if leader not in authors] if community else []
    reviewer = world.rng.choice(leaders) if leaders and world.rng.random() < 0.7 else world.rng.choice(region.methodists)
    day = material.published_on or min(world.today, material.submitted_at.date() + timedelta(days=3))
    accepted = material.status == "published"
    review = Review(
        pk=next(region.keys[Review]), material=material, version=version, reviewer=reviewer, decision="accepted" if accepted else "returned",
        comment=accepting_comment(world.rng) if accepted else returning_comment(world.rng), decided_at=noon(day),
    )  # fmt: skip
    batch.reviews.append(review)
    level = derive_level([reviewer.school, material.created_by.school])
    batch.acts.append(Act("reviewed", by=reviewer, target=material, community=community, level=level, on=day))


def _add_use(region: Region, batch: Batch, version: MaterialVersion, authors: list[Teacher], community: Community | None, pool: Pool) -> None:
    """Lessons and downloads after publication."""
    material, world, rng = version.material, region.world, region.world.rng
    wanted = min(int(rng.paretovariate(REUSE_EXPONENT)) - 1, MOST_REUSES)
    takers = wanted + sum(rng.random() < DOWNLOADS_ONLY for _ in range(wanted + 1))
    schools: set[int] = set()
    homes = [author.school for author in authors]
    for place, (day, teacher) in enumerate(_readers(world, material, authors, community, pool, takers)):
        level = derive_level([teacher.school, *homes])
        if place < wanted:
            note = reuse_note(rng, world.genders[teacher.pk]) if rng.random() < 0.4 else ""
            group = f"{rng.randint(material.grade_from, material.grade_to)} «{rng.choice('АБВ')}»" if rng.random() < 0.6 else ""
            batch.reuses.append((material.pk, version.pk, teacher.pk, teacher.school_id, day, group, note, noon(day)))
            batch.acts.append(Act("reused", by=teacher, target=material, community=community, level=level, on=day))
            material.reuse_count += 1
            if teacher.school_id:
                schools.add(teacher.school_id)
        batch.downloads.append((material.pk, teacher.pk, day))
        batch.acts.append(Act("downloaded", by=teacher, target=material, community=community, level=level, on=day))
        material.download_count += 1
    material.reuse_school_count = len(schools)


def _readers(world: World, material: Material, authors: list[Teacher], community: Community | None, pool: Pool, wanted: int) -> Iterator[tuple[date, Teacher]]:
    colleagues = [teacher for teacher, _day in world.members[community.pk]] if community and material.visibility == "library" else pool.teachers
    for teacher in world.rng.sample(colleagues, min(wanted, len(colleagues))):
        if teacher not in authors:
            first = max(material.published_on, teacher.confirmed_on)
            yield first + timedelta(days=world.rng.randint(0, max(0, (world.today - first).days))), teacher
