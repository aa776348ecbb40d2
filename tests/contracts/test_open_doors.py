"""Programs of others at our doors: a harvester from PyPI, and YAZ's zoomsh from Debian, over a real connection."""

from __future__ import annotations

import shutil
import subprocess
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from guisach.domain.catalogue import actions
from guisach.site.indexing import rebuild
from guisach.web.open import oai
from tests import builders
from tests.builders import START
from tests.conftest import IN_CI
from tools import yaz

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from oaipmh_scythe import Scythe

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TITLES = 257  # three pages of records
GONE = 7


@pytest.fixture
def catalogue() -> list[int]:
    """Titles of three hours, every fifth a comic; the last seven are taken out."""
    builders.province()
    books = [
        builders.record(
            f"Truyện số {n}: <đ> & \x0b", updated_at=START + timedelta(minutes=n), kind="BOOK" if n % 5 else "COMIC"
        ).pk
        for n in range(TITLES)
    ]
    for id_ in books[-GONE:]:
        actions.delete_record(record=id_, clock=lambda: START + timedelta(days=1))
    return books


@pytest.fixture
def harvester(live_server) -> Iterator[Scythe]:
    from oaipmh_scythe import Scythe

    with Scythe(f"{live_server.url}/oai") as client:
        yield client


def test_a_harvester_takes_everything_home_and_hears_what_is_gone(harvester, catalogue):
    assert harvester.identify().deletedRecord == "persistent"
    assert [found.metadataPrefix for found in harvester.list_metadata_formats()] == ["oai_dc", "marc21"]
    for prefix in ("oai_dc", "marc21"):
        found = list(harvester.list_records(metadata_prefix=prefix))
        assert [record.header.identifier for record in found] == [f"oai:guisach.p04:{id_}" for id_ in catalogue]
        assert [record.deleted for record in found] == [False] * (TITLES - GONE) + [True] * GONE
    titles = [record.metadata["title"] for record in harvester.list_records(ignore_deleted=True)]
    assert titles == [[f"Truyện số {n}: <đ> & "] for n in range(TITLES - GONE)]


def test_a_harvester_asks_only_for_what_changed(harvester, catalogue):
    headers = list(harvester.list_identifiers(from_="2026-11-21"))
    assert [header.deleted for header in headers] == [True] * GONE
    comics = list(harvester.list_identifiers(set_="COMIC", until="2026-11-20T02:59:00Z"))
    assert len(comics) == 12
    one = harvester.get_record(identifier=f"oai:guisach.p04:{catalogue[3]}")
    assert one.metadata["creator"] == ["Tô Hoài"]


def test_a_harvester_with_many_pages_misses_and_repeats_nothing(harvester, catalogue, monkeypatch):
    monkeypatch.setattr(oai, "HEADERS_A_PAGE", 10)
    found = [header.identifier for header in harvester.list_identifiers()]
    assert found == [f"oai:guisach.p04:{id_}" for id_ in catalogue]


@pytest.fixture
def zoomsh(live_server, tmp_path) -> Iterator[Callable[..., str]]:
    """Give `zoomsh("search cql:dế", "show 0 5")`: what the program prints."""
    program = yaz.find()
    if program is None:
        (pytest.fail if IN_CI else pytest.skip)("no zoomsh; get one with: sudo apt-get install yaz")
    from django.conf import settings

    builders.province()
    builders.record(year=1941, isbns=["9786042000000"])
    for n in range(30):
        builders.record(f"Truyện số {n}", "Nhiều Người")
    rebuild()

    def run(*commands: str, **options: str) -> str:
        said = [f"set {name} {value}" for name, value in {"sru": "get", "charset": "utf-8", **options}.items()]
        done = subprocess.run(
            [program, *said, f"connect {live_server.url}/sru", *commands, "quit"],
            capture_output=True, timeout=60, check=True, cwd=tmp_path,
        )  # fmt: skip
        return done.stdout.decode()

    yield run
    shutil.rmtree(settings.DATA / "index", ignore_errors=True)


@pytest.mark.parametrize("transport", ["get", "post"])
@pytest.mark.parametrize("version", ["1.1", "1.2", "2.0"])
def test_zoomsh_searches_and_gets_the_records(zoomsh, transport, version):
    said = zoomsh('search cql:"de men"', "show 0 1 xml", sru=transport, sru_version=version)
    assert "1 hits" in said
    assert '<subfield code="a">Dế Mèn phiêu lưu ký</subfield>' in said


def test_zoomsh_walks_through_a_long_result(zoomsh):
    said = zoomsh('search cql:dc.creator="nhieu nguoi"', "show 0 30 xml")
    assert "30 hits" in said
    assert said.count("<leader>") == 30


def test_zoomsh_gets_dublin_core(zoomsh):
    said = zoomsh("search cql:bath.isbn=9786042000000", "show 0 1 xml", schema="dc")
    assert "<dc:creator>Tô Hoài</dc:creator>" in said


def test_zoomsh_is_told_what_cannot_be_asked(zoomsh):
    assert "16" in zoomsh("search cql:dc.colour=red")
