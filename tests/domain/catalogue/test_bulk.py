"""Rows that are stored many at a time are what `bulk_create` would have stored."""

from __future__ import annotations

import pytest
from django.db import transaction

from guisach.domain.catalogue.models import ImportedChunk, Record, RecordNumber
from guisach.domain.catalogue.rules.drafts import RecordDraft
from guisach.domain.catalogue.steps import Origin, insert_records, new_row
from guisach.domain.catalogue.steps.bulk import insert_rows
from tests import builders
from tests.builders import START

pytestmark = pytest.mark.django_db


def rows():
    drafts = [
        RecordDraft(
            title='Dế Mèn "x" \' \\', authors=("Tô Hoài", "É"), year=1941, isbns=("9786042000000",), subjects=("đ",)
        ),
        RecordDraft(title="Không năm", kind="COMIC", audience="CHILD", summary="a\nb\t\x7f"),
    ]
    return [new_row(draft, "{}", Origin("a", "b", "c"), START, is_filler=bool(n)) for n, draft in enumerate(drafts)]


def stored():
    names = [field.attname for field in Record._meta.concrete_fields if field.attname != "id"]
    return list(Record.objects.order_by("pk").values_list(*names))


def test_records_are_what_bulk_create_would_store():
    Record.objects.bulk_create(rows())
    wanted = stored()
    Record.objects.all().delete()
    with transaction.atomic():
        insert_records(made := rows())
    assert stored() == wanted
    assert [row.pk for row in made] == list(Record.objects.order_by("pk").values_list("pk", flat=True))
    made[0].title = "Khác"
    made[0].save()
    assert Record.objects.count() == 2


def test_ids_go_on_and_are_never_used_again():
    before = builders.record().pk
    insert_records(first := rows())
    assert all(row.pk > before for row in first)
    Record.objects.filter(pk__in=[row.pk for row in first]).delete()
    after = builders.record("Sau").pk
    insert_records(second := rows())
    ids = [before, *(row.pk for row in first), after, *(row.pk for row in second)]
    assert ids == sorted(set(ids))


def test_rows_with_other_keys_and_of_other_rows():
    record = builders.record()
    names = ["fingerprint", "record_id", "at", "imported_in_id"]
    assert insert_rows(ImportedChunk, names, [("f" * 64, record.pk, START, None)]) == []
    ids = insert_rows(RecordNumber, ["record_id", "kind", "value"], [(record.pk, "ISBN", "9786042000000")])
    assert ids == [RecordNumber.objects.get().pk]
    assert ImportedChunk.objects.get().at == START
    assert RecordNumber.objects.get().record_id == record.pk
    assert insert_rows(RecordNumber, ["record_id", "kind", "value"], []) == []
