"""Fill ISSNs and other titles from the stored MARC, and let the lists of headings hear of every record.

The lists are made afterwards by whoever follows the change feed (`guisach serve`, `guisach worker`), so that a large
catalogue does not have to wait here; what was announced before is skipped, since all records are announced anew.
"""

from typing import Any

from django.db import migrations

BATCH = 500


def fill(apps: Any, schema_editor: Any) -> None:
    from guisach.domain.catalogue.rules.marc.describe import describe
    from guisach.domain.catalogue.rules.marc.description import Description
    from guisach.domain.catalogue.rules.marc.incoming import from_json
    from guisach.domain.catalogue.rules.standard_numbers import issn

    alias = schema_editor.connection.alias
    records = apps.get_model('catalogue', 'Record').objects.using(alias)
    numbers = apps.get_model('catalogue', 'RecordNumber')
    after = 0
    while rows := list(records.filter(pk__gt=after).order_by('pk').only('pk', 'marc', 'issns', 'other_titles')[:BATCH]):
        changed, found = [], []
        for row in rows:
            try:
                described = describe(from_json(row.marc))
            except ValueError:
                continue
            if not isinstance(described, Description):
                continue
            issns, titles = list(described.issns), list(described.other_titles)
            if (row.issns, row.other_titles) != (issns, titles):
                found += [
                    numbers(record_id=row.pk, kind='ISSN', value=value)
                    for value in sorted({issn(one) for one in issns} - {issn(one) for one in row.issns} - {''})
                ]
                row.issns, row.other_titles = issns, titles
                changed.append(row)
        records.bulk_update(changed, ['issns', 'other_titles'])
        numbers.objects.using(alias).bulk_create(found)
        after = rows[-1].pk


def announce(apps: Any, schema_editor: Any) -> None:
    alias = schema_editor.connection.alias
    records = apps.get_model('catalogue', 'Record').objects.using(alias)
    change = apps.get_model('catalogue', 'Change')
    reader = apps.get_model('catalogue', 'FeedReader').objects.using(alias)
    if reader.filter(pk='headings').exists() or not records.exists():
        return  # a fresh database stays empty, so that a backup can be restored into it
    last = change.objects.using(alias).order_by('-pk').values_list('pk', flat=True).first() or 0
    reader.create(name='headings', position=last)
    after = 0
    while ids := list(records.filter(pk__gt=after).order_by('pk').values_list('pk', flat=True)[:5000]):
        change.objects.using(alias).bulk_create([change(record=id_) for id_ in ids], batch_size=1000)
        after = ids[-1]


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0005_what_records_are_matched_by'),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(announce, migrations.RunPython.noop),
    ]
