"""For which company an agent begins a dossier, and by which mandates a dossier was sent."""

from typing import NamedTuple

from ancu.apps.accounts.models import Mandate, User
from ancu.apps.accounts.selectors import mandates as account_mandates
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import Filer
from ancu.apps.dossiers.models import Dossier, MandateLetter
from ancu.apps.dossiers.selectors.procedures import name_of
from ancu.apps.files.models import StoredFile
from ancu.core import clock
from ancu.core.actor import Actor, MandateScope
from ancu.core.errors import Http404


class CompanyChoice(NamedTuple):
    """The companies for which the actor may begin a dossier (id and name), and the chosen one's mandate.

    ``is_decided`` says whether it is clear for whom; without a mandate it is then the actor's own organisation or self.
    """

    options: list[tuple[int, str]]
    mandate: MandateScope | None
    is_decided: bool


def company_choice(actor: Actor, filer: Filer, procedure: str, chosen: str) -> CompanyChoice:
    """Return for whom the actor begins a dossier of this procedure; ``chosen`` is the company's id as a page sends it.

    An id without a mandate in force decides nothing, so that a dossier never falls to another company.
    """
    ids = dict.fromkeys(mandate.organisation_id for mandate in actor.mandates if procedure in mandate.procedures)
    scopes = [scope for key in ids if (scope := actor.mandate_for(key, procedure))]
    if filer != Filer.ORGANISATION or not scopes:
        return CompanyChoice([], None, not chosen)
    own = rules.is_sponsor_office(actor) and rules.may_prepare(actor, procedure)
    options = [(actor.organisation_id or 0, actor.organisation_name)] if own else []
    options += [(scope.organisation_id, scope.organisation_name) for scope in scopes]
    if own and chosen in {"", str(actor.organisation_id)}:
        return CompanyChoice(options, None, True)
    fitting = [scope for scope in scopes if str(scope.organisation_id) == chosen or (not chosen and len(options) == 1)]
    return CompanyChoice(options, fitting[0] if fitting else None, bool(fitting))


def agent_of(dossier: Dossier) -> list[User]:
    """Return the agent who began the organisation's dossier, while a mandate covers it; otherwise nobody.

    Whom this names can open the dossier (``rules.mandate_of``): letters and conversations go nowhere else.
    """
    mandates = account_mandates.effective_mandates().filter(
        organisation_id=dossier.organisation_id or 0,
        user_id=dossier.filed_by_id,
        procedures__contains=[dossier.procedure],
    )
    mandate = mandates.first()
    return [mandate.user] if mandate is not None and mandate.user is not None else []


class MandateInWords(NamedTuple):
    """A mandate with the names of its procedures, whether its letter is still stored, and how it stands."""

    mandate: Mandate
    procedures: list[str]
    has_letter: bool
    standing: str


def in_words(mandates: list[Mandate]) -> list[MandateInWords]:
    """Return the mandates in words, in the same order."""
    today = clock.today()
    stored = MandateLetter.objects.filter(mandate__in=mandates, file__isnull=False)
    letters = set(stored.values_list("mandate_id", flat=True))
    return [
        MandateInWords(
            mandate, [name_of(code, today) for code in mandate.procedures], mandate.pk in letters, standing_of(mandate)
        )
        for mandate in mandates
    ]


def standing_of(mandate: Mandate) -> str:
    """Return how a mandate stands: revoked, ended, offered, lapsed, to_begin or in_force."""
    today = clock.today()
    if mandate.revoked_at is not None:
        return "revoked"
    if mandate.ends_on < today:
        return "ended"
    if mandate.accepted_at is None:
        return "offered" if mandate.link_until > clock.now() else "lapsed"
    return "to_begin" if mandate.starts_on > today else "in_force"


def mandates_of(dossier: Dossier) -> list[MandateInWords]:
    """Return the mandates under which agents sent the dossier, the oldest first."""
    if dossier.organisation_id is None:
        return []
    ids = dossier.filings.exclude(mandate=None).values_list("mandate_id", flat=True)
    return in_words(account_mandates.mandates_by_id(set(ids))) if ids else []


def letter_of(mandate: Mandate) -> StoredFile:
    """Return the scan of the mandate's letter; 404 once it was deleted."""
    letter = MandateLetter.objects.select_related("file").filter(mandate=mandate).first()
    if letter is None or letter.file is None:
        raise Http404
    return letter.file


def office_letter(dossier: Dossier, pk: int) -> tuple[Mandate, StoredFile]:
    """Return a mandate under which the dossier was sent and its letter; 404 for any other mandate."""
    for terms in mandates_of(dossier):
        if terms.mandate.pk == pk:
            return terms.mandate, letter_of(terms.mandate)
    raise Http404
