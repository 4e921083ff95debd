"""The same request for documents to several applicants, each with the own values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import ComponentState
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors.queues import chosen_dossiers
from ancu.apps.dossiers.selectors.requests import RequestOffer, fill_placeholders, missing_offers, placeholders_in
from ancu.apps.dossiers.services import handling
from ancu.apps.dossiers.services.moving import stale_state
from ancu.apps.dossiers.services.on_each import ManyOutcome, Refusals, act_on_each
from ancu.apps.dossiers.services.versions import run_unless_changed
from ancu.core.actor import Actor
from ancu.core.errors import Conflict

MOST_REQUESTED = 10  # together: the officer reads each letter before it is sent


@dataclass(frozen=True)
class RequestContent:
    """What is requested of one applicant. ``problem`` is a sentence on why no letter can be sent, or empty."""

    note: str
    article: str
    offers: Sequence[RequestOffer]
    problem: str


def dossiers_to_request(actor: Actor, numbers: Sequence[str]) -> list[Dossier]:
    """Return the chosen dossiers, earliest due first; Conflict for none or too many, 404 if one is missing."""
    if not numbers:
        raise Conflict("none_chosen", _("Choose the dossiers first."))
    if len(set(numbers)) > MOST_REQUESTED:
        raise Conflict(
            "too_many_chosen", _("Choose at most %(most)d dossiers: you read each letter.") % {"most": MOST_REQUESTED}
        )
    return chosen_dossiers(actor, numbers)


def requestable(actor: Actor, dossiers: Sequence[Dossier]) -> tuple[list[Dossier], Refusals]:
    """Return the dossiers for which the actor may request documents now, and the others with the reason."""
    ready = [dossier for dossier in dossiers if rules.may_request_supplement(actor, dossier)]
    return ready, [(dossier, _reason(actor, dossier)) for dossier in dossiers if dossier not in ready]


def _reason(actor: Actor, dossier: Dossier) -> str:
    """Return why the actor may not request documents for the dossier."""
    in_time = dossier.state in handling.JUDGED
    return _may_not_request() if in_time else str(stale_state(actor, dossier).message)


def _may_not_request() -> str:
    """Return the sentence that another role requests documents for the dossier."""
    return _("You may not request documents for it.")


def content_for(dossier: Dossier, *, note: str, article: str, with_missing: bool, language: str) -> RequestContent:
    """Return what is requested of one applicant: papers rejected, papers not sent if asked for, and the text.

    The words in braces of ``note`` are replaced by the applicant's own values.
    """
    offers = missing_offers(dossier) if with_missing else []
    text = fill_placeholders(note, dossier, offers, language)
    has_papers = bool(offers) or dossier.components.filter(state=ComponentState.RETURNED).exists()
    problem = ""
    if "papers" in placeholders_in(note) and not has_papers:
        problem = _("Your text names the requested documents, but none is requested here. No letter is sent.")
    elif not (text or has_papers):
        problem = _("Nothing would be requested here, so no letter is sent.")
    return RequestContent(text, article, offers, problem)


def request_of_many(
    actor: Actor,
    *,
    dossiers: Sequence[Dossier],
    contents: Mapping[str, RequestContent],
    versions: Mapping[str, str],
) -> ManyOutcome:
    """Request documents for each dossier as previewed; one that has changed since does not block the rest.

    ``contents`` and ``versions`` are by dossier number.
    """

    def act(dossier: Dossier) -> None:
        """Send one request, unless the dossier has changed since its letter was shown."""
        content = contents[dossier.number]
        if content.problem:
            raise Conflict("nothing_asked", content.problem)
        run_unless_changed(
            lambda: handling.request_supplement(
                actor, dossier=dossier, note_text=content.note, article=content.article, offers=content.offers
            ),
            actor, dossier, version=versions.get(dossier.number, ""),
        )  # fmt: skip

    return act_on_each(dossiers, act, forbidden=_may_not_request())
