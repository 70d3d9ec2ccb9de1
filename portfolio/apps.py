from django.apps import AppConfig

from common.registry import Answering, answerings, company_changes, discover


class PortfolioConfig(AppConfig):
    name = "portfolio"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        discover("portfolio.flag_rules")
        discover("portfolio.charts")
        discover("portfolio.digest_sections")
        from portfolio.actions.leavers import release
        from portfolio.queries.company import consequences
        from portfolio.queries.holdings import holdings

        answerings.register("pilots", Answering(holdings, release))
        company_changes.register("pilots", consequences)
