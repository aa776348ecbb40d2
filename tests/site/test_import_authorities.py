"""`guisach import authorities`: the same file twice changes nothing, and every chunk is accounted for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from guisach.adapters.marc import MarcReader
from guisach.adapters.marc.write import to_iso2709
from guisach.domain.catalogue.actions.authorities import import_authorities
from guisach.domain.catalogue.models import Authority, Heading
from guisach.domain.catalogue.queries import authorities as queries
from guisach.domain.catalogue.rules.marc.incoming import Field, Incoming
from tests.builders_headings import CLOCK, authority, by, listed, title

pytestmark = pytest.mark.django_db

LEADER = "00000nz  a2200000n  4500"


def record(number: str, *fields: tuple[object, ...], source: str = "TVQG", leader: str = LEADER) -> Incoming:
    control = [Field("001", "", (), number), Field("003", "", (), source)]
    return Incoming(leader, (*control, *(Field(str(t), str(m), tuple(p)) for t, m, *p in fields)))


TO_HOAI = record(
    "1",
    ("100", "0 ", ("a", "Tô Hoài,"), ("d", "1920-2014.")),
    ("400", "0 ", ("a", "Nguyễn Sen")),
    ("400", "0 ", ("a", "Mai Trang.")),
    ("500", "0 ", ("a", "Nam Cao")),
    ("670", "  ", ("a", "Dế Mèn phiêu lưu ký")),
)
PROVERBS = record("2", ("150", "  ", ("a", "Tục ngữ"), ("z", "Việt Nam")), ("450", "  ", ("a", "Ngạn ngữ")))
HOSPITAL = record("3", ("110", "2 ", ("a", "Bộ Y tế."), ("b", "Cục Phòng bệnh")), ("410", "2 ", ("a", "CPB")))
WORK = record("4", ("100", "0 ", ("a", "Nguyễn Du"), ("t", "Truyện Kiều")))
BOOK = record("5", ("245", "00", ("a", "Một cuốn sách")), leader="00000nam a2200000 a 4500")


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "tieu-de.mrc"
    path.write_bytes(b"".join(map(to_iso2709, (TO_HOAI, PROVERBS, HOSPITAL, WORK, BOOK))))
    return path


def test_headings_come_in_with_what_leads_to_them_and_the_rest_is_set_aside_with_a_reason(file, answer):
    title("Giăng thề", by("Nguyễn Sen"))
    said = answer("import", "authorities", file)
    assert {key: said[key] for key in ("read", "added", "merged", "unchanged", "waiting", "quarantined")} == {
        "read": 5, "added": 3, "merged": 0, "unchanged": 0, "waiting": 0, "quarantined": 2,
    }  # fmt: skip
    lines = Path(said["report"]).read_text("utf-8").splitlines()
    assert [json.loads(line)["reason"] for line in lines] == ["no_heading", "not_authority"]
    to_hoai = queries.authorities(kind="PERSON")[0]
    assert (to_hoai.heading, to_hoai.dates, to_hoai.variants) == ("Tô Hoài", "1920-2014", ("Nguyễn Sen", "Mai Trang"))
    assert (to_hoai.note, to_hoai.source, to_hoai.source_no) == ("Dế Mèn phiêu lưu ký", "TVQG", "1")
    assert [view.heading for view in queries.authorities(kind="SUBJECT")] == ["Tục ngữ -- Việt Nam"]
    assert [view.heading for view in queries.authorities(kind="BODY")] == ["Bộ Y tế. Cục Phòng bệnh"]
    assert Heading.objects.get(text="Nguyễn Sen").authority_id == to_hoai.id

    again = answer("import", "authorities", file)
    assert (again["unchanged"], again["added"], again["merged"], again["quarantined"]) == (3, 0, 0, 2)


def test_a_heading_that_is_here_stays_and_gains_what_it_lacks(tmp_path):
    made = authority("Nguyễn Sen")
    path = tmp_path / "a.mrc"
    path.write_bytes(to_iso2709(record("9", ("100", "0 ", ("a", "Nguyễn Sen"), ("d", "1920-2014")))))
    assert [one.outcome for one in work(path)] == ["merged"]
    view = queries.authority(made)
    assert (view.heading, view.dates, view.source_no) == ("Nguyễn Sen", "1920-2014", "9")

    path.write_bytes(to_iso2709(record("9", ("100", "0 ", ("a", "Tô Hoài")), ("400", "0 ", ("a", "Nguyễn Sen")))))
    assert [one.outcome for one in work(path)] == ["merged"]
    assert queries.authority(made).variants == ("Tô Hoài",)
    assert [one.outcome for one in work(path)] == ["unchanged"]


def test_one_name_twice_in_a_file_is_one_heading_unless_dates_differ(tmp_path):
    path = tmp_path / "a.mrc"
    told = [
        record("", ("100", "0 ", ("a", "Nguyễn Tuân"), ("d", dates)), source="")
        for dates in ("1910-1987", "1965-", "1910-1987")
    ]
    path.write_bytes(b"".join(map(to_iso2709, told)))
    assert [one.outcome for one in work(path)] == ["added", "added", "unchanged"]
    assert Authority.objects.count() == 2


def test_titles_keep_what_they_say_after_an_import(file):
    title("Giăng thề", by("Nguyễn Sen"))
    list(work(file))
    assert listed() == {"Nguyễn Sen": 1}


def test_real_files_of_authorities_add_up(shared_data):
    files = [path for path in sorted((shared_data / "marc").rglob("*auth*")) if path.is_file()]
    assert files
    for path in files:
        first = [one.outcome for one in work(path)]
        again = [one.outcome for one in work(path)]
        assert len(first) == len(again) == sum(1 for _ in MarcReader().chunks(path))
        assert first.count("quarantined") == again.count("quarantined")
        assert again.count("unchanged") == len(again) - again.count("quarantined"), path.name


def work(path):
    return import_authorities(path=path, reader=MarcReader(), clock=CLOCK)


def test_a_file_without_a_single_record_is_no_success(guisach, tmp_path):
    path = tmp_path / "leer.mrc"
    path.write_bytes(b"")
    assert guisach("import", "authorities", path).exit_code == 1


def test_an_export_of_the_authorities_brought_in_again_changes_nothing(answer, file, tmp_path):
    list(work(file))
    authority("Nam Cao", "Trần Hữu Tri", dates="1915-1951")
    said = answer("export", "authorities", tmp_path / "ra.mrc")
    assert said["written"] == 4
    again = answer("import", "authorities", tmp_path / "ra.mrc")
    assert (again["read"], again["unchanged"]) == (4, 4)

    Authority.objects.all().delete()
    assert answer("import", "authorities", tmp_path / "ra.mrc")["added"] == 4
    view = queries.authorities(kind="PERSON", text="nam cao")[0]
    assert (view.heading, view.dates, view.variants) == ("Nam Cao", "1915-1951", ("Trần Hữu Tri",))
