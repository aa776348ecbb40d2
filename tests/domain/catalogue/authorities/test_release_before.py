"""A database of the release before gets what that release did not keep."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from guisach.domain.catalogue import actions
from guisach.domain.catalogue.models import FeedReader, Heading, Mention, Record, RecordNumber
from guisach.domain.catalogue.queries.heading_checks import headings_differ
from tests.builders_headings import by, listed, title
from tests.conftest import ROOT

pytestmark = pytest.mark.django_db

FOLDER = ROOT / "src" / "guisach" / "domain" / "catalogue" / "migrations"
NAME = next(file.stem for file in FOLDER.glob("*_what_the_release_before_did_not_keep.py"))


def test_issns_other_titles_and_headings_are_made_of_the_stored_marc():
    record = title("Tạp chí Cao Bằng", by("Tô Hoài"), ("022", "  ", ("a", "1859-0012")), ("246", "3 ", ("a", "TCCB")))
    untouched = title("Sách")
    Record.objects.filter(pk=record).update(issns=[], other_titles=[])
    for model in (Mention, Heading, FeedReader, RecordNumber):
        model.objects.all().delete()

    migration = import_module(f"guisach.domain.catalogue.migrations.{NAME}")
    migration.fill(apps, SimpleNamespace(connection=connection))
    migration.announce(apps, SimpleNamespace(connection=connection))

    row = Record.objects.get(pk=record)
    assert (row.issns, row.other_titles) == (["1859-0012"], ["TCCB"])
    assert list(RecordNumber.objects.values_list("record", "kind", "value")) == [(record, "ISSN", "1859-0012")]
    assert actions.follow_headings() == 2
    assert listed() == {"Tô Hoài": 1}
    assert list(headings_differ()) == []
    assert Record.objects.get(pk=untouched).issns == []
