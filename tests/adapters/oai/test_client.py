"""A repository that misbehaves is refused in words, in bounded time and memory; a busy one is waited for."""

from __future__ import annotations

import gzip
import threading
import tracemalloc
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from guisach.adapters.oai import HarvestAddressWrong, HarvestFailed, OaiClient, client
from guisach.adapters.oai.pages import NotOai, OaiError, elements, read_identify, read_page
from guisach.domain.catalogue.rules.imports.harvests import Asked

HEAD = '<?xml version="1.0" encoding="UTF-8"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
DATE = "<responseDate>2026-11-22T01:02:03Z</responseDate>"
_SAID = "<repositoryName>T</repositoryName><granularity>YYYY-MM-DD</granularity>"
IDENTIFY = f"{HEAD}{DATE}<Identify>{_SAID}</Identify></OAI-PMH>"


def record(name: str, metadata: str = "<record><leader>x</leader></record>", status: str = "") -> str:
    mark = f' status="{status}"' if status else ""
    body = "" if status else f"<metadata>{metadata}</metadata>"
    header = f"<header{mark}><identifier>{name}</identifier><datestamp>2026-01-01</datestamp></header>"
    return f"<record>{header}{body}</record>"


def listed(*records: str, token: str = "") -> bytes:
    mark = f"<resumptionToken>{token}</resumptionToken>" if token else ""
    return f"{HEAD}{DATE}<ListRecords>{''.join(records)}{mark}</ListRecords></OAI-PMH>".encode()


class Repository:
    """A server of this test: gives out the answers that were laid ready, the last one for ever."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, dict[str, str], bytes]] = []
        self.asked: list[dict[str, str]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append({name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()})
                status, headers, body = outer.answers.pop(0) if len(outer.answers) > 1 else outer.answers[0]
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/oai"
        # Half a second, by default, passes before it hears that it shall end.
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()


@pytest.fixture
def repository():
    made = Repository()
    yield made
    made.server.shutdown()
    made.server.server_close()


def page(repository, token="", **asked):
    waited: list[float] = []
    with OaiClient(repository.url, timeout_s=5, sleep=waited.append) as asking:
        return asking.page(Asked(repository.url, **asked), token), waited


def refused(repository) -> str:
    with pytest.raises(HarvestFailed) as found:
        page(repository)
    return str(found.value)


def test_a_page_is_asked_for_as_the_protocol_says(repository):
    repository.answers = [(200, {}, listed(record("a"), record("b", status="deleted"), token="t1"))]
    found, _ = page(repository, prefix="oai_dc", set_="BOOK", from_="2026-01-01")
    assert repository.asked == [
        {"verb": "ListRecords", "metadataPrefix": "oai_dc", "set": "BOOK", "from": "2026-01-01"}
    ]
    assert [(item.identifier, item.is_deleted) for item in found.items] == [("a", False), ("b", True)]
    assert found.items[0].metadata == b"<record><leader>x</leader></record>"
    assert (found.token, found.answered_at) == ("t1", "2026-11-22T01:02:03Z")
    page(repository, token="t1")
    assert repository.asked[1] == {"verb": "ListRecords", "resumptionToken": "t1"}


def test_an_address_keeps_what_it_brings_along(repository):
    repository.answers = [(200, {}, IDENTIFY.encode())]
    with OaiClient(repository.url + "?db=sach") as asking:
        assert asking.identify()["granularity"] == "YYYY-MM-DD"
    assert repository.asked == [{"db": "sach", "verb": "Identify"}]


def test_a_busy_repository_is_waited_for_as_long_as_it_says(repository):
    repository.answers = [(503, {"Retry-After": "7"}, b""), (429, {}, b""), (200, {}, listed(record("a")))]
    found, waited = page(repository)
    assert len(found.items) == 1
    assert waited == [7.0, 2.0]


def test_one_that_asks_to_be_left_alone_for_long_is_left_alone(repository):
    repository.answers = [(503, {"Retry-After": "86400"}, b"")]
    assert "86400" in refused(repository)
    repository.answers = [(503, {"Retry-After": "Wed, 21 Oct 2099 07:28:00 GMT"}, b"")]
    refused(repository)
    assert len(repository.asked) == 2


def test_one_that_stays_busy_is_given_up(repository):
    repository.answers = [(503, {"Retry-After": "0"}, b"")]
    assert "503" in refused(repository)
    assert len(repository.asked) == 5


@pytest.mark.parametrize("status", [400, 403, 404, 410, 501])
def test_a_no_is_believed_at_once(repository, status):
    repository.answers = [(status, {}, b"no")]
    assert str(status) in refused(repository)
    assert len(repository.asked) == 1


@pytest.mark.slow
def test_gzip_is_unpacked_and_a_bomb_is_refused(repository, monkeypatch):
    repository.answers = [(200, {"Content-Encoding": "gzip"}, gzip.compress(listed(record("a"))))]
    assert len(page(repository)[0].items) == 1
    repository.answers = [(200, {"Content-Encoding": "gzip"}, gzip.compress(b" " * (150 << 20), 1))]
    tracemalloc.start()
    assert "32 MB" in refused(repository)
    assert tracemalloc.get_traced_memory()[1] < 80 << 20
    tracemalloc.stop()
    repository.answers = [(200, {}, b" " * (33 << 20))]
    assert "32 MB" in refused(repository)
    repository.answers = [(200, {"Content-Encoding": "br"}, b"x")]
    assert "br" in refused(repository)
    repository.answers = [(200, {"Content-Encoding": "gzip"}, b"not gzip at all")]
    refused(repository)
    repository.answers = [(200, {"Content-Encoding": "gzip"}, gzip.compress(listed(record("a")))[:-9])]
    refused(repository)


def test_a_redirect_to_the_same_machine_is_followed_and_one_astray_is_refused(repository):
    repository.answers = [(301, {"Location": "/other?x=1"}, b""), (200, {}, listed(record("a")))]
    assert len(page(repository)[0].items) == 1
    for target in ("http://10.0.0.8/oai", "http://169.254.169.254/latest", "http://[::1]/oai", "http://192.168.1.1/"):
        repository.answers = [(302, {"Location": target}, b"")]
        assert "10.0.0.8" in refused(repository) if "10." in target else refused(repository)
    repository.answers = [(302, {"Location": "file:///etc/passwd"}, b"")]
    refused(repository)
    repository.answers = [(302, {"Location": repository.url}, b"")]
    refused(repository)


@pytest.mark.parametrize("url", ["", "ftp://example.org/oai", "example.org/oai", "file:///etc/passwd", "http://"])
def test_an_address_that_is_none_is_refused_at_once(url):
    with pytest.raises(HarvestAddressWrong):
        OaiClient(url)


def test_nobody_there_is_told(repository):
    repository.server.shutdown()
    repository.server.server_close()
    assert "127.0.0.1" in refused(repository)


BOMB = "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]>" + HEAD[38:]


@pytest.mark.slow
@pytest.mark.parametrize(
    "body",
    [
        b"", b"<html>login</html>", b"<OAI-PMH>", b"<a/>", listed(record("a"))[:-5], b"\xff\xfe<", BOMB.encode(),
        f"{HEAD}<Identify/></OAI-PMH>".encode(), listed("<record><header/></record>"), b"{}",
        listed(record("a", "<x>" * 100 + "</x>" * 100)), listed(token="t" * 5000),
        b'<?xml version="1.0" encoding="ISO-8859-1"?><OAI-PMH><ListRecords/></OAI-PMH>',
    ],
)  # fmt: skip
def test_what_is_no_answer_is_refused(repository, body):
    repository.answers = [(200, {}, body)]
    refused(repository)
    with pytest.raises(NotOai):
        read_page(body)


def test_errors_of_the_protocol_are_told(repository):
    error = f'{HEAD}{DATE}<error code="%s">%s</error></OAI-PMH>'
    repository.answers = [(200, {}, (error % ("cannotDisseminateFormat", "no such format")).encode())]
    assert "no such format" in refused(repository)
    repository.answers = [(200, {}, (error % ("noRecordsMatch", "")).encode())]
    assert page(repository)[0].items == ()
    repository.answers = [(200, {}, (error % ("badResumptionToken", "")).encode())]
    with pytest.raises(OaiError):
        page(repository, token="old")
    with pytest.raises(OaiError):
        read_identify((error % ("badVerb", "")).encode())
    with pytest.raises(NotOai):
        read_identify(listed())


def test_metadata_is_taken_byte_for_byte():
    inner = '<oai_dc:dc xmlns:oai_dc="x"><dc:title>Đất &amp; người</dc:title><metadata/><record/></oai_dc:dc>'
    (item,) = read_page(b"\xef\xbb\xbf" + listed(record("a", f"\n {inner} \n"))).items
    assert item.metadata == inner.encode()
    assert elements(item.metadata) == [("title", "Đất & người"), ("metadata", ""), ("record", "")]


def test_places_within_the_network_are_known():
    assert all(map(client.is_inside, ("127.0.0.1", "10.1.2.3", "[::1]", "localhost", "172.16.0.1", "169.254.1.1")))
    assert not any(map(client.is_inside, ("8.8.8.8", "2606:4700:4700::1111")))
