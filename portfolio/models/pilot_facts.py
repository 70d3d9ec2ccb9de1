from django.db import models


class PilotFacts(models.Model):
    """What else a source said about a pilot, by the source's own labels, as text.

    Kept apart so that the rows lists read stay narrow.
    """

    pilot = models.OneToOneField(
        "portfolio.Pilot", primary_key=True, on_delete=models.CASCADE, related_name="facts"
    )
    values = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"Facts of {self.pilot_id}"
