
import django.db.models.deletion
import guisach.domain.catalogue.models.authorities
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0003_content_print'),
        ('network', '0002_closures'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AccessionSeries',
            fields=[
                ('prefix', models.CharField(max_length=12, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120)),
                ('digits', models.PositiveSmallIntegerField(default=6)),
                ('last_number', models.PositiveBigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Collection',
            fields=[
                ('code', models.CharField(max_length=16, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120)),
                ('note', models.CharField(blank=True, max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name='FeedReader',
            fields=[
                ('name', models.CharField(max_length=20, primary_key=True, serialize=False)),
                ('position', models.PositiveBigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='ImportSource',
            fields=[
                ('code', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120)),
                ('form', models.CharField(choices=[('MARC', 'MARC records'), ('TABLE', 'table'), ('ISIS', 'CDS/ISIS'), ('OAI', 'harvest by OAI-PMH')], default='MARC', max_length=8)),
                ('encoding', models.CharField(default='auto', max_length=20)),
                ('mapping', models.TextField(blank=True)),
                ('policy', models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name='Issue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=40)),
                ('issued_on', models.DateField()),
                ('received_on', models.DateField(null=True)),
                ('copies', models.PositiveSmallIntegerField(default=1)),
                ('note', models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name='LegalDocument',
            fields=[
                ('record', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='law', serialize=False, to='catalogue.record')),
                ('number', models.CharField(blank=True, max_length=60)),
                ('issuer', models.CharField(blank=True, max_length=200)),
                ('issued_on', models.DateField(null=True)),
                ('valid_from', models.DateField(null=True)),
                ('valid_to', models.DateField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Mention',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('record', models.PositiveBigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='Receipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('entered_on', models.DateField()),
                ('kind', models.CharField(choices=[('PURCHASE', 'bought'), ('GIFT', 'given'), ('LEGAL_DEPOSIT', 'legal deposit'), ('PROGRAMME', 'from a programme or project'), ('EXCHANGE', 'exchange'), ('TRANSFER', 'handed over by another body'), ('UNKNOWN', 'not known')], max_length=16)),
                ('source', models.CharField(blank=True, max_length=200)),
                ('voucher', models.CharField(blank=True, max_length=80)),
                ('note', models.CharField(blank=True, max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name='RecordNumber',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('ISBN', 'ISBN'), ('ISSN', 'ISSN')], max_length=4)),
                ('value', models.CharField(max_length=20)),
            ],
        ),
        migrations.CreateModel(
            name='SearchTarget',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, unique=True)),
                ('url', models.CharField(max_length=300)),
                ('version', models.CharField(default='1.2', max_length=4)),
                ('schema', models.CharField(choices=[('MARC21', 'MARC 21'), ('UNIMARC', 'UNIMARC')], default='MARC21', max_length=8)),
                ('schema_name', models.CharField(default='marcxml', max_length=60)),
                ('is_active', models.BooleanField(default=True)),
                ('order', models.PositiveSmallIntegerField(default=100)),
            ],
        ),
        migrations.CreateModel(
            name='StockChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(max_length=48)),
                ('at', models.DateTimeField()),
                ('changes', models.JSONField()),
            ],
        ),
        migrations.CreateModel(
            name='Subscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('frequency', models.CharField(choices=[('DAILY', 'daily'), ('WEEKLY', 'weekly'), ('FORTNIGHTLY', 'every two weeks'), ('MONTHLY', 'monthly'), ('QUARTERLY', 'quarterly'), ('IRREGULAR', 'irregular')], max_length=12)),
                ('weekdays', models.CharField(blank=True, max_length=7)),
                ('active_from', models.DateField()),
                ('active_to', models.DateField(null=True)),
                ('copies', models.PositiveSmallIntegerField(default=1)),
                ('note', models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name='Variant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=300)),
                ('key', guisach.domain.catalogue.models.authorities.KeyField(max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name='WaitingRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('index', models.PositiveBigIntegerField()),
                ('fingerprint', models.CharField(db_index=True, max_length=64)),
                ('marc', models.TextField()),
                ('title', models.CharField(max_length=1000)),
                ('reason', models.CharField(max_length=40)),
                ('candidates', models.JSONField(default=list)),
                ('copies', models.JSONField(default=list)),
                ('decision', models.CharField(blank=True, max_length=8)),
                ('decided_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='WeedingLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('why', models.CharField(blank=True, max_length=80)),
                ('verdict', models.CharField(choices=[('PROPOSED', 'not yet looked at'), ('WITHDRAW', 'take out'), ('KEEP', 'keep')], default='PROPOSED', max_length=8)),
            ],
        ),
        migrations.CreateModel(
            name='Withdrawal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(null=True)),
                ('reason', models.CharField(choices=[('OUTDATED', 'out of date'), ('WORN_OUT', 'worn out'), ('LOST', 'lost'), ('SURPLUS', 'too many copies'), ('TRANSFER', 'handed over to another body'), ('FORBIDDEN', 'not to be circulated, by decision')], max_length=16)),
                ('begun_at', models.DateTimeField()),
                ('decision_no', models.CharField(blank=True, max_length=80)),
                ('decided_on', models.DateField(null=True)),
                ('minutes', models.CharField(blank=True, max_length=80)),
                ('note', models.CharField(blank=True, max_length=300)),
            ],
        ),
        migrations.AddField(
            model_name='copy',
            name='labelled_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='copy',
            name='part',
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AddField(
            model_name='copy',
            name='state',
            field=models.CharField(choices=[('GOOD', 'good'), ('WORN', 'worn'), ('DAMAGED', 'damaged')], default='GOOD', max_length=8),
        ),
        migrations.AddField(
            model_name='record',
            name='issns',
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name='record',
            name='match_key',
            field=models.CharField(blank=True, db_index=True, max_length=120),
        ),
        migrations.AddField(
            model_name='record',
            name='other_titles',
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name='recordversion',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.CreateModel(
            name='Authority',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('PERSON', 'person'), ('BODY', 'corporate body'), ('SUBJECT', 'subject'), ('PLACE_NAME', 'place name'), ('SERIES', 'series'), ('CLASS', 'class number')], max_length=12)),
                ('heading', models.CharField(max_length=300)),
                ('key', guisach.domain.catalogue.models.authorities.KeyField(max_length=300)),
                ('twin', guisach.domain.catalogue.models.authorities.KeyField(max_length=300)),
                ('order', guisach.domain.catalogue.models.authorities.KeyField(max_length=400)),
                ('dates', models.CharField(blank=True, max_length=60)),
                ('note', models.CharField(blank=True, max_length=1000)),
                ('source', models.CharField(blank=True, max_length=40)),
                ('source_no', models.CharField(blank=True, max_length=80)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['kind', 'key'], name='authority_by_key'), models.Index(fields=['kind', 'twin'], name='authority_by_twin'), models.Index(fields=['kind', 'order', 'id'], name='authority_by_order'), models.Index(fields=['source', 'source_no'], name='authority_by_source')],
                'constraints': [models.UniqueConstraint(fields=('kind', 'heading', 'dates'), name='one_authority_per_heading')],
            },
        ),
        migrations.CreateModel(
            name='BookList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('note', models.CharField(blank=True, max_length=1000)),
                ('is_public', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='BookListEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rank', models.PositiveIntegerField()),
                ('note', models.CharField(blank=True, max_length=300)),
                ('list', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='catalogue.booklist')),
                ('record', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalogue.record')),
            ],
        ),
        migrations.AddField(
            model_name='copy',
            name='collection',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='copies', to='catalogue.collection'),
        ),
        migrations.CreateModel(
            name='Cover',
            fields=[
                ('record', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='cover', serialize=False, to='catalogue.record')),
                ('file_print', models.CharField(max_length=64)),
                ('width_px', models.PositiveSmallIntegerField()),
                ('height_px', models.PositiveSmallIntegerField()),
                ('uploaded_at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Heading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('use', models.CharField(choices=[('AUTHOR', 'author'), ('SUBJECT', 'subject'), ('SERIES', 'series'), ('CLASS', 'class number')], max_length=8)),
                ('kind', models.CharField(choices=[('PERSON', 'person'), ('BODY', 'corporate body'), ('SUBJECT', 'subject'), ('PLACE_NAME', 'place name'), ('SERIES', 'series'), ('CLASS', 'class number')], max_length=12)),
                ('text', models.CharField(max_length=300)),
                ('dates', models.CharField(blank=True, max_length=60)),
                ('key', guisach.domain.catalogue.models.authorities.KeyField(max_length=300)),
                ('twin', guisach.domain.catalogue.models.authorities.KeyField(max_length=300)),
                ('order', guisach.domain.catalogue.models.authorities.KeyField(max_length=400)),
                ('titles', models.PositiveIntegerField()),
                ('authority', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='headings', to='catalogue.authority')),
            ],
        ),
        migrations.CreateModel(
            name='Import',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.CharField(max_length=255)),
                ('file_print', models.CharField(blank=True, db_index=True, max_length=64)),
                ('stored', models.CharField(blank=True, max_length=255)),
                ('size_bytes', models.PositiveBigIntegerField(default=0)),
                ('terms', models.JSONField(default=dict)),
                ('status', models.CharField(choices=[('DRAFT', 'being prepared'), ('QUEUED', 'waiting for its turn'), ('RUNNING', 'running'), ('STOPPED', 'stopped before its end'), ('DONE', 'done'), ('UNDOING', 'being undone'), ('UNDONE', 'undone')], default='RUNNING', max_length=8)),
                ('position', models.PositiveBigIntegerField(default=0)),
                ('position_bytes', models.PositiveBigIntegerField(default=0)),
                ('counts', models.JSONField(default=dict)),
                ('trouble', models.CharField(blank=True, max_length=500)),
                ('undone', models.JSONField(default=dict)),
                ('report', models.CharField(blank=True, max_length=255)),
                ('started_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('undone_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddField(
            model_name='copy',
            name='imported_in',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='copies', to='catalogue.import'),
        ),
        migrations.AddField(
            model_name='importedchunk',
            name='imported_in',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='chunks', to='catalogue.import'),
        ),
        migrations.AddField(
            model_name='record',
            name='imported_in',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='records', to='catalogue.import'),
        ),
        migrations.AddField(
            model_name='recordversion',
            name='imported_in',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='versions', to='catalogue.import'),
        ),
        migrations.AddIndex(
            model_name='record',
            index=models.Index(fields=['created_at', 'id'], name='record_by_entry'),
        ),
        migrations.AddField(
            model_name='importsource',
            name='place',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='network.place'),
        ),
        migrations.AddField(
            model_name='import',
            name='source',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='imports', to='catalogue.importsource'),
        ),
        migrations.AddField(
            model_name='legaldocument',
            name='replaced_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='catalogue.record'),
        ),
        migrations.AddField(
            model_name='mention',
            name='heading',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='mentions', to='catalogue.heading'),
        ),
        migrations.AddField(
            model_name='receipt',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='receipt',
            name='place',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='network.place'),
        ),
        migrations.AddField(
            model_name='copy',
            name='receipt',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='copies', to='catalogue.receipt'),
        ),
        migrations.AddField(
            model_name='recordnumber',
            name='record',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='numbers', to='catalogue.record'),
        ),
        migrations.AddIndex(
            model_name='searchtarget',
            index=models.Index(fields=['order', 'name'], name='target_by_order'),
        ),
        migrations.AddField(
            model_name='stockchange',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='subscription',
            name='place',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='network.place'),
        ),
        migrations.AddField(
            model_name='subscription',
            name='record',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='subscriptions', to='catalogue.record'),
        ),
        migrations.AddField(
            model_name='issue',
            name='subscription',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='issues', to='catalogue.subscription'),
        ),
        migrations.AddField(
            model_name='variant',
            name='authority',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='variants', to='catalogue.authority'),
        ),
        migrations.AddField(
            model_name='waitingrecord',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='waitingrecord',
            name='imported_in',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='waiting', to='catalogue.import'),
        ),
        migrations.AddField(
            model_name='waitingrecord',
            name='record',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='catalogue.record'),
        ),
        migrations.AddField(
            model_name='weedingline',
            name='copy',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='weeding', to='catalogue.copy'),
        ),
        migrations.AddField(
            model_name='withdrawal',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='withdrawal',
            name='place',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='network.place'),
        ),
        migrations.AddField(
            model_name='weedingline',
            name='withdrawal',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='catalogue.withdrawal'),
        ),
        migrations.AddField(
            model_name='copy',
            name='withdrawal',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='copies', to='catalogue.withdrawal'),
        ),
        migrations.AddIndex(
            model_name='copy',
            index=models.Index(fields=['owner', 'barcode'], name='copy_by_owner'),
        ),
        migrations.AddConstraint(
            model_name='booklistentry',
            constraint=models.UniqueConstraint(fields=('list', 'record'), name='one_entry_per_record'),
        ),
        migrations.AddIndex(
            model_name='heading',
            index=models.Index(fields=['use', 'order', 'id'], name='heading_by_order'),
        ),
        migrations.AddIndex(
            model_name='heading',
            index=models.Index(fields=['kind', 'key'], name='heading_by_key'),
        ),
        migrations.AddIndex(
            model_name='heading',
            index=models.Index(fields=['kind', 'twin'], name='heading_by_twin'),
        ),
        migrations.AddConstraint(
            model_name='heading',
            constraint=models.UniqueConstraint(fields=('text', 'use', 'kind', 'dates'), name='one_heading_per_text'),
        ),
        migrations.AddIndex(
            model_name='mention',
            index=models.Index(fields=['heading', 'record'], name='mention_by_heading'),
        ),
        migrations.AddConstraint(
            model_name='mention',
            constraint=models.UniqueConstraint(fields=('record', 'heading'), name='one_mention_per_heading'),
        ),
        migrations.AddConstraint(
            model_name='receipt',
            constraint=models.UniqueConstraint(fields=('place', 'number'), name='one_receipt_per_number'),
        ),
        migrations.AddIndex(
            model_name='recordnumber',
            index=models.Index(fields=['value'], name='record_by_number'),
        ),
        migrations.AddIndex(
            model_name='stockchange',
            index=models.Index(fields=['subject', 'id'], name='stock_change_by_subject'),
        ),
        migrations.AddIndex(
            model_name='issue',
            index=models.Index(fields=['subscription', 'issued_on'], name='issue_by_day'),
        ),
        migrations.AddConstraint(
            model_name='issue',
            constraint=models.UniqueConstraint(fields=('subscription', 'number', 'issued_on'), name='one_issue'),
        ),
        migrations.AddIndex(
            model_name='variant',
            index=models.Index(fields=['key'], name='variant_by_key'),
        ),
        migrations.AddConstraint(
            model_name='variant',
            constraint=models.UniqueConstraint(fields=('authority', 'text'), name='one_variant_per_text'),
        ),
        migrations.AddIndex(
            model_name='waitingrecord',
            index=models.Index(fields=['decision', 'id'], name='waiting_by_decision'),
        ),
        migrations.AddConstraint(
            model_name='waitingrecord',
            constraint=models.UniqueConstraint(fields=('imported_in', 'index'), name='one_waiting_per_chunk'),
        ),
        migrations.AddConstraint(
            model_name='withdrawal',
            constraint=models.UniqueConstraint(fields=('place', 'number'), name='one_withdrawal_per_number'),
        ),
        migrations.AddConstraint(
            model_name='withdrawal',
            constraint=models.CheckConstraint(condition=models.Q(('number', None), ('decided_on__isnull', False), _connector='OR'), name='numbered_when_decided'),
        ),
        migrations.AddConstraint(
            model_name='weedingline',
            constraint=models.UniqueConstraint(fields=('withdrawal', 'copy'), name='one_line_per_copy'),
        ),
    ]
