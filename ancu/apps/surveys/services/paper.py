"""Print a survey: one layout for each version and language, then numbered sheets."""

import hashlib
import string

import msgspec
from django.conf import settings
from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from ancu.apps.audit.services import record
from ancu.apps.surveys import rules
from ancu.apps.surveys.enums import QuestionKind
from ancu.apps.surveys.models import PrintRun, Survey, SurveyPaper, SurveySheet, SurveyVersion
from ancu.apps.surveys.rules.definition import (
    BilingualText,
    SurveyDefinition,
    SurveyQuestion,
    SurveySection,
    answers_of,
    read,
)
from ancu.apps.surveys.selectors.surveys import get_own, version_in_use
from ancu.apps.surveys.services.editing import freeze
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, Http404, require
from ancu.engines import omr

MOST_SHEETS = 2000
LANGUAGES = ("vi", "en", "both")
DIGITS = string.digits + string.ascii_uppercase


def secret() -> bytes:
    """Return the secret of the page codes, so that nobody else can print pages that count."""
    return _secret_from(settings.RECEIPTS_KEY)


def former_secret() -> bytes:
    """Return the former secret, for sheets printed before a key rotation; empty if there is none."""
    return _secret_from(settings.RECEIPTS_KEY_FORMER) if settings.RECEIPTS_KEY_FORMER else b""


def _secret_from(key: str) -> bytes:
    """Return the secret for the codes on printed pages, derived from a key by SHA-256."""
    return hashlib.sha256(f"survey sheets {key}".encode()).digest()


def _paper_code(version: SurveyVersion, language: str) -> str:
    """Return the code printed on the sheets of a version: ``S``, its id in base 36, and a letter for the language.

    The letter is V, E, or B for both.
    """
    number, signs = version.pk, ""
    while number:
        number, place = divmod(number, len(DIGITS))
        signs = DIGITS[place] + signs
    return f"S{signs}{language[0].upper()}"[-10:]


def questionnaire(survey: Survey, version: SurveyVersion, code: str) -> omr.Questionnaire:
    """Return the survey's version as the questionnaire that the paper engine prints and reads, with this code."""
    definition = read(version.definition)
    sections = tuple(_section(definition, section) for section in definition.sections if section.questions)
    return omr.Questionnaire(
        code=code,
        title=omr.Words(survey.title_vi, survey.title_en or survey.title_vi),
        intro=omr.Words(survey.intro_vi, survey.intro_en or survey.intro_vi),
        issuer=omr.Words(survey.agency.name, survey.agency.name),
        sections=sections,
    )


def _words(text: BilingualText) -> omr.Words:
    """Return the text in Vietnamese and English as the paper engine's ``Words``."""
    return omr.Words(text.into("vi"), text.into("en"))


def _section(definition: SurveyDefinition, section: SurveySection) -> omr.QuestionSection:
    """Return a section with its title and questions as the paper engine's ``QuestionSection``."""
    questions = tuple(_question(definition, question) for question in section.questions)
    return omr.QuestionSection(id=section.id, title=_words(section.title), questions=questions)


def _question(definition: SurveyDefinition, question: SurveyQuestion) -> omr.Question:
    """Return a question with number, text, hint, choices and rows as the paper engine's ``Question``."""
    columns = tuple(omr.Choice(id=option.id, words=_words(option.text)) for option in question.options)
    return omr.Question(
        id=question.id,
        kind=question.kind,  # type: ignore[arg-type]  # the same words on both sides
        number=str(definition.number_of(question.id)),
        words=_words(question.text),
        hint=omr.Words(_hint(definition, question, "vi"), _hint(definition, question, "en")),
        choices=columns if question.kind != QuestionKind.SCALE else (),
        rows=tuple(omr.Choice(id=row.id, words=_words(row.text)) for row in question.rows),
        low=question.low,
        high=question.high,
        low_words=_words(question.low_text),
        high_words=_words(question.high_text),
        lines=3,
    )


def _hint(definition: SurveyDefinition, question: SurveyQuestion, language: str) -> str:
    """Return the question's help text in this language, followed by its condition on an earlier answer."""
    lines = [question.help.into(language)]
    condition_question = definition.question(question.only_if.question) if question.only_if else None
    if question.only_if and condition_question:
        with override(language):
            words = answers_of(question.only_if, condition_question, language)
            lines.append(
                str(_("Only if you answered question %(number)s: %(words)s"))
                % {"number": definition.number_of(condition_question.id), "words": words}
            )
    return " ".join(filter(None, lines))


def paper_of(survey: Survey, version: SurveyVersion, language: str) -> SurveyPaper:
    """Return the printed layout of a version in a language, created on first use.

    From then on the version's questions never change. Conflict if they do not fit on paper.
    """
    existing_paper = SurveyPaper.objects.filter(version=version, language=language).first()
    if existing_paper is not None:
        return existing_paper
    code = _paper_code(version, language)
    try:
        sheet = omr.lay_out(questionnaire(survey, version, code), language=language)  # type: ignore[arg-type]
    except omr.BadQuestionnaire as refused:
        raise Conflict("not_printable", _("These questions do not fit on paper. Make them shorter.")) from refused
    freeze(version.pk)
    paper, _created = SurveyPaper.objects.get_or_create(
        version=version,
        language=language,
        defaults={"code": code, "layout": msgspec.to_builtins(sheet.layout), "pdf": sheet.pdf},
    )
    return paper


def layout_of(paper: SurveyPaper) -> omr.Layout:
    """Return the stored layout with the position of each box."""
    return msgspec.convert(paper.layout, omr.Layout)


@transaction.atomic
def print_sheets(*, actor: Actor, survey_id: int, language: str, count: int, channel_id: int) -> bytes:
    """Return a PDF of new numbered sheets.

    Conflict without questions in force, or for too many sheets.
    """
    survey = get_own(actor, survey_id)
    Survey.objects.select_for_update(of=("self",)).get(pk=survey.pk)  # serials are given one stack at a time
    version, channel = version_in_use(survey), survey.channels.filter(pk=channel_id).first()
    if channel is None or language not in LANGUAGES:
        raise Http404
    require(rules.may_edit(actor, survey))
    if version is None:
        raise Conflict("draft", _("Open the survey first. Then its questions can no longer change."))
    if not 1 <= count <= MOST_SHEETS:
        raise Conflict("count", _("Print from 1 to 2,000 sheets at a time."))
    paper = paper_of(survey, version, language)
    run = _new_run(actor, survey, paper, channel.unit_id, count)
    record(actor, "surveys.printed", survey, first=run.first, count=count, unit=channel.unit_id)
    return _pdf(run)


def _new_run(actor: Actor, survey: Survey, paper: SurveyPaper, unit_id: int | None, count: int) -> PrintRun:
    """Store a print run of ``count`` sheets, numbered after the survey's last one, and return it."""
    last = survey.runs.aggregate(last=Max(F("first") + F("count") - 1))["last"] or 0
    run = PrintRun.objects.create(
        survey=survey, paper=paper, unit_id=unit_id, first=last + 1, count=count, printed_at=clock.now(),
        printed_by_id=actor.user_id or 0,
    )  # fmt: skip
    SurveySheet.objects.bulk_create(
        (SurveySheet(survey=survey, run=run, serial=serial) for serial in range(run.first, run.first + count)),
        batch_size=1000,
    )
    return run


def _pdf(run: PrintRun) -> bytes:
    """Return the numbered sheets of a print run as PDF."""
    sheet = omr.PrintedSheet(layout=layout_of(run.paper), pdf=bytes(run.paper.pdf))
    return omr.print_sheets(sheet, range(run.first, run.first + run.count), secret=secret())


def print_again(actor: Actor, survey_id: int, run_id: int) -> bytes:
    """Return the PDF of a print run's sheets again, with the same numbers."""
    survey = get_own(actor, survey_id)
    run = survey.runs.select_related("paper").filter(pk=run_id).first()
    if run is None:
        raise Http404
    record(actor, "surveys.printed", survey, first=run.first, count=run.count, again=True)
    return _pdf(run)
