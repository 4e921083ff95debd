"""Forms of acts on several dossiers: assigning them, and requesting documents of all."""

from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ancu.apps.dossiers.enums import AssignmentWay
from ancu.apps.dossiers.forms.office import article_field, long_text_field
from ancu.apps.dossiers.selectors.requests import PLACEHOLDERS, unknown_placeholders
from ancu.apps.dossiers.selectors.sharing import OfficerShare
from ancu.core.forms import Form, SearchSelect


class AssignManyForm(Form):
    """How several dossiers are assigned, and to whom."""

    way = forms.ChoiceField(
        label=_("How to assign them"), choices=AssignmentWay.choices, widget=forms.RadioSelect,
        initial=AssignmentWay.LOAD,
    )  # fmt: skip
    officer = forms.ChoiceField(label=_("Officer, if all go to one"), choices=[], required=False, widget=SearchSelect)
    among = forms.MultipleChoiceField(
        label=_("Share out among"), choices=[], required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any = None, *, shares: Sequence[OfficerShare]) -> None:
        super().__init__(data)
        eligible = [share for share in shares if share.is_eligible]
        people = [(str(share.pk), share.full_name) for share in eligible]
        self.shares = eligible
        self.fields["officer"].choices = [("", _("Choose an officer")), *people]  # type: ignore[attr-defined]
        self.fields["among"].choices = people  # type: ignore[attr-defined]
        self.initial["among"] = [str(share.pk) for share in eligible if not share.is_on_leave]

    def clean(self) -> dict[str, Any]:
        """Require one officer, or at least one to share the dossiers out among, as the way needs."""
        cleaned = super().clean() or {}
        if cleaned.get("way") == AssignmentWay.PERSON and not cleaned.get("officer") and "officer" not in self.errors:
            self.add_error("officer", _("Choose the officer who gets them."))
        if cleaned.get("way") in {AssignmentWay.TURN, AssignmentWay.LOAD} and not cleaned.get("among"):
            self.add_error("among", _("Choose at least one officer."))
        return cleaned

    @property
    def officer_rows(self) -> list[tuple[Any, OfficerShare]]:
        """The checkbox of each officer with the open dossiers now."""
        return list(zip(self["among"].subwidgets, self.shares, strict=True))

    def officer_ids(self) -> list[int]:
        """Return the ids of the chosen officers, in the order of the list."""
        is_person = self.cleaned_data["way"] == AssignmentWay.PERSON
        return [int(pk) for pk in ([self.cleaned_data["officer"]] if is_person else self.cleaned_data["among"])]


class SupplementManyForm(Form):
    """What is requested of several applicants, in each language that one of them reads."""

    missing = forms.BooleanField(label=_("Request every document that has not been sent"), required=False, initial=True)
    note_vi = long_text_field(_("To applicants who read Vietnamese"), required=False)
    note_en = long_text_field(_("To applicants who read English"), required=False)
    article = article_field(required=False)

    def __init__(self, data: Any = None, *, languages: Collection[str]) -> None:
        super().__init__(data)
        for language in ("vi", "en"):
            if language not in languages:
                del self.fields[f"note_{language}"]

    def clean(self) -> dict[str, Any]:
        """Refuse words in braces that stand for nothing, and a text that some of the applicants cannot read."""
        cleaned = super().clean() or {}
        notes = {name: str(cleaned.get(name) or "") for name in ("note_vi", "note_en") if name in self.fields}
        for name, text in notes.items():
            if unknown := unknown_placeholders(text):
                words = {"word": f"{{{unknown[0]}}}", "known": ", ".join(f"{{{word}}}" for word in PLACEHOLDERS)}
                self.add_error(name, _("%(word)s stands for nothing. Use %(known)s.") % words)
            elif not text and any(notes.values()):
                self.add_error(name, _("Some of the applicants read this language: write the text in it too."))
        return cleaned

    def note_in(self, language: str) -> str:
        """Return the text for applicants who read this language."""
        return str(self.cleaned_data.get(f"note_{language}") or "")
