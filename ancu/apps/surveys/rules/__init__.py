"""Who may prepare, answer, collect and read a survey."""

from ancu.apps.accounts.enums import Role
from ancu.apps.surveys.enums import TRANSITIONS, SurveyState
from ancu.apps.surveys.models import Survey
from ancu.core.actor import Actor, ActorKind
from ancu.core.transitions import follows

EDITORS = frozenset({Role.ANALYST, Role.ADMINISTRATOR})
COLLECTORS = EDITORS | {Role.AREA_OFFICER, Role.APPROVING_OFFICER, Role.HOTLINE_OPERATOR}
INTERVIEWERS = frozenset({Role.AREA_OFFICER, Role.APPROVING_OFFICER})  # whose phones work without a connection


def reads_surveys(actor: Actor) -> bool:
    """Whether the actor prepares surveys and reads results: analysts and administrators of an agency."""
    return actor.kind is ActorKind.PERSON and actor.is_agency and actor.role in EDITORS


def may_edit(actor: Actor, survey: Survey) -> bool:
    """Whether the actor may edit the survey: an analyst or administrator of the agency that owns it."""
    return reads_surveys(actor) and survey.agency_id == actor.organisation_id


def collects(actor: Actor) -> bool:
    """Whether the actor collects answers: interviewers, and officers who key or scan sheets."""
    return actor.kind is ActorKind.PERSON and actor.is_agency and actor.role in COLLECTORS


def may_collect(actor: Actor, survey: Survey) -> bool:
    """Whether the actor may collect answers to the survey now.

    Collectors may while it is open. Those who may edit it also enter late sheets after closing, until its figures are
    published: one more sheet would then reveal its answers by the difference.
    """
    late = survey.state == SurveyState.CLOSED and survey.figures_published_at is None
    return collects(actor) and (survey.state == SurveyState.OPEN or (may_edit(actor, survey) and late))


def may_publish_figures(actor: Actor, survey: Survey) -> bool:
    """Whether the actor may publish or withdraw the survey's figures: its editors, while it is closed."""
    return may_edit(actor, survey) and survey.state == SurveyState.CLOSED


def may_see_figures(actor: Actor, survey: Survey) -> bool:
    """Whether the actor may see the survey's figures: its editors always, collectors once it is closed.

    Two views of a growing count would reveal the last answer to a collector.
    """
    return may_edit(actor, survey) or (collects(actor) and survey.state == SurveyState.CLOSED)


def may_interview(actor: Actor) -> bool:
    """Whether the actor may interview people with the actor's own phone."""
    return actor.kind is ActorKind.PERSON and actor.is_agency and actor.role in INTERVIEWERS


def may_change_state(actor: Actor, survey: Survey, to: SurveyState) -> bool:
    """Whether the actor may move the survey to the state ``to`` (open, closed): one who may edit it.

    The table of transitions must allow it; a survey with published figures stays closed.
    """
    return survey.figures_published_at is None and may_edit(actor, survey) and follows(TRANSITIONS, survey.state, to)


def takes_answers(survey: Survey) -> bool:
    """Whether the survey accepts answers: only while it is open."""
    return survey.state == SurveyState.OPEN
