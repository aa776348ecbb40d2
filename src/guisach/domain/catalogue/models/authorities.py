"""Authorities: the one form of a name or subject, the forms that lead to it, and where headings stand in records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    _Text = models.CharField[str, str]
else:
    _Text = models.CharField  # generic for the type checker only


class KeyField(_Text):
    """Text that is compared and sorted byte by byte by either database, whatever the language of its server."""

    def db_parameters(self, connection: BaseDatabaseWrapper) -> Any:
        """Ask PostgreSQL for the collation "C"; SQLite compares bytes anyhow."""
        found = super().db_parameters(connection)
        return {**found, "collation": "C"} if connection.vendor == "postgresql" else found


class HeadingKind(models.TextChoices):
    """What a heading names; one authority serves all uses of its kind."""

    PERSON = "PERSON", _("person")
    BODY = "BODY", _("corporate body")
    SUBJECT = "SUBJECT", _("subject")
    PLACE_NAME = "PLACE_NAME", _("place name")
    SERIES = "SERIES", _("series")
    CLASS = "CLASS", _("class number")


class HeadingUse(models.TextChoices):
    """What a heading is to its records; lists to browse in are kept apart by it."""

    AUTHOR = "AUTHOR", _("author")
    SUBJECT = "SUBJECT", _("subject")
    SERIES = "SERIES", _("series")
    CLASS = "CLASS", _("class number")  # DDC, its three digits


class Authority(models.Model):
    """The form of a name or subject that this catalogue uses."""

    kind = models.CharField(max_length=12, choices=HeadingKind.choices)
    heading = models.CharField(max_length=300)
    key = KeyField(max_length=300)  # folded syllables
    twin = KeyField(max_length=300)  # the same in the order of the alphabet
    order = KeyField(max_length=400)  # sorts as Vietnamese does, byte by byte
    dates = models.CharField(max_length=60, blank=True)
    note = models.CharField(max_length=1000, blank=True)
    # Where it was taken over from: the source's code and number there.
    source = models.CharField(max_length=40, blank=True)
    source_no = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "heading", "dates"], name="one_authority_per_heading")]
        indexes = [
            models.Index(fields=["kind", "key"], name="authority_by_key"),
            models.Index(fields=["kind", "twin"], name="authority_by_twin"),
            models.Index(fields=["kind", "order", "id"], name="authority_by_order"),
            models.Index(fields=["source", "source_no"], name="authority_by_source"),
        ]

    def __str__(self) -> str:
        return self.heading


class Variant(models.Model):
    """A form that is not used and leads to the one that is (see from)."""

    authority = models.ForeignKey(Authority, on_delete=models.CASCADE, related_name="variants")
    text = models.CharField(max_length=300)
    key = KeyField(max_length=300)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["authority", "text"], name="one_variant_per_text")]
        indexes = [models.Index(fields=["key"], name="variant_by_key")]

    def __str__(self) -> str:
        return self.text


class Heading(models.Model):
    """One form of a name, subject or series as it stands in records: a line of a list to browse in.

    Follows the records that it is read from (`actions.follow_headings`); one that no record has any more is gone.
    """

    use = models.CharField(max_length=8, choices=HeadingUse.choices)
    kind = models.CharField(max_length=12, choices=HeadingKind.choices)
    text = models.CharField(max_length=300)
    dates = models.CharField(max_length=60, blank=True)
    key = KeyField(max_length=300)
    twin = KeyField(max_length=300)
    order = KeyField(max_length=400)
    titles = models.PositiveIntegerField()  # how many records have it
    authority = models.ForeignKey(Authority, on_delete=models.SET_NULL, null=True, related_name="headings")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["text", "use", "kind", "dates"], name="one_heading_per_text")]
        indexes = [
            models.Index(fields=["use", "order", "id"], name="heading_by_order"),
            models.Index(fields=["kind", "key"], name="heading_by_key"),
            models.Index(fields=["kind", "twin"], name="heading_by_twin"),
        ]

    def __str__(self) -> str:
        return self.text


class Mention(models.Model):
    """A record has a heading. The record is a plain number: a mention is there until the feed's news has come."""

    record = models.PositiveBigIntegerField()
    heading = models.ForeignKey(Heading, on_delete=models.CASCADE, related_name="mentions", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "heading"], name="one_mention_per_heading")]
        indexes = [models.Index(fields=["heading", "record"], name="mention_by_heading")]

    def __str__(self) -> str:
        return f"{self.record}: {self.heading_id}"


class FeedReader(models.Model):
    """A projection inside the database that follows the change feed, and how far it has come."""

    name = models.CharField(max_length=20, primary_key=True)
    position = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} {self.position}"
