"""Inputs drawn without a template, since a page of a hundred figures has hundreds of them; one of several files."""

from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.html import escape
from django.utils.safestring import SafeData, SafeString, mark_safe

# The templates of Django that are nothing but its ``input.html``.
PLAIN = {
    f"django/forms/widgets/{name}.html"
    for name in ("input", "text", "number", "email", "url", "password", "hidden", "tel", "search")
}


def plain_input(widget: dict[str, Any]) -> SafeString:
    """Return an ``<input>`` element for Django's widget context, equal to ``django/forms/widgets/input.html``."""
    attributes = {"type": widget["type"], "name": widget["name"]}
    if widget["value"] is not None:
        attributes["value"] = str(widget["value"]) if not isinstance(widget["value"], SafeData) else widget["value"]
    drawn = "".join(
        f" {escape(name)}" if value is True else f' {escape(name)}="{_safe(value)}"'
        for name, value in [*attributes.items(), *widget["attrs"].items()]
        if value is not False
    )
    return mark_safe(f"<input{drawn}>")  # noqa: S308  # each part is escaped


def _safe(value: object) -> str:
    """Return the value as text, escaped for HTML unless it is marked safe."""
    return value if isinstance(value, SafeData) else escape(str(value))  # type: ignore[return-value]


class Renderer(TemplatesSetting):
    """Draws forms and fields with the templates of ``ui/`` (named by ``FORM_RENDERER``, too), but for plain inputs."""

    form_template_name = "ui/fields.html"
    field_template_name = "ui/field.html"

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        """Render a plain input without a template, anything else with its template."""
        if template_name in PLAIN:
            return plain_input(context["widget"])
        return super().render(template_name, context, request)


class MultipleFileInput(forms.FileInput):
    """A file input that accepts several files."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Any]:
        """Return all uploaded files of the field, not only the last."""
        return list(files.getlist(name))
