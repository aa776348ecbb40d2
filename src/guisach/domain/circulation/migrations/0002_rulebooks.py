"""Loan rules as data; loans keep the version that they were made under."""

import json
from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def fill(apps: Any, schema_editor: Any) -> None:
    """Give the loans that are there the rulebook and the group that the log says they were made with."""
    using = schema_editor.connection.alias
    loans = apps.get_model('circulation', 'Loan').objects.using(using)
    log = apps.get_model('journal', 'Operation').objects.using(using)
    after = None
    while True:
        part = loans.order_by('pk') if after is None else loans.filter(pk__gt=after).order_by('pk')
        rows = list(part[:1000])
        if not rows:
            return
        bodies = dict(log.filter(op__in=[row.pk for row in rows]).values_list('op', 'body'))
        for row in rows:
            said = json.loads(bodies.get(row.pk, '{}'))
            policy, group = said.get('policy'), said.get('group', '')
            row.policy = policy if isinstance(policy, int) and 0 < policy < 2**31 else None
            row.group = group if isinstance(group, str) and len(group) <= 12 and group.isprintable() else ''
        loans.bulk_update(rows, ['policy', 'group'], batch_size=300)
        after = rows[-1].pk


class Migration(migrations.Migration):

    dependencies = [
        ('circulation', '0001_initial'),
        ('journal', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='loan',
            name='group',
            field=models.CharField(blank=True, max_length=12),
        ),
        migrations.AddField(
            model_name='loan',
            name='policy',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.CreateModel(
            name='Rulebook',
            fields=[
                ('version', models.PositiveIntegerField(primary_key=True, serialize=False)),
                ('valid_from', models.DateField(null=True)),
                ('decision', models.CharField(blank=True, max_length=120)),
                ('published_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='PolicyRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.CharField(blank=True, max_length=24)),
                ('place_kind', models.CharField(blank=True, max_length=24)),
                ('group', models.CharField(blank=True, max_length=12)),
                ('material', models.CharField(blank=True, max_length=12)),
                ('is_lendable', models.BooleanField(null=True)),
                ('loan_days', models.PositiveSmallIntegerField(null=True)),
                ('until_next_visit', models.BooleanField(null=True)),
                ('on_fair_days', models.BooleanField(null=True)),
                ('loans_max', models.PositiveSmallIntegerField(null=True)),
                ('renewal_days', models.PositiveSmallIntegerField(null=True)),
                ('renewals_max', models.PositiveSmallIntegerField(null=True)),
                ('holds_max', models.PositiveSmallIntegerField(null=True)),
                ('rulebook', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rules', to='circulation.rulebook')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('rulebook', 'place', 'place_kind', 'group', 'material'), name='one_rule_per_scope')],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
