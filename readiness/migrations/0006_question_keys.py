import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("readiness", "0005_verified_is_backed")]

    operations = [
        migrations.AddField("answer", "key", models.CharField(max_length=121, null=True)),
        migrations.AddField("checklistitem", "key", models.CharField(max_length=121, null=True)),
        migrations.AddField(
            "assessment",
            "template",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                to="readiness.checklisttemplate",
            ),
        ),
    ]  # fmt: skip
