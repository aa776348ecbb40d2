"""SRU: other catalogues search this one, and are told what they may not ask."""

from __future__ import annotations

import shutil
from xml.etree import ElementTree

import pytest
from django.conf import settings

from guisach.site import indexing
from guisach.site.wiring import index_keeper
from tests import builders

SRW = "{http://www.loc.gov/zing/srw/}"
SRU2 = "{http://docs.oasis-open.org/ns/search-ws/sruResponse}"
MARC = "{http://www.loc.gov/MARC21/slim}"
DC = "{http://purl.org/dc/elements/1.1/}"


@pytest.fixture
def books(machine):
    """Four titles that the index knows."""
    shutil.rmtree(settings.DATA / "index", ignore_errors=True)
    made = {
        "de_men": builders.record(year=1941, isbns=["9786042000000"], subjects=["Văn học thiếu nhi"]),
        "dat_rung": builders.record("Đất rừng phương Nam", "Đoàn Giỏi", year=1957, subjects=["Văn học thiếu nhi"]),
        "nuoi_de": builders.record("Kỹ thuật nuôi dế", "Trần Văn Mèn", year=2015),
        "lich": builders.record("Lịch sử Cao Bằng", "", year=2020, kind="LOCAL", subjects=["Cao Bằng"]),
    }
    indexing.rebuild()
    assert index_keeper().ready()
    yield made
    shutil.rmtree(settings.DATA / "index", ignore_errors=True)


@pytest.fixture
def ask(machine):
    def send(**sent):
        response = machine.get("/sru", {"version": "1.2", "operation": "searchRetrieve", **sent})
        assert response.status_code == 200
        assert "xml" in response["Content-Type"]
        return ElementTree.fromstring(response.content)  # noqa: S314  (our own answer)

    return send


def ids(answer):
    return [int(found.text) for found in answer.iter(f"{SRW}recordIdentifier")]


def problem(answer):
    found = next(
        (e for e in answer.iter() if e.tag.endswith("diagnostic}uri") or e.tag.endswith("diagnostic/}uri")), None
    )
    return None if found is None else int(found.text.rpartition("/")[2])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("dc.title=de", {"de_men", "nuoi_de"}),
        ("dc.title=mèn", {"de_men"}),
        ("dc.creator=mèn", {"nuoi_de"}),
        ('dc.title exact "dế mèn phiêu lưu ký"', {"de_men"}),
        ('dc.title exact "dế mèn"', set()),
        ('dc.title adj "rừng phương"', {"dat_rung"}),
        ('dc.title adj "phương rừng"', set()),
        ('dc.title any "rừng sử"', {"dat_rung", "lich"}),
        ("bath.isbn=978-604-2-00000-0", {"de_men"}),
        ("bath.isbn=6042000004", {"de_men"}),
        ("bath.isbn=9786042999991", set()),
        ('dc.subject="văn học thiếu nhi"', {"de_men", "dat_rung"}),
        ('dc.subject="thiếu nhi" and dc.date<1950', {"de_men"}),
        ('dc.subject="thiếu nhi" not dc.date<1950', {"dat_rung"}),
        ("dc.title=dế or dc.title=sử", {"de_men", "nuoi_de", "lich"}),
        ("(dc.title=dế or dc.title=sử) and dc.date>=2000", {"nuoi_de", "lich"}),
        ('dc.date within "1950 2016"', {"dat_rung", "nuoi_de"}),
        ("dc.date=2020", {"lich"}),
        ("rec.id=999999", set()),
        ("cql.allRecords=1", {"de_men", "dat_rung", "nuoi_de", "lich"}),
        ("cql.allRecords=1 not dc.title=dế", {"dat_rung", "lich"}),
        ("anywhere=men and anywhere=dế", {"de_men", "nuoi_de"}),
        ("rec.id=1 and rec.id=2", set()),
    ],
)
def test_a_query_finds_what_it_says(ask, books, query, found):
    answer = ask(query=query)
    assert problem(answer) is None
    assert set(ids(answer)) == {books[name].pk for name in found}
    assert answer.find(f"{SRW}numberOfRecords").text == str(len(found))


@pytest.mark.parametrize("words", ["Dế Mèn phiêu lưu ký", "de men phieu luu ky", "dees mefn phieeu luwu kys"])
def test_words_without_an_index_are_searched_as_a_reader_types_them(ask, books, words):
    assert ids(ask(query=f'"{words}"'))[0] == books["de_men"].pk


def test_a_record_can_be_had_by_its_number(ask, books):
    assert ids(ask(query=f"rec.id={books['lich'].pk}")) == [books["lich"].pk]


def test_records_come_in_pages(ask, books):
    seen, start = [], 1
    while start:
        answer = ask(query="cql.allRecords=1", maximumRecords="3", startRecord=str(start))
        seen += ids(answer)
        following = answer.find(f"{SRW}nextRecordPosition")
        start = int(following.text) if following is not None else 0
    assert sorted(seen) == sorted(book.pk for book in books.values())
    assert problem(ask(query="cql.allRecords=1", startRecord="5")) == 61
    assert problem(ask(query="nothing_of_the_kind_zzz", startRecord="1")) is None


def test_a_page_is_bounded(ask, machine):
    for n in range(55):
        builders.record(f"Sách {n}")
    shutil.rmtree(settings.DATA / "index", ignore_errors=True)
    indexing.rebuild()
    assert len(ids(ask(query="cql.allRecords=1", maximumRecords="999999999"))) == 50
    assert ids(ask(query="cql.allRecords=1", maximumRecords="0")) == []


def test_records_are_given_as_marc_or_as_dublin_core(ask, books):
    marc = ask(query="dc.title=mèn")
    assert "Dế Mèn phiêu lưu ký" in [found.text for found in marc.iter(f"{MARC}subfield")]
    dublin = ask(query="dc.title=mèn", recordSchema="dc")
    assert [found.text for found in dublin.iter(f"{DC}creator")] == ["Tô Hoài"]
    packed = ask(query="dc.title=mèn", recordPacking="string").find(f".//{SRW}recordData").text
    assert ElementTree.fromstring(packed).tag == f"{MARC}record"  # noqa: S314


@pytest.mark.parametrize(
    ("number", "sent"),
    [
        (4, {"operation": "scan"}),
        (5, {"version": "3.0", "query": "a"}),
        (6, {"query": "a", "startRecord": "0"}),
        (6, {"query": "a", "maximumRecords": "-1"}),
        (6, {"query": "a", "maximumRecords": "9" * 400}),
        (7, {}),
        (10, {"query": "a b"}),
        (16, {"query": "dc.colour=a"}),
        (66, {"query": "a", "recordSchema": "mods"}),
        (71, {"query": "a", "recordPacking": "zip"}),
        (80, {"query": "a", "sortKeys": "title"}),
        (38, {"query": " or ".join(f"dc.title={n}" for n in range(9))}),
        (38, {"query": 'dc.title any "a b c d e f g h i"'}),
    ],
)
def test_what_cannot_be_answered_is_told_with_its_number(ask, number, sent):
    assert problem(ask(**sent)) == number


def test_the_server_explains_itself(machine):
    answer = ElementTree.fromstring(machine.get("/sru").content)  # noqa: S314
    assert answer.tag == f"{SRU2}explainResponse"
    explained = "{http://explain.z3950.org/dtd/2.0/}"
    assert [found.get("id") for found in answer.iter(f"{explained}index")] == [
        "cql.serverChoice", "cql.allRecords", "dc.title", "dc.creator", "dc.subject", "bath.isbn", "dc.date", "rec.id",
    ]  # fmt: skip
    assert [found.get("name") for found in answer.iter(f"{explained}schema")] == ["marcxml", "dc"]


def test_the_newest_version_is_spoken_to_who_says_none(machine, books):
    answer = ElementTree.fromstring(machine.get("/sru", {"query": "dc.title=mèn"}).content)  # noqa: S314
    assert answer.tag == f"{SRU2}searchRetrieveResponse"
    assert answer.find(f"{SRU2}numberOfRecords").text == "1"
    assert answer.find(f".//{SRU2}recordXMLEscaping").text == "xml"
    assert problem(ElementTree.fromstring(machine.post("/sru", {"query": "("}).content)) == 10  # noqa: S314


def test_a_count_that_is_only_a_lower_bound_says_so(machine, books, monkeypatch):
    from guisach.domain.catalogue.queries import cql

    monkeypatch.setattr(cql, "CANDIDATES", 1)
    answer = ElementTree.fromstring(machine.get("/sru", {"query": "dc.title=dế"}).content)  # noqa: S314
    assert answer.find(f"{SRU2}resultCountPrecision").text.endswith("minimum")


def test_without_an_index_titles_are_still_found(ask, machine):
    shutil.rmtree(settings.DATA / "index", ignore_errors=True)
    book = builders.record()
    assert ids(ask(query="dc.title=mèn")) == [book.pk]


@pytest.mark.parametrize("text", ["\x01", "\ud800", "</details><x>", "\x0b\x1f"])
def test_whatever_is_sent_back_can_be_read(machine, text):
    answer = machine.get("/sru", {"version": "1.2", "operation": text.encode("utf-8", "replace")})
    assert problem(ElementTree.fromstring(answer.content)) == 4  # noqa: S314
