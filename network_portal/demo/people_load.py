"""The demo region's schools, people and communities as rows, with acts at the days they happened."""

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from communities.levels import derive_level
from communities.models import (
    Community,
    CommunityForm,
    Consent,
    ConsentText,
    EducationLevel,
    Employment,
    GoalEndorsement,
    GoalVersion,
    JoinRequest,
    Membership,
    MembershipRole,
    Municipality,
    Position,
    ProblemArea,
    School,
    SchoolPeculiarity,
    Subject,
    Teacher,
)
from communities.slugs import free_slug, latin_slug
from foundation.activity import record
from network_portal.demo.content.voices import COMMUNITIES, CommunityText
from network_portal.demo.people import Person, make_people
from network_portal.demo.personas import PASSWORD, PERSONAS, Persona, give_second_factor, totp_secret
from network_portal.demo.region import make_region

# People beside the personas cannot sign in.
NOBODY_KNOWS = make_password(None)
# How often a teacher of the region teaches the subject, beside the class teachers of the primary school.
SUBJECT_WEIGHTS = {
    "russian": 10, "mathematics": 9, "foreign-language": 8, "history": 6, "literature": 6, "physics": 5, "biology": 5, "chemistry": 4, "geography": 4,
    "informatics": 4, "social-studies": 4, "algebra": 5, "geometry": 4, "pe": 5, "technology": 3, "art": 2, "music": 2, "obzr": 2,
}  # fmt: skip
PRIMARY = ("russian", "reading", "mathematics", "world-around")
DUTIES = ("рецензии", "опыты и приборы", "план и отчётность", "встречи", "олимпиады", "новые участники")


@dataclass
class World:
    """What the later steps of the demo need to know about the earlier ones."""

    rng: random.Random
    today: date
    seed: int
    schools: list[School] = field(default_factory=list)
    teachers: list[Teacher] = field(default_factory=list)
    genders: dict[int, str] = field(default_factory=dict)
    subjects_of: dict[int, set[str]] = field(default_factory=dict)
    personas: dict[str, Teacher] = field(default_factory=dict)
    communities: list[Community] = field(default_factory=list)
    members: dict[int, list[tuple[Teacher, date]]] = field(default_factory=lambda: defaultdict(list))
    leaders: dict[int, list[Teacher]] = field(default_factory=lambda: defaultdict(list))

    def days_ago(self, most: int, least: int = 0) -> date:
        """A day between `most` and `least` days before today."""
        return self.today - timedelta(days=self.rng.randint(least, max(least, most)))


def noon(day: date) -> datetime:
    """A moment of that day."""
    return datetime.combine(day, time(7), UTC)


def load_schools(world: World, *, municipalities: int, schools: int) -> None:
    """Municipalities and schools with levels and peculiarities."""
    region = make_region(world.rng, municipalities=municipalities, schools=schools)
    towns = {
        town.key: Municipality.objects.create(
            name=town.name, slug=free_slug(town.name, among=Municipality.objects.all(), fallback="municipality"), external_id=town.key
        )
        for town in region.municipalities
    }
    levels = {level.code: level for level in EducationLevel.objects.all()}
    for plan in region.schools:
        school = School.objects.create(
            name=plan.name,
            short_name=plan.short_name,
            slug=free_slug(plan.short_name, among=School.objects.all(), fallback="school"),
            municipality=towns[plan.municipality],
            locality=plan.locality,
            latitude=f"{plan.latitude:.5f}",
            longitude=f"{plan.longitude:.5f}",
            joined_on=world.days_ago(1400, 300),
            external_id=plan.key,
        )
        school.education_levels.set(levels[code] for code in plan.education_levels)
        SchoolPeculiarity.objects.bulk_create(SchoolPeculiarity(school=school, peculiarity=code, since=school.joined_on) for code in plan.peculiarities)
        world.schools.append(school)


def load_people(world: World, *, count: int) -> None:
    """Teachers at their schools, the personas among them; each school has a head and a coordinator."""
    positions = {position.code: position for position in Position.objects.all()}
    subjects = {subject.code: subject for subject in Subject.objects.all()}
    texts = {text.purpose: text for text in ConsentText.objects.filter(version=1)}
    people = make_people(world.rng, count - len(PERSONAS))
    home = next((school for school in world.schools if "isolation" in {p.peculiarity for p in school.peculiarities.all()}), world.schools[0])
    places = places_of(world, home, len(people))
    for person, (school, office) in zip(people, places, strict=True):
        chosen = draw_subjects(world, office)
        teacher = _add(
            world, person, school, positions[{"head": "head", "coordinator": "deputy"}.get(office, "teacher")], [subjects[code] for code in chosen], office
        )
        consents(world, teacher, texts, publishes=world.rng.random() < 0.8)
    elsewhere = next(school for school in world.schools if school.municipality_id != home.municipality_id)
    where = {"leader": elsewhere, "outsider": world.schools[-1], "methodist": None, "administrator": None}
    for persona in PERSONAS:
        teacher = add_persona(world, persona, where.get(persona.key, home), positions, subjects)
        consents(world, teacher, texts, publishes=persona.key != "outsider")


def places_of(world: World, home: School, count: int) -> list[tuple[School, str]]:
    """A school and an office for each person: first heads and coordinators everywhere, then teachers, more of them in towns."""
    offices = [(school, office) for school in world.schools for office in ("head", "coordinator") if school != home]
    weights = [3 if school.locality.startswith("г.") else 1 for school in world.schools]
    teachers = [(school, "teacher") for school in world.rng.choices(world.schools, weights, k=max(0, count - len(offices)))]
    return [*offices, *teachers][:count]


def draw_subjects(world: World, office: str) -> list[str]:
    if office == "teacher" and world.rng.random() < 0.22:
        return list(PRIMARY)
    wanted = 1 if world.rng.random() < 0.6 else 2
    return sorted(set(world.rng.choices(list(SUBJECT_WEIGHTS), list(SUBJECT_WEIGHTS.values()), k=wanted)))


def _add(world: World, person: Person, school: School, position: Position, subjects: list[Subject], office: str) -> Teacher:
    since = max(school.joined_on, world.days_ago(1300, 20))
    teacher = Teacher.objects.create(
        email=person.email, last_name=person.last_name, first_name=person.first_name, middle_name=person.middle_name, position=position, school=school,
        category=world.rng.choices(["none", "first", "highest"], [3, 4, 3])[0], confirmed_on=since, joined_at=noon(since), password=NOBODY_KNOWS,
        show_email=world.rng.choice(["nobody", "school", "communities", "network"]),
    )  # fmt: skip
    EmailAddress.objects.create(user=teacher, email=person.email, verified=True, primary=True)
    teacher.subjects.set(subjects)
    Employment.objects.create(
        teacher=teacher,
        school=school,
        position=position,
        started_on=since,
        confirmed_on=since,
        is_head=office == "head",
        is_coordinator=office == "coordinator",
    )
    remember(world, teacher, person.gender, subjects)
    return teacher


def add_persona(world: World, persona: Persona, school: School | None, positions: dict[str, Position], subjects: dict[str, Subject]) -> Teacher:
    since = world.days_ago(900, 600)
    waits = persona.role == "unconfirmed"
    teacher = Teacher.objects.create(
        email=persona.email, last_name=persona.last_name, first_name=persona.first_name, middle_name=persona.middle_name,
        role=persona.role if persona.role in ("methodist", "administrator") else "teacher", position=positions[persona.position],
        school=None if waits else school, category="highest", confirmed_on=None if waits else since, joined_at=noon(since), password=make_password(PASSWORD),
    )  # fmt: skip
    EmailAddress.objects.create(user=teacher, email=persona.email, verified=True, primary=True)
    chosen = [subjects[code] for code in persona.subjects]
    teacher.subjects.set(chosen)
    if school is not None:
        Employment.objects.create(
            teacher=teacher, school=school, position=teacher.position, started_on=world.today if waits else since, confirmed_on=None if waits else since,
            is_head=persona.role == "head", is_coordinator=persona.role == "coordinator",
        )  # fmt: skip
    secret = totp_secret(persona, world.seed)
    if secret:
        give_second_factor(teacher, secret)
    world.personas[persona.key] = teacher
    if not waits:
        remember(world, teacher, "m" if persona.middle_name.endswith("ч") else "f", chosen)
    return teacher


def remember(world: World, teacher: Teacher, gender: str, subjects: list[Subject]) -> None:
    world.teachers.append(teacher)
    world.genders[teacher.pk] = gender
    world.subjects_of[teacher.pk] = {subject.code for subject in subjects}


def consents(world: World, teacher: Teacher, texts: dict[str, ConsentText], *, publishes: bool) -> None:
    purposes = ["processing", *(["publication"] if publishes else [])]
    Consent.objects.bulk_create(Consent(teacher=teacher, text=texts[purpose], given_at=teacher.joined_at) for purpose in purposes)
    if publishes:
        Teacher.objects.filter(pk=teacher.pk).update(publishes_name=True)
        teacher.publishes_name = True


def load_communities(world: World) -> None:
    """Communities with goals, members, leaders and endorsements; a few have one leader only, one person is in none."""
    areas = {"subject": {s.code: s for s in Subject.objects.all()}, "problem": {a.code: a for a in ProblemArea.objects.all()}}
    forms = {form.code: form for form in CommunityForm.objects.all()}
    outsider = world.personas["outsider"]
    willing = [teacher for teacher in world.teachers if teacher != outsider and teacher.role == "teacher"]
    for number, text in enumerate(COMMUNITIES):
        community = _found(world, text, areas, forms)
        fitting = [t for t in willing if text.kind == "problem" or text.area in world.subjects_of[t.pk] or world.rng.random() < 0.03]
        size = min(len(fitting), world.rng.randint(9, 34))
        members = world.rng.sample(fitting, size)
        if text.area == "physics":
            members = [world.personas["leader"], world.personas["teacher"], *[m for m in members if m not in world.personas.values()]]
        elif text.area == "gifted":
            members = [m for m in members if m not in world.personas.values()] + [world.personas["teacher"]]
        for place, teacher in enumerate(members):
            leads = place < (1 if number % 6 == 5 else world.rng.randint(1, 3)) and teacher != world.personas["teacher"]
            _join(world, community, teacher, leads=leads, founder=place == 0)
        version = community.goal_versions.get()
        endorsers = [t for t, _ in world.members[community.pk] if world.rng.random() < world.rng.choice([0.4, 0.7, 0.95]) and t != world.personas["teacher"]]
        for teacher in endorsers:
            joined = next(day for t, day in world.members[community.pk] if t == teacher)
            day = min(world.today, joined + timedelta(days=world.rng.randint(0, 60)))
            GoalEndorsement.objects.create(version=version, teacher=teacher, endorsed_on=day)
            record("endorsed-goal", by=teacher, target=community, community=community, level=derive_level([teacher.school]), on=day)
    by_request = next((c for c in world.communities if not c.is_open), None)
    if by_request is not None:
        JoinRequest.objects.create(community=by_request, teacher=outsider, message="Веду географию один на всю школу, хочу учиться у вас.")


def _found(world: World, text: CommunityText, areas: dict, forms: dict[str, CommunityForm]) -> Community:
    founded = world.days_ago(1200, 150)
    community = Community.objects.create(
        name=text.name, slug=latin_slug(text.name), kind=text.kind, is_formal=text.formal, form=forms[text.form], goal=text.goal, is_open=text.open,
        information=text.description, founded_on=founded, external_id=f"c-{latin_slug(text.name)}"[:64],
        **{"subject" if text.kind == "subject" else "problem_area": areas[text.kind][text.area]},
    )  # fmt: skip
    GoalVersion.objects.create(community=community, text=text.goal, since=founded)
    world.communities.append(community)
    return community


def _join(world: World, community: Community, teacher: Teacher, *, leads: bool, founder: bool) -> None:
    first = max(community.founded_on, teacher.confirmed_on)
    joined = first if founder else first + timedelta(days=world.rng.randint(0, max(0, (world.today - first).days)))
    left = joined + timedelta(days=world.rng.randint(30, 400)) if not leads and teacher not in world.personas.values() and world.rng.random() < 0.12 else None
    left = left if left and left <= world.today else None
    role = "leader" if leads else "moderator" if world.rng.random() < 0.05 else "member"
    if teacher in (world.personas["teacher"],):
        role = "member"
    membership = Membership.objects.create(
        community=community, teacher=teacher, role=role, joined_on=joined, left_on=left, self_joined=world.rng.random() < 0.75,
        duty=world.rng.choice(DUTIES) if leads else "",
    )  # fmt: skip
    MembershipRole.objects.create(membership=membership, role=role, since=joined, until=left)
    level = derive_level([teacher.school])
    record("founded" if founder else "joined", by=teacher, target=community, community=community, level=level, on=joined)
    if left:
        record("left", by=teacher, target=community, community=community, level=level, on=left)
        return
    world.members[community.pk].append((teacher, joined))
    if leads:
        world.leaders[community.pk].append(teacher)
