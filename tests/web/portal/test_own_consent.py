"""Asking for a correction from home, and taking back one purpose and nothing else."""

from __future__ import annotations

import pytest

from guisach.domain.readers import queries
from guisach.domain.readers.actions.corrections import refuse_correction
from guisach.domain.readers.models import Correction
from guisach.domain.reading import queries as kept
from guisach.kernel.clock import system_clock
from guisach.kernel.ids import new_id
from tests.web.portal.test_own_pages import World, main_of, sign_in, tablet, world  # noqa: F401

pytestmark = pytest.mark.usefixtures("world")


@pytest.fixture
def an(tablet, world):  # noqa: F811
    sign_in(tablet, world)
    return tablet


def wrong(an, **said):
    return an.post("/my/card/correct/", {"name": "Vàng Thị An", "birth_on": "02/05/1990", **said})


def test_a_correction_is_asked_for_and_its_outcome_stands_on_the_card(an, world):  # noqa: F811
    form = main_of(an.get("/my/card/correct/"))
    assert 'value="Vàng Thị An"' in form
    assert 'value="02/05/1990"' in form
    nothing = wrong(an)
    assert nothing.status_code == 422
    assert "Nothing was changed" in main_of(nothing)
    unreadable = wrong(an, birth_on="hôm qua", address="Khuổi Tuông")
    assert unreadable.status_code == 422
    assert 'value="Khuổi Tuông"' in main_of(unreadable)
    assert wrong(an, address="Khuổi Tuông")["Location"] == "/my/card/"
    assert queries.reader(world.an).address == ""
    assert "has not looked at it yet" in main_of(an.get("/my/card/"))
    assert "not settled yet" in main_of(an.get("/my/card/correct/"))
    assert "Khuổi Tuông" in an.get("/my/card/data/").content.decode()
    refuse_correction(reader=world.an, reason="Cần xem giấy tờ", clock=system_clock)
    assert "Cần xem giấy tờ" in main_of(an.get("/my/card/"))
    assert Correction.objects.count() == 1


@pytest.mark.parametrize("purpose", ["history", "diary", "messages"])
def test_one_purpose_is_taken_back_and_the_others_stay(an, world, purpose):  # noqa: F811
    an.post("/my/history/", {"on": "1"})
    an.post("/my/diary/", {"on": "1"})
    page = main_of(an.get("/my/card/"))
    for code in ("history", "diary", "messages"):
        assert f'name="purpose" value="{code}"' in page
    assert an.post("/my/card/consent/", {"op": str(new_id()), "purpose": purpose})["Location"] == "/my/card/"
    after = main_of(an.get("/my/card/"))
    left = {code for code in ("history", "diary", "messages") if f'name="purpose" value="{code}"' in after}
    assert left == {"history", "diary", "messages"} - {purpose}
    wishes = kept.wishes([world.an])
    assert (kept.HISTORY in wishes, kept.DIARY in wishes) == (purpose != "history", purpose != "diary")
    assert (queries.reader(world.an).channel == "NONE") == (purpose == "messages")
    assert queries.reader(world.an).has_guardian_consent


def test_what_is_no_purpose_changes_nothing(an, world):  # noqa: F811
    for purpose in ("", "card", "x" * 500):
        assert an.post("/my/card/consent/", {"purpose": purpose}).status_code == 302
    assert queries.reader(world.an).has_guardian_consent
    assert queries.reader(world.an).channel != "NONE"
