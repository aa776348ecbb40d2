"""Two cards of one person, moving, erasing, handing out one's data: pages, refusals, and what others must not see."""

from __future__ import annotations

import json
import re

import pytest

from guisach.domain.journal.models import Operation
from guisach.domain.readers import queries as readers
from tests import builders
from tests.web.work.conftest import earlier, lent


@pytest.fixture
def twin(world):
    return builders.reader(
        world.lan, earlier(days=2), builders.applicant("Vàng Thị Ân", phone="0987654321", birth_on=None)
    )


def path(reader, what):
    return f"/work/readers/{reader}/{what}/"


class TestOnePerson:
    def test_from_finding_to_putting_together_and_parting_again(self, lan, world, twin):
        page = lan.text(f"/work/readers/{world.an}/")
        assert f'href="{path(world.an, "same-person")}"' in page
        found = lan.text(path(world.an, "same-person"), q="vang thi an")
        assert f"?with={twin}" in found
        assert f"?with={world.an}" not in found
        side = lan.text(path(world.an, "same-person"), **{"with": twin})
        assert side.count("Vàng Thị Ân") >= 2
        assert "0987654321" in side
        choice = {"with": twin, "card": "into", "name": "into", "phone": "old", "birth_on": "into"}
        saved = lan.text(lan.act(path(world.an, "same-person"), **choice)["Location"])
        assert "Both cards lead to Vàng Thị An now" in saved
        assert readers.reader(world.an).phone == "0987654321"
        assert readers.survivor_of(twin) == world.an
        assert lan.get(f"/work/readers/{twin}/")["Location"] == f"/work/readers/{world.an}/"
        merge = re.search(r'name="merge" value="([^"]+)"', saved)[1]
        parted = lan.text(lan.act(path(world.an, "two-people"), merge=merge)["Location"])
        assert "They are two readers again" in parted
        assert readers.survivor_of(twin) == twin
        assert readers.reader(world.an).phone != "0987654321"

    def test_what_is_not_chosen_is_asked_again(self, lan, world, twin):
        response = lan.act(path(world.an, "same-person"), **{"with": twin, "card": "into"})
        assert response.status_code == 422
        assert readers.survivor_of(twin) == twin

    def test_a_case_leads_to_both(self, lan, world):
        builders.reader(world.lan, earlier(days=1), builders.applicant())  # An again, by name and birth date
        cases = lan.text("/work/cases/")
        case = lan.text(re.search(r'href="(/work/cases/[0-9a-f]{32}/)"', cases)[1])
        href = re.search(r'href="(/work/readers/[^"]+/same-person/\?with=[^"]+)"', case)[1]
        assert "put both together" in lan.text(href)

    def test_a_reader_of_another_place_is_not_there(self, lan, minh, world):
        other = builders.reader(
            builders.minh(), earlier(days=1), builders.applicant("Nông Văn Tú"), place=builders.DAMTHUY
        )
        for reader, wanted in ((world.an, other), (other, world.an), (world.an, world.an), (world.an, "x")):
            assert lan.get(path(reader, "same-person"), {"with": wanted}).status_code == 404
            sent = {"with": wanted, "card": "into"}
            assert lan.act(path(reader, "same-person"), **sent).status_code == 404
        assert "Nông Văn Tú" not in lan.text(path(world.an, "same-person"), q="nong van tu")
        assert minh.get(path(world.an, "same-person")).status_code == 404
        assert lan.act(path(world.an, "two-people"), merge=other).status_code == 404


class TestFormerCards:
    def test_a_replaced_card_says_so_and_lends_nothing(self, lan, minh, world):
        from guisach.domain.readers import actions
        from guisach.kernel.ids import new_id

        known = readers.reader(world.an)
        actions.correct(
            op_id=new_id(), by=world.lan.source, reader=world.an, place=builders.COBA, applicant=known.applicant,
            card="", takes_next_card=True, renews=False, clock=earlier(days=1),
        )  # fmt: skip
        for who in (lan, minh):
            page = who.scan(known.card_no)
            assert "This card was replaced on" in page
            assert "Vàng Thị An" not in page


class TestMoving:
    def test_the_other_place_sees_the_reader_and_this_one_no_longer(self, lan, minh, world):
        lent(world, "CB000001")
        assert builders.DAMTHUY in lan.text(path(world.an, "move"))
        saved = lan.text(lan.act(path(world.an, "move"), home=builders.DAMTHUY)["Location"])
        assert "looks after Vàng Thị An now" in saved
        assert lan.get(f"/work/readers/{world.an}/").status_code == 404
        assert "CB000001" in minh.text(f"/work/readers/{world.an}/")
        assert lan.act(path(world.an, "move"), home=builders.COBA).status_code == 404

    def test_nowhere_is_refused(self, lan, world):
        response = lan.act(path(world.an, "move"), home="CB-MARS")
        assert (response.status_code, readers.reader(world.an).place) == (422, builders.COBA)


class TestErasing:
    def test_a_librarian_reads_what_goes_and_erases(self, hoa, lan, world):
        assert "/erase/" not in lan.text(f"/work/readers/{world.an}/")
        assert lan.get(path(world.an, "erase")).status_code == 403
        page = hoa.text(path(world.an, "erase"))
        assert "What goes" in page
        assert "What stays" in page
        for sent in ({}, {"basis": "REQUEST"}, {"basis": "WHIM", "sure": "1"}):
            assert hoa.act(path(world.an, "erase"), **sent).status_code == 422
        hoa.act(path(world.an, "erase"), basis="REQUEST", sure="1")
        assert readers.reader(world.an).full_name == ""
        for what in ("", "correct/", "data/", "data.json", "erase/", "same-person/"):
            assert hoa.get(f"/work/readers/{world.an}/{what}").status_code == 404
        assert Operation.objects.filter(kind="erase_reader").count() == 1

    def test_books_at_home_come_first(self, hoa, world):
        lent(world, "CB000001")
        assert "CB000001" in hoa.text(path(world.an, "erase"))
        assert hoa.act(path(world.an, "erase"), basis="REQUEST", sure="1").status_code == 409
        assert readers.reader(world.an).full_name == "Vàng Thị An"


class TestOnesOwnData:
    def test_everything_is_shown_and_given_as_a_file_and_both_leave_a_trace(self, lan, world):
        lent(world, "CB000001")
        page = lan.text(path(world.an, "data"))
        assert "Vàng Thị An" in page
        assert "CB000001" in page
        assert "Hoàng Thị Lan" in page  # names, where the log has codes
        assert "Thư viện xã Cô Ba" in page
        response = lan.get(f"/work/readers/{world.an}/data.json")
        assert response["Cache-Control"] == "no-store"
        told = json.loads(response.content)
        assert told["format"] == "guisach-reader-1"
        assert [loan["barcode"] for loan in told["loans"]] == ["CB000001"]
        assert told["cards"][0]["full_name"] == "Vàng Thị An"
        assert [act for _n, act, *_at in readers.accesses_of(world.an)][:2] == ["EXPORT", "EXPORT"]

    def test_only_to_whom_who_may_see_the_reader(self, minh, world):
        for what in ("data/", "data.json"):
            assert minh.get(f"/work/readers/{world.an}/{what}").status_code == 404


def test_no_refusal_tells_a_stranger_that_somebody_exists(minh, world, django_assert_max_num_queries):
    """Of a reader of another place and of nobody the answers are the same, word for word and query for query."""
    import uuid

    nobody = uuid.uuid4()
    for what in ("", "correct/", "same-person/", "move/", "data/", "data.json"):
        answers = []
        for reader in (world.an, nobody):
            with django_assert_max_num_queries(12) as asked:
                response = minh.get(f"/work/readers/{reader}/{what}")
            text = response.content.decode().replace(str(reader), "…")
            answers.append((response.status_code, re.sub(r"[0-9a-f-]{32,}|nonce=\S+", "", text), len(asked)))
        assert answers[0] == answers[1], what
        assert answers[0][0] == 404
