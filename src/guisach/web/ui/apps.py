"""Registers the design system's templates, static files and template tags."""

from __future__ import annotations

from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "guisach.web.ui"
    label = "ui"
