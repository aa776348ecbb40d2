"""Asking other catalogues: several at once, and none of them can hold up, flood or fool the others."""

from __future__ import annotations

import shutil
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from guisach.adapters.marc.write import to_marcxml
from guisach.adapters.sru import MAX_BYTES, SruClient, cql_of, read_envelope
from guisach.adapters.xml import element, wrap
from guisach.domain.catalogue.rules.drafts import RecordDraft
from guisach.domain.catalogue.rules.elsewhere import Question, Target, Trouble, offers, question_of
from guisach.domain.catalogue.rules.marc.composing import compose
from guisach.domain.catalogue.rules.marc.describe import describe
from guisach.domain.catalogue.rules.marc.incoming import Field, Incoming
from tests.builders import START

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DE_MEN = RecordDraft(
    title="Dế Mèn phiêu lưu ký", authors=("Tô Hoài",), publisher="Kim Đồng", year=2020, language="vie",
    isbns=("9786042088459",),
)  # fmt: skip


def marc(draft: RecordDraft = DE_MEN) -> Incoming:
    return compose(draft, START.date())


def answer(*records: Incoming, packing: str = "xml", total: int | None = None) -> bytes:
    bodies = "".join(
        wrap(
            "record",
            element("recordPacking", packing)
            + (element("recordData", to_marcxml(one)) if packing == "string" else wrap("recordData", to_marcxml(one))),
        )
        for one in records
    )
    number = element("numberOfRecords", str(len(records) if total is None else total))
    return wrap(
        "searchRetrieveResponse", number + wrap("records", bodies), [("xmlns", "http://www.loc.gov/zing/srw/")]
    ).encode()


@contextmanager
def catalogue_that(say: Callable[[dict[str, list[str]]], tuple[int, bytes]]) -> Iterator[str]:
    """Serve one catalogue that answers as the test says; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = say(parse_qs(urlsplit(self.path).query))
            try:
                self.send_response(status)
                self.send_header("Content-Type", "text/xml")
                self.end_headers()
                self.wfile.write(body)
            except OSError:
                pass  # who asked has gone

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    # Half a second, by default, passes before it hears that it shall end.
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/sru"
    finally:
        server.shutdown()
        server.server_close()


def ask(*urls: str, question: Question | None = None, wait_s: float = 3.0):
    targets = [Target(f"t{number}", url) for number, url in enumerate(urls)]
    return SruClient().ask(targets, question or Question(title="Dế Mèn"), wait_s=wait_s)


@pytest.mark.parametrize("packing", ["xml", "string"])
def test_records_come_back_as_they_were_sent(packing):
    with catalogue_that(lambda _asked: (200, answer(marc(), packing=packing, total=37))) as url:
        [found] = ask(url)
    assert found.trouble is None
    assert found.total == 37
    assert [one.fields for one in found.records] == [marc().fields]


def test_the_question_is_asked_in_cql_with_the_words_of_the_address_kept():
    asked: list[dict[str, list[str]]] = []

    def say(query: dict[str, list[str]]) -> tuple[int, bytes]:
        asked.append(query)
        return 200, answer()

    with catalogue_that(say) as url:
        [found] = ask(f"{url}?base=sach", question=Question(isbn="9786042088459"))
    assert found.trouble is None
    assert asked[0]["query"] == ['bath.isbn="9786042088459"']
    assert asked[0]["base"] == ["sach"]
    assert asked[0]["version"] == ["1.2"]


def test_quotes_and_masks_cannot_break_out_of_the_question():
    assert cql_of(Question(title='Số "đỏ*" \\ ?', author="Vũ\n")) == 'dc.title all "Số đỏ" and dc.creator all "Vũ"'


def test_a_number_is_told_from_words():
    assert question_of("978-604-2-08845-9") == Question(isbn="9786042088459")
    assert question_of("Dế Mèn", author="Tô Hoài") == Question(title="Dế Mèn", author="Tô Hoài")


class TestOneThatFailsLeavesTheOthers:
    @pytest.mark.slow
    def test_each_kind_of_trouble_is_named_and_the_sound_one_answers(self):
        def slow(_asked: object) -> tuple[int, bytes]:
            time.sleep(2)
            return 200, answer(marc())

        diagnostic = (
            b'<searchRetrieveResponse xmlns="http://www.loc.gov/zing/srw/"><numberOfRecords>0</numberOfRecords>'
            b'<diagnostics><diagnostic xmlns="http://www.loc.gov/zing/srw/diagnostic/"><message>Unsupported index'
            b"</message></diagnostic></diagnostics></searchRetrieveResponse>"
        )
        bomb = (
            b'<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;">]><searchRetrieveResponse>&y;</searchRetrieveResponse>'
        )
        with (
            catalogue_that(lambda _asked: (200, answer(marc()))) as sound,
            catalogue_that(slow) as late,
            catalogue_that(lambda _asked: (200, b"<html>busy</html>")) as page,
            catalogue_that(lambda _asked: (200, diagnostic)) as picky,
            catalogue_that(lambda _asked: (200, bomb)) as evil,
            catalogue_that(lambda _asked: (503, b"")) as closed,
            catalogue_that(lambda _asked: (200, b" " * (MAX_BYTES + 10))) as flood,
        ):
            begun = time.monotonic()
            found = ask(sound, late, page, picky, evil, closed, flood, "http://127.0.0.1:9/sru", "ftp://x/", wait_s=1.0)
            took = time.monotonic() - begun
        assert [one.trouble for one in found] == [
            None, Trouble.SLOW, Trouble.NONSENSE, Trouble.DIAGNOSTIC, Trouble.NONSENSE, Trouble.REFUSED,
            Trouble.TOO_LARGE, Trouble.DOWN, Trouble.ADDRESS,
        ]  # fmt: skip
        assert found[3].detail == "Unsupported index"
        assert len(found[0].records) == 1
        assert took < 1.9, f"{took:.1f} s"

    def test_one_that_drips_is_cut_off(self):
        def drip(_asked: object) -> tuple[int, bytes]:
            time.sleep(0.6)
            return 200, answer(marc())

        with catalogue_that(drip) as url:
            [found] = ask(url, wait_s=0.2)
        assert found.trouble is Trouble.SLOW


def test_authority_records_among_the_answers_are_left_out():
    authority = Incoming("00000nz  a2200000n  4500", (Field("100", "1 ", (("a", "Tô Hoài"),)),))
    with catalogue_that(lambda _asked: (200, answer(authority, marc()))) as url:
        [found] = ask(url)
    assert len(found.records) == 1


def test_what_is_no_answer_of_sru_is_recognised():
    assert read_envelope(b"") is None
    assert read_envelope(b"{}") is None
    assert read_envelope(b"<rss/>") is None
    assert read_envelope(answer()) is not None


def test_the_same_book_from_two_catalogues_stands_once_in_its_fuller_form():
    poor = marc(RecordDraft(title=DE_MEN.title, authors=DE_MEN.authors, isbns=DE_MEN.isbns, year=2020))
    other = marc(RecordDraft(title="Số đỏ", authors=("Vũ Trọng Phụng",)))
    with (
        catalogue_that(lambda _asked: (200, answer(poor, other))) as first,
        catalogue_that(lambda _asked: (200, answer(marc()))) as second,
    ):
        found = offers(ask(first, second))
    assert [(one.description.title, one.targets) for one in found] == [
        ("Dế Mèn phiêu lưu ký", ("t0", "t1")),
        ("Số đỏ", ("t0",)),
    ]
    assert found[0].description.publisher == "Kim Đồng"
    assert describe(found[0].marc) == found[0].description


@pytest.mark.django_db(transaction=True)
def test_our_own_door_is_a_catalogue_that_can_be_asked(live_server, settings):
    from guisach.domain.catalogue import actions
    from guisach.site.indexing import rebuild
    from tests.builders import Clock

    actions.add_record(draft=DE_MEN, clock=Clock())
    try:
        rebuild()
        [by_number] = ask(f"{live_server.url}/sru", question=Question(isbn="9786042088459"), wait_s=8)
    finally:
        shutil.rmtree(settings.DATA / "index", ignore_errors=True)
    assert by_number.trouble is None, by_number
    assert [one.description.title for one in offers([by_number])] == ["Dế Mèn phiêu lưu ký"]
