"""People and communities of a whole region: what `people_load` writes row by row, written in bulk."""

from collections import defaultdict
from datetime import date, timedelta

from allauth.account.models import EmailAddress
from django.db import transaction

from communities.models import (
    Community,
    CommunityForm,
    Consent,
    ConsentText,
    Employment,
    GoalEndorsement,
    GoalVersion,
    Membership,
    MembershipRole,
    Municipality,
    Position,
    ProblemArea,
    School,
    Subject,
    Teacher,
)
from communities.slugs import latin_slug
from foundation.activity import Act, record_many
from network_portal.demo.content.voices import COMMUNITIES
from network_portal.demo.people import Person, make_people
from network_portal.demo.people_load import DUTIES, NOBODY_KNOWS, World, add_persona, consents, draw_subjects, noon, places_of, remember
from network_portal.demo.personas import PERSONAS

BATCH = 1000
# One in so many people is a methodist: a region's reviews are not the work of one person.
METHODIST_EVERY = 400
# Members of a community of the region, of a municipality: between the two.
REGIONAL_MEMBERS, LOCAL_MEMBERS = (60, 1200), (8, 60)


def load_many_people(world: World, *, count: int) -> None:
    """Teachers at their schools, the personas first; each school has a head and a coordinator."""
    positions = {position.code: position for position in Position.objects.all()}
    subjects = {subject.code: subject for subject in Subject.objects.all()}
    texts = {text.purpose: text for text in ConsentText.objects.filter(version=1)}
    home = next((school for school in world.schools if "isolation" in {p.peculiarity for p in school.peculiarities.all()}), world.schools[0])
    elsewhere = next(school for school in world.schools if school.municipality_id != home.municipality_id)
    where = {"leader": elsewhere, "outsider": world.schools[-1], "methodist": None, "administrator": None}
    with transaction.atomic():
        for persona in PERSONAS:
            teacher = add_persona(world, persona, where.get(persona.key, home), positions, subjects)
            consents(world, teacher, texts, publishes=persona.key != "outsider")
    people = make_people(world.rng, count - len(PERSONAS))
    places = places_of(world, home, len(people))
    for start in range(0, len(people), BATCH):
        with transaction.atomic():
            _add_batch(world, list(zip(people, places, strict=True))[start : start + BATCH], positions, subjects, texts, start)


def _add_batch(
    world: World,
    people: list[tuple[Person, tuple[School, str]]],
    positions: dict[str, Position],
    subjects: dict[str, Subject],
    texts: dict[str, ConsentText],
    start: int,
) -> None:
    teachers, taught = [], []
    for number, (person, (school, office)) in enumerate(people, start):
        since = max(school.joined_on, world.days_ago(1300, 20))
        methodist = office == "teacher" and number % METHODIST_EVERY == METHODIST_EVERY - 1
        position = "methodist" if methodist else {"head": "head", "coordinator": "deputy"}.get(office, "teacher")
        teachers.append(
            Teacher(
                email=person.email, last_name=person.last_name, first_name=person.first_name, middle_name=person.middle_name,
                role="methodist" if methodist else "teacher", position=positions[position], school=school,
                category=world.rng.choices(["none", "first", "highest"], [3, 4, 3])[0], confirmed_on=since, joined_at=noon(since), password=NOBODY_KNOWS,
                show_email=world.rng.choice(["nobody", "school", "communities", "network"]), publishes_name=world.rng.random() < 0.8,
            )
        )  # fmt: skip
        taught.append([subjects[code] for code in draw_subjects(world, office)])
    Teacher.objects.bulk_create(teachers)
    EmailAddress.objects.bulk_create(EmailAddress(user=teacher, email=teacher.email, verified=True, primary=True) for teacher in teachers)
    link = Teacher.subjects.through
    link.objects.bulk_create(link(teacher=teacher, subject=subject) for teacher, chosen in zip(teachers, taught, strict=True) for subject in chosen)
    Employment.objects.bulk_create(
        Employment(
            teacher=teacher, school=school, position=teacher.position, started_on=teacher.confirmed_on, confirmed_on=teacher.confirmed_on,
            is_head=office == "head", is_coordinator=office == "coordinator",
        )
        for teacher, (_person, (school, office)) in zip(teachers, people, strict=True)
    )  # fmt: skip
    Consent.objects.bulk_create(
        Consent(teacher=teacher, text=texts[purpose], given_at=teacher.joined_at)
        for teacher in teachers
        for purpose in ("processing", "publication")
        if purpose == "processing" or teacher.publishes_name
    )
    for teacher, (person, _place), chosen in zip(teachers, people, taught, strict=True):
        remember(world, teacher, person.gender, chosen)


def load_many_communities(world: World, *, count: int) -> None:
    """The communities of the small demo for the whole region, then the same idea in each municipality, until there are `count`."""
    towns: list[Municipality | None] = [None, *Municipality.objects.order_by("id")]
    plans = [(text, town) for town in towns for text in COMMUNITIES][:count]
    areas = {"subject": {s.code: s for s in Subject.objects.all()}, "problem": {a.code: a for a in ProblemArea.objects.all()}}
    forms = {form.code: form for form in CommunityForm.objects.all()}
    communities = []
    for text, town in plans:
        name = f"{text.name} ({town})" if town else text.name
        communities.append(
            Community(
                name=name, slug=f"{latin_slug(text.name, max_length=50)}-{town.slug[:28]}".strip("-") if town else latin_slug(text.name),
                kind=text.kind, is_formal=text.formal, form=forms[text.form], goal=text.goal, is_open=text.open, information=text.description,
                founded_on=world.days_ago(1200, 150), external_id=f"c-{latin_slug(text.name)}"[:56] + (f"-{town.pk}" if town else ""),
                **{"subject" if text.kind == "subject" else "problem_area": areas[text.kind][text.area]},
            )
        )  # fmt: skip
    with transaction.atomic():
        Community.objects.bulk_create(communities)
        versions = [GoalVersion(community=community, text=community.goal, since=community.founded_on) for community in communities]
        GoalVersion.objects.bulk_create(versions)
    world.communities += communities
    by_town: dict[int | None, list[Teacher]] = defaultdict(list)
    for teacher in world.teachers:
        if teacher.role == "teacher" and teacher.school is not None and teacher != world.personas["outsider"]:
            by_town[None].append(teacher)
            by_town[teacher.school.municipality_id].append(teacher)
    for (text, town), version in zip(plans, versions, strict=True):
        with transaction.atomic():
            near = by_town[town.pk if town else None]
            fitting = [t for t in near if text.kind == "problem" or text.area in world.subjects_of[t.pk] or world.rng.random() < 0.03]
            least, most = LOCAL_MEMBERS if town else REGIONAL_MEMBERS
            members = world.rng.sample(fitting, min(len(fitting), world.rng.randint(least, most)))
            if text.area in ("physics", "gifted") and town is None:
                wanted = [world.personas["leader"], world.personas["teacher"]] if text.area == "physics" else [*members[:1], world.personas["teacher"]]
                members = list(dict.fromkeys([*wanted, *members]))
            _join_all(world, version, members)


def _join_all(world: World, version: GoalVersion, teachers: list[Teacher]) -> None:
    community, personas = version.community, set(world.personas.values())
    rows, acts, endorsements = [], [], []
    leaders = world.rng.randint(1, 3)
    willing = world.rng.choice([0.4, 0.7, 0.95])
    for place, teacher in enumerate(teachers):
        first = max(community.founded_on, teacher.confirmed_on)
        joined = first if place == 0 else first + timedelta(days=world.rng.randint(0, max(0, (world.today - first).days)))
        leads = place < leaders and teacher != world.personas["teacher"]
        role = "leader" if leads else "moderator" if teacher not in personas and world.rng.random() < 0.05 else "member"
        left: date | None = None
        if role == "member" and teacher not in personas and world.rng.random() < 0.12:
            left = joined + timedelta(days=world.rng.randint(30, 400))
            left = left if left <= world.today else None
        rows.append(
            Membership(
                community=community, teacher=teacher, role=role, joined_on=joined, left_on=left, self_joined=world.rng.random() < 0.75,
                duty=world.rng.choice(DUTIES) if leads else "",
            )
        )  # fmt: skip
        acts.append(Act("founded" if place == 0 else "joined", by=teacher, target=community, community=community, on=joined))
        if left:
            acts.append(Act("left", by=teacher, target=community, community=community, on=left))
            continue
        world.members[community.pk].append((teacher, joined))
        if leads:
            world.leaders[community.pk].append(teacher)
        if teacher != world.personas["teacher"] and world.rng.random() < willing:
            day = min(world.today, joined + timedelta(days=world.rng.randint(0, 60)))
            endorsements.append(GoalEndorsement(version=version, teacher=teacher, endorsed_on=day))
            acts.append(Act("endorsed-goal", by=teacher, target=community, community=community, on=day))
    Membership.objects.bulk_create(rows)
    MembershipRole.objects.bulk_create(MembershipRole(membership=row, role=row.role, since=row.joined_on, until=row.left_on) for row in rows)
    GoalEndorsement.objects.bulk_create(endorsements)
    record_many(acts)
