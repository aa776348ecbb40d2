"""Imports: what was brought in by whom and how, what waits for a person, and how a source is read."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportForm(models.TextChoices):
    """What kind of file a source gives."""

    MARC = "MARC", _("MARC records")
    TABLE = "TABLE", _("table")
    ISIS = "ISIS", _("CDS/ISIS")
    OAI = "OAI", _("harvest by OAI-PMH")


class ImportSource(models.Model):
    """How files of one source are read and matched: the answer to "what was it last time?"."""

    code = models.CharField(max_length=40, primary_key=True)
    name = models.CharField(max_length=120)
    form = models.CharField(max_length=8, choices=ImportForm.choices, default=ImportForm.MARC)
    encoding = models.CharField(max_length=20, default="auto")
    mapping = models.TextField(blank=True)  # TOML; empty: the product's own
    policy = models.JSONField(default=dict)  # see rules.imports.matching.Policy
    place = models.ForeignKey("network.Place", on_delete=models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return self.code


class ImportStatus(models.TextChoices):
    """How far an import has come."""

    DRAFT = "DRAFT", _("being prepared")
    QUEUED = "QUEUED", _("waiting for its turn")
    RUNNING = "RUNNING", _("running")
    STOPPED = "STOPPED", _("stopped before its end")
    DONE = "DONE", _("done")
    UNDOING = "UNDOING", _("being undone")
    UNDONE = "UNDONE", _("undone")


class Import(models.Model):
    """One working through of a file (or harvest): what it did can be seen, gone on with and undone as a whole."""

    source = models.ForeignKey(ImportSource, on_delete=models.SET_NULL, null=True, related_name="imports")
    file = models.CharField(max_length=255)  # its name, or the address that was harvested
    file_print = models.CharField(max_length=64, blank=True, db_index=True)  # SHA-256 of the whole file
    stored = models.CharField(max_length=255, blank=True)  # its name in the store, where it came over the network
    size_bytes = models.PositiveBigIntegerField(default=0)
    terms = models.JSONField(default=dict)  # rules.imports.policies.Terms as they were in force
    status = models.CharField(max_length=8, choices=ImportStatus.choices, default=ImportStatus.RUNNING)
    position = models.PositiveBigIntegerField(default=0)  # chunks worked through
    position_bytes = models.PositiveBigIntegerField(default=0)  # for a bar
    counts = models.JSONField(default=dict)  # by outcome, and copies_added
    trouble = models.CharField(max_length=500, blank=True)  # why it stopped
    undone = models.JSONField(default=dict)  # what an undo took out, and what it had to keep and why
    report = models.CharField(max_length=255, blank=True)  # folder of the report
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.pk} {self.file}"


class ImportedChunk(models.Model):
    """The fingerprint of an input record that is already in, so that the same file twice changes nothing."""

    # SHA-256 of the input bytes; or the print of what the record said before it was changed
    fingerprint = models.CharField(max_length=64, primary_key=True)
    record = models.ForeignKey("catalogue.Record", on_delete=models.CASCADE, related_name="chunks")
    at = models.DateTimeField()
    imported_in = models.ForeignKey("catalogue.Import", on_delete=models.CASCADE, null=True, related_name="chunks")

    def __str__(self) -> str:
        return self.fingerprint


class WaitingRecord(models.Model):
    """A chunk of an import that a person must look at: is it a title that is here already?"""

    imported_in = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="waiting")
    index = models.PositiveBigIntegerField()  # of the chunk, from 1
    fingerprint = models.CharField(max_length=64, db_index=True)
    marc = models.TextField()
    title = models.CharField(max_length=1000)
    reason = models.CharField(max_length=40)  # a stable code: why it waits
    candidates = models.JSONField(default=list)  # [{"record": 12, "is_certain": false, "why": ["title", "year"]}]
    copies = models.JSONField(default=list)  # what it announces, as drafts
    decision = models.CharField(max_length=8, blank=True)  # ADD, MERGE or DISCARD; empty while it waits
    record = models.ForeignKey("catalogue.Record", on_delete=models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["imported_in", "index"], name="one_waiting_per_chunk")]
        indexes = [models.Index(fields=["decision", "id"], name="waiting_by_decision")]

    def __str__(self) -> str:
        return f"{self.imported_in_id}/{self.index} {self.title}"
