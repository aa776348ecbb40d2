"""Catalogues elsewhere that may be asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from guisach.domain.catalogue.models import SearchTarget, TargetSchema
from guisach.domain.catalogue.rules.elsewhere import Target

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

_FIELDS = ("pk", "name", "url", "version", "schema", "schema_name", "is_active", "order")


@dataclass(frozen=True, slots=True)
class TargetView:
    """A catalogue elsewhere as it is written down here."""

    id: int
    name: str
    url: str
    version: str
    schema: str
    schema_name: str
    is_active: bool
    order: int

    @property
    def schema_label(self) -> _StrOrPromise:
        """What kind of MARC it answers with."""
        return TargetSchema(self.schema).label

    @property
    def target(self) -> Target:
        """As it is asked."""
        is_unimarc = self.schema == TargetSchema.UNIMARC
        return Target(self.name, self.url, self.version, self.schema_name, is_unimarc=is_unimarc)


def search_targets(*, only_active: bool = False) -> list[TargetView]:
    """Return the catalogues in the order in which they are shown."""
    found = SearchTarget.objects.order_by("order", "name")
    if only_active:
        found = found.filter(is_active=True)
    return [TargetView(*row) for row in found.values_list(*_FIELDS)]


def search_target(id_: int) -> TargetView | None:
    """Return one of them, or None."""
    row = SearchTarget.objects.filter(pk=id_).values_list(*_FIELDS).first()
    return TargetView(*row) if row else None


def target_schemas() -> list[tuple[str, _StrOrPromise]]:
    """Return the kinds of MARC with their names."""
    return list(TargetSchema.choices)
