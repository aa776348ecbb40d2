"""What a desk writes down about a loan, as an app under Morango would keep it: one record for each operation."""

from __future__ import annotations

from django.db import models
from morango.models import SyncableModel, UUIDField


class Act(SyncableModel):
    """One act at a desk, with the fields that the body of our operation has."""

    morango_model_name = "act"
    morango_profile = "bench"

    kind = models.CharField(max_length=32)
    actor = models.CharField(max_length=40)
    place = models.CharField(max_length=24)
    copy = models.CharField(max_length=32)
    reader = UUIDField(null=True)
    due = models.CharField(max_length=10)
    policy = models.IntegerField(null=True)
    group = models.CharField(max_length=16)
    wall = models.CharField(max_length=40)
    seq = models.IntegerField()

    class Meta:
        app_label = "morango_peer"

    def calculate_source_id(self, *_args, **_more):
        """Let Morango choose an id."""
        return

    def calculate_partition(self, *_args, **_more):
        """All of a place go together."""
        return self.place
