"""What the doors share: who we are, addresses, and records in the formats that leave the house."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils import translation

from guisach.adapters.marc import to_marcxml
from guisach.domain.catalogue.rules.harvest import repository_name
from guisach.domain.catalogue.rules.marc.outgoing import dublin_core, named
from guisach.domain.network.queries import province

if TYPE_CHECKING:
    from django.http import HttpRequest

    from guisach.domain.catalogue.queries import FullRecord, RecordView
    from guisach.domain.catalogue.rules.marc.incoming import Incoming


class House:
    """The catalogue as one machine meets it in one request: its names and its addresses."""

    def __init__(self, request: HttpRequest) -> None:
        found = province()
        self.repository = repository_name(found.code if found else "")
        self.name = f"Gùi Sách · {found.name}" if found else "Gùi Sách"
        self.base = request.build_absolute_uri("/").rstrip("/")
        self.language = settings.LANGUAGE_CODE

    def url(self, name: str, *args: object) -> str:
        """Return a full address."""
        return self.base + reverse(name, args=args)

    def dublin_core(self, view: RecordView) -> list[tuple[str, str]]:
        """Return a record as Dublin Core."""
        return dublin_core(view, self.url("portal:record", view.id))

    def marc(self, record: FullRecord) -> Incoming:
        """Return a record's MARC with a control number."""
        return named(record.marc, self.repository, record.view.id)

    def marcxml(self, record: FullRecord) -> str:
        """Return one <record> element."""
        return to_marcxml(self.marc(record))


def xml(body: str, content_type: str = "text/xml") -> HttpResponse:
    """Answer with an XML document."""
    return HttpResponse(body.encode("utf-8", "replace"), content_type=f"{content_type}; charset=utf-8")


def own_language() -> translation.override:
    """Machines are answered alike, whatever language they say they read."""
    return translation.override(settings.LANGUAGE_CODE)
