from typing import ClassVar

from django.db import models


class UnitQuerySet(models.QuerySet["Unit"]):
    def below(self, lineage: str) -> "UnitQuerySet":
        """The unit with this lineage and everything under it."""
        return self.filter(lineage__startswith=lineage)

    def in_use(self) -> "UnitQuerySet":
        """Without those that were retired: nothing new belongs to them."""
        return self.filter(retired_on=None)


class Unit(models.Model):
    """A business unit; units form a tree.

    `lineage` is the ids from the root to here, such as "/3/17/": a subtree is a
    prefix. `path` is the same in names, such as "Treasury / Mint", for people.
    Both are written by the unit actions only.
    """

    name = models.CharField(max_length=200)
    name_key = models.CharField(max_length=500, help_text="Name as compared: folded, one space.")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    lineage = models.CharField(max_length=255, default="", db_index=True)
    path = models.CharField(max_length=1000, default="")
    retired_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[UnitQuerySet] = UnitQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["path"]
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "name_key"],
                nulls_distinct=False,
                name="accounts_unit_name_is_unique_below_its_parent",
            ),
        ]

    def __str__(self) -> str:
        return self.path or self.name
