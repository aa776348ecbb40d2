"""A province, readers, and a post office whose far ends note what arrives."""

from __future__ import annotations

import pytest


@pytest.fixture
def clock():
    from tests import builders

    return builders.Clock()


@pytest.fixture
def lan():
    from tests import builders

    builders.province()
    return builders.lan()


@pytest.fixture
def an(lan, clock):
    """Give An, who wants text messages."""
    from tests import builders

    return builders.reader(lan, clock, builders.applicant(phone="0912345678", channel="SMS"))


@pytest.fixture
def post():
    from guisach.domain.messages import kinds
    from tests import builders_messages

    builders_messages.register_tidings()
    office, before = builders_messages.Post(), kinds.senders()
    kinds.send_with({"SMS": office.sms, "EMAIL": office.email})
    yield office
    kinds.send_with(before)
