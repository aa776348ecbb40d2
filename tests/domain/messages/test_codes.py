"""One-time codes: at once, at any hour, once, and forgotten when they went."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from django.apps import apps

from guisach.domain.messages import actions, kinds
from guisach.domain.messages.actions import codes
from guisach.domain.messages.models import Message
from guisach.kernel.ids import new_id
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)

NIGHT = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)  # half past eleven in Cao Bằng


def everything_stored():
    return "\n".join(
        json.dumps(list(row), default=str) for model in apps.get_models() for row in model.objects.values_list()
    )


def test_a_code_goes_at_night_to_the_readers_telephone_and_nothing_keeps_it(an, post, clock):
    clock.at = NIGHT
    way = actions.send_code(reader=an, code="493817", clock=clock)
    assert way is not None
    assert (way.channel, way.hint) == ("SMS", "•••678")
    assert "493817" in everything_stored()
    post.work(clock)
    [letter] = post.sent
    assert letter.to == "0912345678"
    assert "493817" in letter.short[0]
    assert "493817" not in everything_stored()
    assert Message.objects.get(pk=way.message).state == "SENT"


def test_a_childs_code_goes_to_the_guardian(lan, post, clock):
    binh = builders.reader(
        lan,
        clock,
        builders.applicant(
            "Vàng A Bình", group="CHILD", guardian="Vàng Thị An", guardian_phone="0987654321", phone="0900000000",
            birth_on=date(2017, 9, 5), has_assent=True,
        ),
    )  # fmt: skip
    actions.send_code(reader=binh, code="493817", clock=clock)
    post.work(clock)
    assert [letter.to for letter in post.sent] == ["0987654321"]


def test_without_a_way_there_is_no_code(an, clock):
    kinds.send_with({})
    assert actions.send_code(reader=an, code="493817", clock=clock) is None
    assert actions.send_code(reader=new_id(), code="493817", clock=clock) is None
    assert not Message.objects.exists()


def test_a_newer_code_replaces_one_that_still_waits(an, post, clock):
    actions.send_code(reader=an, code="111111", clock=clock)
    actions.send_code(reader=an, code="222222", clock=clock)
    assert "111111" not in everything_stored()
    post.work(clock)
    assert [letter.short[0][:6] for letter in post.sent] == ["222222"]


def test_a_late_code_is_not_sent(an, post, clock):
    actions.send_code(reader=an, code="493817", clock=clock)
    clock.forward(minutes=11)
    post.work(clock)
    assert post.sent == []
    assert "493817" not in everything_stored()


def test_a_sixth_code_within_the_hour_is_refused(an, post, clock):
    for _ in range(codes.AN_HOUR_MAX):
        assert actions.send_code(reader=an, code="493817", clock=clock)
        post.work(clock)
    with builders.refused("too_many_codes"):
        actions.send_code(reader=an, code="493817", clock=clock)
    clock.forward(hours=1)
    assert actions.send_code(reader=an, code="493817", clock=clock)


def test_a_code_of_which_nobody_knows_whether_it_went_is_forgotten(an, post, clock):
    actions.send_code(reader=an, code="493817", clock=clock)
    claimed = actions.claim_next(clock=clock, channels=["SMS"])
    assert claimed is not None
    clock.forward(minutes=30)
    assert actions.give_up_dead_claims(clock=clock) == 1
    assert "493817" not in everything_stored()
    assert Message.objects.get().state == "CANCELLED"


def test_a_code_goes_before_everything_else(lan, an, post, clock):
    post.tell(an, "news", at=clock())
    clock.forward(seconds=5)
    actions.send_code(reader=an, code="493817", clock=clock)
    post.work(clock)
    assert "493817" in post.sent[0].text


def test_a_code_of_no_or_many_signs_is_a_mistake_of_ours(an, clock):
    for code in ("", "1" * 13):
        with pytest.raises(ValueError, match="1 to 12"):
            actions.send_code(reader=an, code=code, clock=clock)
