"""Records with their full MARC, what they were, what is left of those taken out, and the change feed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class RecordKind(models.TextChoices):
    """Kind of material, as a reader would say it."""

    BOOK = "BOOK", _("book")
    COMIC = "COMIC", _("comic")
    TEXTBOOK = "TEXTBOOK", _("textbook")
    LAW = "LAW", _("legal document")
    LOCAL = "LOCAL", _("local studies")
    SERIAL = "SERIAL", _("newspaper or journal")
    ARTICLE = "ARTICLE", _("article")
    MAP = "MAP", _("map")
    MUSIC = "MUSIC", _("sheet music")
    SOUND = "SOUND", _("sound recording")
    VIDEO = "VIDEO", _("video")
    VISUAL = "VISUAL", _("picture or object")
    COMPUTER = "COMPUTER", _("computer file")
    MANUSCRIPT = "MANUSCRIPT", _("manuscript")
    KIT = "KIT", _("kit")


class Audience(models.TextChoices):
    """Whom a work is for."""

    CHILD = "CHILD", _("children")
    TEEN = "TEEN", _("teenagers")
    ADULT = "ADULT", _("adults")
    ANY = "ANY", _("everybody")


class Record(models.Model):
    """A bibliographic description: `marc` is the whole record (canonical MARC-in-JSON), the rest is read from it."""

    title = models.CharField(max_length=1000)
    subtitle = models.CharField(max_length=1000, blank=True)
    title_key = models.CharField(max_length=200, db_index=True)  # folded, for order and for control numbers
    match_key = models.CharField(max_length=120, blank=True, db_index=True)  # see rules.imports.matching.match_key
    author = models.CharField(max_length=300, blank=True)  # the first, in direct order
    authors = models.JSONField(default=list)
    publisher = models.CharField(max_length=300, blank=True)
    published_at_place = models.CharField(max_length=200, blank=True)
    year = models.SmallIntegerField(null=True)
    edition = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=3, blank=True)
    ddc = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=12, choices=RecordKind.choices, default=RecordKind.BOOK)
    audience = models.CharField(max_length=8, choices=Audience.choices, default=Audience.ANY)
    subjects = models.JSONField(default=list)
    series = models.CharField(max_length=500, blank=True)
    isbns = models.JSONField(default=list)
    issns = models.JSONField(default=list)
    other_titles = models.JSONField(default=list)  # parallel, variant and uniform titles, and those in other scripts
    extent = models.CharField(max_length=200, blank=True)
    summary = models.TextField(blank=True)
    control_source = models.CharField(max_length=40, blank=True)  # MARC 003, or the agency of 040
    control_no = models.CharField(max_length=80, blank=True)  # MARC 001
    changed_at_source = models.CharField(max_length=16, blank=True)  # MARC 005, as it stands
    is_filler = models.BooleanField(default=False)  # made up for the demonstration province
    marc = models.TextField()
    content_print = models.CharField(max_length=64, blank=True, db_index=True)  # see rules.marc.outgoing.print_of
    imported_in = models.ForeignKey("catalogue.Import", on_delete=models.SET_NULL, null=True, related_name="records")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["control_source", "control_no"], condition=~models.Q(control_no=""), name="record_by_control_no"
            ),
            # Harvesters and exports read by time of change, all or one kind, and go on after (instant, id).
            models.Index(fields=["updated_at", "id"], name="record_by_change"),
            models.Index(fields=["kind", "updated_at", "id"], name="record_by_kind_and_change"),
            models.Index(fields=["created_at", "id"], name="record_by_entry"),  # what came in, week by week
        ]

    def __str__(self) -> str:
        return self.title


class NumberKind(models.TextChoices):
    """Standard numbers that a record can be found by."""

    ISBN = "ISBN", _("ISBN")
    ISSN = "ISSN", _("ISSN")


class RecordNumber(models.Model):
    """A standard number of a record, in one form: 13 digits, or 1234-5679. Kept by steps beside the record."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="numbers")
    kind = models.CharField(max_length=4, choices=NumberKind.choices)
    value = models.CharField(max_length=20)

    class Meta:
        indexes = [models.Index(fields=["value"], name="record_by_number")]

    def __str__(self) -> str:
        return self.value


class DeletedRecord(models.Model):
    """What is left of a record that was taken out: harvesters are told for ever that it is gone."""

    record = models.PositiveBigIntegerField(primary_key=True)  # the id that it had
    kind = models.CharField(max_length=12, choices=RecordKind.choices)
    deleted_at = models.DateTimeField()
    reason = models.CharField(max_length=80, blank=True)

    class Meta:
        indexes = [models.Index(fields=["deleted_at", "record"], name="deletion_by_time")]

    def __str__(self) -> str:
        return f"{self.record} {self.deleted_at}"


class RecordVersion(models.Model):
    """How a record stood before it was changed: editing is ordinary, so its history is kept here."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="versions")
    marc = models.TextField()
    until = models.DateTimeField()
    reason = models.CharField(max_length=80)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    imported_in = models.ForeignKey("catalogue.Import", on_delete=models.SET_NULL, null=True, related_name="versions")

    def __str__(self) -> str:
        return f"{self.record_id} {self.until}"


class Change(models.Model):
    """The change feed: one row for every record to index again, read in the order of `id`."""

    record = models.PositiveBigIntegerField()
    in_bulk = models.BooleanField(default=False, db_default=False)  # nobody waits for this one: an import brought it

    def __str__(self) -> str:
        return f"{self.pk}: {self.record}"
