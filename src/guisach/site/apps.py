"""Wires the adapters to the Protocols of the domain when Django starts."""

from __future__ import annotations

import gc

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """The outermost ring."""

    name = "guisach.site"
    label = "site"

    def ready(self) -> None:
        """Hand the adapters in."""
        from guisach.site import wiring

        wiring.wire()
        # Records are many small objects without a cycle: to look for cycles after every 700 of them is a tenth of what
        # an import costs.
        gc.set_threshold(50_000, 20, 50)
