"""Take UPDATE, DELETE and TRUNCATE on history from every login but the owner's.

Re-runnable. Where there is only one login nothing is granted to others and this
does nothing; the triggers of 0001 still refuse.
"""

from django.db import migrations

REVOKE = """
DO $$
DECLARE grantee_name text;
BEGIN
    FOR grantee_name IN
        SELECT DISTINCT grantee FROM information_schema.role_table_grants
        WHERE table_schema = current_schema() AND table_name = '{table}'
          AND grantee NOT IN (current_user, 'PUBLIC')
    LOOP
        EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM %I', grantee_name);
    END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0001_first")]

    operations = [
        migrations.RunSQL(REVOKE.format(table=table), migrations.RunSQL.noop)
        for table in ("portfolio_event", "portfolio_pilothistory")
    ]
