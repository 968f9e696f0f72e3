"""Search documents say the facets of their material, so that words and facets are asked of one index at once."""

from typing import Any

from django.db import migrations
from django.db.models import F, Value
from django.db.models.functions import Concat

from resources.facets import CELL_FIELDS, marks_of

MARK, FILLER = "x2", "x0"


def add_marks(apps: Any, schema_editor: Any) -> None:
    """In front of what was indexed before; documents written since hold them already."""
    documents = apps.get_model("resources", "MaterialSearch").objects.using(schema_editor.connection.alias)
    unmarked = documents.exclude(everything__startswith=MARK).values_list("pk", *(f"material__{field}" for field in CELL_FIELDS))
    for pk, *card in list(unmarked):
        marks = " ".join([*(MARK + mark for mark in marks_of(card)), FILLER, ""])
        documents.filter(pk=pk).update(title=Concat(Value(marks), F("title")), everything=Concat(Value(marks), F("everything")))


class Migration(migrations.Migration):
    dependencies = [("resources", "0014_shelves")]

    operations = [migrations.RunPython(add_marks, migrations.RunPython.noop)]
