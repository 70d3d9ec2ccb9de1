from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0004_rollup")]

    operations = [
        migrations.AddField(
            model_name="importrow",
            name="changes",
            field=models.JSONField(default=dict, help_text="Target to [before, after]."),
        ),
    ]
