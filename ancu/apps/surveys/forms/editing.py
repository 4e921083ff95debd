"""Forms of a survey's settings, sections and questions, in both languages side by side."""

from collections.abc import Sequence
from typing import Any

import msgspec
from django import forms
from django.utils.translation import gettext_lazy as _

from ancu.apps.surveys.enums import CHOSEN, QuestionKind
from ancu.apps.surveys.models import Survey
from ancu.apps.surveys.rules.definition import (
    MOST_OPTIONS,
    AnswerOption,
    BilingualText,
    QuestionCondition,
    SurveyDefinition,
    SurveyQuestion,
)
from ancu.apps.surveys.selectors.surveys import question_values
from ancu.apps.surveys.services.editing import options_with_kept_ids
from ancu.core.forms import Form

LINE = 200
LOWEST, HIGHEST = -10, 20
MOST_COLUMNS = 9  # of a table, so that it fits on paper


class SettingsForm(Form):
    title_vi = forms.CharField(label=_("Title in Vietnamese"), max_length=150)
    title_en = forms.CharField(label=_("Title in English"), max_length=150, required=False)
    intro_vi = forms.CharField(
        label=_("Introduction in Vietnamese"), max_length=2000, required=False, widget=forms.Textarea({"rows": 4}),
        help_text=_("What you ask, why, and what happens with the answers."),
    )  # fmt: skip
    intro_en = forms.CharField(
        label=_("Introduction in English"), max_length=2000, required=False, widget=forms.Textarea({"rows": 4})
    )
    needs_code = forms.BooleanField(
        label=_("On the web, only with a one-time code"), required=False,
        help_text=_("Codes are printed on slips. We do not store which code was used for which answers."),
    )  # fmt: skip
    double_entry = forms.BooleanField(
        label=_("Two people type in each sheet, and the versions are compared"), required=False
    )
    asks = {"title_vi": _("Enter a title.")}


class NewSurveyForm(Form):
    """Enough to begin with; the rest is set later."""

    title_vi = forms.CharField(label=_("Title in Vietnamese"), max_length=150)
    title_en = forms.CharField(label=_("Title in English"), max_length=150, required=False)
    previous = forms.TypedChoiceField(
        label=_("New round of"), coerce=int, empty_value=None, required=False,
        help_text=_("Copies its questions, so that you can compare both rounds."),
    )  # fmt: skip
    asks = {"title_vi": _("Enter a title.")}

    def __init__(self, *args: Any, rounds: Sequence[Survey], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("none: a new survey")), *((survey.pk, survey.title) for survey in rounds)]
        self.fields["previous"].choices = choices  # type: ignore[attr-defined]  # a choice field


class SectionForm(Form):
    title_vi = forms.CharField(label=_("Heading in Vietnamese"), max_length=LINE, required=False)
    title_en = forms.CharField(label=_("Heading in English"), max_length=LINE, required=False)

    def text(self) -> BilingualText:
        """Return the section's submitted heading in Vietnamese and English."""
        return BilingualText(self.cleaned_data["title_vi"].strip(), self.cleaned_data["title_en"].strip())


def _lines_field(label: Any, *, label_says_required: bool = False) -> forms.CharField:
    """Return a text field with one answer option on each line.

    With ``label_says_required`` the page marks the field as required, although ``clean`` checks it by the number of
    lines.
    """
    field = forms.CharField(
        label=label, required=False, max_length=LINE * MOST_OPTIONS, widget=forms.Textarea({"rows": 5})
    )
    field.label_says_required = label_says_required  # type: ignore[attr-defined]
    return field


def _integer_field(label: Any, low: int, high: int, **more: Any) -> forms.IntegerField:
    """Return a field for a whole number between the bounds, typed on a phone's number pad."""
    widget = forms.TextInput({"inputmode": "numeric", "autocomplete": "off"})
    return forms.IntegerField(label=label, min_value=low, max_value=high, widget=widget, **more)


class QuestionForm(Form):
    """The fields for one kind of question; fields of other kinds are removed."""

    text_vi = forms.CharField(label=_("Question in Vietnamese"), max_length=500, widget=forms.Textarea({"rows": 2}))
    text_en = forms.CharField(
        label=_("Question in English"), max_length=500, required=False, widget=forms.Textarea({"rows": 2})
    )
    help_vi = forms.CharField(label=_("Help text below the question, in Vietnamese"), max_length=LINE, required=False)
    help_en = forms.CharField(label=_("Help text below the question, in English"), max_length=LINE, required=False)
    rows_vi = _lines_field(_("Rows of the table in Vietnamese, one per line"), label_says_required=True)
    rows_en = _lines_field(_("The same rows in English, in the same order"))
    options_vi = _lines_field(_("Answers in Vietnamese, one per line"), label_says_required=True)
    options_en = _lines_field(_("The same answers in English, in the same order"))
    alone = forms.CharField(
        label=_("Answer that excludes the others"), max_length=LINE, required=False,
        help_text=_("As you wrote it above in Vietnamese, for example “Không có gì”."),
    )  # fmt: skip
    low = _integer_field(_("First step"), LOWEST, HIGHEST)
    high = _integer_field(_("Last step"), LOWEST, HIGHEST)
    low_vi = forms.CharField(label=_("What the first step means, in Vietnamese"), max_length=80, required=False)
    low_en = forms.CharField(label=_("What the first step means, in English"), max_length=80, required=False)
    high_vi = forms.CharField(label=_("What the last step means, in Vietnamese"), max_length=80, required=False)
    high_en = forms.CharField(label=_("What the last step means, in English"), max_length=80, required=False)
    minimum = _integer_field(_("Minimum"), -(10**9), 10**9, required=False)
    maximum = _integer_field(_("Maximum"), -(10**9), 10**9, required=False)
    required = forms.BooleanField(label=_("Required"), required=False)
    only_if = forms.MultipleChoiceField(
        label=_("Ask only people who answered"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Choose none to ask everyone. All must be answers to one question."),
    )  # fmt: skip
    asks = {"text_vi": _("Enter the question.")}

    OWN = {
        QuestionKind.SINGLE: {"options_vi", "options_en"},
        QuestionKind.MULTIPLE: {"options_vi", "options_en", "alone"},
        QuestionKind.MATRIX: {"rows_vi", "rows_en", "options_vi", "options_en"},
        QuestionKind.SCALE: {"low", "high", "low_vi", "low_en", "high_vi", "high_en"},
        QuestionKind.NUMBER: {"minimum", "maximum"},
    }

    def __init__(
        self, *args: Any, kind: str, definition: SurveyDefinition, question: SurveyQuestion | None = None, **kwargs: Any
    ) -> None:
        self.kind, self.question = QuestionKind(kind), question
        if question is not None:
            kwargs.setdefault("initial", question_values(question))
        else:
            kwargs.setdefault("initial", {"low": 1, "high": 5})
        super().__init__(*args, **kwargs)
        for name in set().union(*self.OWN.values()) - self.OWN.get(self.kind, set()):
            del self.fields[name]
        earlier = definition.before(question.id) if question else list(definition.questions())
        choices = [
            (f"{question.id}:{option.id}", f"{definition.number_of(question.id)}. {question.text}: {option.text}")
            for question in earlier
            if question.kind in CHOSEN
            for option in question.options
        ]
        self.fields["only_if"].choices = choices  # type: ignore[attr-defined]  # a choice field
        if not choices:
            del self.fields["only_if"]

    def clean(self) -> dict[str, Any]:
        """Check the options, the exclusive answer, and the bounds of a scale or a number."""
        cleaned = self.cleaned_data
        if self.kind in CHOSEN or self.kind == QuestionKind.MATRIX:
            self._check_lines("options", least=2)
        if self.kind == QuestionKind.MATRIX:
            self._check_lines("rows", least=1)
        if (alone := cleaned.get("alone", "").strip()) and alone not in self._nonblank_lines("options_vi"):
            self.add_error("alone", _("This is not one of the answers above."))
        low, high = cleaned.get("low"), cleaned.get("high")
        if self.kind == QuestionKind.SCALE and low is not None and high is not None and not 1 <= high - low <= 10:
            self.add_error("high", _("A scale must have 2 to 11 steps."))
        low, high = cleaned.get("minimum"), cleaned.get("maximum")
        if low is not None and high is not None and low > high:
            self.add_error("maximum", _("This is less than the minimum."))
        if len({choice.split(":")[0] for choice in cleaned.get("only_if", [])}) > 1:
            self.add_error("only_if", _("Choose answers to one question only."))
        return cleaned

    def _check_lines(self, name: str, *, least: int) -> None:
        """Add an error unless the Vietnamese field has at least ``least`` lines, each different.

        English lines may be missing; otherwise there must be as many.
        """
        vi, en = (self._nonblank_lines(f"{name}_{language}") for language in ("vi", "en"))
        if len(vi) < least:
            self.add_error(f"{name}_vi", _("Enter at least %(least)s, one per line.") % {"least": least})
        elif len(vi) > (most := MOST_COLUMNS if self.kind == QuestionKind.MATRIX and least > 1 else MOST_OPTIONS):
            self.add_error(f"{name}_vi", _("There are more than %(most)s.") % {"most": most})
        elif len(set(vi)) < len(vi):
            self.add_error(f"{name}_vi", _("One of them appears twice."))
        if en and len(en) != len(vi):
            self.add_error(
                f"{name}_en",
                _("There are %(vi)s in Vietnamese and %(en)s here.") % {"vi": len(vi), "en": len(en)},
            )

    def _nonblank_lines(self, name: str) -> list[str]:
        """Return the field's lines, without blank ones."""
        lines = self.cleaned_data.get(name, "").splitlines()
        return [line.strip()[:LINE] for line in lines if line.strip()]

    def _texts(self, name: str) -> list[BilingualText]:
        """Return the lines of a field as texts in Vietnamese and English; "" as English where it has no lines."""
        vi, en = self._nonblank_lines(f"{name}_vi"), self._nonblank_lines(f"{name}_en")
        return [BilingualText(line, en[place] if en else "") for place, line in enumerate(vi)]

    def _text(self, name: str) -> BilingualText:
        """Return the text of a field in both languages."""
        cleaned = self.cleaned_data
        return BilingualText(cleaned.get(f"{name}_vi", "").strip(), cleaned.get(f"{name}_en", "").strip())

    def to_question(self) -> SurveyQuestion:
        """Return the submitted question; options with unchanged texts keep their ids."""
        cleaned, before = self.cleaned_data, self.question
        chosen = [choice.split(":") for choice in cleaned.get("only_if", [])]
        return SurveyQuestion(
            id=before.id if before else "",
            kind=str(self.kind),
            text=self._text("text"),
            help=self._text("help"),
            required=cleaned["required"],
            options=self._options(before.options if before else ()),
            rows=options_with_kept_ids(before.rows if before else (), self._texts("rows"), "r"),
            low=cleaned.get("low", 1),
            high=cleaned.get("high", 5),
            low_text=self._text("low"),
            high_text=self._text("high"),
            minimum=cleaned.get("minimum"),
            maximum=cleaned.get("maximum"),
            only_if=QuestionCondition(chosen[0][0], tuple(option for _key, option in chosen)) if chosen else None,
        )

    def _options(self, before: Sequence[AnswerOption]) -> tuple[AnswerOption, ...]:
        """Return the answer options of the question, one for each submitted line.

        An option of ``before`` with the same text keeps its id. The line typed in ``alone`` becomes the option that
        excludes all others.
        """
        alone = self.cleaned_data.get("alone", "").strip()
        options = options_with_kept_ids(before, self._texts("options"), "a")
        return tuple(
            msgspec.structs.replace(option, alone=bool(alone) and option.text.vi == alone) for option in options
        )
