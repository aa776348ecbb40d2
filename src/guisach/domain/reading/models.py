"""Tables of the reading room: the readers' own, outside the log, deleted the moment they say so."""

from __future__ import annotations

from django.db import models


class Wish(models.Model):
    """A reader wants something of their reading to be kept; the row goes with the wish, and what was kept with it."""

    reader = models.UUIDField()
    what = models.CharField(max_length=8, choices=[("HISTORY", "history"), ("DIARY", "diary")])
    since = models.DateTimeField()
    has_guardian_consent = models.BooleanField()  # a child's; silence is no consent (Law 91/2025, art. 24)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reader", "what"], name="one_wish_each")]

    def __str__(self) -> str:
        return f"{self.what} of {self.reader}"


class PastLoan(models.Model):
    """A reader's own copy of a loan that the library itself has forgotten; it does not lead back into the log."""

    reader = models.UUIDField()
    record = models.PositiveBigIntegerField(null=True)
    title = models.CharField(max_length=300)
    author = models.CharField(max_length=200, blank=True)
    lent_on = models.DateField()
    returned_on = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["reader", "-returned_on"])]

    def __str__(self) -> str:
        return self.title


class DiaryEntry(models.Model):
    """What a reader wrote down of a book: from the catalogue or in their own words."""

    reader = models.UUIDField()
    op = models.UUIDField(unique=True)  # the form that was sent: twice is once
    record = models.PositiveBigIntegerField(null=True)
    title = models.CharField(max_length=200)
    stars = models.PositiveSmallIntegerField()  # 0: said nothing; 1-5
    sentence = models.CharField(max_length=280, blank=True)
    read_on = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["reader", "-read_on"])]

    def __str__(self) -> str:
        return str(self.pk)


class Challenge(models.Model):
    """So many books by a day: one at a time, and with nobody but oneself."""

    reader = models.UUIDField(primary_key=True)
    books = models.PositiveSmallIntegerField()
    begun_on = models.DateField()
    until = models.DateField()

    def __str__(self) -> str:
        return f"{self.books} until {self.until}"
