from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("readiness", "0009_rungs")]

    operations = [
        migrations.AddField(
            model_name="checklisttemplate",
            name="size",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddConstraint(
            model_name="checklisttemplate",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("current", False), ("effective_on__isnull", False), ("retired_on", None)
                ),
                fields=("slug",),
                name="readiness_checklisttemplate_one_waits",
            ),
        ),
    ]
