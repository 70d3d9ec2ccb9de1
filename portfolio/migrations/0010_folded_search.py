"""Search without accents and with slips: a folding function and the indexes that hold it."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.operations import UnaccentExtension
from django.db import migrations, models

# Immutable, as an index wants it: the dictionary is named and part of the installation.
FOLD = """
CREATE OR REPLACE FUNCTION portfolio_folded(given text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT lower(public.unaccent('public.unaccent'::regdictionary, given)) $$
"""
NAME = models.Func("name", function="portfolio_folded", output_field=models.TextField())
TEXT = models.Func(
    models.Func(
        models.F("name"),
        models.F("problem"),
        models.F("summary"),
        arg_joiner=" || ' ' || ",
        output_field=models.TextField(),
        template="(' ' || %(expressions)s)",
    ),
    function="portfolio_folded",
    output_field=models.TextField(),
)


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0009_pilot_records")]

    operations = [
        UnaccentExtension(),
        migrations.RunSQL(FOLD, "DROP FUNCTION portfolio_folded(text)"),
        migrations.RemoveIndex(model_name="pilot", name="portfolio_pilot_name_trgm"),
        migrations.RemoveIndex(model_name="pilot", name="portfolio_pilot_search"),
        migrations.AddIndex(
            model_name="pilot",
            index=GinIndex(OpClass(NAME, "gin_trgm_ops"), name="portfolio_pilot_name_like"),
        ),
        migrations.AddIndex(
            model_name="pilot",
            index=GinIndex(OpClass(TEXT, "gin_trgm_ops"), name="portfolio_pilot_text_like"),
        ),
    ]
