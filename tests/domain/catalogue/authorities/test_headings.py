"""The lists of headings are what the records say, whoever wrote them and however."""

from __future__ import annotations

import pytest

from guisach.domain.catalogue import actions, queries
from guisach.domain.catalogue.actions.following import follow_headings
from guisach.domain.catalogue.models import FeedReader, Heading, Mention, Record
from guisach.domain.catalogue.queries import browsing
from guisach.domain.catalogue.queries.heading_checks import headings_differ
from guisach.domain.catalogue.rules.drafts import NewTitle, RecordDraft
from tests import builders
from tests.builders_headings import listed, title

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    return builders.Clock()


def draft(name: str = "Dế Mèn phiêu lưu ký", *authors: str, **more: object) -> RecordDraft:
    return RecordDraft(title=name, authors=authors or ("Tô Hoài",), language="vie", **more)  # type: ignore[arg-type]


def test_a_title_made_by_hand_stands_in_the_lists_at_once(clock):
    actions.add_record(draft=draft(subjects=("Truyện thiếu nhi",), series="Tủ sách vàng", ddc="895.92234"), clock=clock)

    assert {(h.use, h.text, h.titles) for h in Heading.objects.all()} == {
        ("AUTHOR", "Tô Hoài", 1),
        ("SUBJECT", "Truyện thiếu nhi", 1),
        ("SERIES", "Tủ sách vàng", 1),
        ("CLASS", "895", 1),
    }
    assert list(headings_differ()) == []


def test_a_change_moves_a_title_from_one_heading_to_the_other(clock):
    record = actions.add_record(draft=draft(), clock=clock)
    actions.add_record(draft=draft("Vợ chồng A Phủ"), clock=clock)
    actions.change_record(record=record, draft=draft("Dế Mèn", "Tô Hoài", "Ngô Mạnh Lân"), clock=clock)
    assert listed() == {"Ngô Mạnh Lân": 1, "Tô Hoài": 2}
    actions.change_record(record=record, draft=draft("Dế Mèn", "Ngô Mạnh Lân"), clock=clock)
    assert listed() == {"Ngô Mạnh Lân": 1, "Tô Hoài": 1}


def test_what_no_title_has_any_more_is_gone_from_the_list(clock):
    record = actions.add_record(draft=draft(), clock=clock)
    actions.delete_record(record=record, clock=clock)
    assert not Heading.objects.exists()
    assert not Mention.objects.exists()


def test_many_titles_at_once_stand_in_the_lists_when_the_feed_is_followed(clock):
    titles = [NewTitle(draft=draft(f"Sách {i}", "Tô Hoài" if i % 2 else "Nam Cao")) for i in range(50)]
    actions.add_many(titles=titles, clock=clock)
    assert not Heading.objects.exists()
    assert list(headings_differ()) == []  # what has not been heard of yet is not wrong

    assert follow_headings() == 50

    assert listed() == {"Nam Cao": 25, "Tô Hoài": 25}
    assert FeedReader.objects.get().position == queries.last_change()
    assert follow_headings() == 0
    assert list(headings_differ()) == []


def test_records_taken_out_by_whatever_way_leave_the_lists_when_the_feed_is_followed():
    record = title("Dế Mèn", ("100", "1 ", ("a", "Tô Hoài")))
    Record.objects.filter(pk=record).delete()
    from guisach.domain.catalogue.steps import announce

    announce([record])
    assert listed() == {}
    assert list(headings_differ()) == []


def test_dates_tell_two_persons_of_one_name_apart():
    title("Vang bóng một thời", ("100", "1 ", ("a", "Nguyễn Tuân,"), ("d", "1910-1987.")))
    title("Tin học", ("100", "1 ", ("a", "Nguyễn Tuân"), ("d", "1965-")))
    assert listed() == {"Nguyễn Tuân, 1910-1987": 1, "Nguyễn Tuân, 1965-": 1}


def test_a_person_written_about_stands_among_the_subjects():
    title("Kể chuyện Bác Hồ", ("600", "04", ("a", "Hồ Chí Minh"), ("x", "Tiểu sử")), ("651", " 4", ("a", "Cao Bằng")))
    assert listed("SUBJECT") == {"Cao Bằng": 1, "Hồ Chí Minh -- Tiểu sử": 1}
    assert listed("AUTHOR") == {}


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda: Heading.objects.update(titles=7), "counts 7 titles and has 1"),
        (lambda: Heading.objects.update(key="x"), "its keys are of another text"),
        (lambda: Mention.objects.all().delete(), "its headings are not those that it says"),
        (lambda: Mention.objects.update(record=10**9), "is gone and has headings"),
    ],
)
def test_what_is_wrong_in_the_lists_is_found(clock, spoil, said):
    actions.add_record(draft=draft(), clock=clock)
    follow_headings()
    assert list(headings_differ()) == []
    spoil()
    assert any(said in line for line in headings_differ())


def test_browsing_goes_on_and_back_without_losing_a_line():
    names = ["An", "Ăn", "Âu", "Ba", "Bá", "Đa", "Da", "Ê", "E", "Ô", "Ơ", "O", "Ư", "U", "Xuân", "Ý"]
    for name in names:
        title(f"Sách của {name}", ("100", "0 ", ("a", name)))
    listed()
    order = ["An", "Ăn", "Âu", "Ba", "Bá", "Da", "Đa", "E", "Ê", "O", "Ô", "Ơ", "U", "Ư", "Xuân", "Ý"]

    seen, after = [], ""
    while True:
        page = browsing.browse("AUTHOR", after=after, limit=5)
        seen += [line.text for line in page.lines]
        if not page.next:
            break
        after = page.next
    assert seen == order

    back, before = [], page.prev
    while before:
        earlier = browsing.browse("AUTHOR", before=before, limit=5)
        back = [line.text for line in earlier.lines] + back
        before = earlier.prev
    assert back == order[: len(order) - len(page.lines)]


@pytest.mark.parametrize(
    ("typed", "first"),
    [("đ", "Đặng Thai Mai"), ("nguyen nhat", "Nguyễn Nhật Ánh"), ("Nguyễn Nhật", "Nguyễn Nhật Ánh"), ("t", "Tô Hoài")],
)
def test_typed_letters_lead_to_their_place_with_marks_or_without(typed, first):
    for name in ("Cao Duy Sơn", "Đặng Thai Mai", "Nguyễn Du", "Nguyễn Nhật Ánh", "Nguyễn Tuân", "Tô Hoài"):
        title("Sách", ("100", "0 ", ("a", name)))
    listed()
    assert browsing.browse("AUTHOR", start=typed).lines[0].text == first


def test_titles_of_a_heading_come_the_latest_first_and_page_by_page():
    records = [title(f"Tập {i}", ("100", "0 ", ("a", "Tô Hoài"))) for i in range(5)]
    listed()
    heading = browsing.heading_page("AUTHOR", "Tô Hoài")
    first, before = browsing.titles_of(heading.id, limit=3)
    rest, end = browsing.titles_of(heading.id, before=before, limit=3)
    assert [view.id for view in first + rest] == records[::-1]
    assert end == 0


def test_builders_that_announce_nothing_are_no_difference():
    builders.record()
    assert list(headings_differ()) == []
