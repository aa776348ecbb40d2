"""OAI-PMH: whatever changed is told, page by page, and what went is told as gone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from guisach.domain.catalogue import actions, queries
from guisach.domain.catalogue.rules.drafts import RecordDraft
from guisach.web.open import oai
from tests import builders
from tests.builders import START, Clock

OAI = "{http://www.openarchives.org/OAI/2.0/}"
DC = "{http://purl.org/dc/elements/1.1/}"
MARC = "{http://www.loc.gov/MARC21/slim}"


def names(answer):
    return [found.text for found in answer.iter(f"{OAI}identifier")]


def name(record):
    return f"oai:guisach.p04:{record.pk}"


def fault(answer):
    found = answer.find(f"{OAI}error")
    return None if found is None else found.get("code")


def test_the_house_says_who_it_is(harvest):
    builders.record()
    told = harvest("Identify").find(f"{OAI}Identify")
    said = {child.tag.removeprefix(OAI): child.text for child in told}
    assert said["repositoryName"] == "Gùi Sách · Cao Bằng"
    assert said["baseURL"] == "http://testserver/oai"
    assert said["deletedRecord"] == "persistent"
    assert said["earliestDatestamp"] == "2026-11-20T02:00:00Z"
    assert said["granularity"] == "YYYY-MM-DDThh:mm:ssZ"


def test_formats_and_sets_are_listed(harvest):
    formats = [found.text for found in harvest("ListMetadataFormats").iter(f"{OAI}metadataPrefix")]
    assert formats == ["oai_dc", "marc21"]
    sets = {
        found.find(f"{OAI}setSpec").text: found.find(f"{OAI}setName").text
        for found in harvest("ListSets").iter(f"{OAI}set")
    }
    assert sets.keys() == dict(queries.record_kinds()).keys()
    assert sets["BOOK"] == "sách"


def test_a_record_is_given_as_dublin_core(harvest):
    book = builders.record(subtitle="truyện dài", year=1941, isbns=["9786042000000"], subjects=["Thiếu nhi"])
    found = harvest("GetRecord", identifier=name(book), metadataPrefix="oai_dc")
    said = [
        (child.tag.removeprefix(DC), child.text)
        for child in found.find(".//{http://www.openarchives.org/OAI/2.0/oai_dc/}dc")
    ]
    assert ("title", "Dế Mèn phiêu lưu ký: truyện dài") in said
    assert ("creator", "Tô Hoài") in said
    assert ("identifier", "urn:isbn:9786042000000") in said
    assert ("identifier", f"http://testserver/records/{book.pk}/") in said


def test_a_record_is_given_as_marc_with_a_number_of_ours(harvest):
    id_ = actions.add_record(draft=RecordDraft(title="Đất rừng phương Nam", authors=("Đoàn Giỏi",)), clock=Clock())
    found = harvest("GetRecord", identifier=f"oai:guisach.p04:{id_}", metadataPrefix="marc21")
    control = {field.get("tag"): field.text for field in found.iter(f"{MARC}controlfield")}
    assert (control["001"], control["003"]) == (str(id_), "guisach.p04")
    title = next(field for field in found.iter(f"{MARC}datafield") if field.get("tag") == "245")
    assert title.find(f"{MARC}subfield").text == "Đất rừng phương Nam"


def test_a_list_is_given_in_pages_and_ends(harvest, monkeypatch):
    monkeypatch.setattr(oai, "RECORDS_A_PAGE", 3)
    books = [builders.record(f"Sách {n}", updated_at=START + timedelta(hours=n // 4)) for n in range(8)]
    answer = harvest("ListRecords", metadataPrefix="oai_dc")
    seen, sizes = [], []
    while True:
        page = names(answer)
        seen += page
        sizes.append(len(page))
        token = answer.find(f".//{OAI}resumptionToken")
        assert token.get("completeListSize") == "8"
        assert token.get("cursor") == str(len(seen) - len(page))
        if not token.text:
            break
        answer = harvest("ListRecords", resumptionToken=token.text)
    assert seen == [name(book) for book in books]
    assert sizes == [3, 3, 2]


def test_a_record_changed_during_a_harvest_is_given_again_at_the_end(harvest, monkeypatch):
    monkeypatch.setattr(oai, "HEADERS_A_PAGE", 2)
    first, second, third = (builders.record(f"Sách {n}", updated_at=START + timedelta(hours=n)) for n in range(3))
    answer = harvest("ListIdentifiers", metadataPrefix="marc21")
    first.updated_at = START + timedelta(hours=9)
    first.save()
    token = answer.find(f".//{OAI}resumptionToken").text
    assert names(answer) == [name(first), name(second)]
    assert names(harvest("ListIdentifiers", resumptionToken=token)) == [name(third), name(first)]


def test_what_was_taken_out_is_told_as_gone_for_ever(harvest):
    gone, stays = builders.record("Sách bỏ"), builders.record("Sách giữ")
    actions.delete_record(record=gone.pk, clock=lambda: START + timedelta(days=1))
    answer = harvest("ListRecords", metadataPrefix="oai_dc")
    status = {header.find(f"{OAI}identifier").text: header.get("status") for header in answer.iter(f"{OAI}header")}
    assert status == {name(stays): None, f"oai:guisach.p04:{queries.header(stays.pk - 1).id}": "deleted"}
    only = harvest("ListRecords", metadataPrefix="oai_dc", from_="2026-11-21", set="BOOK")
    assert len(names(only)) == 1
    assert only.find(f".//{OAI}metadata") is None
    one = harvest("GetRecord", identifier=names(only)[0], metadataPrefix="marc21")
    assert one.find(f".//{OAI}header").get("status") == "deleted"


def test_a_list_can_be_of_a_time_and_of_a_kind(harvest):
    old = builders.record("Cũ")
    new = builders.record("Mới", updated_at=START + timedelta(days=1, milliseconds=500), kind="COMIC")
    at = "2026-11-21T02:00:00Z"
    ask = lambda **more: names(harvest("ListIdentifiers", metadataPrefix="oai_dc", **more))  # noqa: E731
    assert ask(from_=at) == ask(from_="2026-11-21") == ask(set="COMIC") == ask(from_=at, until=at) == [name(new)]
    assert ask(until="2026-11-20") == ask(set="BOOK") == [name(old)]
    assert ask() == [name(old), name(new)]


@pytest.mark.parametrize(
    ("code", "sent"),
    [
        ("badVerb", {}),
        ("badVerb", {"verb": "Delete"}),
        ("badVerb", {"verb": ["Identify", "Identify"]}),
        ("badArgument", {"verb": "Identify", "x": "1"}),
        ("badArgument", {"verb": "ListRecords"}),
        ("badArgument", {"verb": "ListRecords", "metadataPrefix": ["oai_dc", "oai_dc"]}),
        ("badArgument", {"verb": "ListRecords", "metadataPrefix": "oai_dc", "from": "yesterday"}),
        ("badArgument", {"verb": "ListRecords", "metadataPrefix": "oai_dc", "from": "2026-11-21", "until": "2026"}),
        ("badArgument", {"verb": "ListRecords", "metadataPrefix": "oai_dc", "resumptionToken": "x"}),
        ("badArgument", {"verb": "GetRecord", "identifier": "x" * 2000, "metadataPrefix": "oai_dc"}),
        ("badResumptionToken", {"verb": "ListRecords", "resumptionToken": "x"}),
        ("badResumptionToken", {"verb": "ListSets", "resumptionToken": "x"}),
        ("idDoesNotExist", {"verb": "GetRecord", "identifier": "oai:guisach.p04:999", "metadataPrefix": "oai_dc"}),
        ("idDoesNotExist", {"verb": "ListMetadataFormats", "identifier": "oai:elsewhere:1"}),
        ("cannotDisseminateFormat", {"verb": "ListRecords", "metadataPrefix": "mods"}),
        ("noRecordsMatch", {"verb": "ListRecords", "metadataPrefix": "oai_dc", "until": "1999-01-01"}),
        ("noRecordsMatch", {"verb": "ListRecords", "metadataPrefix": "oai_dc", "set": "NOTHING"}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_wrong_question_is_answered_with_its_code(machine, method, code, sent):
    builders.record()
    answer = ElementTree.fromstring(getattr(machine, method)("/oai", sent).content)  # noqa: S314
    assert fault(answer) == code
    if code in {"badVerb", "badArgument"}:
        assert not answer.find(f"{OAI}request").attrib


def test_a_token_of_one_verb_is_none_of_another(harvest, monkeypatch):
    monkeypatch.setattr(oai, "RECORDS_A_PAGE", 1)
    builders.record(), builders.record()
    token = harvest("ListRecords", metadataPrefix="oai_dc").find(f".//{OAI}resumptionToken").text
    assert fault(harvest("ListIdentifiers", resumptionToken=token)) == "badResumptionToken"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.text(st.characters(codec=None), min_size=1, max_size=40))
@example("\x00\x0b\ufffe ]]> <b>&amp;\r\n\t\ud800")
def test_any_title_gives_xml_that_can_be_read(title):
    from guisach.adapters import xml

    answer = ElementTree.fromstring(xml.oai_dc([("title", title)]).encode("utf-8", "replace"))  # noqa: S314
    kept = "".join(
        letter for letter in title if letter in "\t\n\r" or "\x20" <= letter <= "\ud7ff" or letter >= "\ue000"
    )
    kept = kept.replace("\ufffe", "").replace("\uffff", "")
    assert (answer[0].text or "") == kept


def test_a_title_with_strange_letters_reaches_a_harvester(harvest):
    book = builders.record("Tít\x0b <đề> & ]]>")
    for prefix in ("oai_dc", "marc21"):
        found = harvest("GetRecord", identifier=name(book), metadataPrefix=prefix)
        assert "<đề> & ]]>" in "".join(found.itertext())


def test_queries_do_not_grow_with_the_page(harvest, django_assert_max_num_queries):
    for n in range(12):
        builders.record(f"Sách {n}")
    with django_assert_max_num_queries(8):
        harvest("ListRecords", metadataPrefix="marc21")


@pytest.mark.django_db
def test_the_next_page_is_found_in_the_index():
    """Neither database may read the whole list again for each page."""
    from django.db import connection

    from guisach.domain.catalogue.models import Record
    from guisach.domain.catalogue.queries.harvest import _span
    from guisach.domain.catalogue.rules.harvest import Position, Span

    for span, index in ((Span(), "record_by_change"), (Span(kind="BOOK"), "record_by_kind_and_change")):
        rows = _span(Record.objects.all(), "updated_at", "pk", span, Position(datetime(2026, 1, 1, tzinfo=UTC), 5))
        if connection.vendor == "sqlite":
            assert index in rows.values_list("updated_at", "pk", "kind")[:10].explain()
