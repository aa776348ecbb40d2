"""Who was erased stays erased, whatever backup is put back."""

from __future__ import annotations

import pytest

from guisach.domain.journal.models import PrivatePart
from guisach.domain.readers import actions, queries
from guisach.kernel.ids import new_id
from guisach.site import erased
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def data(settings, tmp_path):
    settings.DATA = tmp_path
    return tmp_path


def test_the_list_is_written_with_the_erasure_and_undoes_what_an_old_backup_brings_back(data):
    clock = builders.Clock()
    builders.province()
    lan, hoa = builders.lan(), builders.hoa()
    an = builders.an(lan, clock)
    pao = builders.reader(lan, clock, builders.applicant("Lý A Páo"))
    before = PrivatePart.objects.get(reader=an)
    actions.erase(op_id=new_id(), by=hoa.source, reader=an, basis="REQUEST", clock=clock)
    listed = (data / "erased.txt").read_text().split()
    assert listed == [str(before.operation_id)]
    PrivatePart.objects.filter(pk=before.pk).update(data=before.data, salt=before.salt, forgotten_at=None)  # a backup
    assert erased.erase_again(clock) == 1
    assert "Vàng" not in PrivatePart.objects.get(pk=before.pk).data
    assert queries.reader(pao).full_name == "Lý A Páo"


def test_a_list_that_was_cut_off_is_read_as_far_as_it_goes(data):
    (data / "erased.txt").write_text(f"{new_id()}\n0198-cut")
    assert erased.erase_again(builders.Clock()) == 0
    assert erased.keep_list() == 1
