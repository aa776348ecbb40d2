"""Gives every Django form the components' markup: ``FORM_RENDERER = "guisach.web.ui.forms.Renderer"``."""

from __future__ import annotations

from django.forms.renderers import DjangoTemplates


class Renderer(DjangoTemplates):
    """Renders `{{ form }}` and `{{ field.as_field_group }}` by the components; widgets stay Django's."""

    form_template_name = "ui/components/form.html"
    field_template_name = "ui/components/field.html"
