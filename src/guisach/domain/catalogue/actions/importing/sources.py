"""Sources: how files of one library are read and matched, kept for the next time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from guisach.domain.catalogue.actions.copies import PlaceUnknown
from guisach.domain.catalogue.actions.importing.refusals import MappingWrong, SourceNameNeeded
from guisach.domain.catalogue.kinds import file_reader
from guisach.domain.catalogue.models import ImportForm, ImportSource
from guisach.domain.catalogue.rules.imports.holdings import MappingError
from guisach.domain.catalogue.steps import begin
from guisach.domain.journal.steps import in_one_transaction
from guisach.domain.network.queries import places_by_code
from guisach.kernel.text import nfc

if TYPE_CHECKING:
    from guisach.domain.catalogue.rules.imports.policies import Terms

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")


@in_one_transaction
def save_source(*, name: str, terms: Terms) -> None:
    """Keep how files of the source `terms.source` are read; one that is there is changed.

    Raises SourceNameNeeded, MappingWrong, PlaceUnknown; ValueError for a form that does not exist.
    """
    begin()
    name = nfc(name)[:120]
    if not _CODE.fullmatch(terms.source) or not name:
        raise SourceNameNeeded
    refuse_unusable(terms)
    row = ImportSource.objects.filter(pk=terms.source).first() or ImportSource(pk=terms.source)
    row.name = name
    row.form = ImportForm(terms.form)
    row.encoding = terms.encoding
    row.mapping = terms.mapping
    row.policy = terms.policy.as_json()
    row.place_id = terms.place or None
    row.save()


@in_one_transaction
def delete_source(*, source: str) -> bool:
    """Forget a source; its imports stay. Returns whether there was one."""
    begin()
    return bool(ImportSource.objects.filter(pk=source).delete()[0])


def refuse_unusable(terms: Terms) -> None:
    """Raise MappingWrong or PlaceUnknown where a file could not be worked through under these terms."""
    try:
        terms.placement()
        file_reader(terms)
    except MappingError as error:
        raise MappingWrong(reason=error) from error
    if terms.place and terms.place not in places_by_code([terms.place]):
        raise PlaceUnknown(place=terms.place[:32])
