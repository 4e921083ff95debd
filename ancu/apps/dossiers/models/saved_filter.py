"""Filters that officers save for their queues."""

from django.db import models

from ancu.apps.accounts.models import Organisation, User
from ancu.core.security.privacy import privacy


class SavedFilter(models.Model):
    """A saved filter of the queues under the officer's own name for it; ``parameters`` holds its query parameters.

    A shared one is offered to every officer of the agency, where no second one has its name.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    agency = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    name = models.CharField(max_length=40)
    parameters = models.JSONField(default=dict)
    shared = models.BooleanField(default=False, db_default=False, help_text="offered to the whole agency")

    privacy = privacy(plain="id user agency name parameters shared")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "agency", "name"], name="saved_filter_name"),
        ]

    def __str__(self) -> str:
        return self.name
