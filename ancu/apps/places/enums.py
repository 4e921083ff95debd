from django.db import models
from django.utils.translation import gettext_lazy as _


class UnitKind(models.TextChoices):
    PROVINCE = "province", _("province")
    CITY = "city", _("city")
    DISTRICT = "district", _("district")
    COMMUNE = "commune", _("commune")
    WARD = "ward", _("ward")
    TOWNSHIP = "township", _("township")
    NOWHERE = "nowhere", _("nowhere")  # where programs try: in no area, and never offered


COMMUNE_KINDS = (UnitKind.COMMUNE, UnitKind.WARD, UnitKind.TOWNSHIP)

# Sentences of the audit.
ACTS = {
    "places.set_remote": _("marked a commune as remote"),
    "places.end_remote": _("ended the remote status of a commune"),
}
