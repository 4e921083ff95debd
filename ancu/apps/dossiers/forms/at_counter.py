"""The forms of the counter: what somebody applies for, all questions on one page, papers, and taking over."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ancu.apps.dossiers.enums import ComponentState, Filer
from ancu.apps.dossiers.forms.lookup import LookUpForm
from ancu.apps.dossiers.forms.steps import StepField, StepForm
from ancu.apps.dossiers.models import PASSPORT
from ancu.apps.dossiers.selectors.at_counter import CounterOffer, repeated_fields
from ancu.apps.dossiers.selectors.papers import PaperPlace
from ancu.apps.dossiers.selectors.passport_zone import HandChange
from ancu.apps.dossiers.selectors.steps import FormStep
from ancu.core.forms import Form
from ancu.core.templatetags.ui import day
from ancu.core.web.language import localized, reader_language
from ancu.engines.exchange import code_name

USUAL_OFFER = "stay_extension.citizen"  # what most people come for


class BeginAtCounterForm(Form):
    """What the person applies for, and in which role."""

    offer = forms.ChoiceField(label=_("What do they apply for?"), widget=forms.Select)

    def __init__(self, *args: Any, offers: list[CounterOffer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offers = {offer.code: offer for offer in offers}
        self.fields["offer"].choices = [(code, _offer_label(offer)) for code, offer in self.offers.items()]  # type: ignore[attr-defined]
        self.initial.setdefault("offer", USUAL_OFFER)

    @property
    def chosen(self) -> CounterOffer:
        """The offer that was chosen in a valid form."""
        return self.offers[self.cleaned_data["offer"]]


def _offer_label(offer: CounterOffer) -> str:
    """Return the procedure's name and who applies, in the reader's language."""
    return f"{localized(offer.procedure, 'name')} – {Filer(offer.filer).label}"


@dataclass(frozen=True)
class CounterField:
    """A field of the page; ``zone_value`` is what the passport says where the answer was changed by hand."""

    part: StepField
    zone_value: str


@dataclass(frozen=True)
class CounterSection:
    """A section of an official form: the fields that must be answered, and the optional ones."""

    title: str
    required: list[CounterField]
    optional: list[CounterField]


class OnePageForm:
    """All official forms of a dossier on one page; with ``data`` as sent, without it as stored."""

    def __init__(self, steps: list[FormStep], on: date, data: Mapping[str, Any] | None = None) -> None:
        self.steps = steps
        self.repeated = repeated_fields(steps)
        forms_in_order = [list(group) for _code, group in groupby(steps, key=lambda step: step.form.code)]
        self.parts = [
            StepForm(_joined(group), on, data, prefix=group[0].form.code if place else "")
            for place, group in enumerate(forms_in_order)
        ]

    def answers(self) -> dict[str, dict[str, Any]]:
        """Return the answers to store by form code: cleaned values, invalid ones as typed."""
        return {part.step.form.code: part.answers() for part in self.parts}

    @property
    def errors(self) -> bool:
        """Whether any input is invalid."""
        return any(part.errors for part in self.parts)

    def add_problems(self, steps: list[FormStep]) -> None:
        """Show what the rulebook finds missing or wrong beside the fields; ``steps`` are those of the saved dossier."""
        for part in self.parts:
            own = [step for step in steps if step.form.code == part.step.form.code]
            for step in own:
                part.add_problems({**step.wrong, **step.missing})

    def sections(self, changes: list[HandChange]) -> list[CounterSection]:
        """Return the sections in order, with the fields changed by hand marked."""
        zone_values = {(change.form, change.key): change.zone_value for change in changes}
        fields = {(part.step.form.code, field.field.key): field for part in self.parts for field in part.step_fields()}
        sections = []
        for step in self.steps:
            keys = [(step.form.code, field.key) for field in step.section.fields]
            keys = [key for key in keys if key in fields and (key not in self.repeated or _is_wrong(fields[key]))]
            shown_fields = [CounterField(fields[key], _in_words(fields[key], zone_values.get(key, ""))) for key in keys]
            if not shown_fields:
                continue
            required = [field for field in shown_fields if field.part.is_asked]
            optional = [field for field in shown_fields if not field.part.is_asked]
            sections.append(CounterSection(localized(step.section, "title"), required, optional))
        return sections

    @property
    def answers_not_on_page(self) -> str:
        """The answers on which conditions of the page depend and that it does not ask, as JSON for ``form.js``."""
        answers = {name: answer for part in self.parts for name, answer in part.other_answers.items()}
        return json.dumps(answers, ensure_ascii=False)

    @property
    def first_empty(self) -> str:
        """The name of the first field that must be answered and is empty; "" without one."""
        for part in self.parts:
            for field in part.step_fields():
                is_repeated = (part.step.form.code, field.field.key) in self.repeated
                if not is_repeated and field.field.required and not part.step.answers.get(field.field.key):
                    return field.name
        return ""


def _in_words(field: StepField, value: str) -> str:
    """Return an answer as people read it: a date as dd/mm/yyyy, the name of a country, the label of a choice."""
    kind = field.field.kind
    if kind in {"date", "partial_date"}:
        return day(value)
    if kind == "country":
        return code_name("nationality", value, reader_language())
    return next((localized(choice, "label") for choice in field.field.choices if choice.code == value), value)


def _is_wrong(field: StepField) -> bool:
    """Whether the field has an error to show."""
    return field.bound is not None and bool(field.bound.errors)


def _joined(steps: list[FormStep]) -> FormStep:
    """Return the steps of one official form as a single step with all their fields."""
    fields = tuple(field for step in steps for field in step.section.fields)
    return replace(
        steps[0],
        section=replace(steps[0].section, fields=fields),
        missing={name: problem for step in steps for name, problem in step.missing.items()},
        wrong={name: problem for step in steps for name, problem in step.wrong.items()},
        begun=any(step.begun for step in steps),
    )


class HandInForm(Form):
    """Which papers were handed in on paper: a box for each of them, ticked for the passport at first."""

    def __init__(self, *args: Any, places: list[PaperPlace], is_first: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, prefix="paper", **kwargs)
        for place in places:
            key, paper = place.component.key, place.received
            came = paper is not None and paper.by_post and paper.state != ComponentState.RETURNED
            self.fields[key] = forms.BooleanField(
                label=_box_label(place), required=False, initial=came or (is_first and key == PASSPORT)
            )
            self.fields[key].widget.attrs["form"] = "counter-form"

    @property
    def keys(self) -> list[str]:
        """The keys of the papers that were handed in."""
        return [key for key in self.fields if self.cleaned_data.get(key)]

    @property
    def keeps_passport(self) -> bool:
        """Whether the passport itself stays at the office."""
        return bool(self.cleaned_data.get(PASSPORT))


def _box_label(place: PaperPlace) -> str:
    """Return the label of the box for a paper that is handed in."""
    return str(_("The passport stays here") if place.component.key == PASSPORT else _("Handed in on paper"))


class TakeOverForm(LookUpForm):
    """The number and code of the slip, and the passport number, by which an applicant takes a dossier over."""

    document_number = forms.CharField(
        label=_("Passport number"),
        max_length=30,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class QueueActForm(Form):
    """What a clerk does with the queue. ``served`` is the id of the number that the page showed as served."""

    act = forms.ChoiceField(choices=[(act, "") for act in ("issue", "call", "served", "absent")])
    served = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    counter = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1)


class OpenAtCounterForm(Form):
    """The number of a dossier whose person came to the counter, typed or scanned from the slip."""

    number = forms.CharField(label=_("Dossier number"), max_length=40, widget=forms.TextInput({"autocomplete": "off"}))
