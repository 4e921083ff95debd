"""Two records that were found alike, as the matching leaves them."""

from datetime import timedelta
from itertools import count
from typing import Any

from ancu.apps.lodging.models import Establishment
from ancu.apps.stays.tests.factories import make_stay
from ancu.apps.travellers.models import Identity, TravellerPair
from ancu.apps.travellers.services.matching import match_new
from ancu.core import clock

_stays = count(1)
KLAUS = {"full_name": "HOFFMANN JOERG KLAUS", "document_number": "C01X0T478", "birth_date": "1984-03-08"}
RENEWED = {"full_name": "HOFMANN JORG KLAUS", "document_number": "C77Y1K902"}  # likely, not certain


def declare(establishment: Establishment, **fields: Any) -> Identity:
    """The identity of a stay of three nights that is over, each at another time."""
    arrived = clock.today() - timedelta(days=10 * next(_stays) % 1000 + 10)
    values = KLAUS | {"arrived_on": arrived, "departed_on": arrived + timedelta(days=3)} | fields
    return make_stay(establishment, **values).identity


def make_pair(establishment: Establishment, elsewhere: Establishment | None = None) -> TravellerPair:
    """A likely pair of two stays of ``establishment``, or one there and one ``elsewhere``."""
    older = declare(establishment)
    newer = declare(elsewhere or establishment, **RENEWED)
    match_new()
    return TravellerPair.objects.get(older=older.traveller_id, newer=newer.traveller_id)
