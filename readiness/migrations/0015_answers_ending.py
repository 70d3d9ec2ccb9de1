from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("readiness", "0014_decisions_are_never_emptied")]

    operations = [
        migrations.AddIndex(
            model_name="answer",
            index=models.Index(
                condition=models.Q(("until", None), ("valid_until__isnull", False)),
                fields=["valid_until"],
                name="readiness_answer_ending",
            ),
        ),
    ]
