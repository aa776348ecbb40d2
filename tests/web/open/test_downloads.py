"""A record as a file, unAPI, and what a title's page says to machines."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import pytest

from guisach.domain.catalogue import actions
from guisach.domain.catalogue.rules.drafts import RecordDraft
from tests import builders


@pytest.fixture
def book(machine):
    return actions.add_record(
        draft=RecordDraft(title="Dế Mèn", subtitle="truyện", authors=("Tô Hoài",), year=1941, isbns=("9786042000000",)),
        clock=builders.Clock(),
    )


def test_a_record_is_given_as_marc(machine, book):
    answer = machine.get(f"/records/{book}.mrc")
    assert answer["Content-Type"] == "application/marc"
    assert answer["Content-Disposition"] == f'attachment; filename="guisach-{book}.mrc"'
    assert b"guisach.p04" in answer.content
    assert answer.content.endswith(b"\x1d")
    root = ElementTree.fromstring(machine.get(f"/records/{book}.xml").content)  # noqa: S314
    assert root.tag == "{http://www.loc.gov/MARC21/slim}record"


def test_a_record_is_given_as_a_reference(machine, book):
    said = machine.get(f"/records/{book}.ris").content.decode()
    assert said.splitlines()[:3] == ["TY  - BOOK", "TI  - Dế Mèn: truyện", "AU  - Tô Hoài"]


@pytest.mark.parametrize("ending", ["mrc", "xml", "ris"])
@pytest.mark.parametrize("number", [0, 999_999, 2**63, 10**30])
def test_a_record_that_is_not_there_is_not_found(machine, ending, number):
    assert machine.get(f"/records/{number}.{ending}").status_code == 404


def test_a_record_too_large_for_marc_says_what_to_take(machine):
    id_ = actions.add_record(draft=RecordDraft(title="Dài", summary="ă" * 6000), clock=builders.Clock())
    assert machine.get(f"/records/{id_}.mrc").status_code == 406
    assert machine.get(f"/records/{id_}.xml").status_code == 200


def test_unapi_leads_to_every_format(machine, book):
    name = f"oai:guisach.p04:{book}"
    listed = machine.get("/unapi", {"id": name})
    assert listed.status_code == 300
    formats = [one.get("name") for one in ElementTree.fromstring(listed.content)]  # noqa: S314
    assert formats == ["mrc", "marcxml", "ris", "oai_dc"]
    assert all(machine.get("/unapi", {"id": name, "format": form}).status_code == 200 for form in formats)
    assert machine.get("/unapi", {"id": name, "format": "mods"}).status_code == 406
    assert machine.get("/unapi", {"id": "oai:x:1"}).status_code == 404
    assert machine.get("/unapi", {"id": "oai:guisach.p04:999999", "format": "ris"}).status_code == 404


def data_of(page: str):
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)[1])


def test_a_page_tells_search_engines_what_the_book_is(machine, book):
    page = machine.get(f"/records/{book}/").content.decode()
    told = data_of(page)
    assert told["@type"] == "Book"
    assert (told["name"], told["author"], told["isbn"]) == (
        "Dế Mèn",
        [{"@type": "Person", "name": "Tô Hoài"}],
        ["9786042000000"],
    )
    assert told["url"] == f"http://testserver/records/{book}/"
    assert f'title="oai:guisach.p04:{book}"' in page


def test_a_title_cannot_break_out_of_the_data(machine):
    title = "</script><script>alert(1)</script> & \u2028 <!--"
    page = machine.get(f"/records/{builders.record(title).pk}/").content.decode()
    assert "<script>alert" not in page
    assert data_of(page)["name"] == title
