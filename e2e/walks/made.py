"""What walks over dossiers find laid out, in the demo's own database: drafts, dossiers of a program, who may act."""

import json
import time
from base64 import b64encode
from io import BytesIO
from typing import Any

from ancu.apps.accounts.models import User
from ancu.apps.accounts.selectors import actor_for
from ancu.apps.accounts.services import create_token
from ancu.apps.dossiers.enums import ComponentState, Filer, Proposal
from ancu.apps.dossiers.models import Dossier, LegalFile
from ancu.apps.dossiers.rules import may_receive_passport
from ancu.apps.dossiers.services import filing, handling
from ancu.apps.dossiers.services.papers import put
from ancu.apps.dossiers.services.slots import receive_passport
from ancu.apps.dossiers.tests.factories import answers_for, picture
from ancu.apps.places.models import AdministrativeUnit
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.engines.papers.tests.samples import face
from ancu.engines.rulebook import get_procedure, required_components
from e2e.walks.kit import Demo

TEACHER, HUSBAND, COMPANY = "teacher@applicant.example", "chong@giadinh.example", "daidien@congty.example"
INTAKE, ASSESSOR, APPROVER = "tiepnhan@xnc.example", "thamdinh@xnc.example", "duyet@xnc.example"
ADMINISTRATOR, COMMUNE = "quantri@xnc.example", "canbo@maichau.example"
CARD = "trc_organisation"
LONG_NAME = "WOLFESCHLEGELSTEINHAUSENBERGERDORFF HUBERT BLAINE ALEXANDER MAXIMILIAN FERDINAND"  # 80 signs


def stamp() -> str:
    """Seven digits that no earlier walk had."""
    return f"{time.time_ns() // 100_000_000 % 10_000_000:07}"


def actor(email: str) -> Actor:
    return actor_for(User.objects.get(email=email))


def commune() -> str:
    return AdministrativeUnit.objects.get(full_name="Xã Mai Hạ", valid_until=None).code


def photo() -> bytes:
    out = BytesIO()
    face((600, 900)).save(out, "JPEG")
    return out.getvalue()


def jpeg(name: str = "trang.jpg", data: bytes = b"") -> dict[str, Any]:
    return {"name": name, "mimeType": "image/jpeg", "buffer": data or picture(600, 850)}


def drafted(email: str, procedure: str, filer: Filer, *, papers: bool = True, **given: Any) -> Dossier:
    """A draft of this person with all its answers, and its papers."""
    who, rules = actor(email), get_procedure(procedure, clock.today())
    answers = answers_for(rules, filer, commune(), **given)
    dossier = filing.start(who, procedure=procedure, filer=filer)
    dossier = filing.save(who, dossier=dossier, answers=answers)
    for asked in required_components(rules, answers) if papers else ():
        if asked.kind == "original":
            filing.promise_by_post(who, dossier=dossier, key=asked.key)
            continue
        sent = BytesIO(photo() if asked.photo else picture())
        sent.name, sent.size = f"{asked.key}.jpg", len(sent.getvalue())  # type: ignore[attr-defined]
        put(who, dossier=dossier, key=asked.key, upload_id="", sent=sent)
    return Dossier.objects.get(pk=dossier.pk)


def tidied(dossier: Dossier, email: str) -> None:
    """A draft that was only looked at is taken back."""
    filing.withdraw(actor(email), dossier=dossier, reason="Chỉ để xem thử.")


class Program:
    """The company's own program, as it calls the API."""

    def __init__(self, demo: Demo) -> None:
        self.address = f"{demo.address}/api/v1/"
        _token, secret = create_token(actor(COMPANY), name=f"Chương trình nhân sự {stamp()}")
        self.headers = {"Authorization": f"Bearer {secret}"}
        self.request = demo.browser.new_context().request

    def get(self, path: str) -> tuple[int, Any]:
        told = self.request.get(self.address + path, headers=self.headers)
        return told.status, json.loads(told.text())

    def post(self, path: str, body: Any) -> tuple[int, Any]:
        headers = {**self.headers, "Content-Type": "application/json"}
        told = self.request.post(self.address + path, headers=headers, data=json.dumps(body))
        return told.status, json.loads(told.text())


def request_of(reference: str, **given: Any) -> dict[str, Any]:
    """A whole residence card dossier, as a program sends it."""
    procedure = get_procedure(CARD, clock.today())
    answers = answers_for(procedure, Filer.ORGANISATION, commune(), **given)
    papers: dict[str, Any] = {}
    for asked in required_components(procedure, answers):
        data = photo() if asked.photo else picture()
        paper = {"content": b64encode(data).decode(), "name": f"{asked.key}.jpg"}
        papers[asked.key] = {"original": True} if asked.kind == "original" else paper
    return {"client_reference": reference, "procedure": CARD, "answers": answers, "papers": papers}


def registered() -> dict[str, str]:
    """The company and its signer as registered with the office: a form that says otherwise cannot be sent."""
    legal_file = LegalFile.objects.filter(organisation__memberships__user__email=COMPANY).latest("version")
    return {"organisation_name": legal_file.name, "signer_name": legal_file.signatory_name}


def sent_by_company(demo: Demo, **given: Any) -> Dossier:
    """A residence card dossier that the company's program filed and sent just now."""
    number = stamp()
    body = request_of(f"NS-{number}", **(registered() | {"passport_number": f"P{number}"} | given))
    status, told = Program(demo).post("dossiers", body | {"send": True, "statement": True})
    assert status == 201, told
    return Dossier.objects.get(number=told["dossier"]["number"])


def accepted(dossier: Dossier) -> Dossier:
    """Every paper found in order, the passport itself at the office, the working days run."""
    ines = actor(INTAKE)
    if may_receive_passport(ines, dossier):
        receive_passport(ines, dossier=dossier)
    for component in dossier.components.all():
        handling.judge_component(ines, dossier=dossier, key=component.key, state=ComponentState.ACCEPTED)
    return handling.accept(ines, dossier=dossier)


def proposed(dossier: Dossier, proposal: Proposal = Proposal.APPROVE) -> Dossier:
    reason = "Đủ điều kiện." if proposal == Proposal.APPROVE else "Chưa chứng minh được quan hệ."
    return handling.assess(
        actor(ASSESSOR), dossier=accepted(dossier), proposal=proposal, reason=reason, article="Điều 36"
    )
