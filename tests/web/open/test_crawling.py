"""Search engines are led to every title and place, and away from what has no end."""

from __future__ import annotations

from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pytest

from guisach.web.open import crawling
from tests import builders

S = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def addresses(machine, path):
    answer = machine.get(path)
    assert answer.status_code == 200
    root = ElementTree.fromstring(answer.getvalue())  # noqa: S314  (our own answer)
    return [found.text for found in root.iter(f"{S}loc")]


def test_robots_are_kept_from_searches_and_shown_the_map(machine):
    rules = RobotFileParser()
    rules.parse(machine.get("/robots.txt").content.decode().splitlines())
    assert rules.can_fetch("x", "/records/1/")
    assert rules.can_fetch("x", "/places/")
    assert not any(rules.can_fetch("x", path) for path in ("/search/?q=a", "/work/", "/oai?verb=Identify", "/api/v1/x"))
    assert rules.site_maps() == ["http://testserver/sitemap.xml"]


def test_every_title_and_place_is_on_the_map(machine, monkeypatch):
    books = [builders.record(f"Sách {n}") for n in range(5)]
    monkeypatch.setattr(crawling, "A_PAGE", books[2].pk)  # ids go on where those of the test before ended
    maps = addresses(machine, "/sitemap.xml")
    assert len(maps) == 3
    found = [one for page in maps for one in addresses(machine, page.removeprefix("http://testserver"))]
    assert {f"http://testserver/records/{book.pk}/" for book in books} <= set(found)
    assert f"http://testserver/places/{builders.COBA}/" in found
    assert "http://testserver/" in found
    assert len(found) == len(set(found)) == 5 + 3 + 11


@pytest.mark.parametrize("page", [1, 99, 10**30])
def test_a_map_that_is_not_there_is_not_found(machine, page):
    assert machine.get(f"/sitemap-{page}.xml").status_code == 404
