"""Forms officers fill in when they work on a dossier."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from ancu.apps.dossiers.enums import ComponentState, ReceiverProof, ReturnReason
from ancu.apps.dossiers.rules.letters import day_problem
from ancu.apps.dossiers.selectors.queue_orders import ALL_ORDERS
from ancu.apps.dossiers.selectors.queues import QUEUES, QueueFilter
from ancu.apps.dossiers.selectors.reasons import reason_choices
from ancu.apps.dossiers.selectors.receiving import ANOTHER_PERSON, normalised_document_number, proof_problem
from ancu.apps.dossiers.selectors.results import (
    CARD,
    NUMBER_TAKEN,
    VISA,
    RequestedResult,
    dossier_with_number,
    is_symbol,
    latest_end,
    values_of,
)
from ancu.core import clock
from ancu.core.forms import DateField, Form, SearchSelect
from ancu.core.forms.filters import FilterForm
from ancu.core.templatetags.ui import day

Choices = Sequence[tuple[Any, str]]
MARKED_FIELDS = 6
PROOFS_AT_COUNTER = [choice for choice in ReceiverProof.choices if choice[0] != ReceiverProof.POST]  # over the counter
ENTRIES = [("single", _("single entry")), ("multiple", _("multiple entries"))]


def long_text_field(label: Any, *, rows: int = 3, limit: int = 2000, required: bool = True, help_text: Any = "") -> Any:
    """Return the field for a text of several lines, at most ``limit`` characters."""
    return forms.CharField(
        label=label, max_length=limit, required=required, help_text=help_text, widget=forms.Textarea({"rows": rows})
    )


def article_field(required: bool = True) -> Any:
    """Return the field for an article of the law, such as "Article 36, clause 1"."""
    return forms.CharField(
        label=_("Article"),
        max_length=200,
        required=required,
        help_text=_("The article of the law that applies, for example: Article 36, clause 1."),
    )


class QueueForm(FilterForm):
    """The filter of the queues, read from the query string."""

    state = forms.ChoiceField(label=_("State"), choices=[("", _("All"))], required=False)
    procedure = forms.ChoiceField(label=_("Procedure"), choices=[], required=False)
    officer = forms.ChoiceField(label=_("Officer"), choices=[], required=False, widget=SearchSelect)
    unit = forms.ChoiceField(label=_("Commune"), choices=[], required=False, widget=SearchSelect)
    company = forms.ChoiceField(label=_("Company"), choices=[], required=False, widget=SearchSelect)
    due = forms.ChoiceField(label=_("Due"), choices=[("late", ""), ("today", "")], required=False)
    order = forms.ChoiceField(label=_("Sort by"), choices=[], required=False)
    q = forms.CharField(label=_("Number, name or document"), required=False, max_length=100)

    def __init__(
        self, data: Any, *, procedures: Choices, officers: Choices, units: Choices, companies: Choices
    ) -> None:
        super().__init__(data)
        people = [("", _("Everyone")), ("me", _("Me")), ("none", _("No one yet"))]
        every: dict[str, list[tuple[str, Any]]] = {
            "state": [(str(state), state.label) for state in QUEUES],
            "procedure": [("", _("All procedures")), *procedures],
            "officer": [*people, *((str(key), name) for key, name in officers)],
            "unit": [("", _("All communes")), *((str(key), name) for key, name in units)],
            "company": [("", _("All companies")), *((str(key), name) for key, name in companies)],
            "order": [(order.code, capfirst(str(order.label))) for order in ALL_ORDERS],
        }
        for name, choices in every.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def queue_filter(self) -> QueueFilter:
        """Return the chosen search text, filters and order as a ``QueueFilter``."""
        filters = self.chosen()
        return QueueFilter(text=filters.pop("q", ""), **filters)


class SaveFilterForm(Form):
    """The name for saving the current filter."""

    name = forms.CharField(
        label=_("Save this filter as"), max_length=40, widget=forms.TextInput({"autocomplete": "off"})
    )
    shared = forms.BooleanField(label=_("For my whole unit"), required=False)


class JudgePaperForm(Form):
    """The verdict on one paper: accepted, or returned for a typed reason."""

    reason_code = forms.ChoiceField(label=_("What is wrong with it"), choices=[], required=False)
    reason = long_text_field(_("Details"), rows=2, limit=500, required=False, help_text=_("The applicant sees this."))
    verdict = forms.ChoiceField(choices=[(str(ComponentState.ACCEPTED), ""), (str(ComponentState.RETURNED), "")])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reasons = [(code, capfirst(words)) for code, words in reason_choices()]
        self.fields["reason_code"].choices = [("", _("Choose a reason")), *reasons]  # type: ignore[attr-defined]
        self.fields["reason_code"].label_says_required = True  # type: ignore[attr-defined]  # of what goes back: clean says so
        self.fields["verdict"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        """Require a reason to return a paper, and words with "another reason"."""
        cleaned = super().clean() or {}
        if cleaned.get("verdict") == ComponentState.RETURNED:
            if not cleaned.get("reason_code"):
                self.add_error("reason_code", _("Choose why you reject it."))
            elif cleaned["reason_code"] == ReturnReason.OTHER_REASON and not cleaned.get("reason"):
                self.add_error("reason", _("Describe what is wrong."))
        return cleaned


class AssignOfficerForm(Form):
    officer = forms.ChoiceField(label=_("Officer"), choices=[], required=False, widget=SearchSelect)

    def __init__(self, *args: Any, officers: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["officer"].choices = [("", _("No one (back to the queue)")), *officers]  # type: ignore[attr-defined]


class SupplementForm(Form):
    """The missing items besides the returned papers: fields of the form, and a note to the applicant."""

    note_text = long_text_field(
        _("To the applicant"), required=False, help_text=_("What to send or correct, in plain words.")
    )
    article = article_field(required=False)

    def __init__(self, *args: Any, fields: list[tuple[str, str]], papers: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.papers = papers
        for place in range(1, MARKED_FIELDS + 1):
            names = {"place": place}
            self.fields[f"field_{place}"] = forms.ChoiceField(
                label=_("Field %(place)d") % names,
                choices=[("", _("No field")), *fields],
                required=False,
                widget=SearchSelect,
            )
            self.fields[f"why_{place}"] = forms.CharField(
                label=_("What is wrong in field %(place)d") % names, max_length=500, required=False
            )

    @property
    def pairs(self) -> list[tuple[Any, Any]]:
        """The pairs of fields by which an officer marks one of the dossier's answers and says what is wrong."""
        return [(self[f"field_{place}"], self[f"why_{place}"]) for place in range(1, MARKED_FIELDS + 1)]

    def marked(self) -> dict[str, str]:
        """Return by "FORM.key" of a marked answer what is wrong with it."""
        rows = [(self.cleaned_data.get(f"field_{n}"), self.cleaned_data.get(f"why_{n}")) for n in self._field_numbers()]
        return {str(name): str(why) for name, why in rows if name and why}

    def _field_numbers(self) -> range:
        """Return the numbers, from 1, of the pairs of fields by which answers can be marked as wrong."""
        return range(1, MARKED_FIELDS + 1)

    def clean(self) -> dict[str, Any]:
        """Require that something is requested, and that every marked answer has a reason."""
        cleaned = super().clean() or {}
        for place in self._field_numbers():
            name, why = cleaned.get(f"field_{place}"), cleaned.get(f"why_{place}")
            if name and not why:
                self.add_error(f"why_{place}", _("Say what is wrong with this field."))
            if why and not name:
                self.add_error(f"field_{place}", _("Choose the field you mean."))
        if not self.errors and not (self.papers or self.marked() or cleaned.get("note_text")):
            raise forms.ValidationError(_("Reject a document, mark a field or say what is missing first."))
        return cleaned


class RefusalForm(Form):
    """A refusal: its reason, which the applicant reads, and the article it rests on."""

    reason = long_text_field(
        _("Reason"), rows=4, help_text=_("The applicant sees this. Write the reasons against it, in full sentences.")
    )
    article = article_field()


class DossierReasonForm(Form):
    reason = long_text_field(_("Reason"))


class PostponeForm(Form):
    """The reason of a delay, which the applicant reads, and the new date."""

    reason = long_text_field(_("Reason"), help_text=_("The applicant sees this."))
    new_day = DateField(label=_("New date"), help_text=_("A working day after the due day."))

    def __init__(self, *args: Any, dossier: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dossier = dossier

    def clean_new_day(self) -> date:
        """Return the new date; add an error for a day off, or a day that is not after today and the due day."""
        new_day: date = self.cleaned_data["new_day"]
        if problem := day_problem(self.dossier, new_day):
            raise forms.ValidationError(problem, code="invalid")
        return new_day


class ReturnLegalForm(Form):
    reason = long_text_field(_("Reason"), limit=500, help_text=_("The organisation sees this: say what to correct."))


class AskOpinionForm(Form):
    """A question to a commune's police or another agency."""

    of = forms.ChoiceField(label=_("Unit"), choices=[], widget=SearchSelect)
    question = long_text_field(_("Question"), rows=4)
    answer_by = DateField(label=_("Answer by"))

    def __init__(self, *args: Any, units: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["of"].choices = [("", _("Choose a unit")), *units]  # type: ignore[attr-defined]

    def clean_answer_by(self) -> date:
        """Return the last day for the answer; ValidationError if it is past or more than 90 days ahead."""
        last_day: date = self.cleaned_data["answer_by"]
        if not clock.today() <= last_day <= clock.today() + timedelta(days=90):
            raise forms.ValidationError(_("Choose a day within the next 90 days."))
        return last_day


class OpinionAnswerForm(Form):
    answer = long_text_field(_("Opinion of your unit"), rows=6, limit=4000)


class ResultForm(Form):
    """What was issued. The validity defaults to the request, within the legal limits."""

    number = forms.CharField(label=_("Number of the paper issued"), max_length=40)
    symbol = forms.CharField(label=_("Symbol"), max_length=8, required=False)
    entries = forms.ChoiceField(label=_("Entries"), choices=[("", _("Not a visa")), *ENTRIES], required=False)
    valid_from = DateField(label=_("Valid from"))
    valid_until = DateField(label=_("Valid until"))
    scan = forms.FileField(
        label=_("Scan of the paper"),
        required=False,
        help_text=_("PDF or photo; it stays in the dossier."),
        widget=forms.FileInput({"accept": ".pdf,.jpg,.jpeg,.png,.heic"}),
    )

    def __init__(self, *args: Any, dossier: Any, requested: RequestedResult, **kwargs: Any) -> None:
        initial = {
            "symbol": requested.symbol, "entries": requested.entries if requested.kind == VISA else "",
            "valid_from": requested.valid_from, "valid_until": _allowed_end(dossier, requested),
        }  # fmt: skip
        super().__init__(*args, initial=initial, **kwargs)
        self.dossier, self.kind = dossier, requested.kind
        if requested.kind != VISA:
            del self.fields["entries"]
        self.fields["symbol"].required = bool(requested.kind)

    def clean_symbol(self) -> str:
        """Return the visa symbol; ValidationError if the procedure cannot issue it today."""
        symbol = self.cleaned_data["symbol"].strip()
        if symbol and not is_symbol(self.dossier, symbol):
            no_card = _("No residence card is issued with this symbol.")
            raise forms.ValidationError(no_card if self.kind == CARD else _("This symbol is not in use now."))
        return str(symbol)

    def clean(self) -> dict[str, Any]:
        """Refuse a number issued before, and a validity that the law does not allow."""
        cleaned = super().clean() or {}
        duplicate = dossier_with_number(cleaned.get("number", ""), cleaned.get("symbol", ""))
        if duplicate is not None and duplicate != self.dossier:
            self.add_error("number", NUMBER_TAKEN % {"number": duplicate.number})
        begins, ends = cleaned.get("valid_from"), cleaned.get("valid_until")
        if not begins or not ends:
            return cleaned
        if ends < begins:
            self.add_error("valid_until", _("The last day must be after the first."))
        latest = latest_end(self.dossier, cleaned.get("symbol", ""), begins)
        if latest and ends > latest:
            words = _(
                "The latest date allowed by law is %(day)s. It depends on the symbol, and must be 30 days before "
                "the passport expires."
            )
            self.add_error("valid_until", words % {"day": day(latest)})
        return cleaned


class CorrectionForm(ResultForm):
    """The corrected values of a result, and the reason."""

    reason = long_text_field(_("What was mistyped, and your evidence"), limit=2000)

    def __init__(self, *args: Any, dossier: Any, requested: RequestedResult, **kwargs: Any) -> None:
        super().__init__(*args, dossier=dossier, requested=requested, **kwargs)
        del self.fields["scan"]
        self.initial = {**self.initial, **values_of(dossier.result)}


def _allowed_end(dossier: Any, requested: RequestedResult) -> date | None:
    """Return the requested last day of the result, but not a later one than the law allows.

    Without a request the latest that the law allows; None without either.
    """
    latest = latest_end(dossier, requested.symbol, requested.valid_from)
    ends = [end for end in (requested.valid_until, latest) if end]
    return min(ends) if ends else None


class DeliverForm(Form):
    """Who collects the result, and the proof: an identity document with its number, or the slip with its code."""

    received_by = forms.CharField(
        label=_("Received by"), max_length=200, help_text=_("The full name of the person who takes it.")
    )
    proof = forms.ChoiceField(label=_("Proof shown"), choices=PROOFS_AT_COUNTER, widget=forms.RadioSelect)
    proof_number = forms.CharField(
        label=_("Number of the document, or code of the slip"),
        max_length=30,
        help_text=_("Read it from the document itself. The code of the slip has 8 characters, beside its QR code."),
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters"}),
    )

    another_person = forms.BooleanField(
        label=_("Another person collects the result, and I have seen the authorisation"),
        required=False,
        widget=forms.HiddenInput,
    )

    def __init__(self, *args: Any, dossier: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dossier = dossier

    def clean(self) -> dict[str, Any]:
        """Check that the receiver is entitled; an officer can confirm another person's document."""
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        proof, number = ReceiverProof(cleaned["proof"]), cleaned["proof_number"]
        problem = proof_problem(self.dossier, proof, number, cleaned["received_by"])
        if problem and problem.code == ANOTHER_PERSON:
            self.fields["another_person"].widget = forms.CheckboxInput()  # only for another person's document
        if problem and not (problem.code == ANOTHER_PERSON and cleaned["another_person"]):
            self.add_error(problem.field, problem.message)
        return cleaned | {"proof_number": normalised_document_number(number)}


class ReturnPassportForm(DeliverForm):
    """The receiver of a passport returned on its own, which may also go by post."""

    proof = forms.ChoiceField(label=_("Proof shown"), choices=ReceiverProof.choices, widget=forms.RadioSelect)
    proof_number = forms.CharField(
        label=_("Number of the document or letter, or code of the slip"),
        max_length=30,
        help_text=_("Read it from the document itself. The code of the slip has 8 characters, beside its QR code."),
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters"}),
    )


class PaperPageForm(Form):
    """Page number of a paper, and whether the one before it is shown; invalid input means the first page of the new."""

    page = forms.IntegerField(required=False, min_value=1, max_value=500)
    version = forms.ChoiceField(required=False, choices=[(name, name) for name in ("new", "old", "both")])
