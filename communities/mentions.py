"""«@Иванова Мария» in a message: who is meant, among those who may read it."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from communities.models import Community, Teacher
from communities.models.teacher import TeacherQuerySet

# People named in one message; all of them are told.
MOST = 20
# After the sign stand a surname, perhaps a first name, perhaps a patronymic; first letters will do.
_MENTION = re.compile(r"(?<![\w@/.])@([^\W\d_][\w-]*(?: [^\W\d_][\w-]*\.?){0,2})")


def mentionable(community: Community) -> TeacherQuerySet:
    """Who may be named in this community: its members of today."""
    members = community.memberships.current().values("teacher")
    return Teacher.objects.active().filter(pk__in=members)


def find_mentions(text: str, community: Community) -> dict[str, Teacher]:
    """Words of the text (with the «@») → the member they name; one query. Words that name nobody stay words.

    Raises ValidationError for too many people, and for a name that several members have.
    """
    spellings = list(dict.fromkeys(_MENTION.findall(text)))
    if len({spelling.split()[0] for spelling in spellings}) > MOST:
        raise ValidationError(_("A message names at most %(most)s people with “@”.") % {"most": MOST}, code="mentions_many")
    if not spellings:
        return {}
    surnames = {spelling.split()[0] for spelling in spellings}
    people = list(mentionable(community).filter(last_name__in=surnames | {name.capitalize() for name in surnames}).order_by("pk"))
    found: dict[str, Teacher] = {}
    for spelling in spellings:
        words, person = _meant(spelling.split(), people)
        if person is not None:
            found[f"@{words}"] = person
    if len({person.pk for person in found.values()}) > MOST:
        raise ValidationError(_("A message names at most %(most)s people with “@”.") % {"most": MOST}, code="mentions_many")
    return found


def _meant(words: list[str], people: list[Teacher]) -> tuple[str, Teacher | None]:
    """The longest beginning of these words that is a name, and whose."""
    for length in range(len(words), 0, -1):
        fitting = [person for person in people if _fits(words[:length], person)]
        if len(fitting) == 1:
            return " ".join(words[:length]), fitting[0]
        if fitting:
            names = ", ".join(f"@{person.last_name} {person.first_name} {person.middle_name}".strip() for person in fitting[:3])
            text = _("Several members are called “%(name)s”. Write whom you mean: %(names)s.")
            raise ValidationError(text % {"name": " ".join(words[:length]), "names": names}, code="mention_ambiguous")
    return "", None


def _fits(words: list[str], person: Teacher) -> bool:
    """The surname whole, first name and patronymic by their beginnings."""
    names = (person.last_name, person.first_name, person.middle_name)
    return words[0].lower() == names[0].lower() and all(
        name.lower().startswith(word.rstrip(".").lower()) for word, name in zip(words[1:], names[1:], strict=False)
    )
