"""Local-studies material by commune, and series: both go by the headings of records."""

from __future__ import annotations

import pytest

from guisach.domain.catalogue.actions import follow_headings
from guisach.domain.catalogue.models import Change
from guisach.domain.catalogue.queries.local import local_material, local_records, newest_local
from guisach.domain.catalogue.queries.series import ids_in_series
from guisach.domain.catalogue.rules.localities import Gazetteer, Unit
from guisach.domain.catalogue.rules.marc.incoming import Field, Incoming, to_json
from tests import builders

pytestmark = pytest.mark.django_db

PLACES = Gazetteer([Unit("01327", "Cô Ba"), Unit("01477", "Trùng Khánh")])


def described(title: str, *fields: tuple[str, str, str], **more: object) -> int:
    made = (Field("245", "10", (("a", title),)), *(Field(tag, " 7", ((code, text),)) for tag, code, text in fields))
    row = builders.record(title, marc=to_json(Incoming(" " * 24, made)), **more)
    Change.objects.create(record=row.pk)
    return row.pk


def test_local_studies_are_found_by_the_communes_that_they_name():
    first = described("Một", ("651", "a", "Cô Ba (xã)"), ("651", "a", "Cô Ba, Bảo Lạc"), kind="LOCAL")
    second = described("Hai", ("653", "a", "Trùng Khánh"), ("653", "a", "Thơ"), kind="LOCAL")
    third = described("Ba", ("651", "a", "Cô Ba"), kind="LOCAL")
    described("Không phải địa chí", ("651", "a", "Cô Ba"), kind="BOOK")
    described("Không nói nơi nào", kind="LOCAL")
    follow_headings()
    found = local_material(PLACES)
    assert found.total == 4
    assert found.communes["01477"] == 1
    total, shown = local_records(found.headings["01327"])
    assert (total, [one.id for one in shown]) == (2, [third, first])
    assert local_records(found.headings["01327"], limit=1, offset=1)[1][0].id == first
    assert [one.id for one in local_records(found.headings["01477"])[1]] == [second]
    assert newest_local(limit=2)[0].title == "Không nói nơi nào"


def test_without_local_studies_there_is_nothing():
    assert local_material(PLACES).communes == {}
    assert local_records([])[0] == 0


def test_a_series_is_found_whole_by_its_name():
    volumes = [described(f"Tập {n}", ("490", "a", "Tủ sách Vàng")) for n in range(3)]
    described("Khác", ("490", "a", "Tủ sách Vàng Anh"))
    follow_headings()
    assert ids_in_series("tủ sách vàng") == volumes[::-1]
