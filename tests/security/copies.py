"""Copies of personal data for tests: asked for, checked, approved, and read again."""

import io
import json
from datetime import timedelta
from itertools import count
from typing import Any

from pypdf import PdfReader

from ancu.apps.accounts.models import User
from ancu.apps.dossiers.enums import Filer, State
from ancu.apps.dossiers.models import Component
from ancu.apps.dossiers.tests.factories import make_cast, make_dossier
from ancu.apps.files import services as files
from ancu.apps.lodging.tests.factories import World
from ancu.apps.protection.models import CopyRequest
from ancu.apps.protection.selectors.people import PersonDocument
from ancu.apps.protection.services import copies, preparing
from ancu.apps.stays.tests.factories import make_stay
from ancu.core import clock
from ancu.core.actor import system

JOB = system("test")
PASSPORT = PersonDocument("HOFFMANN JÖRG", "1984-03-08", "DEU", "C01X00T47")
_days = count(1)
FOREIGNER = "ADAMS CLAIRE"
PAPER = b"%PDF-1.7\nmy passport\n"


def make_office(world: World) -> World:
    """With Ines, Selma and Dora of the office, and Mia, an applicant of the name that the dossiers' factories give."""
    User.objects.filter(pk=make_cast(world).users["mia"].pk).update(full_name=FOREIGNER)
    return world


def declared(world: World, full_name: str = PASSPORT.full_name, **fields: Any) -> Any:
    """A stay under the passport, each on another day."""
    day = clock.today() - timedelta(days=10 * next(_days))
    values = {"document_number": PASSPORT.number, "arrived_on": day, "departed_on": day + timedelta(days=2)}
    return make_stay(world.lodging, full_name, **values | fields)


def noted(world: World, document: PersonDocument = PASSPORT) -> CopyRequest:
    """A guest's request, noted by Ines."""
    return copies.record_request(world.actor("ines"), document=document)


def prepared(world: World, copy: CopyRequest) -> CopyRequest:
    """Checked by Ines, with the job done."""
    copies.check(world.actor("ines"), copy=copy)
    preparing.prepare_copy(copy.pk)
    return CopyRequest.objects.get(pk=copy.pk)


def ready(world: World, copy: CopyRequest) -> CopyRequest:
    copies.approve(world.actor("dora"), copy=prepared(world, copy))
    return CopyRequest.objects.get(pk=copy.pk)


def contents(copy: CopyRequest) -> dict[str, Any]:
    assert copy.json
    return dict(json.loads(files.read_bytes(copy.json)))


def records(copy: CopyRequest, kind: str) -> list[dict[str, Any]]:
    return [entry["fields"] for entry in contents(copy)["records"] if entry["kind"] == kind]


def text(copy: CopyRequest) -> str:
    """All that the copy's files say."""
    assert copy.pdf and copy.json
    pages = PdfReader(io.BytesIO(files.read_bytes(copy.pdf))).pages
    return "\n".join(page.extract_text() for page in pages) + files.read_bytes(copy.json).decode()


def account_copy(world: World, name: str = "mia") -> CopyRequest:
    return ready(world, copies.request_copy(world.actor(name)))


def make_paper_dossier(world: World) -> Any:
    """Mia's dossier, which she filed herself, with a passport that can be read."""
    dossier = make_dossier(world, State.SUBMITTED, procedure="exemption_extension", filer=Filer.SELF, by="mia")
    stored = files.store(world.actor("mia"), data=PAPER, name="passport.pdf", purpose="dossier")
    Component.objects.filter(dossier=dossier, key="passport").update(file=stored)
    return dossier


def bearer(identity: Any) -> PersonDocument:
    return PersonDocument(identity.full_name, identity.birth_date, identity.nationality, identity.document_number)
