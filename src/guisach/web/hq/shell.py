"""What every page of the province shares: its frame, and codes that can be asked for without harm."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from django.http import Http404
from django.shortcuts import render

from guisach.domain.network.queries import Permission, province

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from guisach.web.ui.access import Duty

_CODE: Final = re.compile(r"[A-Za-z0-9_-]{1,24}")


def page(request: HttpRequest, duty: Duty, template: str, context: dict[str, Any]) -> HttpResponse:
    """Render a page in the frame of the province; one query for its name."""
    home = province()
    frame = {
        "today": duty.today,
        "province_name": home.name if home else "",
        "place_name": home.name if home else "",
        "person_name": duty.person.full_name,
        "has_desk": duty.grants.somewhere(Permission.LEND) or duty.grants.somewhere(Permission.STOCK),
    }
    return render(request, f"hq/{template}", {**frame, **context})


def code_or_404(text: str) -> str:
    """Give the code if it can be one at all; a database must not be asked for what no column can hold."""
    if not _CODE.fullmatch(text):
        raise Http404
    return text
