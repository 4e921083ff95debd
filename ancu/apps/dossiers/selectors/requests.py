"""What an officer can ask of an applicant with one press: first what differs, then the ready sentences."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _

from ancu.apps.dossiers.enums import ComponentState, ReturnReason
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors.facts import DossierComparison
from ancu.apps.dossiers.selectors.preflight import StayDisclosure, findings
from ancu.apps.dossiers.selectors.procedures import day_of, procedure_of
from ancu.apps.dossiers.selectors.reading import component_label
from ancu.apps.dossiers.selectors.reasons import is_return_reason
from ancu.core import clock
from ancu.core.web.language import localized
from ancu.engines.rulebook import BLOCKING, CheckFinding, as_of, request_templates


@dataclass(frozen=True)
class RequestOffer:
    """One thing to ask for. ``fits``: the dossier itself gives the reason, so that it is ticked at first.

    It is about a field ("FORM.key") or about a paper, which is then returned for the listed ``reason_code``.
    """

    key: str
    label: str
    note: str
    text_vi: str
    text_en: str
    field: str = ""
    component: str = ""
    reason_code: str = ""
    fits: bool = False

    @property
    def texts(self) -> tuple[str, str]:
        """The sentence of the letter in Vietnamese and in English."""
        return self.text_vi, self.text_en


def offers_of(dossier: Dossier, comparison: DossierComparison, shown_paper: str = "") -> list[RequestOffer]:
    """Return what can be asked for: the open differences, what else the checks found, and the ready sentences.

    A sentence is about ``shown_paper`` if it can be, otherwise about the first paper of its kind.
    """
    differences = [
        RequestOffer(row.key, row.label, f"{row.stated} ≠ {row.beside}", *row.request_texts, field=row.field, fits=True)
        for row in comparison.open_differences
    ]
    compared_findings = {row.finding for row in comparison.rows if row.finding}
    findings = [finding for finding in comparison.findings if finding.field and finding not in compared_findings]
    return [*differences, *_finding_offers(dossier, findings), *_template_offers(dossier, shown_paper)]


def _finding_offers(dossier: Dossier, findings: Iterable[CheckFinding]) -> list[RequestOffer]:
    """Return an offer for each finding about a field; only what forbids the request is ticked."""
    offers: dict[str, RequestOffer] = {}
    for finding in findings:
        field = ".".join((finding.field or "").split(".")[:2])
        texts = (f"{finding.what_vi} {finding.how_vi}", f"{finding.what_en} {finding.how_en}")
        label, note = localized(as_of(f"check.{finding.code}", day_of(dossier)), "title"), localized(finding, "what")
        key = f"{finding.code}-{field}"
        offers.setdefault(key, RequestOffer(key, label, note, *texts, field=field, fits=finding.severity == BLOCKING))
    return list(offers.values())


def _template_offers(dossier: Dossier, shown_paper: str) -> list[RequestOffer]:
    """Return the ready sentences that fit a paper of the dossier."""
    procedure = procedure_of(dossier)
    keys = [component.key for component in dossier.components.all() if component.file_id or component.by_post]
    offers = []
    for template in request_templates(clock.today()):
        candidates = [key for key in keys if key in template.components]
        if candidates:
            key = shown_paper if shown_paper in candidates else candidates[0]
            offers.append(
                RequestOffer(
                    template.code, localized(template, "label"), component_label(procedure, key),
                    template.text_vi, template.text_en, component=key, reason_code=_present_reason(template.reason),
                )
            )  # fmt: skip
    return offers


def _present_reason(code: str) -> str:
    """Return the reason for which a ready sentence returns a paper; "other" once the office has ended it."""
    return code if is_return_reason(code) else ReturnReason.OTHER_REASON


def preflight_reasons(dossier: Dossier) -> dict[tuple[str, str], dict[str, str]]:
    """Return the texts of the pre-flight's findings in both languages, by (field, text in either language).

    An officer's reason that repeats such a text is then stored in both.
    """
    return {
        (finding.field or "", words): {"reason_vi": finding.what_vi, "reason_en": finding.what_en}
        for finding in findings(dossier, StayDisclosure.ALL)
        for words in (finding.what_vi, finding.what_en)
    }


# ---- the same request to several applicants ------------------------------------------------------------

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
PLACEHOLDERS = ("name", "number", "papers")  # what a text to several applicants can contain in braces


def missing_offers(dossier: Dossier) -> list[RequestOffer]:
    """Return an offer for each paper of the dossier that was not sent."""
    procedure = procedure_of(dossier)
    awaited = [paper for paper in dossier.components.all() if paper.state == ComponentState.AWAITED]
    vietnamese, english = (_missing_text(language) for language in ("vi", "en"))
    return [
        RequestOffer(
            f"missing-{paper.key}", component_label(procedure, paper.key), "", vietnamese, english,
            component=paper.key, reason_code=ReturnReason.MISSING, fits=True,
        )
        for paper in sorted(awaited, key=lambda paper: paper.pk)
    ]  # fmt: skip


def _missing_text(language: str) -> str:
    """Return the sentence on a paper that was not sent, in this language."""
    with translation.override(language):
        return _("This document has not been sent.")


def placeholders_in(text: str) -> list[str]:
    """Return the words in braces in a text."""
    return [name.strip() for name in PLACEHOLDER.findall(text)]


def unknown_placeholders(text: str) -> list[str]:
    """Return the words in braces that no applicant has a value for."""
    return [name for name in placeholders_in(text) if name not in PLACEHOLDERS]


def fill_placeholders(text: str, dossier: Dossier, offers: Sequence[RequestOffer], language: str) -> str:
    """Return the text with the applicant's own name, number and requested papers in place of the words in braces."""
    returned = [paper.key for paper in dossier.components.all() if paper.state == ComponentState.RETURNED]
    keys = dict.fromkeys([*returned, *(offer.component for offer in offers if offer.component)])
    with translation.override(language):
        labels = [component_label(procedure_of(dossier), key) for key in keys]
    values = {"name": dossier.full_name, "number": dossier.number, "papers": ", ".join(labels)}
    return PLACEHOLDER.sub(lambda match: values.get(match[1].strip(), match[0]), text)
