"""Two descriptions of one book made into one: nothing of ours that is local is ever lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guisach.domain.catalogue.rules.imports.merging import completed, is_local, overlaid
from guisach.domain.catalogue.rules.imports.policies import FIELD_GROUPS, Policy, PolicyError, Terms, Treatment
from guisach.domain.catalogue.rules.marc.incoming import Field, Incoming

LEADER = "00000nam a2200000 a 4500"


def marc(*lines: str) -> Incoming:
    """Read fields from "245 aDế Mèn|cTô Hoài" and "001 12"."""
    fields = []
    for line in lines:
        tag, _, text = line.partition(" ")
        if tag < "010":
            fields.append(Field(tag, "", (), text))
        else:
            fields.append(Field(tag, "  ", tuple((part[0], part[1:]) for part in text.split("|"))))
    return Incoming(LEADER, tuple(fields))


OURS = marc("001 12", "003 TVCB", "245 aDế Mèn", "590 atặng", "650 aTruyện", "852 aCB|pCB1", "952 pCB1|cKho A")
THEIRS = marc(
    "001 99", "003 TVQG", "020 a9786042088886", "100 aTô Hoài", "245 aDế Mèn phiêu lưu ký", "590 akho TW",
    "650 aThiếu nhi", "856 uhttps://example.org/1", "880 6245-01|aX", "952 pTW1",
)  # fmt: skip


def tags(record: Incoming) -> list[str]:
    return [field.tag for field in record.fields]


def values(record: Incoming, tag: str) -> list[str]:
    return [field.value or field.subfields[0][1] for field in record.fields if field.tag == tag]


def test_filling_up_keeps_ours_and_takes_what_we_lack():
    found = completed(OURS, THEIRS)
    assert tags(found) == ["001", "003", "020", "100", "245", "590", "590", "650", "852", "856", "952"]
    assert (values(found, "001"), values(found, "245"), values(found, "650")) == (["12"], ["Dế Mèn"], ["Truyện"])
    assert completed(found, THEIRS) is found


def test_a_number_that_we_lack_is_added_to_those_that_we_have():
    ours = marc("020 a9786041000001", "245 aX")
    assert values(completed(ours, THEIRS), "020") == ["9786041000001", "9786042088886"]
    assert completed(marc("020 a978-604-2-08888-6"), marc("020 a9786042088886", "029 ax")) == marc(
        "020 a978-604-2-08888-6"
    )


def test_a_newer_description_replaces_ours_but_for_what_is_local():
    newer = marc("001 12", "003 TVCB", "245 aDế Mèn phiêu lưu ký", "952 pCB1|cKho B", "952 pCB2")
    found = overlaid(OURS, newer, keeps_identity=False)
    assert tags(found) == ["001", "003", "245", "590", "852", "952", "952"]
    assert [dict(field.subfields) for field in found.fields if field.tag == "952"] == [
        {"p": "CB1", "c": "Kho B"}, {"p": "CB2"}
    ]  # fmt: skip
    assert overlaid(marc("245 aX"), newer, keeps_identity=False) is newer


def test_what_another_house_says_of_the_same_book_does_not_change_whose_record_it_is():
    found = overlaid(OURS, THEIRS)
    assert (values(found, "001"), values(found, "003")) == (["12"], ["TVCB"])
    assert values(found, "245") == ["Dế Mèn phiêu lưu ký"]


def test_chosen_fields_are_taken_over_and_the_rest_only_filled_up():
    found = overlaid(OURS, THEIRS, ("6xx",))
    assert (values(found, "650"), values(found, "245"), values(found, "100")) == (
        ["Thiếu nhi"],
        ["Dế Mèn"],
        ["Tô Hoài"],
    )
    assert values(overlaid(OURS, THEIRS, ("title",)), "245") == ["Dế Mèn phiêu lưu ký"]
    assert values(overlaid(OURS, THEIRS, ("245",)), "650") == ["Truyện"]


def test_records_of_two_formats_are_not_mixed():
    unimarc = marc("001 12", "200 aDế Mèn phiêu lưu ký", "210 cKim Đồng")
    assert completed(OURS, unimarc) is OURS
    assert overlaid(OURS, unimarc) is OURS
    assert overlaid(OURS, unimarc, keeps_identity=False) is unimarc


FIELDS = st.lists(
    st.builds(
        lambda tag, text: Field(tag, "  ", (("a", text),)),
        st.sampled_from(["020", "100", "245", "590", "650", "653", "852", "856", "900", "952"]),
        st.sampled_from(["một", "hai", "9786042088886"]),
    ),
    max_size=8,
)
RECORDS = st.builds(lambda fields: Incoming(LEADER, tuple(sorted(fields, key=lambda f: f.tag))), FIELDS)
CHOICES = st.lists(st.sampled_from([*FIELD_GROUPS, "650", "6xx", "856", "9xx"]), max_size=3).map(tuple)


@given(RECORDS, RECORDS, CHOICES, st.booleans())
def test_no_local_field_is_ever_lost(ours, theirs, chosen, keeps_identity):
    for found in (completed(ours, theirs), overlaid(ours, theirs, chosen, keeps_identity=keeps_identity)):
        kept = set(found.fields)
        assert all(field in kept for field in ours.fields if is_local(field.tag))


@given(RECORDS, RECORDS, CHOICES)
def test_doing_it_twice_changes_nothing_more(ours, theirs, chosen):
    once = completed(ours, theirs)
    assert completed(once, theirs) == once
    once = overlaid(ours, theirs, chosen)
    assert overlaid(once, theirs, chosen) == once


def test_policies_and_terms_come_back_as_they_were_kept():
    policy = Policy(Treatment.OVERLAY, ("title", "6xx"), years_matter=False)
    assert Policy.from_json(policy.as_json()) == policy
    terms = Terms("TABLE", "tcvn3", "x = 1", "CB-COBA", "TVCB", policy)
    assert Terms.from_json(terms.as_json()) == terms
    assert Terms.from_json({}) == Terms()
    for wrong in ({"treatment": "join"}, {"overlay_fields": ["tittle"]}):
        with pytest.raises(PolicyError):
            Policy.from_json(wrong)
