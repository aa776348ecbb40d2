"""Catalogues elsewhere that cataloguers may ask, by SRU."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class TargetSchema(models.TextChoices):
    """What kind of MARC in XML a catalogue answers with."""

    MARC21 = "MARC21", _("MARC 21")
    UNIMARC = "UNIMARC", _("UNIMARC")


class SearchTarget(models.Model):
    """A catalogue elsewhere; nobody asks it before somebody here has written it down and switched it on."""

    name = models.CharField(max_length=80, unique=True)
    url = models.CharField(max_length=300)  # of its SRU door, without a query
    version = models.CharField(max_length=4, default="1.2")  # of SRU: 1.1, 1.2 or 2.0
    schema = models.CharField(max_length=8, choices=TargetSchema.choices, default=TargetSchema.MARC21)
    schema_name = models.CharField(max_length=60, default="marcxml")  # as this catalogue calls it (recordSchema)
    is_active = models.BooleanField(default=True)
    order = models.PositiveSmallIntegerField(default=100)

    class Meta:
        indexes = [models.Index(fields=["order", "name"], name="target_by_order")]

    def __str__(self) -> str:
        return self.name
