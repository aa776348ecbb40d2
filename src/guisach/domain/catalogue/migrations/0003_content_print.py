"""Give every record the print of its content, so that its own export is known again when it is imported."""

from typing import Any

from django.db import migrations, models


def fill(apps: Any, schema_editor: Any) -> None:
    from guisach.domain.catalogue.rules.marc.outgoing import print_of_text

    records = apps.get_model('catalogue', 'Record').objects.using(schema_editor.connection.alias)
    after = 0
    while rows := list(records.filter(pk__gt=after).order_by('pk').only('pk', 'marc')[:500]):
        for row in rows:
            row.content_print = print_of_text(row.marc)
        records.bulk_update(rows, ['content_print'])
        after = rows[-1].pk


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0002_harvest'),
    ]

    operations = [
        migrations.AddField(
            model_name='record',
            name='content_print',
            field=models.CharField(blank=True, default='', max_length=64),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='record',
            name='content_print',
            field=models.CharField(blank=True, db_index=True, max_length=64),
        ),
    ]
