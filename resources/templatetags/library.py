"""Template words about materials, as the reader of the page may read them: `{% load library %}`."""

from collections.abc import Iterable

from django import template
from django.template.context import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from resources import rows
from resources.catalogue import FacetOption
from resources.models import Material

register = template.Library()


@register.simple_tag
def facet_options(name: str, options: Iterable[FacetOption]) -> SafeString:
    """The checkboxes of a facet. In one piece: a page has a hundred, and the template engine takes as long for each as for a row of the list."""
    return format_html_join(
        "",
        '<label class="opt"><input type="checkbox" name="{}" value="{}" {}><span>{}</span>{}</label>',
        (
            (
                name,
                option.code,
                "checked" if option.checked else "",
                option.label,
                "" if option.count is None else format_html('<span class="n">{}</span>', option.count),
            )
            for option in options
        ),
    )


@register.simple_tag(takes_context=True)
def authors_line(context: Context, material: Material) -> str:
    """«И. П. Кравцов, Лицей № 7», or «author hidden»; the material comes from `for_list()`."""
    return rows.authors_line(material, context["request"].user)
