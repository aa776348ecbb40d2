"""The page of the offline desk and its service worker: the same for everybody, and without anybody's data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from csp.constants import NONE, SELF
from csp.decorators import csp
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

if TYPE_CHECKING:
    from django.http import HttpRequest

BUILT = Path(__file__).parent / "built"

# As strict as the rest of the site, and the only place where WebAssembly may run: Argon2id for the keepers' PINs and
# the reader of barcodes are made of it. Pictures may come from the camera, hence blob:.
POLICY = {
    "default-src": [NONE],
    "script-src": [SELF, "'wasm-unsafe-eval'"],
    "style-src": [SELF],
    "img-src": [SELF, "data:", "blob:"],
    "font-src": [SELF],
    "connect-src": [SELF],
    "worker-src": [SELF],
    "manifest-src": [SELF],
    "form-action": [NONE],
    "frame-ancestors": [NONE],
    "base-uri": [NONE],
}


@require_safe
@csp(POLICY)
def page(request: HttpRequest) -> HttpResponse:
    return _built("index.html", "text/html")


@require_safe
@csp(POLICY)
def worker(request: HttpRequest) -> HttpResponse:
    # It lies at /desk/ itself because its reach is the folder that it comes from.
    return _built("sw.js", "text/javascript")


def _built(name: str, content_type: str) -> HttpResponse:
    try:
        content = (BUILT / name).read_bytes()
    except FileNotFoundError:
        text = _("The offline desk is not built yet. Whoever looks after this machine runs: python tools/build.py")
        return HttpResponse(text, content_type="text/plain; charset=utf-8", status=503)
    answer = HttpResponse(content, content_type=f"{content_type}; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    answer["Permissions-Policy"] = "camera=(self)"
    return answer
