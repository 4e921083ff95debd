"""Write one dossier's history row by row as the services would: replay(events) gives its state."""

import json
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from random import Random
from typing import Any

from ancu.apps.accounts.models import Organisation, User
from ancu.apps.dossiers.enums import FINAL, ComponentState, DecisionProposal, Filer, ReceiverProof, State
from ancu.apps.dossiers.models import (
    PASSPORT,
    RECEIVED,
    RETURNED,
    Component,
    Dossier,
    DossierEvent,
    Filing,
    Opinion,
    Result,
    Signature,
    Supplement,
)
from ancu.apps.dossiers.selectors.procedures import subject_values
from ancu.apps.dossiers.services.paper_texts import printed_from
from ancu.apps.files.enums import PDF
from ancu.apps.files.models import StoredFile
from ancu.apps.places.selectors import fold
from ancu.core.working_days import calendar
from ancu.demo.dossiers import papers
from ancu.demo.dossiers.drawn_papers import drawn_paper
from ancu.demo.dossiers.passports import answer_of, face_of, picture_of_passport
from ancu.engines.papers import PrintedWord
from ancu.engines.papers.words import read_words
from ancu.engines.rulebook import DeadlinePause, Procedure, paper_statements, required_components
from ancu.engines.rulebook import ProcedureComponent as Wanted

ComponentVersion: Any = Component._meta.get_field("events").related_model


@dataclass
class DossierRows:
    """Unsaved rows of all tables."""

    dossiers: list[Dossier] = field(default_factory=list)
    files: list[StoredFile] = field(default_factory=list)
    components: list[Component] = field(default_factory=list)
    versions: list[tuple[Component, dict[str, Any], datetime]] = field(default_factory=list)
    events: list[DossierEvent] = field(default_factory=list)
    filings: list[Filing] = field(default_factory=list)
    signatures: list[Signature] = field(default_factory=list)
    supplements: list[Supplement] = field(default_factory=list)
    opinions: list[Opinion] = field(default_factory=list)
    answered: list[tuple[DossierEvent, Opinion]] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    passports: dict[str, datetime] = field(default_factory=dict)  # arrival by the dossier's number

    def save(self) -> None:
        """Insert all collected rows of the dossiers into the database."""
        Dossier.objects.bulk_create(self.dossiers)
        StoredFile.objects.bulk_create(self.files)
        Component.objects.bulk_create(self.components)
        ComponentVersion.objects.bulk_create(
            ComponentVersion(
                pgh_obj=component, pgh_label="update", pgh_created_at=at, id=component.pk,
                dossier_id=component.dossier.pk, **before,
            )
            for component, before, at in self.versions
        )  # fmt: skip
        Opinion.objects.bulk_create(self.opinions)
        for event, opinion in self.answered:
            event.data["opinion"] = opinion.pk
        DossierEvent.objects.bulk_create(self.events, batch_size=2000)
        Filing.objects.bulk_create(self.filings)
        Signature.objects.bulk_create(self.signatures)
        Supplement.objects.bulk_create(self.supplements)
        Result.objects.bulk_create(self.results)


class DossierLife:
    """Writes one dossier's history; acts come in chronological order, ``by`` is the acting user."""

    def __init__(self, rng: Random, rows: DossierRows, dossier: Dossier, procedure: Procedure) -> None:
        self.rng, self.rows, self.dossier, self.procedure = rng, rows, dossier, procedure
        self.components: dict[str, Component] = {}
        self.sequence = 0
        self.filings = 0
        self.pauses: list[DeadlinePause] = []
        self.request: Supplement | None = None
        self.is_open = False  # until today: officers see its papers
        self.words: dict[str, list[PrintedWord]] = {}
        rows.dossiers.append(dossier)

    def note(self, act: str, at: datetime, by: User | None, **more: Any) -> None:
        """Add an event to the dossier's history: the act ``act`` of the user ``by`` (None: the system)."""
        self.sequence += 1
        event_fields = {key: more.pop(key) for key in ("before", "reason", "article", "internal") if key in more}
        event = DossierEvent(
            dossier=self.dossier, sequence=self.sequence, act=act, after=self.dossier.state, at=at, by=by, data=more,
            **event_fields,
        )  # fmt: skip
        self.rows.events.append(event)
        if event.tells_where_passport_is:
            self.dossier.has_passport = act == RECEIVED

    def move(self, to: State, at: datetime, by: User | None, act: str = "", **more: Any) -> None:
        """Change the dossier's state to ``to`` and add an event to its history."""
        before, self.dossier.state = self.dossier.state, to
        self.dossier.reason, self.dossier.article = more.get("reason", ""), more.get("article", "")
        if to in FINAL:
            self.dossier.ended_at = at
        self.note(act or to.value, at, by, before=before, **more)

    # ---- the filer's acts ------------------------------------------------------------------------------

    def start(self, at: datetime, by: User, answers: dict[str, Any]) -> None:
        """Fill in the prepared dossier as a draft, and collect its component rows to be stored later."""
        dossier = self.dossier
        dossier.created_at = dossier.saved_at = at
        dossier.answers, dossier.revision = answers, self.rng.randint(3, 9)
        for name, value in subject_values(dossier).items():
            setattr(dossier, name, value)
        dossier.search_key = fold(f"{dossier.full_name} {dossier.document_number} {dossier.number}")[:250]
        for component_rule in required_components(self.procedure, answers):
            self.add_component(component_rule.key)
        self.note("started", at, by, procedure=dossier.procedure)

    def add_component(self, key: str) -> None:
        """Add a component (paper) without a file."""
        component = self.components[key] = Component(dossier=self.dossier, key=key)
        self.rows.components.append(component)

    def attach(self, key: str, at: datetime, by: User) -> None:
        """Add a file to the dossier's component (paper) ``key``, or promise the passport by post.

        The component's former version stays in the history.
        """
        component, component_rule = self.components[key], self.procedure.component(key)
        if component.file is not None:
            values = {f.attname: getattr(component, f.attname) for f in Component._meta.concrete_fields}
            before = {name: value for name, value in values.items() if name not in {"id", "dossier_id"}}
            self.rows.versions.append((component, before, at))
        component.state, component.given_at, component.reason_code, component.reason = (
            ComponentState.RECEIVED,
            at,
            "",
            "",
        )
        self.dossier.saved_at = at
        if component_rule.kind == "original" and self._comes_by_post():
            component.file, component.pages, component.by_post = None, None, True
            self.note("attached", at, by, component=key, by_post=True)
            return
        component.file, component.pages, component.by_post = self._store_paper(component_rule, by), 1, False
        component.printed = {}
        if component_rule.kind == "original":
            component.zones = papers.passport_zones(self.dossier, answer_of(self.dossier, "passport_expiry"))
        self.rows.files.append(component.file)
        self.note("attached", at, by, component=key, sha256=component.file.sha256)

    def _comes_by_post(self) -> bool:
        """Whether the applicant sends the passport without a picture of it."""
        return self.rng.random() < 0.4

    def _store_paper(self, component_rule: Wanted, by: User) -> StoredFile:
        """Return a stored file for a component: a portrait, a passport or a scan."""
        dossier = self.dossier
        organisation = dossier.organisation.pk if dossier.organisation else None
        if component_rule.kind == "photo":
            name, data = "anh.jpg", papers.portrait(self.rng)
            data = papers.portrait(face_of(dossier)) if self.is_open else data
        else:
            lines = [dossier.full_name, f"{dossier.nationality}  {dossier.document_number}", dossier.birth_date]
            number = self.rng.randint(1000, 99999)
            lines += [f"So: {number}", f"Ngay: {dossier.saved_at:%d/%m/%Y}"]
            name, data = f"{component_rule.key}.pdf", papers.scan(component_rule.label_vi, lines)
            if self.is_open and component_rule.kind == "scan":
                name, data = drawn_paper(dossier, self.procedure, component_rule, number)
                self.words[component_rule.key] = read_words(data)
            elif self.is_open:
                name, data = "ho-chieu.jpg", picture_of_passport(dossier, is_blurred=papers.is_unreadable(dossier))
        return papers.store_sealed(name, data, purpose="dossier", owner=by.pk, organisation=organisation)

    def sign(self, at: datetime) -> None:
        """Sign the dossier as the sponsor."""
        sponsor, digest = self.dossier.sponsor, self._digest()
        assert sponsor is not None
        signature = Signature(
            dossier=self.dossier, signed_by=sponsor, signed_at=at, digest=digest,
            answers=deepcopy(self.dossier.answers), papers=self._papers(),
        )  # fmt: skip
        self.rows.signatures.append(signature)
        self.note("signed", at, sponsor, digest=digest)

    def submit(self, at: datetime, by: User) -> None:
        """Submit the dossier to the office as the user ``by``."""
        self.dossier.version, self.dossier.submitted_at = self.procedure.version, at
        self._add_filing(State.SUBMITTED, at, by)

    def resubmit(self, at: datetime, by: User) -> None:
        """Answer the request for documents and submit the dossier again."""
        request = self.request
        assert request is not None
        request.answered_at, self.request = at, None
        if self.dossier.accepted_at is not None:
            self.pauses.append(DeadlinePause(request.asked_at, at))
        self._add_filing(State.RESUBMITTED, at, by)

    def _add_filing(self, to: State, at: datetime, by: User) -> None:
        """Store the present answers and papers as submitted, and move the dossier to the state ``to``."""
        self.filings += 1
        self._compare_papers()
        filing = Filing(
            dossier=self.dossier, number=self.filings, answers=self.dossier.answers, papers=self._papers(),
            digest=self._digest(), sent_by=by, sent_at=at,
        )  # fmt: skip
        self.rows.filings.append(filing)
        self.move(to, at, by, filing=filing.number, digest=filing.digest)

    def _compare_papers(self) -> None:
        """Store which answers stand in the papers' texts."""
        statements = paper_statements(self.procedure, self.dossier.answers)
        for key, words in self.words.items():
            component = self.components[key]
            if component.file is not None and component.file.media_type == PDF:
                component.printed = printed_from(component.file, words, statements)

    def _papers(self) -> dict[str, str]:
        """Return the SHA-256 of each paper's file, by the paper's key; only papers that have a file."""
        return {
            key: component.file.sha256
            for key, component in sorted(self.components.items())
            if component.file is not None
        }

    def _digest(self) -> str:
        """Return the digest of the dossier's answers and papers, computed as the services do."""
        body = {"procedure": self.dossier.procedure, "answers": self.dossier.answers, "papers": self._papers()}
        text = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return sha256(text.encode()).hexdigest()

    def withdraw(self, at: datetime, by: User, reason: str) -> None:
        """Withdraw the dossier; its open request for documents, if any, is closed."""
        if self.request is not None:
            self.request.closed_at = at
        self.move(State.WITHDRAWN, at, by, reason=reason)

    # ---- the office's acts -----------------------------------------------------------------------------

    def assign(self, to: User, at: datetime, by: User | None) -> None:
        """Assign the dossier to an officer."""
        self.dossier.assigned_to, self.dossier.assigned_at = to, at
        self.note("assigned", at, by, internal=True, to=to.pk)

    def receive_passport(self, at: datetime, by: User) -> None:
        """Record the receipt of the passport, unless the office has it.

        It precedes the judgement of the papers. A passport returned and posted again is received again.
        """
        passport = self.components.get(PASSPORT)
        if passport is None:
            return
        is_on_its_way = passport.by_post and passport.state == ComponentState.RECEIVED
        if self.dossier.number in self.rows.passports and not is_on_its_way:
            return
        passport.by_post, passport.given_at = True, at
        self.rows.passports[self.dossier.number] = at
        self.note("received_passport", at, by)

    def return_passport(self, at: datetime, by: User) -> None:
        """Return the passport after the dossier ended without a result, if it was received."""
        if self.dossier.number in self.rows.passports:
            holder, number = self.dossier.full_name, self.dossier.document_number
            proof = {"proof": ReceiverProof.IDENTITY.value, "proof_number": number, "by_authorisation": False}
            self.note(RETURNED, at, by, received_by=holder, **proof)

    def judge(self, key: str, at: datetime, by: User, returned: tuple[str, str] | None = None) -> None:
        """Accept the component (paper) ``key``, or return it for ``returned``: (listed reason, own words)."""
        component = self.components[key]
        component.state = ComponentState.RETURNED if returned else ComponentState.ACCEPTED
        component.reason_code, component.reason = returned or ("", "")
        component.judged_by, component.judged_at = by, at
        verdict = {"component": key, "state": component.state.value, "reason_code": component.reason_code}
        self.note("judged_component", at, by, internal=True, **verdict)

    def supplement(self, at: datetime, by: User, note: str) -> Supplement:
        """Request the returned papers anew from the filer and return that request; the deadline stops."""
        days, returned = self.procedure.supplement_days, ComponentState.RETURNED
        items = [
            {"kind": "component", "key": key, "reason_code": component.reason_code, "reason": component.reason}
            for key, component in self.components.items()
            if component.state == returned
        ]
        answer_by = calendar().last_of_calendar_days(at, days) if days else None
        self.request = Supplement(
            dossier=self.dossier, asked_by=by, asked_at=at, answer_by=answer_by, items=items, note=note,
            article=self.procedure.article_vi[:200],
        )  # fmt: skip
        self.rows.supplements.append(self.request)
        self.dossier.due_on = None
        answer_by_text = answer_by.isoformat() if answer_by else None
        self.move(State.SUPPLEMENT, at, by, reason=note, article=self.request.article, answer_by=answer_by_text)
        return self.request

    def close(self, at: datetime) -> None:
        """Close the dossier because the request for documents was not answered in time."""
        assert self.request is not None
        self.request.closed_at = at
        self.move(State.CLOSED, at, None, article=self.request.article)

    def accept(self, at: datetime, by: User) -> None:
        """Accept the dossier as complete and set its due day."""
        dossier = self.dossier
        dossier.accepted_at = dossier.accepted_at or at
        dossier.due_on = calendar().deadline(dossier.accepted_at, self.procedure.deadline_days, self.pauses)
        self.move(State.ACCEPTED, at, by, due_on=dossier.due_on.isoformat() if dossier.due_on else None)

    def ask_opinion(self, of: Organisation, question: str, at: datetime, by: User) -> Opinion:
        """Ask the agency ``of`` for its opinion on the dossier; return the request."""
        opinion = Opinion(
            dossier=self.dossier, asked_of=of, asked_by=by, asked_at=at, question=question,
            answer_by=calendar().add_working_days(at.date(), 3),
        )  # fmt: skip
        self.rows.opinions.append(opinion)
        self.note("asked_opinion", at, by, internal=True, of=of.pk, answer_by=opinion.answer_by.isoformat())
        return opinion

    def give_opinion(self, opinion: Opinion, answer: str, at: datetime, by: User) -> None:
        """Record the asked agency's opinion on the dossier."""
        opinion.answer, opinion.answered_by, opinion.answered_at = answer, by, at
        self.note("gave_opinion", at, by, internal=True)
        self.rows.answered.append((self.rows.events[-1], opinion))

    def assess(self, at: datetime, by: User, proposal: DecisionProposal, reason: str, article: str = "") -> None:
        """Record an officer's proposal to approve or refuse the dossier."""
        self.dossier.assessed_by, self.dossier.proposal = by, proposal
        self.move(State.ASSESSED, at, by, reason=reason, article=article, proposal=proposal.value)

    def send_back(self, at: datetime, by: User, reason: str) -> None:
        """Return the dossier from approval to assessment, with a reason; the officer's proposal is dropped."""
        self.dossier.assessed_by, self.dossier.proposal = None, ""
        self.move(State.ACCEPTED, at, by, act="sent_back", reason=reason)

    def decide(self, to: State, at: datetime, by: User, reason: str = "", article: str = "") -> None:
        """Approve or refuse the dossier: ``to`` is the state APPROVED or REFUSED."""
        self.dossier.decided_by, self.dossier.decided_at = by, at
        self.move(to, at, by, reason=reason, article=article)

    def issue(self, at: datetime, by: User, number: str, symbol: str, until: date) -> Result:
        """Create the dossier's result (visa, card or extension), valid until ``until``, ready to be collected.

        It is valid from the day of ``at``.
        """
        day = at.date()
        result = Result(
            dossier=self.dossier, number=number, symbol=symbol, entries="", valid_from=day,
            valid_until=max(until, day), entered_by=by, entered_at=at,
        )  # fmt: skip
        self.rows.results.append(result)
        self.move(State.READY, at, by)
        return result

    def deliver(self, at: datetime, by: User, result: Result) -> None:
        """Record that the result was handed over to the applicant."""
        result.received_by, result.delivered_by, result.delivered_at = self.dossier.full_name, by, at
        result.proof, result.proof_number = ReceiverProof.IDENTITY, self.dossier.document_number
        self.move(State.DELIVERED, at, by)

    @property
    def needs_signature(self) -> bool:
        """Whether a family sponsor must still sign the dossier, because another person files it."""
        family = self.dossier.filer in {Filer.CITIZEN, Filer.RESIDENT_FOREIGNER}
        return family and self.dossier.sponsor is not self.dossier.filed_by
