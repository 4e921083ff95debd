"""The pre-flight for the filer, which limits questions about declared stays.

The check of the declared address is the one place where the program answers a private person from the register of
stays. Anybody may open an account and write any passport number and birth date into a draft: a violent husband, an
employer or a dealer in addresses has both on a copy of the passport. Therefore

- it tells one thing only: whether a stay is open in the very commune that was written. "None at all" and "in another
  commune" are the same answer, so that a person's presence is not told apart from his absence without guessing where;
- each new question (who, which commune) counts against the account, for an organisation against all its people and
  programs together, so that an account cannot walk through a list of passports;
- it counts against the person asked about as well, whoever asks: many accounts cannot walk through the communes;
- a question that was answered is free for a month: an honest filer opens the page as often as he likes;
- each new question stands in the audit beside the dossier, so that the office sees who probed;
- a program's dry run is rolled back, and its question counted after that all the same.

Past the limits nothing is lost: the filer is told that this was not compared, and the office compares it in any case.
"""

from dataclasses import dataclass

from ancu.apps.audit.services import record
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors.preflight import StayDisclosure, findings, stated_unit
from ancu.core.actor import Actor
from ancu.core.security.rate_limits import allow, is_first
from ancu.engines.rulebook import CheckFinding

DAY = 24 * 3600
MONTH = 30 * DAY
MAX_PER_PERSON_ACCOUNT = 12  # a family of four, each mended twice
MAX_PER_ORGANISATION = 200
MAX_ABOUT_ONE_PERSON = 8  # in a month, by everybody together


@dataclass(frozen=True, slots=True)
class PreflightResult:
    """``compared`` is false if the stated address was compared with declared stays too often."""

    findings: tuple[CheckFinding, ...]
    compared: bool


def preflight_of(actor: Actor, dossier: Dossier) -> PreflightResult:
    """Return the pre-flight's findings about the filer's dossier.

    Compared with declared stays only while the filer has not asked about them too often.
    """
    compared = count_stay_question(actor, dossier)
    return PreflightResult(findings(dossier, StayDisclosure.STATED if compared else StayDisclosure.NOTHING), compared)


def count_stay_question(actor: Actor, dossier: Dossier, *, is_stored: bool = True) -> bool:
    """Whether the actor may compare the dossier with declared stays now; the comparison is counted.

    True also when nothing is compared, or the same was asked before.
    """
    unit = stated_unit(dossier)
    if not (unit and dossier.document_number and dossier.birth_date):
        return True  # nothing is asked
    account = f"organisation {actor.organisation_id}" if actor.organisation_id else f"user {actor.user_id}"
    person = f"{dossier.document_number} {dossier.birth_date}"
    question = f"{account} {person} {unit}"
    if not is_first("stay-asked", question):
        return True
    limit = MAX_PER_ORGANISATION if actor.organisation_id else MAX_PER_PERSON_ACCOUNT
    if not allow("stay-asked-by", account, limit=limit, seconds=DAY):
        return False
    if not allow("stay-asked-of", person, limit=MAX_ABOUT_ONE_PERSON, seconds=MONTH):
        return False
    is_first("stay-asked", question, remember=MONTH)
    subject = dossier if is_stored else ("dossiers.dossier", "dry-run")
    record(actor, "dossiers.compared_stay", subject, number=dossier.number)
    return True
