"""Template words about people, as the reader of the page may read them: `{% load people %}`."""

from typing import Any

from django import template
from django.template.context import Context

from communities import access
from communities.models import School, Teacher

register = template.Library()


@register.simple_tag(takes_context=True)
def author_name(context: Context, teacher: Teacher) -> str:
    """The name of a material's author, or «author hidden»; see `communities.access.author_name`."""
    return access.author_name(teacher, context["request"].user)


@register.simple_tag(takes_context=True)
def may_see_name(context: Context, teacher: Teacher) -> bool:
    """`{% may_see_name teacher as named %}`: whether the name (and for colleagues the page) may be shown."""
    return access.may_see_name(teacher, context["request"].user)


@register.simple_tag(takes_context=True)
def may_run_school(context: Context, school: School) -> bool:
    """`{% may_run_school school as mine %}`: whether the reader confirms its teachers and edits its passport."""
    return access.may_run_school(context["request"].user, school)


@register.filter
def chosen_names(items: Any) -> str:
    """Names of a prefetched list of reference items, separated by commas."""
    return ", ".join(str(item) for item in items.all())
