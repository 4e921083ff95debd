"""The letters of the demo's dossiers, numbered in the order of the acts, and how the office signs them."""

from collections import Counter

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.models import Organisation
from ancu.apps.dossiers.enums import SigningForm
from ancu.apps.dossiers.models import DossierEvent, Letterhead, LetterSigner, OfficialLetter
from ancu.apps.dossiers.selectors.letter_facts import place_of
from ancu.apps.dossiers.selectors.letter_texts import SERIES
from ancu.apps.dossiers.services.official_letters import LETTER_OF_ACT
from ancu.core import clock

SYMBOL, HEAD = "XNC", "Trưởng phòng"
SIGNERS = {
    Role.INTAKE_OFFICER: (SigningForm.OFFICER, "Cán bộ tiếp nhận hồ sơ"),
    Role.ASSESSING_OFFICER: (SigningForm.BY_ORDER, "Cán bộ thẩm định"),
    Role.APPROVING_OFFICER: (SigningForm.DEPUTY, "Phó Trưởng phòng"),
}


def issue_letters(office: Organisation) -> None:
    """Set how the office signs, and number the letters of all acts so far; what they say follows from the dossiers."""
    _set_letterhead(office)
    numbers: Counter[tuple[str, int]] = Counter()
    letters = []
    events = DossierEvent.objects.filter(act__in=LETTER_OF_ACT, dossier__agency=office).select_related("dossier")
    for event in events.order_by("at", "pk"):
        kind, year = LETTER_OF_ACT[event.act], clock.local(event.at).year
        numbers[SERIES[kind], year] += 1
        letters.append(
            OfficialLetter(
                agency=office, series=SERIES[kind], year=year, number=numbers[SERIES[kind], year],
                agency_symbol=SYMBOL, kind=kind, issued_at=event.at, dossier=event.dossier, event=event,
                signed_by_id=event.by_id,
            )
        )  # fmt: skip
    OfficialLetter.objects.bulk_create(letters, batch_size=1000)


def _set_letterhead(office: Organisation) -> None:
    """Store the office's symbol, place and head's title, and the form of signing of each officer by role."""
    memberships = office.memberships.filter(role__in=SIGNERS, ended_at=None).select_related("user").order_by("pk")
    administrator = office.memberships.filter(role=Role.ADMINISTRATOR).order_by("pk")[0].user
    saved = {"saved_by": administrator, "saved_at": clock.now()}
    Letterhead.objects.create(agency=office, symbol=SYMBOL, place=place_of(office), head_title=HEAD, **saved)
    for membership in memberships:
        form, position = SIGNERS[Role(membership.role)]
        LetterSigner.objects.get_or_create(
            agency=office, user=membership.user, defaults={"form": form, "position": position, **saved}
        )
