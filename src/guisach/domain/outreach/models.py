"""Projections of the journal: the heads of trip logs. All can be recomputed; what was written lies in the log."""

from __future__ import annotations

from django.db import models


class Trip(models.Model):
    """A trip of the mobile library as its crew wrote it down."""

    id = models.UUIDField(primary_key=True)
    head = models.JSONField(default=dict)  # fields of rules.HEAD that anybody said
    notes = models.PositiveIntegerField(default=0)
    begun_at = models.DateTimeField()  # of what was written first

    def __str__(self) -> str:
        return str(self.id)
