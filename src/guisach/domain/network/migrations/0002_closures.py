
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('network', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Closure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_on', models.DateField()),
                ('last_on', models.DateField()),
                ('reason', models.CharField(max_length=120)),
                ('commune', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='network.commune')),
                ('place', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='closures', to='network.place')),
            ],
            options={
                'indexes': [models.Index(fields=['last_on'], name='closure_by_end')],
                'constraints': [models.CheckConstraint(condition=models.Q(('place__isnull', True), ('commune__isnull', True), _connector='OR'), name='one_scope_per_closure'), models.CheckConstraint(condition=models.Q(('last_on__gte', models.F('first_on'))), name='closure_runs_forward')],
            },
        ),
    ]
