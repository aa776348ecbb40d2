"""Our harvester at our own repository: two whole installations, one of them in its own process, a real connection."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from guisach.domain.catalogue import actions
from guisach.domain.catalogue.models import Record
from guisach.domain.catalogue.rules.drafts import RecordDraft
from guisach.web.open import oai
from tests import builders
from tests.builders import START
from tests.installations import installation, postgresql  # noqa: F401  (fixtures)

if TYPE_CHECKING:
    from tests.installations import Installation

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

TITLES = 23


@pytest.fixture
def there(live_server, monkeypatch) -> str:
    """A repository with a few pages; gives its address."""
    monkeypatch.setattr(oai, "RECORDS_A_PAGE", 5)
    builders.province()
    for n in range(TITLES):
        builders.record(f"Truyện số {n}: <đ> & \x0b", updated_at=START + timedelta(minutes=n))
    return f"{live_server.url}/oai"


@pytest.fixture
def here(installation) -> Installation:  # noqa: F811
    return installation("sqlite")


def counts(told):
    return {name: told[name] for name in ("read", "added", "merged", "unchanged", "deleted", "taken_out")}


def test_a_harvest_takes_all_home_and_a_second_one_changes_nothing(there, here):
    told = here.answer("import", "oai", there)
    assert counts(told) == {"read": TITLES, "added": TITLES, "merged": 0, "unchanged": 0, "deleted": 0, "taken_out": 0}
    assert told["pages"] == 5
    before = here.answer("check")["digest"]
    again = here.answer("import", "oai", there)
    assert (again["added"], again["merged"], again["taken_out"]) == (0, 0, 0)
    assert again["from"]
    whole = here.answer("import", "oai", there, "--from", "2000-01-01")
    assert (whole["read"], whole["unchanged"]) == (TITLES, TITLES)
    assert here.answer("check")["digest"] == before
    assert here.answer("search", "truyen so 17")["hits"][0]["title"].startswith("Truyện số 17")


def test_what_changes_there_changes_here_and_what_goes_there_goes_here(there, here):
    here.answer("import", "oai", there)
    changed, gone, kept = Record.objects.order_by("pk")[:3]
    clock = builders.Clock(START + timedelta(days=1))
    draft = RecordDraft(title=changed.title, publisher="Thanh Niên")
    actions.change_record(record=changed.pk, draft=draft, clock=clock)
    actions.delete_record(record=gone.pk, clock=clock)
    actions.delete_record(record=kept.pk, clock=clock)
    added = here.work("copy_of", "Truyện số 2:")
    assert added
    told = here.answer("import", "oai", there, "--from", "2026-11-21")
    assert counts(told) == {"read": 1, "added": 0, "merged": 1, "unchanged": 0, "deleted": 2, "taken_out": 1}
    assert told["kept"] == {"has_copies": 1}
    found = here.answer("search", changed.title)["hits"]
    assert "Thanh Niên" in [hit["publisher"] for hit in found]
    again = here.answer("import", "oai", there, "--from", "2026-11-21")
    assert (again["unchanged"], again["taken_out"], again["kept"]) == (1, 0, {"unknown": 1, "has_copies": 1})


def test_a_rehearsal_writes_nothing(there, here):
    told = here.answer("import", "oai", there, "--dry-run")
    assert told["added"] == TITLES
    assert here.answer("export", "json", here.folder / "out.json")["written"] == 0


def test_dublin_core_and_sets_are_harvested_too(there, here):
    builders.record("Truyện tranh", kind="COMIC", updated_at=START)
    told = here.answer("import", "oai", there, "--prefix", "oai_dc", "--set", "COMIC")
    assert (told["read"], told["added"]) == (1, 1)
    again = here.answer("import", "oai", there, "--prefix", "oai_dc", "--set", "COMIC", "--from", "2026-01-01")
    assert again["unchanged"] == 1


def test_a_harvest_that_broke_off_goes_on_where_it_was(there, here, monkeypatch):
    asked = []
    page = oai._VERBS["ListRecords"]

    def breaks_off(house, question):
        asked.append(question)
        if len(asked) == 3:
            raise oai.Refusal("badArgument", "broken")
        return page(house, question)

    monkeypatch.setitem(oai._VERBS, "ListRecords", breaks_off)
    first = here.run("import", "oai", there)
    assert first.returncode == 1
    assert "broken" in first.stderr
    assert here.answer("import", "oai", there)["added"] == TITLES
    assert ["resumptionToken" in question for question in asked] == [False, True, True, True, True, True]


def test_a_token_that_was_forgotten_means_to_begin_anew(there, here, monkeypatch):
    asked = []
    page = oai._VERBS["ListRecords"]

    def forgets(house, question):
        asked.append(question)
        if len(asked) == 3:
            raise oai.Refusal("badArgument", "broken")
        if len(asked) == 4:
            raise oai.Refusal("badResumptionToken", "forgotten")
        return page(house, question)

    monkeypatch.setitem(oai._VERBS, "ListRecords", forgets)
    assert here.run("import", "oai", there).returncode == 1
    assert here.answer("import", "oai", there)["added"] == TITLES
    assert ["resumptionToken" in question for question in asked[:6]] == [False, True, True, True, False, True]


@pytest.mark.parametrize("words", [("--prefix", "marcxml"), ("--set", "NO-SUCH")])
def test_a_repository_that_says_no_is_quoted(there, here, words):
    done = here.run("import", "oai", there, *words)
    if words[0] == "--prefix":
        assert done.returncode == 1
        assert "cannotDisseminateFormat" in done.stderr
    else:
        assert done.returncode == 0


def test_a_wrong_address_is_refused_in_words(here):
    done = here.run("import", "oai", "gopher://127.0.0.1/")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
