"""Filters that officers save for their queues."""

from django.db import models

from ancu.apps.accounts.models import Organisation, User
from ancu.core.security.privacy import privacy


class SavedFilter(models.Model):
    """A saved filter of the queues under the officer's own name for it; ``parameters`` holds its query parameters."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    agency = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    name = models.CharField(max_length=40)
    parameters = models.JSONField(default=dict)

    privacy = privacy(plain="id user agency name parameters")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "agency", "name"], name="saved_filter_name")]

    def __str__(self) -> str:
        return self.name
