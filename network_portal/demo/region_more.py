"""What grew around a region's materials: collections, kept searches, searches that found nothing, calls, readers' reports, wishes to join."""

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from communities.models import JoinRequest, Subject, Teacher
from communities.slugs import latin_slug
from network_portal.demo.content.compose import SUBJECTS
from network_portal.demo.people_load import World, noon
from resources.models import Collection, CollectionFollow, CollectionItem, Material, MaterialCall, MaterialReport, SavedSearch, SearchMiss

# Of these so many stand at 100,000 materials; fewer at a part of it.
COLLECTIONS, SEARCHES, MISSES, REPORTS, REQUESTS = 1500, 3000, 4000, 150, 200
BATCH = 1000
TITLES = (
    "Уроки по {dative}: {grade} класс",
    "Готовимся к олимпиаде по {dative}, {grade} класс",
    "Проверочные по {dative}, {grade} класс",
    "{name} в классе-комплекте, {grade} класс",
    "Первый год работы: {name}, {grade} класс",
)
NOTES = ("Начните с этого.", "Для тех, кто справился раньше.", "Хорошо идёт в конце четверти.", "Распечатайте заранее.", "")
WANTED = (
    "лента времени", "квест по сказкам", "робототехника для начальной школы", "шифры и коды", "урок в музее", "задачи на проценты в быту",
    "диктант с объяснением", "краеведение родного посёлка", "опыты на кухне", "дебаты на уроке", "кроссворд по терминам", "скретч проекты",
    "летний лагерь", "семейный архив",
)  # fmt: skip
REASONS = (
    ("link", "Ссылка в конце не открывается."),
    ("scan", ""),
    ("personal", "В таблице фамилии учеников."),
    ("exam", ""),
    ("other", "В ответе к третьему заданию ошибка."),
)


@dataclass(frozen=True, slots=True)
class Shared:
    """A material that everybody sees and may change: what variants and collections are made of."""

    material_id: int
    version_id: int
    licence: str
    grade: int
    day: date


class Around:
    """Remembers what of the library is shared while it is written; writes what grew around it when all is there."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.by_text: dict[tuple[str, str], list[Shared]] = defaultdict(list)
        self.by_subject: dict[str, list[Shared]] = defaultdict(list)
        self._noted: list[tuple[tuple[str, str], Shared]] = []

    def note(self, material: Material, version_id: int, subject: str) -> None:
        """A material of the load, perhaps to be used again."""
        if material.status == "published" and material.visibility == "public" and material.grade_from:
            shared = Shared(material.pk, version_id, material.licence, material.grade_from, material.published_on)
            if material.licence != "network":
                self._noted.append(((material.topic, str(material.type_id)), shared))
            if subject:
                self.by_subject[subject].append(shared)

    def settle(self) -> None:
        """What was noted is written: from now on variants may refer to it.

        A reference to a row that is not there yet would be right at the end, too; but until then SQLite would look through all children,
        whose indexes are away, for each new parent.
        """
        for key, shared in self._noted:
            self.by_text[key].append(shared)
        self._noted.clear()

    def original_of(self, material: Material) -> Shared | None:
        """An earlier material of the same topic and type, of which this one may be a variant."""
        earlier = [shared for shared in self.by_text[material.topic, str(material.type_id)] if shared.day < material.created_at.date()]
        return self.world.rng.choice(earlier) if earlier else None

    def write(self, share: float) -> None:
        """Everything, in that part of a region."""
        self._collections(round(COLLECTIONS * share))
        self._searches(round(SEARCHES * share), round(MISSES * share))
        self._calls()
        self._reports(round(REPORTS * share))
        self._requests(round(REQUESTS * share))

    def _teacher(self) -> Teacher:
        return self.world.rng.choice(self.world.teachers)

    def _collections(self, count: int) -> None:
        rng = self.world.rng
        ours = {teacher.pk: community for community in self.world.communities for teacher in self.world.leaders[community.pk]}
        collections, chosen = [], []
        for _number in range(count):
            code = rng.choice(sorted(set(self.by_subject) & set(SUBJECTS)))
            first = rng.choice(self.by_subject[code])
            fitting = [shared for shared in rng.sample(self.by_subject[code], min(120, len(self.by_subject[code]))) if shared.grade == first.grade]
            name, dative = SUBJECTS[code]
            title = rng.choice(TITLES).format(name=name, dative=dative, grade=first.grade)
            owner = rng.choice(self.world.leaders[rng.choice(self.world.communities).pk] or [self._teacher()])
            community = ours.get(owner.pk) if rng.random() < 0.5 else None
            visibility = rng.choices(["public", "network", "private", "community"], [60, 20, 12, 8 if community else 0])[0]
            made = noon(self.world.days_ago(600))
            collections.append(
                Collection(title=title, slug=latin_slug(title), owner=owner, community=community, visibility=visibility, created_at=made, changed_at=made)
            )
            chosen.append([first, *[shared for shared in fitting if shared != first][: rng.randint(2, 14)]])
        Collection.objects.bulk_create(collections, batch_size=BATCH)
        items = [
            CollectionItem(collection=collection, material_id=shared.material_id, order=order, note=rng.choice(NOTES), added_at=collection.created_at)
            for collection, entries in zip(collections, chosen, strict=True)
            for order, shared in enumerate(entries, 1)
        ]
        CollectionItem.objects.bulk_create(items, batch_size=BATCH)
        followed = {
            (collection.pk, self._teacher().pk)
            for collection in collections
            if collection.visibility == "public"
            for _ in range(int(rng.paretovariate(1.2)) - 1)
        }
        CollectionFollow.objects.bulk_create((CollectionFollow(collection_id=c, teacher_id=t) for c, t in sorted(followed)), batch_size=BATCH)

    def _searches(self, kept: int, missed: int) -> None:
        rng, subjects = self.world.rng, sorted(SUBJECTS)
        wanted = {(self._teacher().pk, rng.choice(subjects), rng.randint(1, 11)) for _ in range(kept)}
        searches = []
        for teacher, subject, grade in sorted(wanted):
            token = hashlib.sha256(f"{self.world.seed} {teacher} {subject} {grade}".encode()).hexdigest()
            title, query = f"{SUBJECTS[subject][0]}, {grade} класс", urlencode({"subject": subject, "grade": grade})
            searches.append(SavedSearch(teacher_id=teacher, title=title, query=query, digest=rng.choice(["never", "weekly", "daily"]), token=token))
        SavedSearch.objects.bulk_create(searches, batch_size=BATCH)
        said = {(self.world.days_ago(300), f"{rng.choice(WANTED)}{rng.choice(('', '', f' {rng.randint(1, 11)} класс'))}") for _ in range(missed)}
        SearchMiss.objects.bulk_create((SearchMiss(day=day, words=words, count=rng.randint(1, 5)) for day, words in sorted(said)), batch_size=BATCH)

    def _calls(self) -> None:
        """Leaders ask their own community where the curriculum has a hole; a tenth of the communities at most."""
        rng = self.world.rng
        subjects = {subject.pk: subject for subject in Subject.objects.all()}
        asked = [community for community in self.world.communities if community.subject_id in subjects and rng.random() < 0.1]
        MaterialCall.objects.bulk_create(
            MaterialCall(
                subject_id=community.subject_id, grade=rng.randint(5, 11), community=community, called_by=rng.choice(self.world.leaders[community.pk]),
                called_on=self.world.days_ago(90),
            )
            for community in asked
            if self.world.leaders[community.pk]
        )  # fmt: skip

    def _reports(self, count: int) -> None:
        rng = self.world.rng
        every = [shared for found in self.by_subject.values() for shared in found]
        for shared in rng.sample(every, min(count, len(every))):
            reason, words = rng.choice(REASONS)
            MaterialReport.objects.create(
                material_id=shared.material_id, reporter=self._teacher(), reason=reason, words=words, reported_at=noon(self.world.days_ago(30))
            )

    def _requests(self, count: int) -> None:
        closed = [community for community in self.world.communities if not community.is_open]
        members = {community.pk: {teacher.pk for teacher, _day in self.world.members[community.pk]} for community in closed}
        for _number in range(count if closed else 0):
            community, teacher = self.world.rng.choice(closed), self._teacher()
            if teacher.pk not in members[community.pk]:
                members[community.pk].add(teacher.pk)
                asked = noon(self.world.today - timedelta(days=self.world.rng.randint(0, 20)))
                JoinRequest.objects.create(community=community, teacher=teacher, message="Хочу учиться у вас.", asked_at=asked)
