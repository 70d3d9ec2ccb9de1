from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_letter_html"),
    ]

    operations = [
        migrations.AddField(
            model_name="letter",
            name="about_pilots",
            field=models.BooleanField(
                default=False,
                help_text="It tells of pilots, and only its reader is known to see them.",
            ),
        ),
    ]
