import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('dossiers', '0001_initial'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='component',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='component',
            name='delete_delete',
        ),
        migrations.AddField(
            model_name='component',
            name='printed',
            field=models.JSONField(blank=True, default=dict, help_text='which answers stand in its text layer: file, words, facts; null until it is read', null=True),
        ),
        migrations.AddField(
            model_name='componentevent',
            name='printed',
            field=models.JSONField(blank=True, default=dict, help_text='which answers stand in its text layer: file, words, facts; null until it is read', null=True),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='component',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "dossiers_componentevent" ("by_post", "dossier_id", "file_id", "given_at", "id", "judged_at", "judged_by_id", "key", "office_file_id", "office_pages", "pages", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "printed", "reason", "reason_code", "state", "zones") VALUES (OLD."by_post", OLD."dossier_id", OLD."file_id", OLD."given_at", OLD."id", OLD."judged_at", OLD."judged_by_id", OLD."key", OLD."office_file_id", OLD."office_pages", OLD."pages", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."printed", OLD."reason", OLD."reason_code", OLD."state", OLD."zones"); RETURN NULL;', hash='88de7b91a21a5e9c801bfc5e63ed09240669a7d3', operation='UPDATE', pgid='pgtrigger_update_update_45567', table='dossiers_component', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='component',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "dossiers_componentevent" ("by_post", "dossier_id", "file_id", "given_at", "id", "judged_at", "judged_by_id", "key", "office_file_id", "office_pages", "pages", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "printed", "reason", "reason_code", "state", "zones") VALUES (OLD."by_post", OLD."dossier_id", OLD."file_id", OLD."given_at", OLD."id", OLD."judged_at", OLD."judged_by_id", OLD."key", OLD."office_file_id", OLD."office_pages", OLD."pages", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."printed", OLD."reason", OLD."reason_code", OLD."state", OLD."zones"); RETURN NULL;', hash='c926dbabfcf2891d23bba1fa06cc168b5176c962', operation='DELETE', pgid='pgtrigger_delete_delete_ee450', table='dossiers_component', when='AFTER')),
        ),
    ]
