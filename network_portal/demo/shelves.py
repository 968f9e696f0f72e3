"""The demo library: real files with their text, reviews, and lessons at which colleagues used them."""

import sys
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from django.db import transaction
from django.db.models import Case, Count, IntegerField, Q, Value, When

from communities.levels import derive_level
from communities.models import EducationLevel, Subject, Teacher
from communities.slugs import latin_slug
from foundation.activity import record
from foundation.files.check import CheckedFile, sha256_of
from foundation.files.inside.text import read_text
from foundation.files.kinds import KINDS
from foundation.files.storage import delete_stored, keep
from network_portal.demo.content.compose import MaterialText, file_kind, plan_materials
from network_portal.demo.content.voices import accepting_comment, returning_comment, reuse_note
from network_portal.demo.documents import write_document
from network_portal.demo.people_load import World, noon
from resources.actions.indexing import rebuild_search
from resources.actions.vocabulary import refresh_vocabulary
from resources.jobs import read_file
from resources.models import Authorship, Download, Equipment, Library, Material, MaterialFile, MaterialType, MaterialVersion, Purpose, Reuse, Review
from resources.models.file import Reading

TEXT_LIMIT = 400_000
# Pictures of demo files are drawn behind whatever people upload.
LOW_PRIORITY = -50


class Shelf:
    """Reference lists and libraries, read once."""

    def __init__(self, world: World) -> None:
        self.subjects = {subject.code: subject for subject in Subject.objects.all()}
        self.types = {entry.code: entry for entry in MaterialType.objects.all()}
        self.purposes = {entry.code: entry for entry in Purpose.objects.all()}
        self.equipment = {entry.code: entry for entry in Equipment.objects.all()}
        self.levels = list(EducationLevel.objects.all())
        self.network = Library.objects.get(community=None)
        self.libraries = {community.pk: Library.objects.get_or_create(community=community)[0] for community in world.communities}


def load_materials(world: World, *, count: int) -> None:
    """`count` materials with one real file each, sometimes two."""
    shelf = Shelf(world)
    kept: list[str] = []
    try:
        with tempfile.TemporaryDirectory() as folder:
            for number, text in enumerate(plan_materials(world.rng, count)):
                _load_one(world, shelf, text, number, Path(folder), kept)
                if number % 50 == 49:
                    sys.stdout.write(f"  {number + 1} / {count}\n")
                    sys.stdout.flush()
    except BaseException:
        for name in kept:
            delete_stored(name)
        raise
    rebuild_search()
    refresh_vocabulary()
    _recount()
    # What a first visitor is likely to open comes first: olympiad tasks, then the newest.
    olympiad = Case(When(version__material__purpose__code="olympiad", then=Value(0)), default=Value(1), output_field=IntegerField())
    for pk in MaterialFile.objects.order_by(olympiad, "-version__material__published_on", "pk").values_list("pk", flat=True):
        transaction.on_commit(lambda pk=pk: read_file.using(priority=LOW_PRIORITY).enqueue(pk))


def _load_one(world: World, shelf: Shelf, text: MaterialText, number: int, folder: Path, kept: list[str]) -> None:
    author = _author(world, text)
    community = _community(world, author, text)
    status, visibility = state_of(world, number, community)
    # What is not published yet was written lately: nobody waits for a review for years.
    age = int(900 * world.rng.random() ** 1.6) if status == "published" else world.rng.randint(0, 12)
    written = max(author.confirmed_on, world.today - timedelta(days=age + 3))
    material = Material.objects.create(
        title=text.title, slug=latin_slug(text.title) or "material", annotation=text.annotation,
        library=shelf.libraries[community.pk] if community else shelf.network, type=shelf.types[text.type], subject=shelf.subjects.get(text.subject),
        education_level=next((level for level in shelf.levels if level.grade_from <= text.grade_from <= level.grade_to), None),
        grade_from=text.grade_from, grade_to=text.grade_to, purpose=shelf.purposes.get(text.purpose), topic=text.topic,
        equipment=shelf.equipment.get(text.equipment), duration_minutes=text.duration_minutes or None,
        licence=world.rng.choices(["cc-by", "cc-by-sa", "network"], [7, 2, 1])[0] if visibility == "public" else "network",
        visibility=visibility, status=status, created_by=author, created_at=noon(written), changed_at=noon(written),
        submitted_at=None if status == "draft" else noon(written + timedelta(days=1)),
        published_on=min(world.today, written + timedelta(days=world.rng.randint(2, 9))) if status == "published" else None,
        filled_by=dict.fromkeys(("title", "subject", "type", "grades", "education_level", "topic"), "author"),
    )  # fmt: skip
    Authorship.objects.create(material=material, teacher=author)
    if world.rng.random() < 0.12:
        second = world.rng.choice([teacher for teacher in world.teachers if teacher != author and teacher.role == "teacher"])
        Authorship.objects.create(material=material, teacher=second, order=1)
    version = MaterialVersion.objects.create(material=material, number=1, created_by=author, created_at=noon(written))
    kinds = [file_kind(world.rng, text.type), *(["pdf"] if world.rng.random() < 0.12 else [])]
    for order, kind in enumerate(dict.fromkeys(kinds)):
        kept.append(_write_file(version, text, author, written, kind, order, folder))
    _review(world, material, version, community)
    if status == "published":
        authors = [authorship.teacher for authorship in material.authorships.select_related("teacher__school").order_by("order")]
        level = derive_level(person.school for person in authors)
        for person in authors:
            record("published", by=person, target=material, community=community, level=level, on=material.published_on)
        _use(world, material, version, authors, community)


def _author(world: World, text: MaterialText) -> Teacher:
    """Somebody who teaches the subject; a few people write much more than others."""
    fitting = [t for t in world.teachers if text.subject in world.subjects_of[t.pk]] or [t for t in world.teachers if t.role == "teacher"]
    return fitting[min(int(world.rng.paretovariate(0.9)) - 1, len(fitting) - 1)]


def _community(world: World, author: Teacher, text: MaterialText):
    own = [c for c in world.communities if any(author == teacher for teacher, _day in world.members[c.pk])]
    fitting = [c for c in own if (c.subject_id and c.subject.code == text.subject) or (c.problem_area_id and c.problem_area.code == text.area)]
    return world.rng.choice(fitting) if fitting and world.rng.random() < 0.85 else None


def state_of(world: World, number: int, community: object) -> tuple[str, str]:
    """Most are published and public; every hundred holds some in review, drafts and returned ones."""
    status = {7: "review", 23: "draft", 41: "review", 59: "returned", 83: "review"}.get(number % 100, "published")
    visibility = world.rng.choices(["public", "network", "library"], [76, 16, 8 if community else 0])[0]
    return status, visibility


def _write_file(version: MaterialVersion, text: MaterialText, author: Teacher, written: date, kind: str, order: int, folder: Path) -> str:
    path = folder / f"material.{kind}"
    # A file names its author only where the author publishes the name: visitors read files, too.
    write_document(text.blocks, text.title, str(author) if author.publishes_name else "Методическая копилка", path, kind, written_on=written)
    body = read_text(str(path), kind, TEXT_LIMIT)
    name = f"{text.title[:80].replace(':', ' —').replace('?', '').replace('/', '-').strip(' .')}.{kind}"
    checked = CheckedFile(KINDS[kind], path.stat().st_size, sha256_of(path), name)
    stored = keep(path, checked)
    MaterialFile.objects.create(
        version=version, order=order, stored_name=stored, original_name=name, kind=kind, media_type=checked.media_type, size=checked.size,
        sha256=checked.sha256, text=body, reading=Reading.DONE, created_at=version.created_at,
    )  # fmt: skip
    return stored


def _review(world: World, material: Material, version: MaterialVersion, community: object) -> None:
    if material.status not in ("published", "returned"):
        return
    authors = {authorship.teacher_id for authorship in material.authorships.all()}
    leaders = [leader for leader in world.leaders[community.pk] if leader.pk not in authors] if community else []
    reviewer = world.rng.choice(leaders) if leaders and world.rng.random() < 0.7 else world.personas["methodist"]
    day = material.published_on or min(world.today, material.submitted_at.date() + timedelta(days=3))
    accepted = material.status == "published"
    comment = accepting_comment(world.rng) if accepted else returning_comment(world.rng)
    Review.objects.create(
        material=material, version=version, reviewer=reviewer, decision="accepted" if accepted else "returned", comment=comment, decided_at=noon(day)
    )
    record("reviewed", by=reviewer, target=material, community=community, level=derive_level([reviewer.school, material.created_by.school]), on=day)
    if accepted and world.rng.random() < 0.04:
        Material.objects.filter(pk=material.pk).update(best_practice_reason="Проверено в нескольких школах, подходит для классов-комплектов.")


def _use(world: World, material: Material, version: MaterialVersion, authors: list[Teacher], community: object) -> None:
    """Lessons and downloads after publication: few materials are used much, most a little."""
    age = (world.today - material.published_on).days
    wanted = min(int(world.rng.paretovariate(1.1)) - 1, 40) if age > 5 else 0
    for day, teacher in sorted(_readers(world, material, authors, wanted), key=lambda use: use[0]):
        note = reuse_note(world.rng, world.genders[teacher.pk]) if world.rng.random() < 0.4 else ""
        group = f"{world.rng.randint(material.grade_from, material.grade_to)} «{world.rng.choice('АБВ')}»" if world.rng.random() < 0.6 else ""
        Reuse.objects.create(
            material=material, version=version, teacher=teacher, school=teacher.school, used_on=day, group=group, note=note, created_at=noon(day)
        )
        level = derive_level([teacher.school, *[author.school for author in authors]])
        record("reused", by=teacher, target=material, community=community, level=level, on=day)
        Download.objects.create(material=material, teacher=teacher, day=day)
        record("downloaded", by=teacher, target=material, community=community, level=level, on=day)


def _readers(world: World, material: Material, authors: list[Teacher], wanted: int) -> Iterator[tuple[date, Teacher]]:
    code = material.subject.code if material.subject_id else None
    colleagues = [t for t in world.teachers if t not in authors and t.role == "teacher" and (code is None or code in world.subjects_of[t.pk])]
    if material.visibility == "library":
        members = {teacher.pk for teacher, _day in world.members[material.library.community_id]}
        colleagues = [teacher for teacher in colleagues if teacher.pk in members]
    for teacher in world.rng.sample(colleagues, min(wanted, len(colleagues))):
        first = max(material.published_on, teacher.confirmed_on)
        yield first + timedelta(days=world.rng.randint(0, (world.today - first).days)), teacher


def _recount() -> None:
    """The counts that lists show, made of the rows."""
    counted = Material.objects.annotate(
        files=Count("versions__files", distinct=True), uses=Count("reuses", distinct=True), taken=Count("downloads", distinct=True),
        schools=Count("reuses__school", filter=Q(reuses__school__isnull=False), distinct=True),
    ).prefetch_related("versions__files")  # fmt: skip
    changed = []
    for material in counted:
        files = [file for version in material.versions.all() for file in version.files.all()]
        material.file_count, material.size, material.main_kind = len(files), sum(file.size for file in files), files[0].kind if files else ""
        material.reuse_count, material.reuse_school_count, material.download_count = material.uses, material.schools, material.taken
        changed.append(material)
    fields = ["file_count", "size", "main_kind", "reuse_count", "reuse_school_count", "download_count"]
    Material.objects.bulk_update(changed, fields, batch_size=200)
