"""Files of covers. The address names the content, so whoever has it once never asks again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from guisach.domain.catalogue.queries.covers import cover_file

if TYPE_CHECKING:
    from django.http import HttpRequest

_PRINT_LENGTH = 64


@require_safe
def cover(request: HttpRequest, print_: str, size: str) -> HttpResponse:
    """Give one form of a cover."""
    body = cover_file(print_, size) if len(print_) == _PRINT_LENGTH else None
    if body is None:
        raise Http404
    answer = HttpResponse(body, content_type="image/webp")
    answer["Cache-Control"] = "public, max-age=31536000, immutable"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'"
    return answer
