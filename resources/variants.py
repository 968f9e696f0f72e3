"""Where a material comes from and what colleagues made of it, as far as a reader may see each."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import connection

from communities.models import Teacher
from resources.models import Material

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

# Materials of one tree that a page shows, and how deep it goes: a page stays a page.
MOST, DEEPEST = 200, 12

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


@dataclass(slots=True)
class Node:
    """A material of the tree with the variants of it that the reader sees."""

    material: Material
    variants: list["Node"] = field(default_factory=list)


def variant_tree(material: Material, reader: "Teacher | AnonymousUser") -> list[Node]:
    """The tree that `material` stands in, its roots first; empty when it stands alone for this reader.

    What the reader may not see is left out, and its variants stand under the nearest ancestor they do see. Two queries, one for a material alone.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TREE, [material.pk, DEEPEST, DEEPEST, MOST])
        parents: dict[int, int | None] = dict(cursor.fetchall())
    if len(parents) < 2:
        return []
    seen = Material.objects.visible_to(reader).filter(pk__in=parents).only("title", "slug", "status", "licence", "reuse_count")
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
