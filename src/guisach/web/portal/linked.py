"""What a title's page says to machines, in its head: schema.org, and where the record can be had as a file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString, mark_safe

from guisach.domain.catalogue.rules.harvest import identifier, repository_name
from guisach.domain.catalogue.rules.marc.outgoing import schema_org

if TYPE_CHECKING:
    from guisach.domain.catalogue.queries import RecordView
    from guisach.web.portal.frame import Frame

# Nothing in the data may end the element that it stands in; JSON has another way to write these.
_ESCAPES = {ord(letter): f"\\u{ord(letter):04x}" for letter in "<>&\u2028\u2029"}


def linked_data(record: RecordView, address: str, frame: Frame) -> dict[str, SafeString | str]:
    """Return the JSON-LD of a record, safe inside a script element, and its unAPI name."""
    text = json.dumps(schema_org(record, address, frame.province), ensure_ascii=False)
    safe = text.translate(_ESCAPES).encode("utf-8", "replace").decode()
    return {
        "json": mark_safe(safe),  # noqa: S308  (everything that HTML could read is escaped above)
        "name": identifier(repository_name(frame.province_code), record.id),
    }
