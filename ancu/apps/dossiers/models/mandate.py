"""The signed letter by which a company authorises an agent."""

from django.db import models

from ancu.apps.accounts.models import Mandate
from ancu.apps.files.models import StoredFile
from ancu.core.security.privacy import privacy


class MandateLetter(models.Model):
    """The scan of the authorisation letter (giấy ủy quyền) of a mandate. The file bears the day of its deletion."""

    mandate = models.OneToOneField(Mandate, models.PROTECT, primary_key=True, related_name="letter")
    file = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+")

    privacy = privacy(plain="mandate file")

    def __str__(self) -> str:
        return f"letter of mandate {self.mandate_id}"
