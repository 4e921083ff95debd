"""Demo data for listening: 42 meetings in eleven districts, five wards and two stations, and 1,200 petitions.

Everything follows from a seed and today's date, except numbers and codes, which are random. Rows are bulk-inserted as
the services would write them; the codes of five petitions are fixed (``petitions.CODES``).
"""

from random import Random

from django.db import transaction

from ancu.apps.audit.services import record
from ancu.apps.listening.services import daily
from ancu.core.actor import system
from ancu.demo.listening.cast import make_listening_cast
from ancu.demo.listening.meetings import ask_a_survey, hold_meetings, meetings_to_come, print_minutes, seat_people
from ancu.demo.listening.petitions import PetitionWriter

PETITIONS = 1200
JOB = system("demo")


@transaction.atomic
def load_listening(*, seed: int) -> dict[str, int]:
    """Create units with an officer each, citizens' meetings and petitions; return counts by label."""
    rng = Random(seed)
    cast = make_listening_cast(rng)
    past_meetings = list(hold_meetings(rng, cast))
    to_come = meetings_to_come(cast)
    ask_a_survey(past_meetings[-1])
    petitions = PetitionWriter(rng, cast, past_meetings).load(PETITIONS)
    daily.ask_for_receipts(JOB)
    print_minutes(past_meetings[-12:])  # minutes of earlier years exist on paper only
    seat_people(rng, [*past_meetings[-8:], *to_come])
    record(JOB, "demo.loaded", ("demo", seed), petitions=petitions, meetings=len(past_meetings))
    return {"meetings": len(past_meetings) + len(to_come), "petitions": petitions}
