"""The style guide in a real browser: axe in both themes, no sideways scrolling, and scans that are never lost.

Serves its own few pages, without a database: what is tried here is the design system alone.
"""

from __future__ import annotations

import threading
import time
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpResponse
from django.shortcuts import render
from django.test import override_settings
from django.urls import path

from guisach.web.ui.guide import guide, samples

pytestmark = pytest.mark.browser


class Desk:
    """What the server of this test was sent, and how it answers next."""

    def __init__(self) -> None:
        self.received: list[tuple[str, str]] = []
        self.status = 200
        self.wait_s = 0.0


DESK = Desk()


def scan(request):
    time.sleep(DESK.wait_s)
    if DESK.status != 200:
        return HttpResponse(status=DESK.status)
    DESK.received.append((request.POST["code"], request.POST["op"]))
    return render(request, "ui/components/slip.html", {"title": request.POST["code"], "sound": "done"})


def desk(request):
    return render(request, "ui/guide.html", {"samples": samples() | {"scan_url": "/scan/"}})


urlpatterns = [path("guide/", guide), path("desk/", desk), path("scan/", scan)]


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def guide_site():
    with override_settings(ROOT_URLCONF=__name__, FORM_RENDERER="guisach.web.ui.forms.Renderer"):
        application = StaticFilesHandler(WSGIHandler())
        server = make_server("127.0.0.1", 0, application, server_class=_Server, handler_class=_Quiet)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        server.server_close()


# The guide shows both themes on one page; the machine's own theme decides the frame around them.
@pytest.mark.parametrize(
    ("base", "width", "theme"),
    [("staff", 360, "light"), ("staff", 1440, "dark"), ("portal", 360, "dark"), ("portal", 1440, "light")],
)
def test_the_guide_is_open_to_everybody(open_page, guide_site, axe, base, width, theme):
    page = open_page(guide_site, width=width, color_scheme=theme)
    page.goto(f"/guide/?base={base}")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    axe(page)


# A control is as large as itself, its label, or the card that its link covers; links in running text may be small.
TOO_SMALL = """
  [...document.querySelectorAll("a, button, summary, select, input:not([type=hidden])")].filter((el) => {
    const covers = getComputedStyle(el, "::after").position === "absolute";
    const targets = [el, el.closest("label"), covers && el.closest(".book, .stat")].filter(Boolean);
    const shown = el.getBoundingClientRect().width && !el.matches(".skip, p > a:not(.button, .stat-label > a)");
    return shown && targets.every((target) => target.getBoundingClientRect().height < 43.5);
  }).map((el) => el.outerHTML.slice(0, 80))
"""


@pytest.mark.parametrize("base", ["staff", "portal"])
def test_a_thumb_finds_everything(open_page, guide_site, base):
    page = open_page(guide_site)
    page.goto(f"/guide/?base={base}")
    assert page.evaluate(TOO_SMALL) == []


SAMPLES = 3  # slips that the guide shows from the start


class TestScans:
    @pytest.fixture
    def page(self, open_page, guide_site):
        DESK.__init__()
        page = open_page(guide_site)
        page.goto("/desk/")
        page.wait_for_load_state("networkidle")
        page.evaluate("document.querySelector('.slips').id = 'scanned'")
        return page

    def wait_for(self, page, count):
        page.locator("#scanned .slip").nth(SAMPLES + count - 1).wait_for(timeout=15_000)

    def type(self, page, *codes):
        for code in codes:
            page.keyboard.type(code)
            page.keyboard.press("Enter")

    def test_the_cursor_waits_in_the_scan_box(self, page):
        assert page.evaluate("document.activeElement.id") == "scan"

    def test_a_reader_faster_than_the_line_loses_nothing(self, page):
        DESK.wait_s = 0.2
        codes = ["CB.1", "CB.2", "CB.3", "CB.4", "CB.5"]
        self.type(page, *codes)
        self.wait_for(page, 5)
        assert [code for code, _ in DESK.received] == codes
        assert len({op for _, op in DESK.received}) == 5
        assert all(op[14] == "7" for _, op in DESK.received)
        assert page.evaluate("document.activeElement.id") == "scan"
        assert page.input_value("#scan") == ""

    def test_without_a_line_scans_are_kept_shown_and_sent_later(self, page):
        page.context.set_offline(True)
        self.type(page, "CB.1", "CB.2")
        page.wait_for_selector("#toasts .notice")
        assert "(CB.1, CB.2)" in page.inner_text("#toasts")
        assert DESK.received == []
        page.context.set_offline(False)
        self.wait_for(page, 2)
        assert [code for code, _ in DESK.received] == ["CB.1", "CB.2"]
        page.wait_for_selector("#toasts .notice", state="detached")

    def test_a_broken_server_gets_the_same_scan_again_under_the_same_id(self, page):
        DESK.status = 503
        self.type(page, "CB.1")
        page.wait_for_selector("#toasts .notice")
        DESK.status = 200
        self.wait_for(page, 1)
        assert len(DESK.received) == 1

    def test_a_refused_scan_comes_back_into_the_box(self, page):
        DESK.status = 403
        self.type(page, "CB.1")
        page.wait_for_selector("#toasts .notice")
        assert page.input_value("#scan") == "CB.1"
        assert "(CB.1)" in page.inner_text("#toasts")

    def test_its_key_brings_the_cursor_back(self, page):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") != "scan"
        page.keyboard.press("F2")
        assert page.evaluate("document.activeElement.id") == "scan"


def test_without_javascript_a_scan_is_a_plain_form(open_page, guide_site):
    DESK.__init__()
    page = open_page(guide_site, java_script_enabled=False)
    page.goto("/desk/")
    page.fill("#scan", "CB.9")
    page.press("#scan", "Enter")
    page.wait_for_url("**/scan/")
    assert [code for code, _ in DESK.received] == ["CB.9"]
