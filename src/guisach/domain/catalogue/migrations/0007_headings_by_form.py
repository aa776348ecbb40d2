"""Headings become rows of their own, one for each form, with mentions in records. Nothing wrote them before.

The release before has no such tables (they came with 0004), so it runs on.
"""

import django.db.models.deletion
from django.db import migrations, models

import guisach.domain.catalogue.models.authorities as authorities

KINDS = [
    ('PERSON', 'person'), ('BODY', 'corporate body'), ('SUBJECT', 'subject'), ('PLACE_NAME', 'place name'),
    ('SERIES', 'series'),
]
USES = [('AUTHOR', 'author'), ('SUBJECT', 'subject'), ('SERIES', 'series')]
ID = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0006_weekdays_of_periodicals'),
    ]

    operations = [
        migrations.AddField(
            model_name='authority',
            name='twin',
            field=authorities.KeyField(default='', max_length=300),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='authority',
            name='order',
            field=authorities.KeyField(default='', max_length=400),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name='authority',
            name='key',
            field=authorities.KeyField(max_length=300),
        ),
        migrations.AlterField(
            model_name='variant',
            name='key',
            field=authorities.KeyField(max_length=300),
        ),
        migrations.AddIndex(
            model_name='authority',
            index=models.Index(fields=['kind', 'twin'], name='authority_by_twin'),
        ),
        migrations.AddIndex(
            model_name='authority',
            index=models.Index(fields=['kind', 'order', 'id'], name='authority_by_order'),
        ),
        migrations.AddIndex(
            model_name='authority',
            index=models.Index(fields=['source', 'source_no'], name='authority_by_source'),
        ),
        migrations.DeleteModel(name='Heading'),
        migrations.CreateModel(
            name='Heading',
            fields=[
                ('id', ID),
                ('use', models.CharField(choices=USES, max_length=8)),
                ('kind', models.CharField(choices=KINDS, max_length=12)),
                ('text', models.CharField(max_length=300)),
                ('dates', models.CharField(blank=True, max_length=60)),
                ('key', authorities.KeyField(max_length=300)),
                ('twin', authorities.KeyField(max_length=300)),
                ('order', authorities.KeyField(max_length=400)),
                ('titles', models.PositiveIntegerField()),
                ('authority', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='headings', to='catalogue.authority')),
            ],
            options={
                'indexes': [
                    models.Index(fields=['use', 'order', 'id'], name='heading_by_order'),
                    models.Index(fields=['kind', 'key'], name='heading_by_key'),
                    models.Index(fields=['kind', 'twin'], name='heading_by_twin'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('text', 'use', 'kind', 'dates'), name='one_heading_per_text'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Mention',
            fields=[
                ('id', ID),
                ('heading', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='mentions', to='catalogue.heading')),
                ('record', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='mentions', to='catalogue.record')),
            ],
            options={
                'indexes': [models.Index(fields=['heading', 'record'], name='mention_by_heading')],
                'constraints': [models.UniqueConstraint(fields=('record', 'heading'), name='one_mention_per_heading')],
            },
        ),
    ]
