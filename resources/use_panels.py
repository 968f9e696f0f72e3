"""What uses and the words to pass on add to a material's page."""

from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest

from communities.access import is_confirmed
from communities.models import Employment, Teacher
from resources.access import is_author, may_adapt
from resources.citation import bibtex, chat_text, gost
from resources.material_panels import PANELS
from resources.models import Material
from resources.models.material import Status


def connect() -> None:
    """Register; for the AppConfig's `ready`, which may run twice in tests."""
    if adapt_panel not in PANELS:
        PANELS.extend([adapt_panel, citation_panel])


def adapt_panel(material: Material, reader: Any, request: HttpRequest) -> dict[str, Any] | None:
    """The button «make my variant». No query."""
    return {"template": "materials/_adapt_panel.html", "place": "actions", "context": {"material": material}} if may_adapt(reader, material) else None


def citation_panel(material: Material, reader: Any, request: HttpRequest) -> dict[str, Any] | None:
    """Lines for a chat and for a list of sources. No query."""
    if material.status != Status.PUBLISHED:
        return None
    texts = {"chat": chat_text(material), "gost": gost(material), "bibtex": bibtex(material)}
    return {"template": "materials/_citation.html", "place": "aside", "context": texts}


def use_counts(material: Material) -> dict[str, int]:
    """How many colleagues used it, and in how many schools where none of the authors works. One query."""
    own = Employment.objects.current().filter(teacher__in=material.authorships.values("teacher")).values("school_id")
    return material.reuses.aggregate(people=Count("teacher", distinct=True), schools=Count("school", distinct=True, filter=~Q(school__in=own)))


def may_see_uses(teacher: "Teacher", material: Material) -> bool:
    """Who used it is shown to the authors."""
    return is_confirmed(teacher) and is_author(teacher, material)
