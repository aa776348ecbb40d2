"""The ground of browser tests: axe sees what is wrong, a visit is weighed as transferred, the site is served."""

from __future__ import annotations

import gzip
import sqlite3
import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

pytestmark = pytest.mark.browser

GOOD = (
    '<!doctype html><html lang="vi"><title>Sách</title><link rel=icon href="data:,"><link rel=stylesheet href=a.css>'
    "<main><h1>Sách</h1></main>"
)
CSS = b"main { color: black; background: white }\n" * 2000


class _Pages(BaseHTTPRequestHandler):
    def do_GET(self):
        body = gzip.compress(CSS if self.path == "/a.css" else GOOD.encode(), mtime=0)
        self.send_response(200)
        self.send_header("Content-Type", "text/css" if self.path == "/a.css" else "text/html; charset=utf-8")
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args):
        pass


@pytest.fixture
def pages():
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_page_without_faults_passes(open_page, axe):
    page = open_page()
    page.set_content(GOOD)
    axe(page)


def test_a_fault_of_accessibility_is_told_with_its_element(open_page, axe):
    page = open_page()
    page.set_content(GOOD.replace("</h1>", '</h1><img id="cover" src="data:,">'))
    with pytest.raises(pytest.fail.Exception, match=r"image-alt.*\n.*#cover"):
        axe(page)


def test_a_visit_is_weighed_as_it_was_compressed(open_page, weight, pages):
    found = weight(open_page(pages), "/")
    assert set(found.bytes_by_url) == {f"{pages}/", f"{pages}/a.css"}, str(found)
    least = sum(len(gzip.compress(body, mtime=0)) for body in (GOOD.encode(), CSS))
    assert least < found.total_bytes < least + 1_000 < len(CSS)


def test_the_site_answers(site):
    try:
        status = urllib.request.urlopen(f"{site.url}/health").status  # noqa: S310
    except urllib.error.HTTPError as error:
        status = error.code
    assert status in {200, 404}


def test_a_site_of_ones_own_has_a_database_of_its_own(own_site, province):
    assert own_site.data != province
    with sqlite3.connect(own_site.data / "guisach.sqlite3") as database:
        assert database.execute("SELECT count(*) FROM network_staff WHERE username = 'lan'").fetchone() == (1,)
