from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0003_imports")]

    operations = [
        migrations.CreateModel(
            name="Rollup",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=40, unique=True)),
                ("computed_at", models.DateTimeField()),
                ("as_of", models.DateField()),
                (
                    "pilots",
                    models.PositiveIntegerField(help_text="How many pilots there are in all."),
                ),
                ("restricted", models.CharField(max_length=80)),
                (
                    "counts",
                    models.JSONField(
                        help_text="Empty when the portfolio is small enough to count live."
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=~Q(code=""), name="portfolio_rollup_has_a_code"
                    )
                ],
            },
        ),
    ]
