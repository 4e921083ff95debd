import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('files', '0001_initial'),
        ('places', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Programme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.administrativeunit')),
                ('led_by', models.CharField(blank=True, default='', help_text='the unit that ran it for the agency', max_length=150)),
                ('name', models.CharField(max_length=150)),
                ('purpose', models.TextField()),
                ('begins_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('made_at', models.DateTimeField()),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('areas', models.ManyToManyField(help_text='beside ``unit``', related_name='+', to='places.administrativeunit')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('begins_on'))), name='programme_period')],
            },
        ),
        migrations.CreateModel(
            name='ProgrammeItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='community.programme')),
                ('name', models.CharField(max_length=100)),
                ('measure', models.CharField(choices=[('vnd', 'đồng'), ('minutes', 'minutes of work'), ('pieces', 'pieces'), ('grams', 'grams'), ('metres', 'metres')], max_length=10)),
                ('vnd_each', models.PositiveBigIntegerField(help_text='1 for money')),
                ('valued_by', models.CharField(blank=True, default='', max_length=200)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('programme', 'name'), name='item_name'), models.CheckConstraint(condition=models.Q(models.Q(('measure', 'vnd'), _negated=True), ('vnd_each', 1), _connector='OR'), name='money_is_itself')],
            },
        ),
        migrations.CreateModel(
            name='ProgrammeGoal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='goals', to='community.programme')),
                ('what', models.CharField(choices=[('raised', 'to be given by donors'), ('handed', 'to be handed over'), ('reached', 'recipients to be reached')], max_length=10)),
                ('item', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='goals', to='community.programmeitem')),
                ('quantity', models.PositiveBigIntegerField()),
                ('set_on', models.DateField()),
                ('set_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='goal_of_something'), models.CheckConstraint(condition=models.Q(models.Q(('item__isnull', True), ('what', 'reached')), models.Q(models.Q(('what', 'reached'), _negated=True), ('item__isnull', False)), _connector='OR'), name='goal_counts_an_item_or_recipients')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='programmegoal',
            trigger=pgtrigger.compiler.Trigger(name='goal_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='9a965d49f72c9d545762e48cb7566be6c8ee0077', operation='UPDATE OR DELETE', pgid='pgtrigger_goal_stays_0fa5f', table='community_programmegoal', when='BEFORE')),
        ),
        migrations.CreateModel(
            name='Donor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('kind', models.CharField(choices=[('organisation', 'organisation'), ('person', 'person')], max_length=12)),
                ('name', models.CharField(max_length=150)),
                ('contact', models.CharField(blank=True, default='', max_length=150)),
                ('anonymous', models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name='Pledge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pledges', to='community.programme')),
                ('donor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pledges', to='community.donor')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pledges', to='community.programmeitem')),
                ('quantity', models.PositiveBigIntegerField()),
                ('made_on', models.DateField()),
                ('due_on', models.DateField()),
                ('reference', models.CharField(max_length=20, unique=True)),
                ('key', models.UUIDField(help_text='of the form it was sent with, so that it is entered once', unique=True)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_why', models.CharField(blank=True, default='', max_length=300)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='pledge_of_something'), models.CheckConstraint(condition=models.Q(('due_on__gte', models.F('made_on'))), name='pledge_due_after_it_is_made')],
            },
        ),
        migrations.CreateModel(
            name='Recipient',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recipients', to='community.programme')),
                ('kind', models.CharField(choices=[('household', 'household'), ('school', 'school'), ('work', 'public work')], max_length=10)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.administrativeunit')),
                ('name', models.CharField(max_length=150)),
                ('reason', models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name='BooksClosing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='closings', to='community.programme')),
                ('until', models.DateField()),
                ('made_at', models.DateTimeField()),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='booksclosing',
            trigger=pgtrigger.compiler.Trigger(name='closing_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='b7d579a37fa94f08cbd3520ac90ef5fe84b13711', operation='UPDATE OR DELETE', pgid='pgtrigger_closing_stays_d91fa', table='community_booksclosing', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='booksclosing',
            trigger=pgtrigger.compiler.Trigger(name='closing_goes_forward', sql=pgtrigger.compiler.UpsertTriggerSql(func="\nPERFORM FROM community_programme WHERE id = NEW.programme_id FOR UPDATE;\nIF EXISTS (SELECT FROM community_booksclosing WHERE programme_id = NEW.programme_id AND until >= NEW.until) THEN\n    RAISE EXCEPTION 'closed until % before', NEW.until USING ERRCODE = 'check_violation';\nEND IF;\nRETURN NEW;\n", hash='0ed6b9080d708ebeb78d0737658b5c06bef6c14a', operation='INSERT', pgid='pgtrigger_closing_goes_forward_7a3ca', table='community_booksclosing', when='BEFORE')),
        ),
        migrations.CreateModel(
            name='LedgerEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='community.programme')),
                ('kind', models.CharField(choices=[('gift', 'gift'), ('purchase', 'purchase'), ('handover', 'handover'), ('reversal', 'reversal')], max_length=10)),
                ('number', models.CharField(max_length=20, unique=True)),
                ('key', models.UUIDField(help_text='of the form it was sent with, so that it is entered once', unique=True)),
                ('day', models.DateField()),
                ('donor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='community.donor')),
                ('recipient', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='community.recipient')),
                ('pledge', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='gifts', to='community.pledge')),
                ('reverses', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversal', to='community.ledgerentry')),
                ('made_at', models.DateTimeField()),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('donor__isnull', False), ('kind', 'gift')), models.Q(models.Q(('kind', 'gift'), _negated=True), ('donor__isnull', True)), _connector='OR'), name='entry_gift_of_a_donor'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'handover'), ('recipient__isnull', False)), models.Q(models.Q(('kind', 'handover'), _negated=True), ('recipient__isnull', True)), _connector='OR'), name='entry_handover_to_a_recipient'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'reversal'), ('reverses__isnull', False)), models.Q(models.Q(('kind', 'reversal'), _negated=True), ('reverses__isnull', True)), _connector='OR'), name='entry_reversal_of_an_entry'), models.CheckConstraint(condition=models.Q(('pledge__isnull', True), ('kind', 'gift'), _connector='OR'), name='entry_keeps_a_pledge_by_a_gift')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='ledgerentry',
            trigger=pgtrigger.compiler.Trigger(name='entry_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='a061ed8d13bf27e21d08ea4bfd21a6c0bd6b3bc1', operation='UPDATE OR DELETE', pgid='pgtrigger_entry_stays_7ef40', table='community_ledgerentry', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='ledgerentry',
            trigger=pgtrigger.compiler.Trigger(name='entry_in_an_open_period', sql=pgtrigger.compiler.UpsertTriggerSql(func="\nPERFORM FROM community_programme WHERE id = NEW.programme_id FOR KEY SHARE;\nIF EXISTS (SELECT FROM community_booksclosing WHERE programme_id = NEW.programme_id AND until >= NEW.day) THEN\n    RAISE EXCEPTION 'the period of % is closed', NEW.day USING ERRCODE = 'check_violation';\nEND IF;\nRETURN NEW;\n", hash='1135436fc99645502ed4401df01816180a957a25', operation='INSERT', pgid='pgtrigger_entry_in_an_open_period_0e7ff', table='community_ledgerentry', when='BEFORE')),
        ),
        migrations.CreateModel(
            name='Voucher',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='voucher', to='community.ledgerentry')),
                ('seller', models.CharField(max_length=150)),
                ('paper', models.CharField(help_text='number and day of the invoice, or of the list of purchases', max_length=150)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('seller', ''), _negated=True), models.Q(('paper', ''), _negated=True)), name='voucher_says_who_and_what')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='voucher',
            trigger=pgtrigger.compiler.Trigger(name='voucher_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='546253990a7ee0da9d93873bed6ddfe096c51932', operation='DELETE', pgid='pgtrigger_voucher_stays_ccabe', table='community_voucher', when='BEFORE')),
        ),
        migrations.CreateModel(
            name='StockLot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lots', to='community.ledgerentry')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lots', to='community.programmeitem')),
                ('quantity', models.PositiveBigIntegerField()),
                ('left_over', models.BigIntegerField(default=0)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='lot_holds_something'), models.CheckConstraint(condition=models.Q(('left_over__gte', 0), ('left_over__lte', models.F('quantity'))), name='lot_never_below_nothing')],
            },
        ),
        migrations.CreateModel(
            name='LedgerLeg',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='legs', to='community.ledgerentry')),
                ('account', models.CharField(choices=[('donors', 'donors'), ('stock', 'in hand'), ('sellers', 'sellers'), ('given', 'handed over')], max_length=10)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='legs', to='community.programmeitem')),
                ('quantity', models.BigIntegerField()),
                ('lot', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='legs', to='community.stocklot')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('quantity', 0), _negated=True), name='leg_of_something'), models.CheckConstraint(condition=models.Q(models.Q(('account', 'stock'), ('lot__isnull', False)), models.Q(models.Q(('account', 'stock'), _negated=True), ('lot__isnull', True)), _connector='OR'), name='leg_of_the_stock_names_its_lot')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='ledgerleg',
            trigger=pgtrigger.compiler.Trigger(name='leg_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='6028c91144a4313f526c3797b4f5349187daa1cc', operation='UPDATE OR DELETE', pgid='pgtrigger_leg_stays_94766', table='community_ledgerleg', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='ledgerleg',
            trigger=pgtrigger.compiler.Trigger(name='leg_balanced', sql=pgtrigger.compiler.UpsertTriggerSql(constraint='CONSTRAINT', func="\nIF EXISTS (\n    SELECT FROM community_ledgerleg WHERE entry_id = NEW.entry_id GROUP BY item_id HAVING sum(quantity) <> 0\n) THEN\n    RAISE EXCEPTION 'entry % does not sum to zero', NEW.entry_id;\nEND IF;\nRETURN NULL;\n", hash='1b4c06d29fb49dceadfad4ffe347f1a11b385e39', operation='INSERT', pgid='pgtrigger_leg_balanced_be945', table='community_ledgerleg', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='ledgerleg',
            trigger=pgtrigger.compiler.Trigger(name='leg_moves_its_lot', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."lot_id" IS NOT NULL)', func='\nUPDATE community_stocklot SET left_over = left_over + NEW.quantity WHERE id = NEW.lot_id;\nRETURN NULL;\n', hash='4ad0ec5b57a427ce060fe053380c05301a5ed203', operation='INSERT', pgid='pgtrigger_leg_moves_its_lot_75446', table='community_ledgerleg', when='AFTER')),
        ),
        migrations.CreateModel(
            name='BankAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='accounts', to='community.programme')),
                ('bank', models.CharField(max_length=100)),
                ('bin', models.CharField(max_length=6)),
                ('number', models.CharField(max_length=19)),
                ('holder', models.CharField(max_length=100)),
                ('state', models.CharField(choices=[('proposed', 'waiting for a second person'), ('approved', 'public'), ('refused', 'not approved'), ('ended', 'removed')], default='proposed', max_length=10)),
                ('proposed_at', models.DateTimeField()),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reason', models.CharField(blank=True, default='', help_text='why it was refused or taken down', max_length=500)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'proposed')), fields=('programme',), name='account_one_proposed'), models.UniqueConstraint(condition=models.Q(('state', 'approved')), fields=('programme',), name='account_one_approved'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'approved'), _negated=True), models.Q(('decided_by__isnull', False), models.Q(('decided_by', models.F('proposed_by')), _negated=True)), _connector='OR'), name='account_by_two')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='bankaccount',
            trigger=pgtrigger.compiler.Trigger(name='account_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='bf8595edd841c66fb0e394cf3398537dff088d0f', operation='DELETE', pgid='pgtrigger_account_stays_8703a', table='community_bankaccount', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='bankaccount',
            trigger=pgtrigger.compiler.Trigger(name='account_unchanged', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."bank" IS DISTINCT FROM (NEW."bank") OR OLD."bin" IS DISTINCT FROM (NEW."bin") OR OLD."holder" IS DISTINCT FROM (NEW."holder") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."programme_id" IS DISTINCT FROM (NEW."programme_id") OR OLD."proposed_at" IS DISTINCT FROM (NEW."proposed_at") OR OLD."proposed_by_id" IS DISTINCT FROM (NEW."proposed_by_id"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='2d05cfea807f161c9f0ac12b1ee205e6009a4152', operation='UPDATE', pgid='pgtrigger_account_unchanged_991d3', table='community_bankaccount', when='BEFORE')),
        ),
        migrations.CreateModel(
            name='ProgrammeStatement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='community.programme')),
                ('name', models.CharField(max_length=200)),
                ('sha256', models.CharField(max_length=64)),
                ('read_at', models.DateTimeField()),
                ('read_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('programme', 'sha256'), name='help_statement_once')],
            },
        ),
        migrations.CreateModel(
            name='StatementLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('statement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='community.programmestatement')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='community.programme')),
                ('reference', models.CharField(max_length=100)),
                ('booked_on', models.DateField()),
                ('vnd', models.PositiveBigIntegerField()),
                ('out', models.BooleanField(default=False)),
                ('text', models.CharField(max_length=500)),
                ('entry', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='line', to='community.ledgerentry')),
                ('aside', models.CharField(blank=True, default='', max_length=300)),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
                ('settled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('programme', 'reference'), name='help_line_once'), models.CheckConstraint(condition=models.Q(('entry__isnull', True), ('aside', ''), _connector='OR'), name='help_line_is_one_thing')],
            },
        ),
        migrations.CreateModel(
            name='UnreadStatementLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('statement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='unread', to='community.programmestatement')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='unread_lines', to='community.programme')),
                ('mark', models.CharField(help_text='a digest of what is written, so that a row sent again counts once', max_length=32)),
                ('row', models.PositiveIntegerField()),
                ('why', models.CharField(choices=[('day', 'This date does not exist'), ('amount', 'This is not an amount of money')], max_length=10)),
                ('day', models.CharField(blank=True, max_length=60)),
                ('amount', models.CharField(blank=True, max_length=60)),
                ('text', models.CharField(blank=True, max_length=500)),
                ('out', models.BooleanField(default=False)),
                ('line', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='unread', to='community.statementline')),
                ('aside', models.CharField(blank=True, default='', max_length=300)),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
                ('settled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('programme', 'mark'), name='help_unread_once'), models.CheckConstraint(condition=models.Q(('line__isnull', True), ('aside', ''), _connector='OR'), name='help_unread_is_one_thing')],
            },
        ),
        migrations.CreateModel(
            name='Selection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='selections', to='community.programme')),
                ('name', models.CharField(max_length=150)),
                ('places', models.PositiveIntegerField()),
                ('criteria_on', models.DateField()),
                ('state', models.CharField(choices=[('draft', 'being prepared'), ('proposed', 'waiting for a second person'), ('approved', 'approved')], default='draft', max_length=10)),
                ('opened_at', models.DateTimeField()),
                ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_at', models.DateTimeField(blank=True, null=True)),
                ('proposed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('words', models.CharField(blank=True, default='', help_text='why it was sent back', max_length=500)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('places__gt', 0)), name='selection_has_places'), models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(('decided_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='selection_by_two'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'approved'), _negated=True), models.Q(('decided_by__isnull', False), ('proposed_by__isnull', False)), _connector='OR'), name='selection_approved_by_somebody')],
            },
        ),
        migrations.CreateModel(
            name='Candidate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('selection', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='candidates', to='community.selection')),
                ('kind', models.CharField(choices=[('household', 'household'), ('school', 'school'), ('work', 'public work')], max_length=10)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.administrativeunit')),
                ('name', models.CharField(max_length=150)),
                ('facts', models.JSONField(blank=True, default=dict, help_text='how often each criterion holds, by its code')),
                ('points', models.PositiveIntegerField()),
                ('chosen', models.BooleanField(default=False)),
                ('reason', models.CharField(blank=True, default='', help_text='where the choice leaves the points', max_length=500)),
                ('recipient', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='candidate', to='community.recipient')),
                ('added_at', models.DateTimeField()),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('name', '[đã xóa]'), _negated=True), fields=('selection', 'kind', 'unit', 'name'), name='considered_once')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='candidate',
            trigger=pgtrigger.compiler.Trigger(name='candidate_as_approved', sql=pgtrigger.compiler.UpsertTriggerSql(func="\nIF (SELECT state FROM community_selection WHERE id = COALESCE(NEW.selection_id, OLD.selection_id)) = 'approved'\n   AND (TG_OP <> 'UPDATE' OR (OLD.points, OLD.chosen, OLD.selection_id) IS DISTINCT FROM\n                             (NEW.points, NEW.chosen, NEW.selection_id)) THEN\n    RAISE EXCEPTION 'this selection was approved' USING ERRCODE = 'check_violation';\nEND IF;\nIF TG_OP = 'DELETE' THEN\n    RETURN OLD;\nEND IF;\nRETURN NEW;\n", hash='eed4b52325eb9920567d15fcb48e07e4f68ef37b', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_candidate_as_approved_6fca9', table='community_candidate', when='BEFORE')),
        ),
        migrations.CreateModel(
            name='HandoverConfirmation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='confirmations', to='community.ledgerentry')),
                ('how', models.CharField(choices=[('signature', 'signature'), ('code', 'the recipient’s own telephone'), ('witness', 'witness')], max_length=10)),
                ('agrees', models.BooleanField()),
                ('name', models.CharField(blank=True, default='', help_text='who signed, or the witness', max_length=150)),
                ('standing', models.CharField(blank=True, default='', help_text='what he is to the recipient', max_length=150)),
                ('words', models.CharField(blank=True, default='', max_length=500)),
                ('signature', models.BinaryField(blank=True, default=b'', help_text='the strokes, sealed')),
                ('key', models.UUIDField(help_text='of the form it was sent with, so that it is said once', unique=True)),
                ('made_at', models.DateTimeField()),
                ('signed_at', models.DateTimeField(blank=True, help_text="by the phone's clock, where there was no line", null=True)),
                ('made_by', models.ForeignKey(blank=True, help_text='who held it', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decision', models.CharField(blank=True, choices=[('upheld', 'The recipient is right'), ('dismissed', 'The entry is right')], default='', help_text='of an objection', max_length=10)),
                ('decision_words', models.CharField(blank=True, default='', max_length=500)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('agrees', True), models.Q(('how', 'code'), _negated=True)), fields=('entry',), name='confirmed_once_by_the_office'), models.UniqueConstraint(condition=models.Q(('agrees', True), ('how', 'code')), fields=('entry',), name='confirmed_once_by_the_recipient'), models.CheckConstraint(condition=models.Q(models.Q(('how', 'code'), ('made_by__isnull', True)), models.Q(models.Q(('how', 'code'), _negated=True), ('agrees', True), ('made_by__isnull', False)), _connector='OR'), name='confirmation_by_code_is_the_recipients_own'), models.CheckConstraint(condition=models.Q(models.Q(('decided_by__isnull', True), ('decision', '')), models.Q(('agrees', False), ('decided_at__isnull', False), ('decided_by__isnull', False), models.Q(('decision', ''), _negated=True)), _connector='OR'), name='objection_decided_by_somebody')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='handoverconfirmation',
            trigger=pgtrigger.compiler.Trigger(name='confirmation_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='6f1322d659fd44d58a33073f2a03961a3e7ba11c', operation='DELETE', pgid='pgtrigger_confirmation_stays_bc0ec', table='community_handoverconfirmation', when='BEFORE')),
        ),
        migrations.CreateModel(
            name='ProgrammePhoto',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='photos', to='community.programme')),
                ('entry', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='photos', to='community.ledgerentry')),
                ('file', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='files.storedfile')),
                ('caption', models.CharField(max_length=200)),
                ('face_found', models.BooleanField(help_text='the program saw a face, whatever the officer says')),
                ('shows_people', models.BooleanField()),
                ('consent', models.CharField(blank=True, default='', help_text='who agreed, when and how', max_length=300)),
                ('public', models.BooleanField(default=False)),
                ('added_at', models.DateTimeField()),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('face_found', False), ('shows_people', True), _connector='OR'), name='photo_with_a_face_shows_people'), models.CheckConstraint(condition=models.Q(('public', False), ('shows_people', False), models.Q(('consent', ''), _negated=True), _connector='OR'), name='photo_public_by_consent')],
            },
        ),
    ]
