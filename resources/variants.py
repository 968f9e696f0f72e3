"""Where a material comes from and what colleagues made of it, as far as a reader may see each."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Case, Exists, OuterRef, Prefetch, Q, When

from communities.models import Teacher
from resources.models import Authorship, Material

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

# Materials of one tree that a page shows, and how deep it goes: a page stays a page.
MOST, DEEPEST = 200, 12

# Whether anything was made of a material, asked with the material itself.
HAS_VARIANTS = Exists(Material.objects.filter(derived_from__material=OuterRef("pk")))
AUTHORS = Authorship.objects.select_related("teacher__school").order_by("order", "id")

# Up to the root, then down from it; the same words on SQLite and PostgreSQL. `derived_from` never forms a circle: it is set once, at birth.
_TREE = """
WITH RECURSIVE up(id, depth) AS (
    SELECT CAST(%s AS bigint), 0
    UNION ALL
    SELECT v.material_id, up.depth + 1 FROM up JOIN resources_material m ON m.id = up.id
    JOIN resources_materialversion v ON v.id = m.derived_from_id WHERE up.depth < %s
), root AS (SELECT id FROM up ORDER BY depth DESC LIMIT 1), down(id, parent, depth) AS (
    SELECT id, CAST(NULL AS bigint), 0 FROM root
    UNION ALL
    SELECT m.id, v.material_id, down.depth + 1 FROM down JOIN resources_materialversion v ON v.material_id = down.id
    JOIN resources_material m ON m.derived_from_id = v.id WHERE down.depth < %s
)
SELECT id, parent FROM down ORDER BY depth, id LIMIT %s
"""


# Variants that a material's page names; the tree has a page of its own.
NAMED = 3


@dataclass(slots=True)
class Relatives:
    """What stands next to a material in the tree, as far as the reader sees it. The original's authors are named even where its page is closed."""

    original: Material | None = None
    original_authors: list[Teacher] = field(default_factory=list)
    variants: list[Material] = field(default_factory=list)
    has_more: bool = False


def relatives_of(material: Material, reader: "Teacher | AnonymousUser") -> Relatives:
    """The original and the most used variants of a material that came through `material_of_page`.

    One query where there are any variants, two for a variant, none for a material alone.
    """
    if not material.derived_from_id and not material.has_variants:  # type: ignore[attr-defined]
        return Relatives()
    original_id = material.derived_from.material_id if material.derived_from else None
    near = Material.objects.visible_to(reader).filter(Q(pk=original_id) | Q(derived_from__material=material))
    # The original wherever it stands, and one variant more than is named.
    found = list(near.only("title", "slug", "reuse_count").order_by(Case(When(pk=original_id, then=0), default=1), "-reuse_count", "id")[: NAMED + 2])
    variants = [one for one in found if one.pk != original_id]
    relatives = Relatives(next((one for one in found if one.pk == original_id), None), variants=variants[:NAMED], has_more=len(variants) > NAMED)
    if material.derived_from:
        authors = Authorship.objects.filter(material=original_id).select_related("teacher").order_by("order", "id")
        relatives.original_authors = [entry.teacher for entry in authors]
    return relatives


@dataclass(slots=True)
class Node:
    """A material of the tree with the variants of it that the reader sees."""

    material: Material
    variants: list["Node"] = field(default_factory=list)


def family_of(material: Material) -> dict[int, int | None]:
    """Every material of the tree, seen or not, nearest to the root first: id → id of what it was made of. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_TREE, [material.pk, DEEPEST, DEEPEST, MOST])
        return dict(cursor.fetchall())


def variant_tree(material: Material, reader: "Teacher | AnonymousUser") -> list[Node]:
    """The tree that `material` stands in, its roots first; empty when it stands alone for this reader.

    What the reader may not see is left out, and its variants stand under the nearest ancestor they do see. Three queries, one for a material alone.
    """
    parents = family_of(material)
    if len(parents) < 2:
        return []
    seen = Material.objects.visible_to(reader).filter(pk__in=parents).prefetch_related(Prefetch("authorships", AUTHORS))
    nodes = {found.pk: Node(found) for found in seen}
    roots: list[Node] = []
    for pk in parents:
        if pk not in nodes:
            continue
        above = parents[pk]
        while above is not None and above not in nodes:
            above = parents.get(above)
        (nodes[above].variants if above is not None else roots).append(nodes[pk])
    return roots if len(nodes) > 1 else []
