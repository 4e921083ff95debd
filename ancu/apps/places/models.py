"""Administrative units and remote periods through time."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language

from ancu.apps.places.enums import UnitKind
from ancu.core.security.privacy import privacy


class AdministrativeUnit(models.Model):
    """One unit in one period. A code may recur after a merger with another parent and period."""

    code = models.CharField(max_length=10)
    name = models.CharField(max_length=100)
    full_name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=UnitKind)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    successor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="predecessors")
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    search_key = models.CharField(max_length=200, help_text="names without accents, lower case")

    privacy = privacy(
        plain="id code name full_name kind parent successor valid_from valid_until latitude longitude search_key"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code", "valid_from"],
                name="unit_code_period",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_until__gte=F("valid_from")),
                name="unit_period_ordered",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def name_in_sentence(self) -> str:
        """The name for use within a sentence: the kind of unit in lower case ("Công an xã Mai Hạ")."""
        return name_in_sentence(self.full_name)


def name_in_sentence(name: str) -> str:
    """Return a unit's full name for use within a sentence."""
    is_vietnamese = (get_language() or "").startswith("vi")
    return name[:1].lower() + name[1:] if is_vietnamese else name


class RemoteArea(models.Model):
    """A period in which a commune counts as remote, with the longer time limit of the paper form (art. 33(2))."""

    unit = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="remote_periods")
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)

    privacy = privacy(plain="id unit valid_from valid_until")

    def __str__(self) -> str:
        return f"{self.unit} from {self.valid_from}"
