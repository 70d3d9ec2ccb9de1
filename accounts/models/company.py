from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q

ONLY = 1  # the one row's id


class CompanySettings(models.Model):
    """What the company has settled about itself: one row, once somebody saved the page.

    Before that the environment speaks (common/company.py). Each change is an Event; `version`
    counts them, so that two administrators at once are told apart.
    """

    name = models.CharField(max_length=100)
    zone = models.CharField(max_length=64, help_text="IANA name; decides what today is.")
    currency = models.CharField(max_length=3, validators=[RegexValidator(r"^[A-Z]{3}$")])
    fiscal_month = models.PositiveSmallIntegerField(help_text="In which the fiscal year begins.")
    band_low = models.PositiveSmallIntegerField(help_text="Percent.")
    band_high = models.PositiveSmallIntegerField(help_text="Percent.")
    band_source = models.CharField(max_length=300, blank=True)
    wip_limit = models.PositiveIntegerField(null=True, help_text="Concurrent PoCs; null: no limit.")
    keep_uploads = models.PositiveIntegerField(null=True, help_text="Days; null: for ever.")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(id=ONLY), name="accounts_companysettings_is_one_row"
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(zone=""),
                name="accounts_companysettings_has_name_and_zone",
            ),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"),
                name="accounts_companysettings_currency_is_a_code",
            ),
            models.CheckConstraint(
                condition=Q(fiscal_month__range=(1, 12)),
                name="accounts_companysettings_fiscal_month_is_a_month",
            ),
            models.CheckConstraint(
                condition=Q(band_low__lt=F("band_high"), band_high__lte=100),
                name="accounts_companysettings_band_is_in_order",
            ),
            models.CheckConstraint(
                condition=Q(wip_limit=None) | Q(wip_limit__gte=1),
                name="accounts_companysettings_wip_limit_is_positive",
            ),
            models.CheckConstraint(
                condition=Q(keep_uploads=None) | Q(keep_uploads__gte=1),
                name="accounts_companysettings_keep_uploads_is_positive",
            ),
        ]

    def __str__(self) -> str:
        return self.name
