"""Addresses of the portal that stand in messages: which nouns they name.

A room above registers in its `AppConfig.ready()`: `link_patterns.append((re.compile(r"/materials/(\\d+)"), Material))`; the model needs
`visible_to(teacher)`, a name and `get_absolute_url`. This room never learns what they are.
"""

import re
from collections.abc import Iterable

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models

from communities.models import PostLink, Teacher

link_patterns: list[tuple[re.Pattern[str], type[models.Model]]] = []

# Nouns of one message that are shown below it.
MOST = 10


def find_links(text: str, by: Teacher) -> list[models.Model]:
    """The nouns whose addresses stand in the text and that its author sees, in their order; a query for each kind of noun that is named."""
    found: list[models.Model] = []
    for pattern, model in link_patterns:
        site = re.escape(settings.SITE_URL)
        ids = [int(match[1]) for match in re.finditer(rf"(?:{site}|(?<![\w/.])){pattern.pattern}", text) if len(match[1]) < 19][:MOST]
        if ids:
            visible = model._default_manager.visible_to(by).in_bulk(ids)  # type: ignore[attr-defined]
            found += [visible[pk] for pk in dict.fromkeys(ids) if pk in visible]
    return found[:MOST]


def linked_nouns(links: Iterable[PostLink], reader: Teacher) -> dict[int, list[models.Model]]:
    """Message id → the nouns it links that this reader may see; a query for each kind of noun."""
    links = list(links)
    seen: dict[tuple[int, int], models.Model] = {}
    for content_type in {link.content_type_id for link in links}:
        model = ContentType.objects.get_for_id(content_type).model_class()
        ids = {link.object_id for link in links if link.content_type_id == content_type}
        if model is not None:
            visible = model._default_manager.visible_to(reader).filter(pk__in=ids)  # type: ignore[attr-defined]
            seen.update({(content_type, noun.pk): noun for noun in visible})
    nouns: dict[int, list[models.Model]] = {}
    for link in links:
        noun = seen.get((link.content_type_id, link.object_id))
        if noun is not None:
            nouns.setdefault(link.post_id, []).append(noun)
    return nouns
