"""Projections of the journal: events, and how many came to them. All can be recomputed."""

from __future__ import annotations

from django.db import models


class Event(models.Model):
    """Something that a place plans for a day: a story hour, a reading day, a film at the fair."""

    id = models.UUIDField(primary_key=True)
    place = models.CharField(max_length=24)
    name = models.CharField(max_length=120)
    on = models.DateField()
    sort = models.CharField(max_length=12, blank=True)
    whom = models.CharField(max_length=12, blank=True)  # a reader group; empty: everybody
    is_off = models.BooleanField(default=False)  # called off
    planned_op = models.UUIDField()  # what said it last

    class Meta:
        indexes = [models.Index(fields=["place", "on"], name="event_of_place")]

    def __str__(self) -> str:
        return self.name


class Attendance(models.Model):
    """How many came to an event: counted by group, and (empty group) how many of them are known by name."""

    event = models.UUIDField()
    group = models.CharField(max_length=12, blank=True)
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "group"], name="one_attendance_per_group")]

    def __str__(self) -> str:
        return f"{self.event} {self.group} {self.count}"
