"""Keeping authorities: forms that lead to a heading, renaming, merging, and what that does to titles."""

from __future__ import annotations

import pytest

from guisach.domain.catalogue import queries as catalogue
from guisach.domain.catalogue.actions import authorities as acts
from guisach.domain.catalogue.actions.following import follow_headings
from guisach.domain.catalogue.models import Authority, Heading, Record, RecordVersion
from guisach.domain.catalogue.queries import authorities as queries
from guisach.domain.catalogue.queries import browsing
from guisach.domain.catalogue.queries.heading_checks import headings_differ
from guisach.domain.catalogue.rules.marc.authority_records import AuthorityDraft
from guisach.domain.catalogue.rules.marc.description import PointKind
from tests import builders
from tests.builders import refused
from tests.builders_headings import CLOCK, authority, by, listed, subfields, title

pytestmark = pytest.mark.django_db


def apply(id_: int, by: int | None = None, **more: int) -> acts.Applied:
    return acts.apply_authority(authority=id_, by=by, clock=CLOCK, **more)


def test_a_pen_name_leads_to_the_titles_of_the_author_in_search():
    record = title("Dế Mèn phiêu lưu ký", by("Tô Hoài"))
    other = title("Chí Phèo", by("Nam Cao"))
    position = catalogue.last_change()
    made = authority("Tô Hoài", "Nguyễn Sen")

    assert catalogue.changes_after(position).records == [record]
    found = {document.id: document.variants for document in catalogue.documents([record, other])}
    assert found == {record: ("Nguyễn Sen",), other: ()}

    position = catalogue.last_change()
    acts.remove_variant(authority=made, text="Nguyễn Sen", clock=CLOCK)
    assert catalogue.changes_after(position).records == [record]
    assert catalogue.documents([record])[0].variants == ()


def test_a_title_of_the_pen_name_knows_the_heading():
    record = title("Giăng thề", by("Nguyễn Sen"))
    authority("Tô Hoài", "Nguyễn Sen", "Mai Trang")
    assert catalogue.documents([record])[0].variants == ("Tô Hoài", "Mai Trang")


def test_a_title_whose_marc_cannot_be_read_is_named_and_the_others_change():
    broken, described_no_more, sound = (title(name, by("Nguyễn Sen")) for name in ("Giăng thề", "Xóm", "Quê nhà"))
    made = authority("Tô Hoài", "Nguyễn Sen")
    follow_headings()
    Record.objects.filter(pk=broken).update(marc='{"leader"')
    Record.objects.filter(pk=described_no_more).update(
        marc=Record.objects.get(pk=described_no_more).marc.replace('"245"', '"945"')
    )
    assert apply(made) == acts.Applied(1, is_done=True, unreadable=(broken, described_no_more))
    assert subfields(sound, "100") == [[("a", "Tô Hoài")]]
    assert Record.objects.get(pk=broken).marc == '{"leader"'
    assert apply(made) == acts.Applied(0, is_done=True, unreadable=(broken, described_no_more))


def test_nothing_in_titles_changes_before_somebody_says_so():
    record = title("Giăng thề", by("Nguyễn Sen"))
    made = authority("Tô Hoài", "Nguyễn Sen")
    assert subfields(record, "100") == [[("a", "Nguyễn Sen")]]
    waiting = queries.pending(queries.authority(made))
    assert (waiting.titles, [one.wanted for one in waiting.headings]) == (1, ["Tô Hoài"])
    assert waiting.examples == [(record, "Giăng thề", "Nguyễn Sen", "Tô Hoài")]


def test_the_heading_is_written_into_titles_with_a_version_and_whoever_did_it():
    builders.province()
    thao = builders.thao().staff.pk
    record = title(
        "Giăng thề",
        by("Nguyễn Sen", ("e", "tác giả"), ("4", "aut")),
        by("Nguyễn, Sen,", ("e", "dịch"), tag="700"),
        ("600", "04", ("a", "Nguyễn Sen"), ("x", "Tiểu sử"), ("v", "Hồi ký")),
        ("500", "  ", ("a", "Nguyễn Sen kể")),
    )
    position = catalogue.last_change()
    made = authority("Tô Hoài", "Nguyễn Sen", dates="1920-2014")
    done = apply(made, thao)

    assert done == acts.Applied(1, is_done=True)
    assert subfields(record, "100") == [[("a", "Tô Hoài"), ("d", "1920-2014"), ("e", "tác giả"), ("4", "aut")]]
    assert subfields(record, "600") == [[("a", "Tô Hoài"), ("d", "1920-2014"), ("x", "Tiểu sử"), ("v", "Hồi ký")]]
    assert subfields(record, "500") == [[("a", "Nguyễn Sen kể")]]
    version = RecordVersion.objects.get()
    assert (version.by_id, version.reason) == (thao, f"AUTHORITY {made} Tô Hoài")
    assert "Nguyễn Sen" in version.marc
    assert record in catalogue.changes_after(position).records
    assert listed() == {"Tô Hoài, 1920-2014": 1}
    assert listed("SUBJECT") == {"Tô Hoài -- Tiểu sử -- Hồi ký, 1920-2014": 1}
    assert list(headings_differ()) == []
    assert apply(made) == acts.Applied(0, is_done=True)
    assert catalogue.record(record).authors == ["Tô Hoài"]


def test_renaming_a_heading_keeps_the_former_one_leading_to_it():
    record = title("Kinh tế", ("650", " 4", ("a", "Kinh tế học"), ("z", "Việt Nam")))
    made = authority("Kinh tế học", kind=PointKind.SUBJECT)
    acts.change_authority(authority=made, heading="Khoa học kinh tế", dates="", note="", clock=CLOCK)

    assert queries.authority(made).variants == ("Kinh tế học",)
    apply(made)
    assert subfields(record, "650") == [[("a", "Khoa học kinh tế"), ("z", "Việt Nam")]]
    assert listed("SUBJECT") == {"Khoa học kinh tế -- Việt Nam": 1}


def test_titles_are_changed_in_bounded_steps():
    for i in range(7):
        title(f"Sách {i}", by("Nguyễn Sen"))
    made = authority("Tô Hoài", "Nguyễn Sen")
    assert apply(made, limit=4) == acts.Applied(4, is_done=False)
    assert listed() == {"Nguyễn Sen": 3, "Tô Hoài": 4}
    assert apply(made) == acts.Applied(3, is_done=True)
    assert listed() == {"Tô Hoài": 7}


def test_two_headings_become_one_and_what_led_to_either_leads_to_it():
    title("Giăng thề", by("Nguyễn Sen"))
    title("Dế Mèn", by("Tô Hoài"))
    winner, loser = authority("Tô Hoài", "Mai Trang"), authority("Nguyễn Sen", "Thái Yên", dates="1920-2014")
    preview = queries.merge_preview(queries.authority(winner), queries.authority(loser))
    assert preview.titles == 2  # one gets another name, both get the dates

    acts.merge_authorities(winner=winner, loser=loser, clock=CLOCK)

    view = queries.authority(winner)
    assert (view.heading, view.dates) == ("Tô Hoài", "1920-2014")
    assert view.variants == ("Mai Trang", "Nguyễn Sen", "Thái Yên")
    assert queries.authority(loser) is None
    assert queries.pending(view).titles == 2
    apply(winner)
    assert listed() == {"Tô Hoài, 1920-2014": 2}
    assert list(headings_differ()) == []


def test_what_cannot_be_merged_is_refused():
    tuan, younger = authority("Nguyễn Tuân", dates="1910-1987"), authority("Nguyễn Tuân", dates="1965-")
    place = authority("Nguyễn Tuân", kind=PointKind.PLACE_NAME)
    with refused("authority_dates_differ"):
        acts.merge_authorities(winner=tuan, loser=younger, clock=CLOCK)
    for other in (place, tuan):
        with refused("authority_kinds_differ"):
            acts.merge_authorities(winner=tuan, loser=other, clock=CLOCK)
    with refused("authority_unknown"):
        acts.merge_authorities(winner=tuan, loser=10**9, clock=CLOCK)
    assert Authority.objects.count() == 3


def test_a_person_of_the_same_name_keeps_the_own_heading():
    record = title("Tin học", by("Nguyễn Tuân", ("d", "1965-")))
    title("Vang bóng một thời", by("Nguyễn Tuân"))
    made = authority("Nguyễn Tuân", dates="1910-1987")
    apply(made)
    assert listed() == {"Nguyễn Tuân, 1910-1987": 1, "Nguyễn Tuân, 1965-": 1}
    assert subfields(record, "100") == [[("a", "Nguyễn Tuân"), ("d", "1965-")]]


def test_marks_count_when_a_heading_finds_its_authority_and_the_place_of_the_tone_does_not():
    title("A", by("Lê Hoà"))
    title("B", by("Lê Hoa"))
    authority("Lê Hòa")
    assert {h.text: h.authority_id is not None for h in Heading.objects.all()} == {"Lê Hoà": True, "Lê Hoa": False}


def test_where_two_authorities_fit_neither_gets_the_titles():
    title("A", by("Nguyễn Tuân"))
    one, two = authority("Nguyễn Tuân", dates="1910-1987"), authority("Nguyễn Tuân", dates="1965-")
    assert Heading.objects.get().authority_id is None
    assert (apply(one).changed, apply(two).changed) == (0, 0)


@pytest.mark.parametrize("heading", ["", " ", "...", " / :"])
def test_a_heading_needs_words(heading):
    with refused("heading_needed"):
        authority(heading)


def test_a_heading_is_there_once_and_a_form_leads_to_one_heading():
    made = authority("Tô Hoài")
    with refused("authority_exists"):
        authority("Tô Hoài")
    other = authority("Nam Cao")
    with refused("authority_exists"):
        acts.change_authority(authority=other, heading="Tô Hoài", dates="", note="", clock=CLOCK)
    for text in ("Tô Hoài", "Nam Cao", "TÔ HOÀI"):
        with refused("variant_is_heading"):
            acts.add_variant(authority=made, text=text, clock=CLOCK)
    assert acts.add_variant(authority=made, text="Nguyễn Sen", clock=CLOCK)
    assert not acts.add_variant(authority=made, text="nguyễn sen", clock=CLOCK)


def test_who_saves_last_is_told_that_it_was_changed_meanwhile():
    made = authority("Tô Hoài")
    seen = queries.authority(made).updated_at
    acts.change_authority(authority=made, heading="Tô Hoài", dates="1920-2014", note="", clock=CLOCK, opened_at=seen)
    with refused("authority_changed_meanwhile"):
        acts.change_authority(authority=made, heading="T. Hoài", dates="", note="", clock=CLOCK, opened_at=seen)


def test_an_authority_that_titles_have_stays():
    record = title("Dế Mèn", by("Tô Hoài"))
    made = authority("Tô Hoài", "Nguyễn Sen")
    with refused("authority_in_use"):
        acts.delete_authority(authority=made)
    from guisach.domain.catalogue.actions import delete_record

    delete_record(record=record, clock=CLOCK)
    acts.delete_authority(authority=made)
    with refused("authority_unknown"):
        acts.delete_authority(authority=made)


def test_forms_of_one_name_are_found_and_gathered_by_a_person():
    records = [title("A", by(name)) for name in ("Nguyễn Nhật Ánh", "Nguyen Nhat Anh", "Ánh Nguyễn Nhật")]
    title("B", by("Nguyễn Nhật Linh"))
    listed()
    groups = queries.likely_duplicates(kind="PERSON").groups
    assert [sorted(view.text for view in group.headings) for group in groups] == [
        ["Nguyen Nhat Anh", "Nguyễn Nhật Ánh", "Ánh Nguyễn Nhật"]
    ]
    views = {view.text: view for view in groups[0].headings}
    chosen = views.pop("Nguyễn Nhật Ánh")
    preview = queries.gather_preview(chosen, list(views.values()))
    assert (preview.titles, {one.wanted for one in preview.headings}) == (2, {"Nguyễn Nhật Ánh"})

    made = acts.gather_forms(heading=chosen.id, others=[view.id for view in views.values()], clock=CLOCK)

    assert listed() == {"Ánh Nguyễn Nhật": 1, "Nguyen Nhat Anh": 1, "Nguyễn Nhật Ánh": 1, "Nguyễn Nhật Linh": 1}
    assert queries.likely_duplicates(kind="PERSON").groups == []
    apply(made)
    assert listed() == {"Nguyễn Nhật Ánh": 3, "Nguyễn Nhật Linh": 1}
    assert [catalogue.record(record).author for record in records] == ["Nguyễn Nhật Ánh"] * 3
    assert list(headings_differ()) == []


@pytest.mark.parametrize(
    ("one", "other", "is_shown"),
    [
        ("Lê Hoà", "Lê Hòa", True),
        ("Lê Hòa", "Le Hoa", True),
        ("Trường Chinh", "Trương Chính", False),
        ("Thanh Hải", "Hải Thanh", False),
        ("Mann, Thomas", "Thomas Mann", True),
        ("Nguyễn Nhật Ánh", "Ánh Nguyễn Nhật", True),
    ],
)
def test_only_what_may_be_the_same_is_shown_as_such(one, other, is_shown):
    title("A", ("700", "1 ", ("a", one)), language="und")
    title("B", ("700", "1 ", ("a", other)), language="und")
    listed()
    assert bool(queries.likely_duplicates(kind="PERSON").groups) is is_shown


def test_the_same_name_with_and_without_dates_is_shown():
    title("A", by("Tô Hoài", ("d", "1920-2014")))
    title("B", by("Tô Hoài"))
    title("C", by("Nguyễn Tuân", ("d", "1910-1987")))
    title("D", by("Nguyễn Tuân", ("d", "1965-")))
    listed()
    assert [[view.text for view in group.headings] for group in queries.likely_duplicates(kind="PERSON").groups] == [
        ["Tô Hoài", "Tô Hoài"]
    ]


def test_suggestions_show_what_a_form_leads_to():
    title("Lão Hạc", by("Tô Ngọc Vân"))
    authority("Tô Hoài", "Nguyễn Sen")
    listed()
    assert [(one.heading, one.via) for one in queries.suggestions(kind="PERSON", text="nguyen se")] == [
        ("Tô Hoài", "Nguyễn Sen")
    ]
    assert [one.heading for one in queries.suggestions(kind="PERSON", text="to")] == ["Tô Hoài", "Tô Ngọc Vân"]
    assert queries.suggestions(kind="PERSON", text="") == []


def test_a_reader_who_asks_for_a_pen_name_is_led_to_the_heading():
    title("Dế Mèn", by("Tô Hoài"))
    authority("Tô Hoài", "Nguyễn Sen")
    assert browsing.see_from("AUTHOR", "nguyen") == [browsing.SeeFrom("Nguyễn Sen", "Tô Hoài")]
    assert browsing.heading_led_to("AUTHOR", "Nguyễn Sen") == "Tô Hoài"
    assert browsing.heading_page("AUTHOR", "Tô Hoài").other_forms == ("Nguyễn Sen",)


def test_lists_of_authorities_are_in_vietnamese_order_and_found_by_other_forms():
    for heading in ("Đặng Thai Mai", "Dương Thu Hương", "Ân Di", "An Chi"):
        authority(heading)
    authority("Tô Hoài", "Nguyễn Sen")
    every = queries.authorities(kind="PERSON")
    assert [view.heading for view in every] == ["An Chi", "Ân Di", "Dương Thu Hương", "Đặng Thai Mai", "Tô Hoài"]
    rest = queries.authorities(kind="PERSON", after=queries.position_of(every[1]))
    assert [view.heading for view in rest] == ["Dương Thu Hương", "Đặng Thai Mai", "Tô Hoài"]
    assert [view.heading for view in queries.authorities(kind="PERSON", text="nguyen sen")] == ["Tô Hoài"]


def test_a_name_is_kept_in_the_order_it_is_said():
    made = authority("Nguyễn, Nhật Ánh.")
    assert queries.authority(made).heading == "Nguyễn Nhật Ánh"


def test_an_export_reads_back_as_the_same():
    from guisach.domain.catalogue.rules.marc.authority_records import read_authority, write_authority

    for draft in (
        AuthorityDraft(PointKind.PERSON, "Tô Hoài", "1920-2014", "Nhà văn", ("Nguyễn Sen", "Mai Trang"), "TVCB", "7"),
        AuthorityDraft(PointKind.BODY, "Bộ Y tế. Cục Phòng bệnh", "", "", ("Cục Y tế dự phòng",), "", ""),
        AuthorityDraft(PointKind.SUBJECT, "Tục ngữ -- Việt Nam", "", "", ("Ngạn ngữ -- Việt Nam",), "", ""),
        AuthorityDraft(PointKind.PLACE_NAME, "Cao Bằng", "", "Tỉnh", ("Cao Bình",), "", ""),
        AuthorityDraft(PointKind.SERIES, "Tủ sách vàng", "", "", (), "", ""),
    ):
        written = write_authority(draft, draft.source_no or "9", builders.START.date())
        assert read_authority(written)._replace(source_no=draft.source_no) == draft
