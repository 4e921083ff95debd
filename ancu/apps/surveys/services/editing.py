"""Edit a survey's settings, sections and questions. Answered or printed versions never change."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.selectors import acts_on, last_change, overtaken_conflict, require_edition
from ancu.apps.audit.services import record
from ancu.apps.surveys import rules
from ancu.apps.surveys.enums import SurveyState
from ancu.apps.surveys.models import Survey, SurveyVersion
from ancu.apps.surveys.rules.definition import (
    MOST_QUESTIONS,
    AnswerOption,
    BilingualText,
    SurveyDefinition,
    SurveyQuestion,
    SurveySection,
    read,
    replace_section,
    write,
)
from ancu.apps.surveys.selectors.surveys import (
    editable_settings,
    get_own,
    has_sheets_to_check,
    heading_values,
    newest_version,
    question_values,
    version_in_use,
)
from ancu.apps.surveys.services.channels import create_open_link
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, Http404, require

Change = Callable[[SurveyDefinition], SurveyDefinition]


@transaction.atomic
def create(*, actor: Actor, previous: Survey | None = None, **settings: Any) -> Survey:
    """Create a survey of the agency; a later round copies the questions of ``previous`` with their ids."""
    require(rules.reads_surveys(actor))
    survey = Survey.objects.create(
        agency_id=actor.organisation_id or 0, created_at=clock.now(), created_by_id=actor.user_id or 0,
        previous=previous, **settings,
    )  # fmt: skip
    if previous is not None:
        require(rules.may_edit(actor, previous))
        definition = read((version_in_use(previous) or newest_version(previous)).definition)
    else:
        definition = SurveyDefinition(sections=(SurveySection("s1", BilingualText()),), next=2)
    SurveyVersion.objects.create(survey=survey, number=1, definition=write(definition))
    create_open_link(survey)
    record(actor, "surveys.created", survey)
    return survey


@transaction.atomic
def set_survey(*, actor: Actor, survey_id: int, edition: str = "", **settings: Any) -> Survey:
    """Save the survey's title, introduction and rules of answering, not its questions.

    Conflict ``changed_since`` when the page showed another ``edition`` of them.
    """
    survey = _lock_survey(actor, survey_id)
    if all(getattr(survey, name) == value for name, value in settings.items()):
        return survey
    require_edition(actor, edition, editable_settings(survey), survey, only=Q(act="surveys.set"))
    for name, value in settings.items():
        setattr(survey, name, value)
    survey.save(update_fields=[*settings])
    record(actor, "surveys.set", survey, changed=sorted(settings))
    return survey


def _lock_survey(actor: Actor, survey_id: int) -> Survey:
    """Return the locked survey of the actor's agency; 404 or 403 as in ``get_own``."""
    get_own(actor, survey_id)
    return Survey.objects.select_for_update(of=("self",)).get(pk=survey_id)


@transaction.atomic
def change_questions(
    *, actor: Actor, survey_id: int, to: Change, part: str = "", is_removed: bool = False
) -> SurveyVersion:
    """Save the questions changed by the function ``to``; return the version that holds them.

    Once a version was answered or printed, a new version is created. ``part`` is the id of the question or section
    that is changed or removed; Conflict ``removed`` if it is gone already.
    """
    survey = _lock_survey(actor, survey_id)
    version = SurveyVersion.objects.select_for_update().filter(survey=survey).order_by("-number")[:1].get()
    before = read(version.definition)
    _require_part(actor, survey, before, part)
    definition = to(before)
    if len(list(definition.questions())) > MOST_QUESTIONS:
        raise Conflict("too_many", _("A survey has at most 80 questions."))
    if version.frozen_at is not None:
        version = SurveyVersion(survey=survey, number=version.number + 1)
    version.definition = write(definition)
    version.save()
    named = {"removed" if is_removed else "part": part} if part else {}
    record(actor, "surveys.edited", survey, version=version.number, **named)
    return version


def _require_part(actor: Actor, survey: Survey, definition: SurveyDefinition, part: str) -> None:
    """Raise Conflict ``removed`` if the question or section ``part`` was removed; 404 if it never existed.

    Nothing is checked for an empty ``part``.
    """
    if part and not definition.question(part) and not any(section.id == part for section in definition.sections):
        raise removal(actor, survey, part)


def removal(actor: Actor, survey: Survey, part: str) -> Conflict:
    """Return the Conflict ``removed``, which says who removed the question or section ``part`` and when.

    404 if the audit has no such removal.
    """
    acts = Q(act="surveys.edited", details__removed=part)
    if last_change(actor, acts & acts_on(survey)) is None:
        raise Http404
    is_question = part.startswith("q")
    sentence = _("This question has been removed.") if is_question else _("This part has been removed.")
    return overtaken_conflict(actor, "removed", survey, sentence, only=acts)


@transaction.atomic
def change_question(*, actor: Actor, survey_id: int, question: SurveyQuestion, edition: str = "") -> None:
    """Replace a question; Conflict if it differs from what the page showed (``edition``)."""
    survey = _lock_survey(actor, survey_id)
    present = read(newest_version(survey).definition).question(question.id)
    if present == question:
        return
    if present is not None:
        only = Q(act="surveys.edited", details__part=question.id)
        require_edition(actor, edition, question_values(present), survey, only=only)
    change_questions(actor=actor, survey_id=survey_id, to=with_question("", question), part=question.id)


@transaction.atomic
def change_heading(*, actor: Actor, survey_id: int, section: str, title: BilingualText, edition: str = "") -> None:
    """Replace a section's heading; Conflict if it differs from what the page showed (``edition``)."""
    survey = _lock_survey(actor, survey_id)
    present = next((part for part in read(newest_version(survey).definition).sections if part.id == section), None)
    if present is not None and present.title != title:
        only = Q(act="surveys.edited", details__part=section)
        require_edition(actor, edition, heading_values(present), survey, only=only)
    change_questions(actor=actor, survey_id=survey_id, to=with_section(title, section), part=section)


def with_section(title: BilingualText, section_id: str = "") -> Change:
    """Return a function that adds a section to a definition, or sets the heading of the section ``section_id``."""

    def to(definition: SurveyDefinition) -> SurveyDefinition:
        """Return the definition with the section added, or with its heading changed; 404 for an unknown section."""
        if not section_id:
            added = SurveySection(f"s{definition.next}", title)
            return msgspec.structs.replace(definition, sections=(*definition.sections, added), next=definition.next + 1)
        place = _section_index(definition, section_id)
        return replace_section(definition, place, msgspec.structs.replace(definition.sections[place], title=title))

    return to


def _section_index(definition: SurveyDefinition, section_id: str) -> int:
    """Return the index of the section with this id in the definition, or raise 404."""
    for place, section in enumerate(definition.sections):
        if section.id == section_id:
            return place
    raise Http404


def without_section(section_id: str) -> Change:
    """Return a function that removes the section from a survey's definition; it raises Conflict if it has questions."""

    def to(definition: SurveyDefinition) -> SurveyDefinition:
        """Return the definition without the section; Conflict if it has questions."""
        place = _section_index(definition, section_id)
        if definition.sections[place].questions:
            raise Conflict("not_empty", _("Move or remove the questions of this section first."))
        remaining = tuple(section for section in definition.sections if section.id != section_id)
        return msgspec.structs.replace(definition, sections=remaining)

    return to


def with_question(section_id: str, question: SurveyQuestion) -> Change:
    """Return a function that adds the question to a section of a definition, or replaces the question with its id."""

    def to(definition: SurveyDefinition) -> SurveyDefinition:
        """Return the definition with the question added or replaced."""
        if question.id:
            return _replace_question(definition, question)
        place, number = _section_index(definition, section_id), definition.next
        added = msgspec.structs.replace(question, id=f"q{number}")
        section = definition.sections[place]
        section = msgspec.structs.replace(section, questions=(*section.questions, added))
        return msgspec.structs.replace(replace_section(definition, place, section), next=number + 1)

    return to


def _replace_question(definition: SurveyDefinition, question: SurveyQuestion) -> SurveyDefinition:
    """Return the definition with this question instead of the one with the same id, or 404."""
    if definition.question(question.id) is None:
        raise Http404
    place = definition.section_of(question.id)
    section = definition.sections[place]
    questions = tuple(
        question if section_question.id == question.id else section_question for section_question in section.questions
    )
    changed = replace_section(definition, place, msgspec.structs.replace(section, questions=questions))
    return _require_valid_conditions(changed)


def without_question(key: str) -> Change:
    """Return a function that removes the question ``key`` from a survey's definition; it raises 404 without it."""

    def to(definition: SurveyDefinition) -> SurveyDefinition:
        """Return the definition without the question, or 404."""
        if definition.question(key) is None:
            raise Http404
        place = definition.section_of(key)
        section = definition.sections[place]
        questions = tuple(question for question in section.questions if question.id != key)
        return _require_valid_conditions(
            replace_section(definition, place, msgspec.structs.replace(section, questions=questions))
        )

    return to


def with_moved_question(key: str, by: int) -> Change:
    """Return a function that moves the question ``key`` up (``by`` -1) or down (+1) in a definition.

    Beyond the end of its section the question moves to the neighbouring section.
    """

    def to(definition: SurveyDefinition) -> SurveyDefinition:
        """Return the definition with the question moved; unchanged at the survey's beginning or end, 404 without it."""
        question = definition.question(key)
        if question is None:
            raise Http404
        place = definition.section_of(key)
        inside = list(definition.sections[place].questions)
        at = inside.index(question)
        inside.pop(at)
        if 0 <= at + by <= len(inside):
            inside.insert(at + by, question)
            return _require_valid_conditions(_with_questions(definition, place, inside))
        if not 0 <= place + by < len(definition.sections):
            return definition
        there = list(definition.sections[place + by].questions)
        there.insert(len(there) if by < 0 else 0, question)
        return _require_valid_conditions(_with_questions(_with_questions(definition, place, inside), place + by, there))

    return to


def _with_questions(definition: SurveyDefinition, place: int, questions: Sequence[SurveyQuestion]) -> SurveyDefinition:
    """Return the definition with these questions in the section at the index ``place``."""
    section = msgspec.structs.replace(definition.sections[place], questions=tuple(questions))
    return replace_section(definition, place, section)


def _require_valid_conditions(definition: SurveyDefinition) -> SurveyDefinition:
    """Return the definition; Conflict if a condition refers to a later question or a missing option."""
    for question in definition.questions():
        if question.only_if is None:
            continue
        on = next(
            (
                earlier_question
                for earlier_question in definition.before(question.id)
                if earlier_question.id == question.only_if.question
            ),
            None,
        )
        if on is None or any(on.option(option_id) is None for option_id in question.only_if.options):
            raise Conflict(
                "condition",
                _(
                    "Question %(number)s is asked only after an answer that your change would remove. Change that "
                    "question first."
                )
                % {"number": definition.number_of(question.id)},
            )
    return definition


def options_with_kept_ids(
    before: Sequence[AnswerOption], texts: Sequence[BilingualText], start: str
) -> tuple[AnswerOption, ...]:
    """Return an answer option for each text; an option of ``before`` with the same Vietnamese text keeps its id.

    If their number is unchanged, an option with a new text keeps the id of its line. New ids begin with ``start``.
    """
    ids_by_text = {option.text.vi: option.id for option in before}
    same_length = len(before) == len(texts)
    reused_ids = {ids_by_text[text.vi] for text in texts if text.vi in ids_by_text}
    options: list[AnswerOption] = []
    numbers = iter(range(1, 1000))
    for place, text in enumerate(texts):
        key = ids_by_text.get(text.vi, "")
        if not key and same_length and before[place].id not in reused_ids:
            key = before[place].id
        while not key or (key in {option.id for option in options}):
            new = f"{start}{next(numbers)}"
            key = "" if new in reused_ids | {option.id for option in before} else new
        reused_ids.add(key)
        options.append(AnswerOption(key, text))
    return tuple(options)


@transaction.atomic
def publish(*, actor: Actor, survey_id: int) -> SurveyVersion:
    """Put the newest questions in force; Conflict if there are none."""
    survey = _lock_survey(actor, survey_id)
    version = newest_version(survey)
    if not any(True for _question in read(version.definition).questions()):
        raise Conflict("empty", _("Write at least one question first."))
    if version.published_at is None:
        version.published_at = clock.now()
        version.save(update_fields=["published_at"])
        record(actor, "surveys.published", survey, version=version.number)
    return version


@transaction.atomic
def change_state(*, actor: Actor, survey_id: int, to: SurveyState) -> Survey:
    """Open the survey, so that its newest questions come into force, or close it.

    Conflict if its state forbids that.
    """
    survey = _lock_survey(actor, survey_id)
    if not rules.may_change_state(actor, survey, to):
        raise overtaken_conflict(actor, "state", survey)
    if to == SurveyState.OPEN:
        publish(actor=actor, survey_id=survey.pk)
        survey.opened_at, survey.closed_at = survey.opened_at or clock.now(), None
    else:
        survey.closed_at = clock.now()
    survey.state = to
    survey.save(update_fields=["state", "opened_at", "closed_at"])
    record(actor, "surveys.opened" if to == SurveyState.OPEN else "surveys.closed", survey)
    return survey


@transaction.atomic
def show_figures(*, actor: Actor, survey_id: int, public: bool) -> Survey:
    """Publish or withdraw the survey's figures.

    Conflict while sheets wait to be checked, because none is accepted afterwards.
    """
    survey = _lock_survey(actor, survey_id)
    if not rules.may_publish_figures(actor, survey):
        raise Conflict("state", _("You cannot do this in the current state of the survey. Reload the page."))
    if public and has_sheets_to_check(survey):
        raise Conflict(
            "waiting", _("Some sheets still need checking. Check them first, because you cannot add sheets later.")
        )
    survey.figures_public = public
    if public and survey.figures_published_at is None:
        survey.figures_published_at = clock.now()
    survey.save(update_fields=["figures_public", "figures_published_at"])
    record(actor, "surveys.figures_published" if public else "surveys.figures_hidden", survey)
    return survey


def freeze(version_id: int) -> None:
    """Store that the version was answered or printed, so that its questions can no longer change."""
    SurveyVersion.objects.filter(pk=version_id, frozen_at__isnull=True).update(frozen_at=clock.now())
