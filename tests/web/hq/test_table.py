"""The table of communes and places: what it shows, its order, and the sheet that may be opened without fear."""

from __future__ import annotations

import csv
import io
import re

import pytest

from guisach.domain.network.models import Commune, Place, PlaceKind
from tests import builders
from tests.web.hq.conftest import officer


def names(page: str) -> list[str]:
    """List the communes of the table, in its order."""
    return re.findall(r'scope="rowgroup".*?</svg>\s*([^<]+)</a>', page, re.DOTALL)


def sheet(answer) -> list[dict[str, str]]:
    """Read the download as a program would."""
    text = answer.content.decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:], newline="")))


class TestTheTable:
    def test_shows_each_place_under_its_commune_with_holdings_beside_the_minimum(self, dung):
        builders.minimum(copies=2000, area_m2=40)
        builders.copy()
        Place.objects.filter(pk=builders.COBA).update(area_m2=34.5)
        builders.place("CB-TS1")
        page = dung.text("/hq/coverage/?kind=COMMUNE_LIBRARY&state=covered")
        assert "2 of 3 communes" in page
        assert "Commune libraries · with a place" in page
        assert 'data-label="Copies / least">1 <span class="muted">/ 2.000</span>' in page
        assert 'data-label="m² / least">34,5 <span class="muted">/ 40</span>' in page
        assert "1.999 copies short, 5,5 m² short" in page
        assert "CB-TS1" not in page

    def test_a_commune_without_a_place_has_a_row_too(self, dung):
        page = dung.text("/hq/coverage/?state=uncovered")
        assert names(page) == ["Thục Phán ward"]
        assert "No counted place yet" in page

    def test_activity_and_its_last_day_stand_beside_the_place(self, dung, lend):
        lend()
        page = dung.text("/hq/coverage/?state=active")
        assert names(page) == ["Cô Ba commune"]
        assert 'data-label="Loans">1</td>' in page
        assert 'data-label="Visits">0</td>' in page

    def test_conditions_are_asked_together(self, dung):
        Commune.objects.filter(pk="01501").update(is_border=False)
        assert names(dung.text("/hq/coverage/?state=covered&state=border")) == ["Cô Ba commune"]

    def test_when_nothing_fits_it_says_how_to_go_on(self, dung):
        page = dung.text("/hq/coverage/?state=covered&state=uncovered")
        assert "No commune is like this" in page
        assert 'href="/hq/coverage/"' in page

    def test_a_chip_says_how_many_communes_it_would_leave(self, dung):
        page = dung.text("/hq/coverage/")
        chips = {text: int(n) for text, n in re.findall(r'class="chip"[^>]*>([^<]+) <small>(\d+)</small>', page)}
        assert (chips["with a place"], chips["without a place"], chips["on the border"]) == (2, 1, 2)

    def test_a_chosen_chip_takes_its_condition_away_again(self, dung):
        page = dung.text("/hq/coverage/?kind=COMMUNE_LIBRARY&state=covered&state=border")
        chosen = re.findall(r'href="([^"]+)" aria-current="true"', page)
        assert [href.replace("&amp;", "&") for href in chosen] == [
            "/hq/coverage/?kind=COMMUNE_LIBRARY&state=border",
            "/hq/coverage/?kind=COMMUNE_LIBRARY&state=covered",
        ]

    def test_changing_the_kind_keeps_the_conditions(self, dung):
        page = dung.text("/hq/coverage/?state=border")
        assert '<input type="hidden" name="state" value="border">' in page


class TestItsOrder:
    def test_is_that_of_the_vietnamese_dictionary(self, dung):
        for number, name in enumerate(["Đức Long", "Độc Lập", "Đình Phong", "Ca Thành", "Cần Yên", "Canh Tân"]):
            Commune.objects.create(
                code=f"0000{number}", province_id="04", name=name, kind="COMMUNE", valid_from="2025-07-01"
            )
        found = [name.removesuffix(" commune") for name in names(dung.text("/hq/coverage/"))]
        assert found == [
            "Ca Thành",
            "Canh Tân",
            "Cần Yên",
            "Cô Ba",
            "Đàm Thủy",
            "Đình Phong",
            "Độc Lập",
            "Đức Long",
            "Thục Phán ward",
        ]
        turned = [name.removesuffix(" commune") for name in names(dung.text("/hq/coverage/?sort=-name"))]
        assert turned == found[::-1]

    @pytest.mark.slow
    @pytest.mark.parametrize("sort", ["copies", "area", "last", "loans", "visits", "uses"])
    def test_can_be_that_of_a_figure_with_empty_communes_last_from_the_largest(self, dung, lend, sort):
        from guisach.domain.circulation import actions
        from guisach.kernel.clock import local_date, system_clock
        from guisach.kernel.ids import new_id

        lend()
        for tally in (actions.tally_visits, actions.tally_uses):
            tally(
                op_id=new_id(),
                by=builders.lan().source,
                place=builders.COBA,
                on=local_date(system_clock()),
                counts={"CHILD": 2},
                clock=system_clock,
            )
        Place.objects.filter(pk=builders.COBA).update(area_m2=50)
        down, up = (names(dung.text(f"/hq/coverage/?sort={sign}{sort}")) for sign in ("-", ""))
        assert down == ["Cô Ba commune", "Đàm Thủy commune", "Thục Phán ward"]
        assert up == down[::-1]

    def test_is_told_to_those_who_cannot_see_arrows(self, dung):
        assert 'aria-sort="descending"><a href="/hq/coverage/?sort=loans"' in dung.text("/hq/coverage/?sort=-loans")


class TestTheSheet:
    def test_has_the_same_rows_one_line_a_place(self, dung):
        builders.place("CB-TS1")
        answer = dung.get("/hq/coverage/csv/?state=covered")
        assert answer["Content-Type"] == "text/csv; charset=utf-8"
        assert re.fullmatch(r'attachment; filename="guisach-t1-\d{4}-\d\d-\d\d\.csv"', answer["Content-Disposition"])
        assert [(row["Commune"], row["Place code"]) for row in sheet(answer)] == [
            ("Cô Ba commune", "CB-TS1"),
            ("Cô Ba commune", "CB-COBA"),
            ("Đàm Thủy commune", "CB-DAMTHUY"),
        ]

    def test_writes_numbers_and_dates_for_machines(self, dung, lend):
        lend()
        builders.minimum(copies=2000, area_m2=40)
        Place.objects.filter(pk=builders.COBA).update(area_m2=1234.5)
        row = next(row for row in sheet(dung.get("/hq/coverage/csv/")) if row["Place code"] == "CB-COBA")
        assert (row["Copies of books"], row["Least copies"], row["Reading space (m²)"]) == ("1", "2000", "1234.5")
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", row["Last recorded activity"])
        assert (row["Loans in 12 months"], row["On the border"]) == ("1", "yes")

    def test_a_commune_without_a_place_has_a_line(self, dung):
        rows = sheet(dung.get("/hq/coverage/csv/?state=uncovered"))
        assert [row["Commune"] for row in rows] == ["Thục Phán ward"]
        assert not rows[0]["Place code"]

    @pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t=", "\r=", "\n=", " =", "＝"])
    def test_a_name_can_never_run_as_a_formula(self, dung, sign):
        builders.place("CB-TS1", name=f'{sign}HYPERLINK("http://x";"y")')
        row = next(row for row in sheet(dung.get("/hq/coverage/csv/")) if row["Place code"] == "CB-TS1")
        assert row["Place"].startswith("'")

    def test_speaks_vietnamese_to_those_who_read_it(self, province):
        answer = officer(builders.dung(), "vi").get("/hq/coverage/csv/")
        assert "Đàm Thủy" in answer.content.decode("utf-8")


def test_a_script_in_a_name_stays_text(dung):
    builders.place("CB-TS1", PlaceKind.COMMUNITY_BOOKCASE, name="<script>alert(1)</script>")
    for path in ("/hq/coverage/", "/hq/communes/01324/", "/hq/places/CB-TS1/"):
        assert "<script>alert" not in dung.text(path)
