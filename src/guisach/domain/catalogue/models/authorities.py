"""Authorities: the one form of a name or subject, the forms that lead to it, and where headings stand in records."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class HeadingKind(models.TextChoices):
    """What a heading names; browse lists are kept apart by it."""

    PERSON = "PERSON", _("person")
    BODY = "BODY", _("corporate body")
    SUBJECT = "SUBJECT", _("subject")
    PLACE_NAME = "PLACE_NAME", _("place name")
    SERIES = "SERIES", _("series")


class Authority(models.Model):
    """The form of a name or subject that this catalogue uses."""

    kind = models.CharField(max_length=12, choices=HeadingKind.choices)
    heading = models.CharField(max_length=300)
    key = models.CharField(max_length=300)  # folded
    dates = models.CharField(max_length=60, blank=True)
    note = models.CharField(max_length=1000, blank=True)
    # Where it was taken over from: the source's code and number there.
    source = models.CharField(max_length=40, blank=True)
    source_no = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "heading", "dates"], name="one_authority_per_heading")]
        indexes = [models.Index(fields=["kind", "key"], name="authority_by_key")]

    def __str__(self) -> str:
        return self.heading


class Variant(models.Model):
    """A form that is not used and leads to the one that is (see from)."""

    authority = models.ForeignKey(Authority, on_delete=models.CASCADE, related_name="variants")
    text = models.CharField(max_length=300)
    key = models.CharField(max_length=300)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["authority", "text"], name="one_variant_per_text")]
        indexes = [models.Index(fields=["key"], name="variant_by_key")]

    def __str__(self) -> str:
        return self.text


class Heading(models.Model):
    """A heading as it stands in a record: what browsing counts, and what a merge of authorities finds."""

    record = models.ForeignKey("catalogue.Record", on_delete=models.CASCADE, related_name="headings")
    kind = models.CharField(max_length=12, choices=HeadingKind.choices)
    text = models.CharField(max_length=300)
    key = models.CharField(max_length=300)  # folded
    order = models.CharField(max_length=400)  # sorts as Vietnamese does, byte by byte
    authority = models.ForeignKey(Authority, on_delete=models.SET_NULL, null=True, related_name="headings")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "kind", "text"], name="one_heading_per_record")]
        indexes = [
            models.Index(fields=["kind", "order", "text"], name="heading_by_order"),
            models.Index(fields=["kind", "key"], name="heading_by_key"),
        ]

    def __str__(self) -> str:
        return self.text
