"""Enrolled desks: whose they are, what they said of themselves, and how much of theirs is here."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Desk(models.Model):
    """A device enrolled as an offline desk of a place. What it last told of itself is what it said, no more."""

    device = models.OneToOneField("journal.Device", primary_key=True, on_delete=models.PROTECT, related_name="desk")
    place = models.ForeignKey("network.Place", on_delete=models.PROTECT, related_name="+")
    former_places = models.JSONField(default=list)  # codes; what it still brings from there is within its scope
    key = models.CharField(max_length=200)  # base64url of the SPKI
    version = models.PositiveIntegerField()
    enrolled_at = models.DateTimeField()
    enrolled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()  # of the newest credential
    contact_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)  # its last hello
    waiting_since = models.DateTimeField(null=True)  # the oldest operation it had not brought, at that hello
    settled_at = models.DateTimeField(null=True)  # whatever it made before this moment is here
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    revoked_why = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["place", "contact_at"])]

    def __str__(self) -> str:
        return str(self.device_id)


class Chain(models.Model):
    """The numbers of one device in one epoch. `contiguous` is a lower bound, brought up to date by who needs it."""

    dev = models.UUIDField()
    epoch = models.PositiveIntegerField()
    contiguous = models.PositiveBigIntegerField(default=0)
    told_high = models.PositiveBigIntegerField(default=0)  # the highest number the device ever said it had given
    backed_up = models.PositiveBigIntegerField(default=0)  # up to here all of it is in a backup

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dev", "epoch"], name="one_chain_per_epoch")]

    def __str__(self) -> str:
        return f"{self.dev}/{self.epoch}"


class EnrolmentCode(models.Model):
    """A code for one device; only its digest is kept."""

    digest = models.CharField(max_length=64, primary_key=True)
    place = models.ForeignKey("network.Place", on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    device = models.UUIDField(null=True)  # which device used it

    def __str__(self) -> str:
        return f"{self.place_id} {self.expires_at}"


class Keeper(models.Model):
    """Somebody who proved on a desk, online and by password, who they are: from then on it may act in their name."""

    desk = models.ForeignKey(Desk, on_delete=models.CASCADE, related_name="keepers")
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["desk", "staff"], name="one_proof_per_desk")]

    def __str__(self) -> str:
        return f"{self.staff_id} on {self.desk_id}"


class Restoration(models.Model):
    """A time at which this hub was filled from a backup; the mark of the newest one is told to desks by hello."""

    mark = models.UUIDField(unique=True)

    def __str__(self) -> str:
        return str(self.mark)
