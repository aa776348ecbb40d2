"""Tables of the journal. An operation is written once and never changed; everything else here can be recomputed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class DeviceKind(models.TextChoices):
    """What an operation can come from."""

    WEB = "WEB", _("workbench")
    PORTAL = "PORTAL", _("readers' own pages")
    TOKEN = "TOKEN", _("script")
    DESK = "DESK", _("offline desk")
    BOX = "BOX", _("box")
    HUB = "HUB", _("hub")


class Device(models.Model):
    """A source of numbered operations; `epoch` starts anew after a reinstall or a restore, `last_seq` counts in it."""

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=8, choices=DeviceKind.choices)
    label = models.CharField(max_length=120, blank=True)
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    epoch = models.PositiveIntegerField(default=1)
    last_seq = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField()
    last_seen_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    brought_at = models.DateTimeField(null=True)  # somebody brought its operations in a file, and nobody knows it here

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["staff"], condition=models.Q(kind="WEB"), name="one_workbench_per_person"),
            models.UniqueConstraint(fields=["kind"], condition=models.Q(kind="PORTAL"), name="one_portal"),
        ]

    def __str__(self) -> str:
        return self.label or str(self.id)


class Token(models.Model):
    """A bearer token of a script; only its digest is kept. It is also the script's device."""

    digest = models.CharField(max_length=64, primary_key=True)
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    device = models.ForeignKey(Device, on_delete=models.PROTECT)
    label = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.label


class Operation(models.Model):
    """One fact, as received and as stamped. `body` is canonical JSON without anything personal; `hash` is of it."""

    hub_seq = models.BigAutoField(primary_key=True)
    op = models.UUIDField(unique=True)
    dev = models.UUIDField()
    epoch = models.PositiveIntegerField()
    seq = models.PositiveBigIntegerField()
    has_own_seq = models.BooleanField()  # numbered by the device itself: then the number proves an order
    kind = models.CharField(max_length=32)
    subject = models.CharField(max_length=96, blank=True)  # "copy:CB000123", "tally:CB-01:2026-11-22", or empty
    target = models.UUIDField(null=True)  # the operation that a void takes back
    place = models.CharField(max_length=24, blank=True)
    actor = models.CharField(max_length=40, blank=True)
    standing = models.CharField(max_length=12, blank=True)  # what the actor was there when the hub received it
    eff_at = models.DateTimeField()
    unc_ms = models.PositiveIntegerField(default=0)
    clock_ms = models.BigIntegerField(default=0)  # how far the device's guess lay outside what is possible
    received_at = models.DateTimeField()
    via = models.UUIDField()  # the device that brought it
    hash = models.CharField(max_length=64)
    body = models.TextField()
    is_doubtful = models.BooleanField(default=False)  # of a revoked device, not proven older: a person decides

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dev", "epoch", "seq"], name="one_operation_per_number"),
        ]
        indexes = [
            models.Index(fields=["subject"]),
            models.Index(fields=["target"], condition=models.Q(target__isnull=False), name="operation_by_target"),
            models.Index(fields=["place", "eff_at"]),
            models.Index(
                fields=["dev", "epoch", "seq"], condition=models.Q(is_doubtful=True), name="operation_in_doubt"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.op}"


class PrivatePart(models.Model):
    """What an operation says of a person, kept apart so that it can be forgotten without touching the log."""

    operation = models.OneToOneField(
        Operation, to_field="op", primary_key=True, on_delete=models.PROTECT, related_name="private_part"
    )
    salt = models.CharField(max_length=32)
    reader = models.UUIDField(null=True, db_index=True)
    data = models.TextField()
    forgotten_at = models.DateTimeField(null=True)
    # What the folds must go on knowing when somebody was forgotten: numbers and codes, nothing personal.
    kept = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(
                fields=["operation"],
                condition=models.Q(reader__isnull=False, forgotten_at__isnull=True),
                name="private_part_remembered",
            ),
        ]

    def __str__(self) -> str:
        return str(self.operation_id)


class Outcome(models.Model):
    """What an operation came to, as the fold of its subject sees it now."""

    operation = models.OneToOneField(
        Operation, to_field="op", primary_key=True, on_delete=models.PROTECT, related_name="outcome"
    )
    code = models.CharField(max_length=32)

    class Meta:
        indexes = [
            models.Index(fields=["code"], condition=models.Q(code="PENDING"), name="outcome_pending"),
        ]

    def __str__(self) -> str:
        return self.code


class Fork(models.Model):
    """A second content under a number or id already taken (a cloned device): kept and shown, never applied."""

    op = models.UUIDField()
    dev = models.UUIDField()
    epoch = models.PositiveIntegerField()
    seq = models.PositiveBigIntegerField()
    hash = models.CharField(max_length=64)  # of body and private part: goes when the latter is forgotten
    stored = models.ForeignKey(Operation, to_field="op", on_delete=models.PROTECT, related_name="forks")
    received_at = models.DateTimeField()
    via = models.UUIDField()
    body = models.TextField()
    private = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["op", "dev", "epoch", "seq", "hash"], name="one_fork_once")]

    def __str__(self) -> str:
        return f"{self.op} {self.dev}/{self.epoch}/{self.seq}"


class CaseStatus(models.TextChoices):
    """Where a case stands."""

    OPEN = "OPEN", _("to be looked at")
    SETTLED = "SETTLED", _("settled")
    GONE = "GONE", _("settled itself")


class Case(models.Model):
    """Something that a person must look at. Its id is a hash of kind and operations, so a re-fold finds it again."""

    id = models.CharField(max_length=32, primary_key=True)
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=96)
    place = models.CharField(max_length=24, blank=True)
    operations = models.JSONField(default=list)  # ids, in the order in which things happened
    is_urgent = models.BooleanField(default=False)
    status = models.CharField(max_length=8, choices=CaseStatus.choices, default=CaseStatus.OPEN)
    happened_at = models.DateTimeField()
    opens_at = models.DateTimeField()
    settled_by = models.UUIDField(null=True)  # the settling operation

    class Meta:
        indexes = [
            models.Index(fields=["status", "place", "happened_at"]),
            models.Index(fields=["subject"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class CaseOperation(models.Model):
    """Finds the cases of an operation."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="links")
    op = models.UUIDField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "op"], name="one_link_per_case")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.op}"
