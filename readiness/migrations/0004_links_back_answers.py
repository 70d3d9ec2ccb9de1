from django.db import migrations

# Until now a link was the only evidence; what counted then goes on counting.
BACKED = "UPDATE readiness_answer SET backed = true WHERE evidence_url <> '' AND NOT backed"


class Migration(migrations.Migration):
    dependencies = [("readiness", "0003_figures")]

    operations = [migrations.RunSQL(BACKED, migrations.RunSQL.noop)]
