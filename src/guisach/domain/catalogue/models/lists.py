"""Lists of books that staff put together: for a season, a theme, a class; published on the portal or not."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class BookList(models.Model):
    """A named list of titles in an order somebody chose."""

    name = models.CharField(max_length=120)
    note = models.CharField(max_length=1000, blank=True)
    is_public = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class BookListEntry(models.Model):
    """A title on a list, with a word about it."""

    list = models.ForeignKey(BookList, on_delete=models.CASCADE, related_name="entries")
    record = models.ForeignKey("catalogue.Record", on_delete=models.CASCADE, related_name="+")
    rank = models.PositiveIntegerField()
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["list", "record"], name="one_entry_per_record")]

    def __str__(self) -> str:
        return f"{self.list_id}: {self.record_id}"
