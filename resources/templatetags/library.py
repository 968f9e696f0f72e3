"""Template words about materials, as the reader of the page may read them: `{% load library %}`."""

from django import template
from django.template.context import Context

from resources import rows
from resources.models import Material

register = template.Library()


@register.simple_tag(takes_context=True)
def authors_line(context: Context, material: Material) -> str:
    """«И. П. Кравцов, Лицей № 7», or «author hidden»; the material comes from `for_list()`."""
    return rows.authors_line(material, context["request"].user)
