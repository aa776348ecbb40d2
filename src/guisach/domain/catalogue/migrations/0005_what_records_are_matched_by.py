"""Give the records that are there already what imports look for: the key of their title, and their ISBN and ISSN."""

from typing import Any

from django.db import migrations


def fill(apps: Any, schema_editor: Any) -> None:
    from guisach.domain.catalogue.rules.imports.matching import match_key
    from guisach.domain.catalogue.rules.standard_numbers import isbn13, issn

    alias = schema_editor.connection.alias
    records = apps.get_model('catalogue', 'Record').objects.using(alias)
    number = apps.get_model('catalogue', 'RecordNumber')
    wanted = ('pk', 'title', 'author', 'year', 'isbns', 'issns')
    after = 0
    while rows := list(records.filter(pk__gt=after).order_by('pk').only(*wanted)[:500]):
        numbers = []
        for row in rows:
            row.match_key = match_key(row.title, row.author, row.year)
            found = {('ISBN', isbn13(one)) for one in row.isbns} | {('ISSN', issn(one)) for one in row.issns}
            numbers += [number(record_id=row.pk, kind=kind, value=value) for kind, value in sorted(found) if value]
        records.bulk_update(rows, ['match_key'])
        number.objects.using(alias).bulk_create(numbers)
        after = rows[-1].pk


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0004_whole_catalogue'),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
