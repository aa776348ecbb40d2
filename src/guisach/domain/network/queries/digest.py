"""The network as lines: the same data gives the same lines on every machine. Staff and passwords are left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guisach.domain.network.models import Commune, Fair, OpeningHours, Place, Province

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db import models


def digest_rows() -> Iterator[str]:
    """Yield a line for each unit, place, fair and stretch of opening."""
    tables: tuple[type[models.Model], ...] = (Province, Commune, Place, Fair)
    for table in tables:
        fields = [field.attname for field in table._meta.concrete_fields]
        for row in table._default_manager.order_by("pk").values_list(*fields):
            yield f"{table._meta.model_name}|{row}"
    hours = OpeningHours.objects.order_by("place", "weekday", "opens")
    for opening in hours.values_list("place", "weekday", "opens", "closes"):
        yield f"hours|{opening}"
