from django.db import migrations

FILL = """
UPDATE readiness_checklisttemplate AS template SET size = counted.n
FROM (SELECT template_id, count(*) AS n FROM readiness_checklistitem GROUP BY template_id) AS counted
WHERE counted.template_id = template.id AND template.size <> counted.n
"""


class Migration(migrations.Migration):
    dependencies = [("readiness", "0010_template_size")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
