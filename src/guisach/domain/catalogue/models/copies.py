"""Copies with their accession numbers, the series that numbers run in, and the entries of the general register."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class CopyCondition(models.TextChoices):
    """Whether a copy may be lent at all; what happened to it is in the journal."""

    NORMAL = "NORMAL", _("may be lent")
    REFERENCE = "REFERENCE", _("read here only")
    WITHDRAWN = "WITHDRAWN", _("withdrawn")


class PhysicalState(models.TextChoices):
    """How a copy looks, for weeding and mending."""

    GOOD = "GOOD", _("good")
    WORN = "WORN", _("worn")
    DAMAGED = "DAMAGED", _("damaged")


class AcquisitionKind(models.TextChoices):
    """How copies came into the stock."""

    PURCHASE = "PURCHASE", _("bought")
    GIFT = "GIFT", _("given")
    LEGAL_DEPOSIT = "LEGAL_DEPOSIT", _("legal deposit")
    PROGRAMME = "PROGRAMME", _("from a programme or project")
    EXCHANGE = "EXCHANGE", _("exchange")
    TRANSFER = "TRANSFER", _("handed over by another body")
    UNKNOWN = "UNKNOWN", _("not known")


class Collection(models.Model):
    """A part of a stock with a purpose of its own: law bookcase, rotation, mobile, children's, local studies."""

    code = models.CharField(max_length=16, primary_key=True)
    name = models.CharField(max_length=120)
    note = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.code


class AccessionSeries(models.Model):
    """Accession numbers that run on under a prefix: VN, TN, ĐC …; a number once given is never given again."""

    prefix = models.CharField(max_length=12, primary_key=True)
    name = models.CharField(max_length=120)
    digits = models.PositiveSmallIntegerField(default=6)
    last_number = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return self.prefix


class Receipt(models.Model):
    """A line of part I of the general register (sổ đăng ký tổng quát): one voucher's worth of copies that came in."""

    place = models.ForeignKey("network.Place", on_delete=models.PROTECT, related_name="+")  # whose register
    number = models.PositiveIntegerField()  # runs on in that register
    entered_on = models.DateField()
    kind = models.CharField(max_length=16, choices=AcquisitionKind.choices)
    source = models.CharField(max_length=200, blank=True)  # seller, giver, body
    voucher = models.CharField(max_length=80, blank=True)  # number and date of the invoice or minutes
    note = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["place", "number"], name="one_receipt_per_number")]

    def __str__(self) -> str:
        return f"{self.place_id} {self.number}"


class WithdrawalReason(models.TextChoices):
    """Why copies leave the stock."""

    OUTDATED = "OUTDATED", _("out of date")
    WORN_OUT = "WORN_OUT", _("worn out")
    LOST = "LOST", _("lost")
    SURPLUS = "SURPLUS", _("too many copies")
    TRANSFER = "TRANSFER", _("handed over to another body")
    FORBIDDEN = "FORBIDDEN", _("not to be circulated, by decision")


class Withdrawal(models.Model):
    """A line of part II of the general register: copies taken out of the stock by one decision.

    While it is a draft it is a weeding list; with the decision its copies become WITHDRAWN.
    """

    place = models.ForeignKey("network.Place", on_delete=models.PROTECT, related_name="+")  # whose register
    number = models.PositiveIntegerField(null=True)  # given with the decision; runs on in that register
    reason = models.CharField(max_length=16, choices=WithdrawalReason.choices)
    begun_at = models.DateTimeField()
    decision_no = models.CharField(max_length=80, blank=True)
    decided_on = models.DateField(null=True)
    minutes = models.CharField(max_length=80, blank=True)  # number and date of the minutes (biên bản xuất kho)
    note = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place", "number"], name="one_withdrawal_per_number"),
            models.CheckConstraint(
                condition=models.Q(number=None) | models.Q(decided_on__isnull=False), name="numbered_when_decided"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place_id} {self.number or '-'}"


class Copy(models.Model):
    """One physical thing. Its accession number (số ĐKCB) is its barcode and is never used again."""

    barcode = models.CharField(max_length=32, unique=True)
    record = models.ForeignKey("catalogue.Record", on_delete=models.PROTECT, related_name="copies")
    owner = models.ForeignKey("network.Place", on_delete=models.PROTECT, related_name="+")
    base = models.ForeignKey("network.Place", on_delete=models.PROTECT, related_name="+")
    condition = models.CharField(max_length=12, choices=CopyCondition.choices, default=CopyCondition.NORMAL)
    call_no = models.CharField(max_length=80, blank=True)
    shelf = models.CharField(max_length=80, blank=True)
    price_vnd = models.PositiveIntegerField(null=True)
    acquired_on = models.DateField(null=True)
    note = models.CharField(max_length=300, blank=True)
    collection = models.ForeignKey(Collection, on_delete=models.SET_NULL, null=True, related_name="copies")
    state = models.CharField(max_length=8, choices=PhysicalState.choices, default=PhysicalState.GOOD)
    # What the copy itself is, for volumes and issues of one record: "Tập 2", "Số 12 (2026)".
    part = models.CharField(max_length=80, blank=True)
    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, null=True, related_name="copies")
    withdrawal = models.ForeignKey(Withdrawal, on_delete=models.SET_NULL, null=True, related_name="copies")
    labelled_at = models.DateTimeField(null=True)  # when its label was last printed and found good
    imported_in = models.ForeignKey("catalogue.Import", on_delete=models.SET_NULL, null=True, related_name="copies")

    class Meta:
        indexes = [
            models.Index(fields=["base", "record"]),
            # Registers run in the order of numbers; labels are asked for by what has none yet.
            models.Index(fields=["owner", "barcode"], name="copy_by_owner"),
        ]

    def __str__(self) -> str:
        return self.barcode


class Verdict(models.TextChoices):
    """What somebody with the book in hand decided about a copy on a weeding list."""

    PROPOSED = "PROPOSED", _("not yet looked at")
    WITHDRAW = "WITHDRAW", _("take out")
    KEEP = "KEEP", _("keep")


class WeedingLine(models.Model):
    """A copy on a weeding list: why it was proposed, and what was decided with the book in hand."""

    withdrawal = models.ForeignKey(Withdrawal, on_delete=models.CASCADE, related_name="lines")
    copy = models.ForeignKey(Copy, on_delete=models.CASCADE, related_name="weeding")
    why = models.CharField(max_length=80, blank=True)  # codes of rules, joined by spaces; empty when put there by hand
    verdict = models.CharField(max_length=8, choices=Verdict.choices, default=Verdict.PROPOSED)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["withdrawal", "copy"], name="one_line_per_copy")]

    def __str__(self) -> str:
        return f"{self.withdrawal_id} {self.copy_id} {self.verdict}"


class StockChange(models.Model):
    """What was changed on a copy or in a register, by whom: registers know no erasure."""

    subject = models.CharField(max_length=48)  # copy:VN000123, receipt:17, withdrawal:4
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    changes = models.JSONField()  # {field: [before, after]}

    class Meta:
        indexes = [models.Index(fields=["subject", "id"], name="stock_change_by_subject")]

    def __str__(self) -> str:
        return f"{self.subject} {self.at}"
