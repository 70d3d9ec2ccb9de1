from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("readiness", "0004_links_back_answers")]

    operations = [
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "verified"), _negated=True),
                    models.Q(
                        ("confirmed_by__isnull", False),
                        models.Q(("confirmed_by", models.F("author")), _negated=True),
                        ("backed", True),
                    ),
                    _connector="OR",
                ),
                name="readiness_answer_verified_by_a_second_person",
            ),
        ),
    ]
