from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('catalogue', '0006_what_the_release_before_did_not_keep'),
    ]

    operations = [
        migrations.AddField(
            model_name='change',
            name='in_bulk',
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
