"""The province's pages in a real browser, on all communes of Cao Bằng: axe, two widths, both themes, the keyboard."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from guisach.domain import network
from tests.browser.conftest import _environ, serving

pytestmark = pytest.mark.browser

CAO_BANG = Path(network.__file__).parent / "data" / "cao-bang"
PAGES = [
    "/hq/",
    "/hq/coverage/",
    "/hq/coverage/?state=active&state=quiet",
    "/hq/communes/01324/",
    "/hq/places/CB-COBA/",
]


@pytest.fixture(scope="module")
def cao_bang(province, tmp_path_factory):
    """A server on the small province, grown to all of Cao Bằng's communes and fairs."""
    folder = tmp_path_factory.mktemp("hq")
    shutil.copytree(province, folder / "province")
    for command in (["import", "network", str(CAO_BANG)], ["migrate"]):
        done = subprocess.run(
            [sys.executable, "-c", "from guisach.site.cli import main; main()", *command],
            env=_environ(folder / "province"),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    with serving(folder / "province", folder / "data") as running:
        yield running


@pytest.mark.parametrize(("width", "theme"), [(360, "dark"), (1440, "light")])
def test_every_page_is_open_to_everybody_and_fits(open_page, cao_bang, sign_in, axe, width, theme):
    page = open_page(cao_bang.url, width=width, color_scheme=theme)
    sign_in(page, "dung")
    for path in PAGES:
        page.goto(path)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
        for summary in page.locator("details > summary").all():
            summary.click()
        axe(page)


# Cells of the map are as large as the province allows; each stands in the list below once more.
TOO_SMALL = """
  [...document.querySelectorAll("main a, main button, main summary, main select")].filter((el) => {
    const box = el.getBoundingClientRect();
    return box.width && !el.matches(".cell, .skip-map, p > a:not(.button)") && box.height < 43.5;
  }).map((el) => el.outerHTML.slice(0, 90))
"""


def test_a_thumb_finds_everything(open_page, cao_bang, sign_in):
    page = open_page(cao_bang.url, has_touch=True, is_mobile=True)
    sign_in(page, "dung")
    for path in PAGES:
        page.goto(path)
        assert page.evaluate(TOO_SMALL) == [], path


def test_who_sees_the_programme_begins_at_the_goals(open_page, cao_bang, sign_in):
    page = open_page(cao_bang.url, width=1440)
    sign_in(page, "dung")
    assert page.url.endswith("/hq/")


class TestTheMap:
    @pytest.fixture
    def page(self, open_page, cao_bang, sign_in):
        page = open_page(cao_bang.url, width=1440)
        sign_in(page, "dung")
        page.goto("/hq/")
        return page

    def test_has_all_communes_with_the_border_hatched(self, page):
        assert page.locator(".province .cell").count() == 56
        assert page.locator(".province .border").count() == 21

    def test_shows_the_name_of_the_cell_in_focus_and_opens_it(self, page):
        page.focus(".skip-map")
        page.keyboard.press("Tab")
        focused = page.locator(".cell:focus")
        name = focused.locator("title").text_content()
        assert focused.locator(".told").is_visible()
        assert focused.locator(".told").text_content() == name
        page.keyboard.press("Enter")
        page.wait_for_url("**/hq/communes/*/")
        assert page.inner_text("h1") == name.partition(" · ")[0]

    def test_can_be_passed_over(self, page):
        page.focus(".skip-map")
        assert page.locator(".skip-map").bounding_box()["width"] > 40
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("!!document.activeElement.closest('section[aria-labelledby=communes]')")

    def test_can_be_pointed_at(self, page):
        cell = page.locator('.cell[href="/hq/communes/01324/"]')
        box = cell.locator(".ground").bounding_box()
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.wait_for_url("**/hq/communes/01324/")


def test_the_table_works_without_javascript(open_page, cao_bang, sign_in):
    page = open_page(cao_bang.url, java_script_enabled=False)
    sign_in(page, "dung")
    page.goto("/hq/coverage/?state=border")
    page.select_option("#kind", "COMMUNE_LIBRARY")
    page.select_option("#sort", "-loans")
    page.click(".asks button")
    page.wait_for_url("**kind=COMMUNE_LIBRARY**")
    assert "state=border" in page.url
    assert "sort=-loans" in page.url
    with page.expect_download() as download:
        page.click('a[href*="/csv/"]')
    assert download.value.suggested_filename.endswith(".csv")
