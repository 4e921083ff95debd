"""Who may prepare, answer, collect and read a survey.

Opinions of the people are gathered by the office's analysts; a stranger's answer is nobody's (Decree 13/2023/ND-CP,
art. 2: data that no longer point to a person are not personal data).
"""

from ancu.apps.accounts.enums import Role
from ancu.apps.surveys.enums import TRANSITIONS, SurveyState
from ancu.apps.surveys.models import Survey
from ancu.core.actor import Actor, ActorKind
from ancu.core.transitions import follows

EDITORS = frozenset({Role.ANALYST, Role.ADMINISTRATOR})
COLLECTORS = EDITORS | {Role.AREA_OFFICER, Role.APPROVING_OFFICER, Role.HOTLINE_OPERATOR}
INTERVIEWERS = frozenset({Role.AREA_OFFICER, Role.APPROVING_OFFICER})  # whose phones work without a connection


def reads_surveys(actor: Actor) -> bool:
    """Analysts and administrators of an agency prepare surveys and read what was answered."""
    return actor.kind is ActorKind.PERSON and actor.is_agency and actor.role in EDITORS


def may_edit(actor: Actor, survey: Survey) -> bool:
    """Those of the agency whose survey it is."""
    return reads_surveys(actor) and survey.agency_id == actor.organisation_id


def collects(actor: Actor) -> bool:
    """Whoever interviews people, keys their sheets or reads scans in."""
    return actor.kind is ActorKind.PERSON and actor.is_agency and actor.role in COLLECTORS


def may_collect(actor: Actor, survey: Survey) -> bool:
    """While it is open; sheets that come back late are still taken in once it is closed, by those who edit it.

    Never once its figures were published: what one sheet more changes would tell what stands on it.
    """
    late = survey.state == SurveyState.CLOSED and survey.figures_published_at is None
    return collects(actor) and (survey.state == SurveyState.OPEN or (may_edit(actor, survey) and late))


def may_publish_figures(actor: Actor, survey: Survey) -> bool:
    """Of a closed survey, by those who prepared it; they may also take the page down, and put it up again."""
    return may_edit(actor, survey) and survey.state == SurveyState.CLOSED


def may_see_figures(actor: Actor, survey: Survey) -> bool:
    """Officers read them once nothing is added any more: two looks at a growing count would tell the last answer."""
    return may_edit(actor, survey) or (collects(actor) and survey.state == SurveyState.CLOSED)


def may_interview(actor: Actor) -> bool:
    """Officers who go out to people, with a phone of theirs."""
    return actor.kind is ActorKind.PERSON and actor.is_agency and actor.role in INTERVIEWERS


def may_move(actor: Actor, survey: Survey, to: SurveyState) -> bool:
    """Open it, and close it, as the table of states allows; one whose figures were published stays closed."""
    return survey.figures_published_at is None and may_edit(actor, survey) and follows(TRANSITIONS, survey.state, to)


def takes_answers(survey: Survey) -> bool:
    """Answers come in only while it is open."""
    return survey.state == SurveyState.OPEN
