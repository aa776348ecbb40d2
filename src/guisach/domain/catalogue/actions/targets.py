"""Writing down which catalogues elsewhere may be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from guisach.domain.catalogue.models import SearchTarget, TargetSchema
from guisach.domain.catalogue.steps import begin
from guisach.domain.journal.steps import in_one_transaction
from guisach.kernel.errors import DomainError
from guisach.kernel.text import nfc

if TYPE_CHECKING:
    from guisach.domain.catalogue.rules.elsewhere import Target

VERSIONS = ("1.1", "1.2", "2.0")


class TargetUnusable(DomainError):
    """A catalogue needs a name and an address of the web."""

    code = "target_unusable"
    status = 422
    text = _("A catalogue to be asked needs a name and an address that begins with https:// or http://.")


class TargetNameTaken(DomainError):
    """Another catalogue has this name."""

    code = "target_name_taken"
    text = _("Another catalogue is called “%(name)s” already.")


class TargetUnknown(DomainError):
    """There is no such catalogue."""

    code = "target_unknown"
    status = 404
    text = _("This catalogue is no longer in the list.")


@in_one_transaction
def keep_target(*, target: Target, id_: int | None = None, is_active: bool = True, order: int = 100) -> int:
    """Write a catalogue down, or change it; returns its id.

    Raises TargetUnusable, TargetNameTaken, TargetUnknown; ValueError for a version that SRU does not have.
    """
    begin()
    name, url = nfc(target.name)[:80], target.url.strip()[:300]
    parts = urlsplit(url)
    if not name or parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
        raise TargetUnusable
    if target.version not in VERSIONS:
        raise ValueError(target.version)
    namesakes = SearchTarget.objects.filter(name=name)
    if (namesakes if id_ is None else namesakes.exclude(pk=id_)).exists():
        raise TargetNameTaken(name=name)
    row = SearchTarget(name=name) if id_ is None else SearchTarget.objects.filter(pk=id_).first()
    if row is None:
        raise TargetUnknown
    row.name, row.url, row.version = name, url, target.version
    row.schema = TargetSchema.UNIMARC if target.is_unimarc else TargetSchema.MARC21
    row.schema_name = nfc(target.schema)[:60] or "marcxml"
    row.is_active, row.order = is_active, max(0, min(order, 9999))
    row.save()
    return row.pk


@in_one_transaction
def switch_target(*, id_: int, is_active: bool) -> None:
    """Switch a catalogue on or off. Raises TargetUnknown."""
    begin()
    if not SearchTarget.objects.filter(pk=id_).update(is_active=is_active):
        raise TargetUnknown


@in_one_transaction
def drop_target(*, id_: int) -> None:
    """Take a catalogue off the list; one that is gone already is fine."""
    begin()
    SearchTarget.objects.filter(pk=id_).delete()
