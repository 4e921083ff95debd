"""An agency's surveys for those who prepare them, and open surveys of higher agencies for collectors."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from ancu.apps.accounts.models import Organisation
from ancu.apps.audit.selectors import NamedRecord
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.places.selectors import units_in
from ancu.apps.surveys import rules
from ancu.apps.surveys.enums import ResponseState, SurveyState
from ancu.apps.surveys.models import Survey, SurveyChannel, SurveyResponse, SurveyVersion
from ancu.apps.surveys.rules.definition import AnswerOption, SurveyDefinition, SurveyQuestion, SurveySection, read
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.pagination import CursorPage, newest_first
from ancu.core.errors import require

SETTINGS = ("title_vi", "title_en", "intro_vi", "intro_en", "needs_code", "double_entry")
WAITING = (ResponseState.REVIEW, ResponseState.SECOND)


def _agencies(actor: Actor) -> QuerySet[Any]:
    """Return the ids of the actor's agency and of up to two agencies above it, as a subquery."""
    own = actor.organisation_id or 0
    line = Organisation.objects.filter(Q(pk=own) | Q(branches=own) | Q(branches__branches=own))
    return line.order_by().values("pk")


def visible_to(actor: Actor) -> QuerySet[Survey]:
    """Return the surveys of the actor's agency and of agencies above it."""
    if not actor.is_agency:
        return Survey.objects.none()
    return Survey.objects.filter(agency_id__in=_agencies(actor)).select_related("agency", "previous")


def get_survey(actor: Actor, pk: int) -> Survey:
    """Return a survey the actor may see, or 404."""
    return get_object_or_404(visible_to(actor), pk=pk)


def editable_settings(survey: Survey) -> dict[str, Any]:
    """Return the survey's titles, introductions, ``needs_code`` and ``double_entry`` by name."""
    return {name: getattr(survey, name) for name in SETTINGS}


def question_values(question: SurveyQuestion) -> dict[str, Any]:
    """Return the question's values as initial data of its form: texts, options, rows, bounds and condition."""
    values: dict[str, Any] = {"required": question.required, "low": question.low, "high": question.high,
                              "minimum": question.minimum, "maximum": question.maximum}  # fmt: skip
    texts = {"text": question.text, "help": question.help, "low": question.low_text, "high": question.high_text}
    for name, text in texts.items():
        values |= {f"{name}_vi": text.vi, f"{name}_en": text.en}
    for name, options in (("options", question.options), ("rows", question.rows)):
        values |= _lines_values(name, options)
    values["alone"] = next((option.text.vi for option in question.options if option.alone), "")
    if question.only_if:
        values["only_if"] = [f"{question.only_if.question}:{option}" for option in question.only_if.options]
    return values


def _lines_values(name: str, options: Sequence[AnswerOption]) -> dict[str, str]:
    """Return the texts of options as form values, one option on each line."""
    has_english = any(option.text.en for option in options)
    english = "\n".join(option.text.en or option.text.vi for option in options) if has_english else ""
    return {f"{name}_vi": "\n".join(option.text.vi for option in options), f"{name}_en": english}


def heading_values(section: SurveySection) -> dict[str, Any]:
    """Return the section's Vietnamese and English heading as initial data of its form."""
    return {"title_vi": section.title.vi, "title_en": section.title.en}


def get_own(actor: Actor, pk: int) -> Survey:
    """Return a survey of the actor's agency for those who prepare it.

    404 if the actor may not see it; 403 without the right, and for a survey of an agency above.
    """
    survey = get_survey(actor, pk)
    require(rules.may_edit(actor, survey))
    return survey


def get_collected(actor: Actor, pk: int) -> Survey:
    """Return a survey for which the actor collects answers now.

    404 if the actor may not see it, 403 if the actor may not collect answers to it now.
    """
    survey = get_survey(actor, pk)
    require(rules.may_collect(actor, survey))
    return survey


def survey_page(actor: Actor, after: str = "") -> CursorPage[Survey]:
    """Return a page of surveys, the newest first, annotated with ``complete`` and ``waiting``.

    These are the numbers of responses and of sheets to check. Those who prepare surveys see all of their agency;
    other collectors the open ones of their agency and of agencies above it.
    """
    if not actor.is_agency:
        raise Http404
    require(rules.collects(actor))
    own = Q(agency_id=actor.organisation_id) if rules.reads_surveys(actor) else Q(state=SurveyState.OPEN)
    return newest_first(with_counts(visible_to(actor).filter(own)), after)


def with_counts(surveys: QuerySet[Survey]) -> QuerySet[Survey]:
    """Annotate surveys with ``complete``, the number of responses, and ``waiting``, that of sheets to check."""

    def number(*states: str) -> Coalesce:
        """Return the SQL expression for the number of a survey's responses in these states; 0 without any."""
        of = SurveyResponse.objects.filter(survey=OuterRef("pk"), state__in=states).order_by()
        return Coalesce(Subquery(of.values("survey").annotate(n=Count("pk")).values("n")), 0)

    return surveys.annotate(complete=number(ResponseState.COMPLETE), waiting=number(*WAITING))


def has_sheets_to_check(survey: Survey) -> bool:
    """Return True if a sheet of the survey was read or keyed but not yet checked."""
    return survey.responses.filter(state__in=WAITING).exists()


def versions(survey: Survey) -> list[SurveyVersion]:
    """Return the survey's versions, the newest first."""
    return list(survey.versions.order_by("-number"))


def newest_version(survey: Survey) -> SurveyVersion:
    """Return the survey's version with the highest number, which the editor changes; it may not be in force yet."""
    return survey.versions.order_by("-number")[:1].get()


def version_in_use(survey: Survey) -> SurveyVersion | None:
    """Return the newest version in force; None while none was put in force."""
    return survey.versions.filter(published_at__isnull=False).order_by("-number").first()


def definition_of(survey: Survey) -> SurveyDefinition:
    """Return the questions of the version in force; before the first one, those being prepared."""
    return read((version_in_use(survey) or newest_version(survey)).definition)


def channels(survey: Survey) -> list[SurveyChannel]:
    """Return the survey's channels: the open link first, then the units' links."""
    channels = survey.channels.select_related("unit")
    return sorted(
        channels, key=lambda channel: (channel.unit is not None, channel.unit.full_name if channel.unit else "")
    )


def units_to_choose(actor: Actor) -> list[AdministrativeUnit]:
    """Return today's units of the actor's area, the province first."""
    return units_in(actor.area, clock.today())


def rounds(actor: Actor, survey: Survey | None = None) -> list[Survey]:
    """Return up to 100 surveys of the actor's agency that may be the previous round of ``survey``, newest first.

    These are the older ones; for None all of the agency's surveys.
    """
    surveys = Survey.objects.filter(agency_id=actor.organisation_id or 0).order_by("-id")
    return list(surveys.filter(pk__lt=survey.pk)[:100] if survey else surveys[:100])


def code_counts(survey: Survey) -> dict[int | None, tuple[int, int]]:
    """Return, by unit id, the number of printed one-time codes and how many of them were used."""
    rows = survey.codes.order_by().values_list("unit_id").annotate(n=Count("pk"), used=Count("pk", filter=Q(used=True)))
    return {unit: (number, used) for unit, number, used in rows}


def surveys_named(actor: Actor, ids: list[str]) -> dict[str, NamedRecord]:
    """Return the names and pages of those surveys that the actor may see, by id."""
    surveys = visible_to(actor).filter(pk__in=[key for key in ids if key.isdigit()])
    return {
        str(survey.pk): NamedRecord(survey.title, reverse("surveys:survey", args=[survey.pk])) for survey in surveys
    }
