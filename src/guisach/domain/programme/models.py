"""Tables of the programme: indicators and their targets by year."""

from __future__ import annotations

from django.db import models


class Target(models.Model):
    """What an indicator is to reach by the end of a year, with the decision that says so."""

    indicator = models.CharField(max_length=16)  # "T1" …: see rules/indicators.py
    year = models.PositiveSmallIntegerField()
    percent = models.FloatField()
    source = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["indicator", "year"], name="one_target_per_year")]

    def __str__(self) -> str:
        return f"{self.indicator} {self.year}: {self.percent} %"
