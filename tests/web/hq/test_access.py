"""Who may see the province's pages, and what absurd addresses get."""

from __future__ import annotations

import pytest
from django.test import Client

from tests import builders
from tests.web.hq.conftest import officer

PAGES = ["/hq/", "/hq/coverage/", "/hq/coverage/csv/", "/hq/communes/01324/", "/hq/places/CB-COBA/"]


@pytest.mark.parametrize("path", PAGES)
class TestEveryPage:
    @pytest.mark.slow
    @pytest.mark.parametrize("who", [builders.dung, builders.van, builders.hoa, builders.kien])
    def test_opens_for_those_who_see_the_programme(self, province, path, who):
        assert officer(who()).get(path).status_code == 200

    @pytest.mark.parametrize("who", [builders.lan, builders.minh, builders.thao])
    def test_is_closed_to_the_others(self, province, path, who):
        page = officer(who()).text(path, 403)
        assert "/work/" in page

    def test_sends_strangers_to_sign_in_and_back(self, province, path):
        answer = Client().get(path)
        assert answer.status_code == 302
        assert answer["Location"] == f"/work/sign-in/?next={path.replace('/', '%2F')}"

    def test_changes_nothing(self, dung, path):
        assert dung.post(path).status_code == 405

    def test_shows_nothing_personal(self, dung, lend, path):
        lend()
        page = dung.get(path).content.decode()
        assert not [name for name in ("Vàng Thị An", "CB000001", "Dế Mèn") if name in page]


@pytest.mark.parametrize(
    "path",
    [
        "/hq/communes/99999/",
        "/hq/communes/01324%00/",
        "/hq/communes/" + "0" * 5000 + "/",
        "/hq/communes/'%20OR%201=1/",
        "/hq/communes/Cô Ba/",
        "/hq/places/NIX/",
        "/hq/places/CB-COBA%00/",
        "/hq/places/%F0%9F%93%9A/",
        "/hq/places/..%5C..%5C/",
    ],
)
def test_a_code_that_names_nothing_is_not_found(dung, path):
    assert "/hq/" in dung.text(path, 404)


@pytest.mark.slow
@pytest.mark.parametrize(
    "query",
    [
        "kind=%00",
        "kind=X&state=X&sort=X",
        "state=active&state=quiet",
        "&".join(["state=covered"] * 400),
        "sort=-" + "9" * 3000,
        "state=%ED%A0%80",
        "kind[]=COMMUNE_LIBRARY",
    ],
)
@pytest.mark.parametrize("path", ["/hq/", "/hq/coverage/", "/hq/coverage/csv/"])
def test_an_absurd_question_gets_an_answer(dung, path, query):
    assert dung.get(f"{path}?{query}").status_code == 200
