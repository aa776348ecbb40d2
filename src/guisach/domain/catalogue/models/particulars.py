"""What only some records have: a cover, the validity of a legal document, the issues of a periodical."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Cover(models.Model):
    """A picture of the cover, uploaded here and encoded anew; the file lies under its print."""

    record = models.OneToOneField("catalogue.Record", on_delete=models.CASCADE, primary_key=True, related_name="cover")
    file_print = models.CharField(max_length=64)  # SHA-256 of the large form
    width_px = models.PositiveSmallIntegerField()
    height_px = models.PositiveSmallIntegerField()
    uploaded_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return self.file_print


class LegalDocument(models.Model):
    """The particulars of a legal document (Law on promulgation of legal documents): number, issuer, validity."""

    record = models.OneToOneField("catalogue.Record", on_delete=models.CASCADE, primary_key=True, related_name="law")
    number = models.CharField(max_length=60, blank=True)  # số, ký hiệu: 46/2019/QH14
    issuer = models.CharField(max_length=200, blank=True)
    issued_on = models.DateField(null=True)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)  # the first day on which it is no longer in force
    replaced_by = models.ForeignKey("catalogue.Record", on_delete=models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return self.number


class Frequency(models.TextChoices):
    """How often a periodical comes out."""

    DAILY = "DAILY", _("daily")
    WEEKLY = "WEEKLY", _("weekly")
    FORTNIGHTLY = "FORTNIGHTLY", _("every two weeks")
    MONTHLY = "MONTHLY", _("monthly")
    QUARTERLY = "QUARTERLY", _("quarterly")
    IRREGULAR = "IRREGULAR", _("irregular")


class Subscription(models.Model):
    """A periodical that a place gets."""

    record = models.ForeignKey("catalogue.Record", on_delete=models.CASCADE, related_name="subscriptions")
    place = models.ForeignKey("network.Place", on_delete=models.PROTECT, related_name="+")
    frequency = models.CharField(max_length=12, choices=Frequency.choices)
    # ISO weekdays on which a daily or weekly comes out, "135" for Monday, Wednesday, Friday; empty is any.
    weekdays = models.CharField(max_length=7, blank=True)
    active_from = models.DateField()
    active_to = models.DateField(null=True)
    copies = models.PositiveSmallIntegerField(default=1)
    note = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.record_id} {self.place_id}"


class Issue(models.Model):
    """An issue of a periodical at a place: ticked off when it came, or known to be missing."""

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="issues")
    number = models.CharField(max_length=40)  # as printed: 12, 128-129, Xuân 2027
    issued_on = models.DateField()
    received_on = models.DateField(null=True)
    copies = models.PositiveSmallIntegerField(default=1)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subscription", "number", "issued_on"], name="one_issue")]
        indexes = [models.Index(fields=["subscription", "issued_on"], name="issue_by_day")]

    def __str__(self) -> str:
        return self.number
