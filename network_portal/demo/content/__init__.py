"""What the demo region says: teaching materials, communities, notes and reviews. Pure data, no database.

Door: TOPICS, SUBJECTS, AREAS, compose_material, plan_materials, file_kind, suits, COMMUNITIES, reuse_note, accepting_comment, returning_comment.
"""

from network_portal.demo.content.compose import (
    AREAS,
    SUBJECTS,
    TOPICS,
    Block,
    Bullets,
    Heading,
    MaterialText,
    Numbers,
    PageBreak,
    Paragraph,
    Table,
    compose_material,
    file_kind,
    plan_materials,
    suits,
)
from network_portal.demo.content.notation import Topic
from network_portal.demo.content.voices import (
    COMMUNITIES,
    CommunityText,
    accepting_comment,
    returning_comment,
    reuse_note,
)

__all__ = [
    "AREAS",
    "COMMUNITIES",
    "SUBJECTS",
    "TOPICS",
    "Block",
    "Bullets",
    "CommunityText",
    "Heading",
    "MaterialText",
    "Numbers",
    "PageBreak",
    "Paragraph",
    "Table",
    "Topic",
    "accepting_comment",
    "compose_material",
    "file_kind",
    "plan_materials",
    "returning_comment",
    "reuse_note",
    "suits",
]
