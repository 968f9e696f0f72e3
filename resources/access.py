"""May they? Pure answers about materials; nothing here writes."""

from typing import TYPE_CHECKING, TypeGuard

from django.db.models import Exists, F, OuterRef, QuerySet

from communities.models import Community, Employment, School, Teacher
from resources.access_care import has_custody, offices_of
from resources.models import Authorship, Library, Material, MaterialVersion, Reuse, Review
from resources.models.material import Preparation, Status
from resources.versions import prepared_version

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    Person = Teacher | AnonymousUser

# A material in these states is still its authors' own paper.
OPEN = (Status.DRAFT, Status.RETURNED)
# The same of a new version of a published material.
OPEN_VERSION = (Preparation.DRAFT, Preparation.RETURNED)


def is_author(teacher: "Person", material: Material) -> bool:
    """One query, none where the authorships were fetched with the material."""
    if not teacher.is_authenticated:
        return False
    if "authorships" in getattr(material, "_prefetched_objects_cache", {}):
        return any(authorship.teacher_id == teacher.pk for authorship in material.authorships.all())
    return material.authorships.filter(teacher=teacher).exists()


def may_upload(teacher: "Person") -> TypeGuard[Teacher]:
    """Every confirmed teacher brings materials."""
    return teacher.is_authenticated and teacher.is_confirmed


def may_edit(teacher: "Person", material: Material) -> bool:
    """Words about the material: its authors, not while colleagues read it; methodists whatever they see;
    curators what their library has taken over. A rejected one stays as it is.
    """
    if not may_upload(teacher) or material.status == Status.WITHDRAWN:
        return False
    if is_author(teacher, material):
        return material.status != Status.REVIEW
    return material.status != Status.DRAFT and (teacher.is_methodist or has_custody(teacher, material))


def may_change_files(teacher: "Person", material: Material) -> bool:
    """Files change only before they are sent; what was reviewed stays what was reviewed. Of a published material: those of a new version."""
    if not may_upload(teacher) or material.status not in (*OPEN, Status.PUBLISHED) or not is_author(teacher, material):
        return False
    if material.status in OPEN:
        return True
    version = prepared_version(material)
    return version is not None and version.preparation in OPEN_VERSION


def may_submit(teacher: "Person", material: Material) -> bool:
    """Authors send a draft, or a returned material again."""
    return may_change_files(teacher, material)


def may_withdraw(teacher: "Person", material: Material) -> bool:
    """Authors take a material back while nobody has decided."""
    return may_upload(teacher) and material.status == Status.REVIEW and is_author(teacher, material)


def may_discard(teacher: "Person", material: Material) -> bool:
    """A draft may be thrown away by its authors, unless colleagues have used or reviewed it before it was taken back: their word stays."""
    if not may_upload(teacher) or material.status != Status.DRAFT or not is_author(teacher, material):
        return False
    used, reviewed = Reuse.objects.filter(material=OuterRef("pk")), Review.objects.filter(material=OuterRef("pk"))
    return not Material.objects.filter(Exists(used) | Exists(reviewed), pk=material.pk).exists()


def may_review(teacher: "Person", material: Material) -> bool:
    """Methodists, leaders in their community's library, coordinators in their school's, curators; never one's own material, and once per submission."""
    return may_upload(teacher) and reviewable_by(teacher).filter(pk=material.pk).exists()


def may_make_version(teacher: "Person", material: Material) -> bool:
    """Authors bring new versions of what is published, and bring old ones back."""
    return may_upload(teacher) and material.status == Status.PUBLISHED and is_author(teacher, material)


def may_adapt(teacher: "Person", material: Material) -> bool:
    """Every confirmed teacher makes a variant of what is published; who may not see the material never comes here."""
    return may_upload(teacher) and material.status == Status.PUBLISHED


def waits_for_review(material: Material) -> bool:
    """The material itself, or its new version. One query for what is published, none where the versions were fetched with it."""
    if material.status != Status.PUBLISHED:
        return material.status == Status.REVIEW
    version = prepared_version(material)
    return version is not None and version.preparation == Preparation.REVIEW


def may_see_preparation(teacher: "Person", material: Material, *, reviews: bool | None = None) -> bool:
    """A version that is not ready is its authors' and methodists' and, while it waits, that of those who may review it.

    `reviews`: what `may_review` says, where it was asked already.
    """
    if not may_upload(teacher):
        return False
    if teacher.is_methodist or is_author(teacher, material):
        return True
    return (waits_for_review(material) and may_review(teacher, material)) if reviews is None else reviews


def may_award(teacher: "Person", material: Material) -> bool:
    """«Best practice» is given by methodists to published materials of others."""
    if not may_upload(teacher) or not teacher.is_methodist or material.status != Status.PUBLISHED:
        return False
    return material.created_by_id != teacher.pk and not is_author(teacher, material)


def may_set_library(teacher: "Person", library: Library) -> bool:
    """Rules and curators: methodists, leaders of its community, coordinators of its school."""
    if not may_upload(teacher):
        return False
    return teacher.is_methodist or library.community_id in teacher.led_community_ids or library.school_id in teacher.coordinated_school_ids


def shelf_owners(teacher: Teacher) -> "tuple[QuerySet[Community], QuerySet[School]]":
    """In whose libraries a teacher puts materials, beside the network's: communities of today's memberships, schools of today that have one."""
    places = Employment.objects.current().filter(teacher=teacher).values("school_id")
    return Community.objects.filter(pk__in=list(teacher.current_memberships)), School.objects.filter(library__isnull=False, pk__in=places)


def may_put(teacher: "Person", library: Library) -> bool:
    """Whether this teacher's new materials may stand in the library. One query for a school's."""
    if not may_upload(teacher):
        return False
    if library.community_id:
        return library.community_id in teacher.current_memberships
    return library.school_id is None or Employment.objects.current().filter(teacher=teacher, school=library.school_id).exists()


def may_open_library(teacher: "Person", owner: Community | School) -> bool:
    """A school's library appears when its coordinator opens it; a community's also with its first material."""
    if not may_upload(teacher) or owner.closed_on is not None:
        return False
    runs = teacher.coordinated_school_ids if isinstance(owner, School) else teacher.led_community_ids
    return teacher.is_methodist or owner.pk in runs


def is_reviewer(teacher: "Person") -> bool:
    """Whether the queue of reviews is this person's page. One query for those without an office."""
    if not may_upload(teacher):
        return False
    return teacher.is_methodist or bool(teacher.led_community_ids) or bool(teacher.coordinated_school_ids) or offices_of(teacher).exists()


def reviewable_by(teacher: Teacher) -> "QuerySet[Material]":
    """What waits for a decision that this teacher may make: the nearest promised date first, so late ones stand above.

    Whoever made the material is no stranger to it, even when a co-author has taken their name off.
    Curators decide as long as they see the shelf: who left the community or the school no longer does.
    """
    decided = Review.objects.filter(material=OuterRef("pk"), reviewer=teacher, decided_at__gte=OuterRef("submitted_at"))
    written = Authorship.objects.filter(material=OuterRef("pk"), teacher=teacher)
    versions = MaterialVersion.objects.filter(preparation=Preparation.REVIEW, material__status=Status.PUBLISHED)
    # A union and no OR: the few that wait are found by two indexes, however many materials there are.
    in_review = Material.objects.filter(status=Status.REVIEW).order_by().values("pk").union(versions.order_by().values("material_id"), all=True)
    waiting = Material.objects.visible_to(teacher).filter(~Exists(written), ~Exists(decided), pk__in=in_review).exclude(created_by=teacher)
    if not teacher.is_methodist:
        waiting = waiting.filter(library__in=offices_of(teacher))
    return waiting.order_by(F("review_due_on").asc(nulls_first=True), "submitted_at", "id")
