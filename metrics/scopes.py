"""What is looked at: a community, a school, a municipality or the whole network."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q

from communities.models import Community, Municipality, School
from metrics.indicators.inputs import ScopeType

Target = Community | School | Municipality


class UnknownScope(LookupError):
    """Nothing bears this id."""


@dataclass(frozen=True, slots=True)
class Scope:
    """`target` is None for the network."""

    type: ScopeType
    target: Target | None = None

    @property
    def id(self) -> str:
        """The sender's id of an import, else the slug."""
        return "network" if self.target is None else self.target.external_id or self.target.slug

    @property
    def name(self) -> str:
        return settings.PORTAL_NAME if self.target is None else str(self.target)

    @property
    def pk(self) -> int:
        """The number under which snapshots keep it; 0 for the network."""
        return 0 if self.target is None else self.target.pk

    @property
    def community(self) -> Community | None:
        return self.target if isinstance(self.target, Community) else None

    @property
    def school(self) -> School | None:
        return self.target if isinstance(self.target, School) else None

    @property
    def municipality(self) -> Municipality | None:
        """The municipality itself, or the school's."""
        return self.target.municipality if isinstance(self.target, School) else self.target if isinstance(self.target, Municipality) else None


NETWORK = Scope("network")
MODELS: dict[ScopeType, type[Target]] = {"community": Community, "school": School, "municipality": Municipality}


def scope_of(target: Target | None) -> Scope:
    """The scope of a noun."""
    if target is None:
        return NETWORK
    return Scope(next(name for name, model in MODELS.items() if isinstance(target, model)), target)


def find_scope(scope_type: ScopeType, key: str) -> Scope:
    """By the sender's id of an import, else by the slug. Raises `UnknownScope`."""
    if scope_type == "network":
        return NETWORK
    found = MODELS[scope_type].objects.filter(Q(external_id=key) | Q(slug=key))
    exact = sorted(found, key=lambda target: target.external_id != key)
    if not exact:
        raise UnknownScope(f"{scope_type} {key}")
    return Scope(scope_type, exact[0])
