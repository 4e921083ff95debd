"""The public's voice of the demo: 42 meetings in eleven districts, five wards and two stations, and 400 petitions.

Everything follows from a seed and the present day, except numbers and codes, which are random everywhere. Rows go in in
bulk, as the real path leaves them; the codes of five petitions are always the same (``petitions.CODES``).
"""

from random import Random

from django.db import transaction

from ancu.apps.audit.services import record
from ancu.apps.listening.services import daily
from ancu.core.actor import system
from ancu.demo.listening.cast import make_cast
from ancu.demo.listening.meetings import ask_a_survey, hold_meetings, meetings_to_come, print_minutes, seat_people
from ancu.demo.listening.petitions import Petitions

PETITIONS = 400
JOB = system("demo")


@transaction.atomic
def load_listening(*, seed: int) -> dict[str, int]:
    """Units with an officer each, their meetings, and what the public asked; returns how much there is."""
    rng = Random(seed)
    cast = make_cast(rng)
    held = list(hold_meetings(rng, cast))
    to_come = meetings_to_come(cast)
    ask_a_survey(held[-1])
    petitions = Petitions(rng, cast, held).load(PETITIONS)
    daily.ask_for_receipts(JOB)
    print_minutes(held[-12:])  # those of earlier years lie on paper
    seat_people(rng, [*held[-8:], *to_come])
    record(JOB, "demo.loaded", ("demo", seed), petitions=petitions, meetings=len(held))
    return {"meetings": len(held) + len(to_come), "petitions": petitions}
