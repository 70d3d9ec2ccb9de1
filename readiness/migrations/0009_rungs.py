import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("readiness", "0008_decisions"),
    ]

    operations = [
        migrations.AddField(
            model_name="checklistitem",
            name="rungs",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=200), blank=True, default=list
            ),
        ),
        migrations.AddConstraint(
            model_name="checklistitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("rungs__len__in", (0, 5))),
                name="readiness_checklistitem_rungs_are_five",
            ),
        ),
    ]
