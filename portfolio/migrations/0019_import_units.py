from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("portfolio", "0018_stage_health_index"),
    ]

    operations = [
        migrations.AddField(
            model_name="importrun",
            name="units",
            field=models.JSONField(
                default=dict, help_text="Units it made: id to the version in which it left them."
            ),
        ),
    ]
