import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("readiness", "0011_fill_template_size")]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name="checklistitem",
            trigger=pgtrigger.compiler.Trigger(
                name="published",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="fcd5a02541891b8d23e7792af491f365b17612e4",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_published_f8e0c",
                    table="readiness_checklistitem",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="checklistitem",
            trigger=pgtrigger.compiler.Trigger(
                name="complete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="IF NEW.position NOT BETWEEN 1 AND (SELECT size FROM readiness_checklisttemplate WHERE id = NEW.template_id) THEN RAISE EXCEPTION 'This version of the checklist is complete.'; END IF; RETURN NEW;",
                    hash="95cf88d56119aaf2b555da8cf39a3b7085096ce4",
                    operation="INSERT",
                    pgid="pgtrigger_complete_2f6c2",
                    table="readiness_checklistitem",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="checklisttemplate",
            trigger=pgtrigger.compiler.Trigger(
                name="published",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."answered" IS DISTINCT FROM (NEW."answered") OR OLD."checksum" IS DISTINCT FROM (NEW."checksum") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."loaded_at" IS DISTINCT FROM (NEW."loaded_at") OR OLD."origin" IS DISTINCT FROM (NEW."origin") OR OLD."published_by_id" IS DISTINCT FROM (NEW."published_by_id") OR OLD."size" IS DISTINCT FROM (NEW."size") OR OLD."slug" IS DISTINCT FROM (NEW."slug") OR OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."summary" IS DISTINCT FROM (NEW."summary") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."version" IS DISTINCT FROM (NEW."version"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="6a547c5118c5420601dba4a964e5a466d8f4f886",
                    operation="UPDATE",
                    pgid="pgtrigger_published_49d94",
                    table="readiness_checklisttemplate",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="checklisttemplate",
            trigger=pgtrigger.compiler.Trigger(
                name="kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="6d133f53778f65a84ecec0b74ec3b67f5ccc5df9",
                    operation="DELETE",
                    pgid="pgtrigger_kept_7791b",
                    table="readiness_checklisttemplate",
                    when="BEFORE",
                ),
            ),
        ),
    ]
