"""Tables of the readers' room: what the join operations say, and who looked at it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ReaderGroup(models.TextChoices):
    """Groups that the yearly statistics count."""

    CHILD = "CHILD", _("child")
    PUPIL = "PUPIL", _("pupil")
    STUDENT = "STUDENT", _("student")
    OFFICIAL = "OFFICIAL", _("official")
    FARMER = "FARMER", _("farmer")
    SOLDIER = "SOLDIER", _("armed forces")
    ELDER = "ELDER", _("elder")
    DISABLED = "DISABLED", _("person with a disability")
    OTHER = "OTHER", _("other")


class Reader(models.Model):
    """A reader as the journal knows them. Loans point to `id`, never to the card number."""

    id = models.UUIDField(primary_key=True)
    full_name = models.CharField(max_length=80)
    folded_name = models.CharField(max_length=80)  # for search without marks
    card_no = models.CharField(max_length=32, db_index=True)
    is_card_pending = models.BooleanField(default=False)  # somebody had this number earlier
    group = models.CharField(max_length=12, choices=ReaderGroup.choices)
    birth_on = models.DateField(null=True)
    phone = models.CharField(max_length=20, blank=True)
    address = models.CharField(max_length=200, blank=True)
    guardian_name = models.CharField(max_length=80, blank=True)
    guardian_phone = models.CharField(max_length=20, blank=True)
    has_guardian_consent = models.BooleanField(default=False)
    has_assent = models.BooleanField(default=False)  # the child's own, from seven years (Law 91/2025, art. 24)
    place = models.CharField(max_length=24, blank=True)
    joined_op = models.UUIDField(unique=True)
    joined_at = models.DateTimeField()
    expires_on = models.DateField()

    class Meta:
        indexes = [
            models.Index(fields=["place", "folded_name"]),
            models.Index(fields=["folded_name"]),
            models.Index(fields=["phone"], condition=~models.Q(phone=""), name="reader_by_phone"),
        ]

    def __str__(self) -> str:
        return self.full_name


class ReaderAccess(models.Model):
    """The trace that looking at a reader's data leaves (Law 91/2025): who, whom, when, by which door."""

    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    reader = models.UUIDField(null=True, db_index=True)  # empty for a search that listed several
    act = models.CharField(max_length=24)
    place = models.CharField(max_length=24, blank=True)
    at = models.DateTimeField(db_index=True)
    found = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"{self.staff_id} {self.act} {self.reader}"
