"""What was computed for the desks of each place: which rows there are, since when, and by what digest they are known.

Of the rows themselves nothing is kept here, so that a name or a loan that is forgotten is forgotten here too.
"""

from __future__ import annotations

from django.db import models


class FeedScope(models.Model):
    """How far the rows of a place follow the log and the catalogue. Not in backups: cursors of before mean nothing."""

    place = models.CharField(max_length=24, primary_key=True)
    generation = models.CharField(max_length=16)
    last_rev = models.BigIntegerField(default=0)
    gone_rev = models.BigIntegerField(default=0)  # tombstones up to here are no longer kept
    log_position = models.BigIntegerField(default=0)
    missing = models.JSONField(default=dict)  # numbers of the log that may still come: {number: seen missing since}
    catalogue_position = models.BigIntegerField(default=0)
    computed_at = models.DateTimeField(null=True)  # the last time that everything was
    settings = models.JSONField(default=dict)  # of the rows that every desk of the place has, a digest by type
    fingerprint = models.CharField(max_length=64, blank=True)
    fingerprint_rev = models.BigIntegerField(default=-1)

    def __str__(self) -> str:
        return f"{self.place} {self.generation} {self.last_rev}"


class FeedRow(models.Model):
    """A row that desks of a place have, or had: an empty digest says that it is gone."""

    place = models.CharField(max_length=24)
    type = models.CharField(max_length=8)
    key = models.CharField(max_length=40)
    rev = models.BigIntegerField()
    digest = models.CharField(max_length=64, blank=True)
    part = models.CharField(max_length=40, blank=True)  # of a copy its record, of a card its reader
    gone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["place", "type", "key"], name="one_feed_row")]
        indexes = [
            models.Index(fields=["place", "rev"], name="feed_by_rev"),
            models.Index(fields=["place", "type", "part"], name="feed_by_part"),
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.type} {self.key} {self.rev}"


class Snapshot(models.Model):
    """The titles of a place as they were at a number of its feed, as files named by their content."""

    id = models.UUIDField(primary_key=True)
    place = models.CharField(max_length=24, db_index=True)
    generation = models.CharField(max_length=16)
    rev = models.BigIntegerField()
    made_at = models.DateTimeField()
    titles = models.PositiveIntegerField()
    chunks = models.JSONField()  # [{"sha256", "bytes", "titles"}] in order

    def __str__(self) -> str:
        return f"{self.place} {self.rev}"
