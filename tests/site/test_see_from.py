"""Who searches for a pen name finds what stands under the author's name, as soon as somebody says that they are one."""

from __future__ import annotations

import pytest

from guisach.domain.catalogue.actions import authorities as acts
from tests.builders_headings import CLOCK, authority, by, title

pytestmark = pytest.mark.django_db


def titles(answer, text):
    return [hit["title"] for hit in answer("search", text)["hits"]]


@pytest.mark.usefixtures("empty_index")
def test_a_pen_name_finds_the_titles_of_the_author(answer):
    title("Dế Mèn phiêu lưu ký", by("Tô Hoài"))
    title("Chí Phèo", by("Nam Cao"))
    assert titles(answer, "nguyen sen") == []

    made = authority("Tô Hoài", "Nguyễn Sen")
    assert titles(answer, "Nguyễn Sen") == titles(answer, "nguyen sen") == ["Dế Mèn phiêu lưu ký"]

    acts.remove_variant(authority=made, text="Nguyễn Sen", clock=CLOCK)
    assert titles(answer, "nguyen sen") == []
