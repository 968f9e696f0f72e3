"""A list of hundreds of schools to choose from."""

from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


class LongSelect(forms.Select):
    """Django's select without a template for each option: 400 schools cost a few milliseconds. Options have no attributes but «selected»."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """The same element as Django's."""
        widget = self.get_context(name, value, attrs)["widget"]
        groups = [
            format_html('<optgroup label="{}">{}</optgroup>', title, _options(options)) if title else _options(options)
            for title, options, _index in widget["optgroups"]
        ]
        return format_html(
            '<select name="{}"{}>{}</select>', widget["name"], flatatt(widget["attrs"]), format_html_join("", "{}", ((group,) for group in groups))
        )


def _options(options: list[dict[str, Any]]) -> SafeString:
    return format_html_join(
        "\n",
        '<option value="{}"{}>{}</option>',
        ((str(option["value"]), flatatt({"selected": True}) if option["selected"] else "", option["label"]) for option in options),
    )


class LongSelectMultiple(forms.SelectMultiple):
    """The same for several choices."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """The same element as Django's."""
        widget = self.get_context(name, value, attrs)["widget"]
        options = [option for _title, options, _index in widget["optgroups"] for option in options]
        return format_html('<select name="{}"{}>{}</select>', widget["name"], flatatt(widget["attrs"]), _options(options))
