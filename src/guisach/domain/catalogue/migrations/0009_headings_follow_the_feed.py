"""Mentions name records by plain numbers, and lists of headings follow the change feed.

The release before has no such tables (they came with 0004), so it runs on.
"""

import django.db.models.deletion
from django.db import migrations, models

ID = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0008_matching_and_runs_of_imports'),
    ]

    operations = [
        migrations.CreateModel(
            name='FeedReader',
            fields=[
                ('name', models.CharField(max_length=20, primary_key=True, serialize=False)),
                ('position', models.PositiveBigIntegerField(default=0)),
            ],
        ),
        migrations.DeleteModel(name='Mention'),
        migrations.CreateModel(
            name='Mention',
            fields=[
                ('id', ID),
                ('record', models.PositiveBigIntegerField()),
                ('heading', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='mentions', to='catalogue.heading')),
            ],
            options={
                'indexes': [models.Index(fields=['heading', 'record'], name='mention_by_heading')],
                'constraints': [models.UniqueConstraint(fields=('record', 'heading'), name='one_mention_per_heading')],
            },
        ),
    ]
