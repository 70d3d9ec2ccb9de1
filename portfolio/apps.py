from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created

from common.registry import Answering, answerings, company_changes, discover, forgettings


class PortfolioConfig(AppConfig):
    name = "portfolio"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        discover("portfolio.flag_rules")
        discover("portfolio.charts")
        discover("portfolio.digest_sections")
        from portfolio.actions import left_records
        from portfolio.actions.leavers import forget, release
        from portfolio.queries import held_records
        from portfolio.queries.company import consequences
        from portfolio.queries.holdings import holdings

        answerings.register("pilots", Answering(holdings, release))
        answerings.register("records", Answering(held_records.holdings, left_records.release))
        forgettings.register("uploads", forget)
        company_changes.register("pilots", consequences)
        connection_created.connect(forgive_slips)


# How much of a word's trigrams a text must share to be like it. The database's own 0.6 forgives
# no two letters that changed places in a word of eight.
LIKE = "0.45"


def forgive_slips(sender: object, connection: Any, **kwargs: object) -> None:
    """Tell a new connection how near a word must come; the operator asks no argument for it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, false)", [LIKE])
