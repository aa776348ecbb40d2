"""Wires the adapters to the Protocols of the domain when Django starts."""

from __future__ import annotations

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """The outermost ring."""

    name = "guisach.site"
    label = "site"

    def ready(self) -> None:
        """Hand the adapters in."""
        from guisach.site import wiring

        wiring.wire()
