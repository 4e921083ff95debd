"""Who may open what: one table of every address and API operation × persona, equal to the real URLconf."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import Any
from unittest import mock

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.test.client import ClientHandler
from django.urls import URLResolver

from ancu.apps.accounts.enums import OrganisationKind, Role
from ancu.apps.accounts.models import Invitation, Mandate, Organisation, User
from ancu.apps.accounts.services import create_token as create_organisation_token
from ancu.apps.accounts.services import delegate, enable_totp, invite
from ancu.apps.accounts.services.mandates import give_mandate
from ancu.apps.accounts.services.proposals import propose_reset
from ancu.apps.accounts.tests.factories import TOTP_SECRET, make_failed_job, make_member, make_user
from ancu.apps.community.tests.factories import scene_addresses as of_help
from ancu.apps.contact.tests.factories import make_broadcast, make_report
from ancu.apps.desk.models import TaskFilter
from ancu.apps.dossiers.enums import Filer, LegalFileState, SlotPurpose, State
from ancu.apps.dossiers.models import (
    Dossier,
    MandateLetter,
    Opinion,
    Posting,
    Result,
    ResultCorrection,
    SavedFilter,
    Slot,
)
from ancu.apps.dossiers.selectors.public import sign_path
from ancu.apps.dossiers.services import slots
from ancu.apps.dossiers.services.at_counter import begin
from ancu.apps.dossiers.services.counters import OpeningPeriod
from ancu.apps.dossiers.services.filing import ask_signature, attach
from ancu.apps.dossiers.services.money.charging import charge
from ancu.apps.dossiers.services.workers import store_for_preview
from ancu.apps.dossiers.tests.factories import (
    make_cast,
    make_counter,
    make_dossier,
    make_draft,
    make_group,
    make_legal_file,
    make_money,
    make_rate,
    make_worker,
    picture,
)
from ancu.apps.dossiers.tests.rule_scenes import make_proposed_draft
from ancu.apps.files import services as files
from ancu.apps.listening.tests.factories import scene_addresses as of_listening
from ancu.apps.lodging.services import create_token
from ancu.apps.lodging.tests.factories import World, make_world
from ancu.apps.messaging.models import InAppNotification, Notification, PushAddress
from ancu.apps.messaging.services import MessageUpload as MessageFile
from ancu.apps.messaging.services import post_message, save_template
from ancu.apps.oversight.services import notices
from ancu.apps.oversight.services.replays import try_out
from ancu.apps.oversight.tests.factories import make_alert, make_inspection, make_plan
from ancu.apps.places.models import RemoteArea
from ancu.apps.programs.models import Webhook
from ancu.apps.programs.services.signing import PLACE
from ancu.apps.protection.tests.factories import scene_addresses as of_protection
from ancu.apps.relay.tests.factories import make_forwarding
from ancu.apps.reporting.tests.factories import scene_addresses as of_reporting
from ancu.apps.site.tests.factories import scene_addresses as of_site
from ancu.apps.stays.models import Stay, Upload
from ancu.apps.stays.selectors.confirmations import secret_of
from ancu.apps.stays.selectors.receipts import stay_receipt_code
from ancu.apps.stays.selectors.undoing import act_on
from ancu.apps.stays.services import change_room, confirmations
from ancu.apps.stays.services.devices import enrol
from ancu.apps.stays.tests.factories import make_stay, make_submission, make_undeclared
from ancu.apps.stays.urls import MINISTRY
from ancu.apps.surveys.tests.factories import make_addresses
from ancu.apps.tips.models import KeyHolder, SealedFile
from ancu.apps.tips.tests.factories import make_tip, make_unit, upload
from ancu.apps.travellers.tests.factories import make_pair
from ancu.config import session_limits
from ancu.core import clock
from ancu.core.documents.reference_numbers import new_number
from ancu.core.documents.spreadsheets import write_xlsx
from ancu.core.security.encryption import seal_secret
from ancu.core.security.tokens import digest_of
from tests import access

# Reachable by anybody. Equal to the views marked ``login_not_required``: a page made public is added here, knowingly.
PUBLIC = {
    "/",
    "/for-programs",
    "/code/",
    "/status/",
    "/news/",
    "/news/<int:pk>/",
    "/outages/<int:pk>/",
    "/for-lodgings/",
    "/for-foreigners/",
    "/speak-up/",
    "/accessibility/",
    "/privacy/",
    "/source/",
    "/accounts/here",
    "/community/",
    "/community/<int:pk>/",
    "/community/<int:pk>/table.<slug:kind>",
    "/community/<int:pk>/photos/<int:photo_id>.jpg",
    "/community/gifts/<str:number>/",
    "/community/handed/<str:number>/",
    "/community/received/<str:number>/<str:code>/",
    "/community/donors/<str:code>/",
    "/community/donors/<str:code>/receipts/<str:number>.pdf",
    "/results/",
    "/results/<int:year>/",
    "/results/catalog.jsonld",
    "/results/<int:year>.json",
    "/results/<int:year>.csv",
    "/results/<int:year>.csv-metadata.json",
    "/results/<int:year>.xlsx",
    "/results/<int:year>/charts/<slug:key>.svg",
    "/results/<int:year>/<slug:code>/",
    "/results/<int:year>/<slug:code>.csv",
    "/results/<int:year>/<slug:code>.png",
    "/tips/",
    "/tips/write/",
    "/tips/answer/",
    "/tips/clear-cookies/",
    "/health",
    "/health/live",
    "/health/ready",
    "/metrics",  # with the token of METRICS_TOKEN; 404 without one
    "/notifications/worker.js",
    "/procedures/",
    "/procedures/<str:code>",
    "/accounts/login/",
    "/accounts/login/code/",
    "/accounts/login/code/confirm/",
    "/accounts/phone/verify/",
    "/accounts/logout/",
    "/accounts/signup/",
    "/accounts/inactive/",
    "/accounts/confirm-email/",
    "/accounts/email/<str:token>",
    "/accounts/confirm-email/<key>/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/password/reset/key/<uidb36>-<key>/",
    "/accounts/password/reset/key/done/",
    "/accounts/2fa/authenticate/",
    "/accounts/2fa/webauthn/login/",
    "/accounts/invitations/<str:secret>",
    "/accounts/open",
    "/accounts/open/sponsor",
    "/accounts/open/sent",
    "/accounts/open/<str:token>",
    "/dossiers/new",
    "/dossiers/new/<slug:code>",
    "/places/communes",
    "/lodgings/register",
    "/lodgings/registered",
    "/promises",
    "/queue/",
    "/petitions/",
    "/petitions/sent/",
    "/petitions/follow/",
    "/petitions/<slug:number>/",
    "/petitions/<slug:number>/word/",
    "/petitions/<slug:number>/add/",
    "/petitions/<slug:number>/files/<int:pk>/",
    "/meetings/",
    "/meetings/promises/",
    "/meetings/<int:pk>/",
    "/meetings/<int:pk>/ticket/<slug:code>/",
    "/meetings/<int:pk>/ticket/<slug:code>/calendar.ics",
    "/stays/verify/",
    "/guest/",
    "/guest/ask/",
    "/guest/<str:reference>/<str:secret>/",
    "/guest/<str:reference>/<str:secret>/paper.pdf",
    "/guest/<str:reference>/<str:secret>/take-back/",
    "/r/<str:code>",
    "/c/",
    "/c/<str:code>",
    "/d/",
    "/d/<str:number>",
    "/dossiers/<str:number>/signature/<str:code>",
    "/d/fee-receipts/<str:code>",
    "/d/payments/test/<str:token>",
    "/d/payments/notify/<slug:code>",
    "/i18n/setlang/",
    "/api/",
    *(f"/{route.pattern}".replace("^", "") for route in MINISTRY),
    "/sw.js",
    "/manifest.webmanifest",
    "/offline/<slug:language>/",
    "/office/inspections/offline/<slug:language>/",
    "/s/",
    "/s/<slug:slug>/",
    "/s/<slug:slug>/results/",
    "/s/<slug:slug>/thanks/",
    "/s/a/<slug:token>/<int:page>/",
    "/surveys/interviews/offline/<slug:language>/",
    "/office/meetings/offline/<slug:language>/",
    "/office/community/offline/<slug:language>/",
}
GUESTS = (
    b"full name,birth date,nationality,passport number,arrival date,expected departure\n"
    b"HOFFMANN,1984-03-08,D,C1,2026-01-02,2026-01-03\n"
)
WORKERS = write_xlsx(
    "", ["Full name", "Nationality", "Passport number", "Passport valid until"],
    [["NGUYEN ANNA", "AUS", "PA1234567", "01/01/2040"], ["WRONG ROW", "Atlantis", "PA7654321", "01/01/2040"]],
)  # fmt: skip
PICTURE = picture()
PDF = b"%PDF-1.7\nthe lease\n"
# What each act of the office is done on.
OFFICE_ACTS = {
    "assign": State.SUBMITTED,
    "accept": State.SUBMITTED,
    "not-accept": State.SUBMITTED,
    "transfer": State.SUBMITTED,
    "supplement": State.SUBMITTED,
    "ask": State.SUBMITTED,
    "postpone": State.ACCEPTED,
    "assess": State.ACCEPTED,
    "approve": State.ASSESSED,
    "refuse": State.ASSESSED,
    "reassess": State.ASSESSED,
    "result": State.APPROVED,
    "deliver": State.READY,
    "return-passport": State.REFUSED,
    "correct": State.READY,
    "correction": State.READY,
}
OF_A_SPONSOR = ("/api/v1/dossiers", "/api/v1/uploads")  # where the program is the sponsor's, not the lodging's
# These answer (to log in again, to give the second factor) before they look at the method.
METHOD_COMES_SECOND = (
    "/accounts/", "/api/v1/", "/api/", "/authorization-service/", "/client-service/", "/cms-backend/",
)  # fmt: skip
# What a POST carries where the refusal comes after the form: enough for the rule to be asked.
BODIES: dict[str, dict[str, Any]] = {
    "/stays/<int:pk>/check-out/": {"departed_on": clock.today().isoformat()},
    "/stays/<int:pk>/extend/": {"expected_departure": (clock.today() + timedelta(days=9)).isoformat()},
    "/stays/<int:pk>/room/": {"room": "305"},
    "/stays/<int:pk>/withdraw/": {"reason": "declared twice"},
    "/stays/receipts/<str:number>/withdraw/": {"reason": "the wrong file"},
    "/api/v1/receipts/<number>/withdraw": {"reason": "the wrong file"},
    "/stays/upload/<uuid:pk>/discard/": {"dismissal": "no_guest"},
    "/stays/<int:pk>/confirmation/": {"purpose": "bank"},
    "/office/same-person/<int:pk>/undo/": {"undo-reason": "the photographs differ"},
    "/office/confirmations/<int:pk>/refuse/": {"ground-ground": "not_staying"},
    "/messages/<slug:kind>/<slug:subject_id>/<slug:topic>": {"act": "send", "body": "Xin chào"},
    "/office/appointments/<int:pk>": {"act": "passport"},
    "/office/dossiers/counter/queue": {"act": "issue"},
    "/dossiers/<str:number>/withdraw": {"reason": "leaves earlier"},
    "/dossiers/new/<slug:code>/begin": {"filer": "organisation", "person": "new"},
    "/d/payments/test/<str:token>": {"pay": "yes"},
    "/office/money/close": {"book": "1", "counted": "1"},
    "/office/money/lines/<int:pk>": {"act": "aside", "aside-note": "returned for correction"},
    "/office/money/rates": {"day": clock.today().isoformat(), "vnd_per_usd": "26.500", "source": "VCB"},
    "/lodgings/<int:pk>/move": {"act": "suspend", "reason": "no answer for a month"},
    "/programs/<int:pk>/events": {"events": ["stay.withdrawn"]},
    "/api/v1/webhooks/<int:webhook_id>": {"events": ["stay.withdrawn"]},
    "/api/v1/webhooks/<int:webhook_id>/replay": {"since": "2026-01-01T00:00:00Z"},
    "/office/alerts/<int:pk>/dismiss/": {"dismiss-dismissed_for": "data", "dismiss-reason": "mistyped"},
    "/office/alerts/<int:pk>/ask/": {"ask-question": "Is he there?"},
    "/surveys/doubts/<int:pk>/": {"act": "none"},
    "/surveys/<int:pk>/questions/<slug:key>/move/": {"to": "down"},
    "/surveys/<int:pk>/sections/": {"new-title_vi": "Phần 3"},
    "/surveys/<int:pk>/results/export/": {"format": "csv"},
    "/surveys/<int:pk>/results/written/<slug:key>/<int:response>/petition/": {"about": "none"},
    "/office/petitions/<slug:number>/<slug:name>/": {"outcome": "done", "text": "Đã nhắc nhở"},
    "/office/results/publish/": {"year": "2026"},
    "/office/portal/pause/": {"reason": "the portal is being moved"},
    "/office/portal/<int:pk>/settle/": {"reason": "entered there"},
    "/lodgings/portal/": {"username": "lodge", "password": "secret"},
    "/api/v1/stays/<int:stay_id>/extend": {"expected_departure": (clock.today() + timedelta(days=9)).isoformat()},
    "/api/v1/stays/<int:stay_id>/withdraw": {"reason": "declared twice"},
    "/api/v1/dossiers/<number>": {"answers": {}},
    "/api/v1/dossiers/<number>/papers/<component>": {"original": True},
}
KEPT_BY_BROWSERS = ("/tips/",)  # the same for everybody: no session reaches it
ROWS = access.rows()
HANDLER = ClientHandler(enforce_csrf_checks=False)  # builds its middleware once, as the program does


@dataclass
class Scene:
    """The personas with something of each kind to reach for: Alice's, and of dossiers Ramon's."""

    world: World
    secret: str
    sponsor_secret: str
    fill: dict[str, dict[str, Any]]
    sessions: dict[str, str] = field(default_factory=dict)

    def path(self, route: str) -> str:
        """The address of ``route`` for Alice's own things."""
        values = next(
            (self.fill[prefix] for prefix in sorted(self.fill, key=len, reverse=True) if route.startswith(prefix)), {}
        )
        for name, value in values.items():
            for form in ("<int:{}>", "<str:{}>", "<uuid:{}>", "<uuidstr:{}>", "<slug:{}>", "<{}>"):
                route = route.replace(form.format(name), str(value))
        assert "<" not in route, f"say in make_scene() what {route} stands for"
        return route

    def client(self, persona: str, route: str = "/") -> Client:
        if persona == "token":
            secret = self.sponsor_secret if route.startswith(OF_A_SPONSOR) else self.secret
            return Client(headers={"authorization": f"Bearer {secret}"})
        client = self.world.client()
        if persona != "public":
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[persona]
        return client


def make_scene() -> Scene:
    """Also where a browser walks every page: ``e2e/test_every_page.py``."""
    world = make_world()
    alice = _the_others(world).actor("alice")
    token, secret = create_token(alice, establishment=world.lodging, name="hotel program")
    stay = _stay_with_picture(world)
    file = files.store(
        alice, data=GUESTS, name="guests.csv", purpose="declaration", organisation_id=alice.organisation_id
    )
    sent = files.start_upload(alice, name="passport.jpg", size=100_000, purpose="dossier")
    invitation = invite(alice, email="new@example.test", role=Role.RECEPTIONIST)
    message = post_message(
        actor=alice, kind="lodging", subject_id=world.lodging.pk, body="?", uploads=[MessageFile("a.pdf", PDF)]
    )
    program, program_secret = create_organisation_token(world.actor("ramon"), name="HR program")
    dossier = _dossier(world)
    ids = _handover(world, dossier) | {"forwarding": make_forwarding(stay).pk} | _at_the_counter(world, dossier)
    return Scene(
        world,
        secret,
        program_secret,
        _addresses(
            world,
            stay,
            invitation=invitation.pk,
            bob=world.users["bob"].memberships.get().pk,
            remote=RemoteArea.objects.create(unit=world.units.commune, valid_from=clock.today()).pk,
            file=file,
            sent=sent.pk,
            token=token.pk,
            program=program.pk,
            draft=_a_draft(world),
            attachment=message.attachments.get().pk,
            notification=_failed_letter(world).pk,
            **ids,
        )
        | make_money(world, dossier)
        | of_site(world)
        | _mandates(world, dossier)
        | (_dossiers_at_work(world, dossier) | _to_sign(world)),
    )


def _mandates(world: World, dossier: Dossier) -> dict[str, dict[str, Any]]:
    """A mandate offered to Mia, and one of Anna's by which ``dossier`` was sent; also the clerk with limits."""
    offered, accepted = _give_mandate(world, world.users["mia"]), _give_mandate(world, make_user("Anna"))
    Mandate.objects.filter(pk=offered.pk).update(digest=digest_of("agent-secret"))
    anna = User.objects.get(email=accepted.email)
    Mandate.objects.filter(pk=accepted.pk).update(user=anna, accepted_at=clock.now())
    dossier.filings.update(mandate=accepted)
    return {
        "/mandates/": {"pk": offered.pk, "secret": "agent-secret"},
        "/office/dossiers/<slug:number>/mandates/": {"number": dossier.number, "pk": accepted.pk},
        "/accounts/members/<int:pk>/limits": {"pk": world.users["sam"].memberships.get().pk},
    }


def _give_mandate(world: World, agent: User) -> Mandate:
    """A mandate that Ramon gave this person, with its letter."""
    ramon, today = world.actor("ramon"), clock.today()
    days = {"starts_on": today, "ends_on": today + timedelta(days=90)}
    mandate = give_mandate(ramon, email=agent.email, procedures=["visa"], may_submit=True, **days)
    file = files.store(ramon, data=PICTURE, name="letter.jpg", purpose="mandate")
    MandateLetter.objects.create(mandate=mandate, file=file)
    return mandate


def _stay_with_picture(world: World) -> Stay:
    """Alice's guest, whose passport's picture the office keeps."""
    end = clock.now() + timedelta(days=30)
    picture = files.store(world.actor("alice"), data=PICTURE, name="passport.jpg", purpose="passport", delete_after=end)
    return make_stay(
        world.lodging, submission=make_submission(world.lodging, number=new_number("HB"), source_file=picture)
    )


def make_signed_in() -> Scene:
    """The scene, everybody signed in: once, not before each of the visits.

    No visit renews a session, since its effects are undone, and a busy machine takes more than an officer's 15 minutes.
    """
    scene = make_scene()
    with mock.patch.object(session_limits, "IDLE", session_limits.IN_ALL):
        for name in set(access.PERSONAS) - {"public", "token"}:
            scene.sessions[name] = scene.world.client(name).cookies[settings.SESSION_COOKIE_NAME].value
    return scene


def _to_sign(world: World) -> dict[str, dict[str, Any]]:
    """Liem's, in which Ramon was named as the sponsor."""
    draft = make_draft(world, "stay_extension", Filer.RESIDENT_FOREIGNER, "liem")
    draft = ask_signature(world.actor("liem"), dossier=draft, email=world.users["ramon"].email)
    return {"/dossiers/<str:number>/signature": {"number": draft.number, "code": sign_path(draft).rsplit("/", 1)[1]}}


def _template(world: World) -> int:
    """Of the commune's office."""
    return save_template(actor=world.actor("olga"), title="Nhắc khai báo", body="Kính gửi {subject}").pk


def _notice(world: World) -> int:
    """Quynh's, which waits for Dora."""
    notice_fields = {"number": "12/QĐ", "issued_by": "Tòa án", "legal_basis": "Điều 28", "ends_on": clock.today()}
    return notices.propose(world.actor("quynh"), full_name="LEE", birth_date="1984", **notice_fields).pk  # type: ignore[arg-type]


def _of_administration(world: World) -> dict[str, dict[str, Any]]:
    """Pavel's role, an invitation to his agency, and what Rosa proposed about Quynh."""
    rosa, agency = world.users["rosa"], world.elsewhere_agency
    invitation = Invitation.objects.create(
        organisation=agency, email="dung@congan.example", full_name="Dung", role=Role.AREA_OFFICER, digest="1" * 64,
        invited_by=rosa, expires_at=clock.now() + timedelta(days=7),
    )  # fmt: skip
    proposal = propose_reset(world.actor("rosa"), user=world.users["quynh"], reason="lost telephone")
    return {
        "/office/administration/agencies/": {"pk": world.commune_agency.pk},
        "/office/administration/officers/": {"pk": world.users["olga"].pk},
        "/office/administration/roles/": {"pk": world.users["pavel"].memberships.get().pk},
        "/office/administration/invitations/": {"pk": invitation.pk},
        "/office/administration/proposals/": {"pk": proposal.pk, "decision": "withdraw"},
        "/office/administration/jobs/": {"pk": make_failed_job()},
    }


def _of_oneself(world: World) -> dict[str, dict[str, Any]]:
    """Alice's notification, device and browser; and the leave that Olga handed over to a colleague."""
    alice, now = world.users["alice"], clock.now()
    bell = InAppNotification.objects.create(
        user=alice, key="k", kind="messaging", title_en="There is something new", rung_at=now
    )
    device = PushAddress.objects.create(user=alice, endpoint="https://p.test", digest="d", device="x", added_at=now)
    browser = UserSession.objects.create(user=alice, ip="127.0.0.1", session_key="none", user_agent="x")
    mate = make_member(make_user("Otto"), world.commune_agency, Role.AREA_OFFICER)
    leave = delegate(world.actor("olga"), mate_id=mate.pk, starts_on=clock.today(), ends_on=clock.today())
    saved = TaskFilter.objects.create(
        user=world.users["olga"], organisation=world.commune_agency, name="Mai Hạ", words="mai ha",
        saved_on=clock.today(),
    )  # fmt: skip
    return {
        "/desk/<slug": {"key": "alerts"},
        "/desk/department/<slug": {"key": "alerts"},
        "/desk/several/<slug": {"key": "assign-reports"},
        "/desk/filters/": {"pk": saved.pk},
        "/notifications/": {"pk": bell.pk},
        "/notifications/devices/": {"pk": device.pk},
        "/accounts/sessions/": {"pk": browser.pk},
        "/accounts/leave/": {"pk": leave.pk},
        "/accounts/email/": {"token": "no-such-token"},
    }


def _failed_letter(world: World) -> Notification:
    return Notification.objects.create(
        key="k", channel="email", template="x.txt", subject_kind="lodging", subject_id=str(world.lodging.pk),
        address="a@example.test", masked="a•••@example.test", language="vi", state="failed", created_at=clock.now(),
    )  # fmt: skip


def _dossier(world: World) -> Dossier:
    """Ramon's, with a passport that can be opened; a supplement is asked for, so that he may still write in it."""
    make_rate(make_cast(world))
    dossier = make_dossier(world, State.SUPPLEMENT)
    passport = files.store(world.actor("ramon"), data=PDF, name="passport.pdf", purpose="dossier")
    dossier.components.filter(key="passport").update(file=passport)
    return dossier


def _handover(world: World, dossier: Dossier) -> dict[str, Any]:
    """A time booked and a letter on its way for Ramon's dossier, and another whose result is ready."""
    counter = make_counter(world, [OpeningPeriod(day, time(8), time(11)) for day in range(6)])
    slot = Slot.objects.filter(counter=counter).order_by("-starts_at")[0]
    booked = slots.book(world.actor("ramon"), dossier=dossier, slot=slot, purpose=SlotPurpose.BRING)
    posting = Posting.objects.create(
        dossier=dossier, to_office=True, carrier="VNPost", tracking_number="EE123456789VN", sent_on=clock.today(),
        entered_by=world.users["ramon"], entered_at=clock.now(),
    )  # fmt: skip
    ready = make_dossier(world, State.READY)
    sent_back = Posting.objects.create(
        dossier=dossier, to_office=False, carrier="VNPost", tracking_number="EE987654321VN", sent_on=clock.today(),
        entered_by=world.users["ines"], entered_at=clock.now(),
    )  # fmt: skip
    of_dossier = {"dossier": dossier.number, "appointment": booked.pk, "posting": posting.pk}
    of_dossier |= {"letter": dossier.letters.get().pk, "sent_back": sent_back.pk}
    return of_dossier | {"counter": counter.pk, "ready": ready.number}


def _at_the_counter(world: World, dossier: Dossier) -> dict[str, str]:
    """What Ines writes at the counter: a draft, and another dossier that was submitted there."""
    draft = begin(world.actor("ines"), procedure="stay_extension", filer=Filer.CITIZEN)
    copy = Dossier.objects.get(pk=dossier.pk)
    copy.pk, copy.number, copy.state, copy.organisation = None, new_number("HBD"), State.SUBMITTED, None
    copy.filer, copy.filed_by, copy.received_by = Filer.CITIZEN, world.users["ines"], world.users["ines"]
    copy.save()
    charge(copy)
    return {"counter_draft": draft.number, "counter_dossier": copy.number}


def _a_draft(world: World) -> str:
    """A draft of Ramon's, with a passport that can be looked at."""
    dossier, ramon = make_draft(world, "stay_extension"), world.actor("ramon")
    paper = files.store(ramon, data=PICTURE, name="passport.jpg", purpose="dossier")
    attach(ramon, dossier=dossier, key="passport", file=paper, pages=1)
    return dossier.number


def _dossiers_at_work(world: World, dossier: Dossier) -> dict[str, dict[str, Any]]:
    """For each of the office's acts a copy of Ramon's dossier in the state it needs, with a paper to look at."""
    paper = files.store(world.actor("ramon"), data=PICTURE, name="paper.jpg", purpose="dossier")
    copies = {state: _copy_of(world, dossier, state, paper) for state in sorted(set(OFFICE_ACTS.values()))}
    legal = make_legal_file(world, LegalFileState.SUBMITTED, licence_scan=paper, na16_scan=paper)
    ready, opinion = copies[State.READY], _opinion(world, copies[State.ACCEPTED])
    Result.objects.create(
        dossier=ready, number="T1", valid_from=clock.today(), valid_until=clock.today(), scan=paper,
        entered_by=world.users["ines"], entered_at=clock.now(),
    )  # fmt: skip
    ResultCorrection.objects.create(
        result=ready.result, number="T2", valid_from=clock.today(), valid_until=clock.today(), reason="mistyped",
        proposed_by=world.users["dora"], proposed_at=clock.now(),
    )  # fmt: skip
    begins = "/office/dossiers/<slug:number>/"
    return {f"{begins}{act}": {"number": copies[state].number} for act, state in OFFICE_ACTS.items()} | {
        "/office/dossiers/": {"number": copies[State.SUBMITTED].number, "key": "passport", "page": 1},
        f"{begins}scan": {"number": ready.number, "page": 1},
        "/dossiers/<str:number>/result": {"number": ready.number},
        "/dossiers/legal-file/": {"version": legal.version, "which": "licence"},
        "/workers/requests/": {"pk": make_group(world).pk, "key": "signed_na6"},
        "/workers/": {
            "pk": make_worker(world).pk,
            "file_id": store_for_preview(world.actor("ramon"), data=WORKERS, name="workers.xlsx").pk,
        },
        "/office/legal-files/": {"pk": legal.pk, "which": "licence", "page": 1},
        "/office/opinions/": {"pk": opinion.pk},
        "/office/dossiers/filters/": {
            "pk": SavedFilter.objects.get_or_create(
                user=world.users["ines"], agency=world.provincial_agency, name="Visa"
            )[0].pk
        },
    }


def _copy_of(world: World, dossier: Dossier, state: State, paper: Any) -> Dossier:
    """Rows alone: the acts that lead there have tests of their own."""
    copy = Dossier.objects.get(pk=dossier.pk)
    copy.pk, copy.number, copy.state = None, new_number("HBD"), state
    if state == State.ASSESSED:
        copy.assessed_by, copy.proposal = world.users["selma"], "approve"
    copy.save()
    copy.components.create(key="passport", state="given", file=paper, pages=1, given_at=clock.now())
    return copy


def _opinion(world: World, dossier: Dossier) -> Opinion:
    return Opinion.objects.create(
        dossier=dossier, asked_of=world.commune_agency, asked_by=world.users["selma"], asked_at=clock.now(),
        question="?", answer_by=clock.today(),
    )  # fmt: skip


def _the_others(world: World) -> World:
    """The rest of the provincial office, a sponsor's people, and Mia, who belongs to no organisation."""
    office = world.provincial_agency
    sponsor = Organisation.objects.create(kind=OrganisationKind.SPONSOR, name="Công ty Sông Đà")
    for name, organisation, role in (
        ("Anh", office, Role.ANALYST),
        ("Ines", office, Role.INTAKE_OFFICER),
        ("Selma", office, Role.ASSESSING_OFFICER),
        ("Dora", office, Role.APPROVING_OFFICER),
        ("Hoa", office, Role.HOTLINE_OPERATOR),
        ("Sam", sponsor, Role.CLERK),
        ("Ramon", sponsor, Role.REPRESENTATIVE),
    ):
        user = world.users[name.lower()] = make_user(name)
        make_member(user, organisation, role)
        if organisation == office:
            enable_totp(user, TOTP_SECRET)
    world.users["mia"] = make_user("Mia")
    return world


def _of_dossiers(of: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        "/dossiers/<str:number>/step/": {"number": of["draft"], "step": 1},
        "/dossiers/<str:number>/papers": {"number": of["draft"], "key": "passport", "page": 1},
        "/dossiers/<str:number>/check": {"number": of["draft"]},
        "/dossiers/<str:number>/send": {"number": of["draft"]},
        "/dossiers/new/": {"code": "trc_organisation"},
        "/dossiers/<str:number>/letters/": {"number": of["dossier"], "pk": of["letter"]},
        "/dossiers/": {"number": of["dossier"], "key": "passport", "kind": "receipt", "code": "nothing"},
        "/d/": {"number": of["dossier"]},
        "/office/counters/": {"pk": of["counter"]},
        "/dossiers/postings/": {"pk": of["sent_back"]},
        "/dossiers/<str:number>/passport": {"number": of["draft"]},
        "/office/appointments/": {"pk": of["appointment"]},
        "/office/postings/": {"pk": of["posting"]},
        "/office/dossiers/<slug:number>/passport": {"number": of["dossier"]},
        "/office/dossiers/<slug:number>/counter": {"number": of["counter_draft"], "key": "passport"},
        "/office/dossiers/<slug:number>/counter/received": {"number": of["counter_dossier"]},
        "/office/dossiers/<slug:number>/counter/slip": {"number": of["counter_dossier"]},
        "/office/dossiers/<slug:number>/send-back": {"number": of["ready"]},
    }


def _of_the_api(world: World, of: dict[str, Any]) -> dict[str, dict[str, Any]]:
    sent = files.start_upload(world.actor("ramon"), name="passport.jpg", size=100_000, purpose="dossier")
    return {
        "/api/v1/code-lists/": {"name": "nationality"},
        "/api/v1/samples/": {"name": "guests.json"},
        "/api/v1/dossiers/": {"number": of["draft"], "component": "passport"},
        "/api/v1/procedures/": {"code": "visa"},
        "/api/v1/uploads/": {"upload_id": sent.pk},
    }


def _of_programs(world: World) -> dict[str, dict[str, Any]]:
    """An address of Alice's that is told, a message to it, and a file her program sent."""
    now, token = clock.now(), world.lodging.tokens.get()
    hook = Webhook.objects.create(
        establishment=world.lodging, url="https://pms.example/hook", events=["stay.withdrawn"],
        secret=seal_secret(b"secret", PLACE), created_at=now,
    )  # fmt: skip
    message = hook.deliveries.create(
        event="stay.withdrawn", payload="{}", state="failed", created_at=now, next_at=now, give_up_at=now
    )
    outcome = {"errors": {}, "read": 0}
    sent = Upload.objects.create(
        establishment=world.lodging, file_name="guests.csv", state="done", token_id=token.pk, outcome=outcome,
        file=files.store(world.actor("alice"), data=GUESTS, name="guests.csv", purpose="declaration"),
    )  # fmt: skip
    return {
        "/programs/": {"pk": hook.pk, "delivery": message.pk},
        "/api/v1/webhooks/": {"webhook_id": hook.pk},
        "/api/v1/files/": {"file_id": sent.pk},
    }


def _addresses(world: World, stay: Any, **of: Any) -> dict[str, dict[str, Any]]:
    """What stands in the addresses that begin so; the longest beginning counts."""
    return {
        **_of_dossiers(of),
        "/accounts/confirm-email/": {"key": "nothing"},
        "/procedures/": {"code": "visa"},
        "/accounts/password/reset/key/": {"uidb36": "1", "key": "nothing"},
        "/accounts/2fa/webauthn/keys/": {"pk": 1},
        "/accounts/invitations/<int": {"pk": of["invitation"]},
        "/accounts/invitations/<str": {"secret": "no-such-secret"},
        "/accounts/organisation/tokens/": {"pk": of["program"]},
        "/accounts/members/": {"pk": of["bob"]},
        "/places/remote/": {"pk": of["remote"]},
        **_of_administration(world),
        "/accounts/open/": {"token": "no-such-token"},
        "/files/": {"file_id": of["file"].pk, "upload_id": of["sent"]},
        "/lodgings/": {"pk": world.lodging.pk},
        "/messages/<slug": {"kind": "lodging", "subject_id": world.lodging.pk, "topic": "main"},
        "/messages/attachments/": {"pk": of["attachment"]},
        "/messages/templates/": {"pk": _template(world)},
        "/messages/notifications/": {"pk": of["notification"]},
        **_of_oneself(world),
        "/lodgings/tokens/": {"pk": of["token"]},
        "/office/area/": {"unit_id": world.units.commune.pk},
        "/office/people/": {"traveller_id": stay.identity.traveller_id},
        "/office/stays/": {"stay_id": stay.pk},
        "/office/portal/": {"pk": of["forwarding"]},
        "/office/submissions/": {"submission_id": stay.submission_id, "file_id": stay.submission.source_file_id},
        **_of_oversight(world),
        **make_addresses(world),
        **of_listening(world),
        **of_reporting(world),
        **of_protection(world, stay),
        "/office/lodgings/": {"establishment_id": world.lodging.pk},
        **_of_stays(world, stay, of["file"]),
        **_confirmations(world, stay),
        "/api/v1/stays/": {"stay_id": stay.pk},
        "/api/v1/receipts/": {"number": stay.submission.number},
        **_of_programs(world),
        **_of_the_api(world, of),
    }


def _of_oversight(world: World) -> dict[str, dict[str, Any]]:
    """What does not add up, who is looked for, where somebody went to look, who stays where, what lodgings are told."""
    return {
        **_of_tips(world),
        **of_help(world, picture()),
        "/reports/": {"pk": make_report(world).pk},
        "/announcements/": {"pk": make_broadcast(world).receipts.get().pk},
        "/office/broadcasts/": {"pk": make_broadcast(world).pk},
        "/office/alerts/": {"pk": make_alert(world.lodging, name="KIM NA RA").pk, "establishment_id": world.lodging.pk},
        "/office/alerts/rules/": {"code": "overstay"},
        "/office/rulebook/changes/": {"pk": make_proposed_draft(world).pk, "kind": "fee", "letter": "refusal"},
        "/office/alerts/replays/": {"pk": try_out(world.actor("rosa"), rule="overstay", values={"grace_days": 3}).pk},
        "/office/movement/": {"unit_id": world.units.commune.pk},
        "/office/notices/": {"pk": _notice(world)},
        "/office/inspections/": {"pk": make_inspection(world, "C01X00T47").pk, "establishment_id": world.lodging.pk},
        "/office/inspections/offline/": {"language": "vi"},
        "/office/inspections/planned/": {"pk": make_plan(world).pk},
    }


def _of_tips(world: World) -> dict[str, dict[str, Any]]:
    """One told to the office, where Tam and Thu hold the key; he comes without his passphrase."""
    make_unit(world, world.provincial_agency, "Tam", "Thu")
    tip, _receipt = make_tip(world, uploads=[upload(PICTURE)])
    return {
        "/office/tips/": {"pk": tip.pk},
        "/office/tips/files/": {"pk": SealedFile.objects.get().pk, "which": "copy"},
        "/office/tips/keys/": {"pk": KeyHolder.objects.get(user=world.users["thu"]).pk},
    }


def _of_stays(world: World, stay: Any, file: Any) -> dict[str, dict[str, Any]]:
    """With a file and a group of passport pictures that wait to be declared."""
    upload = Upload.objects.create(establishment=world.lodging, file=file, file_name="guests.csv", state="preview")
    group = Upload.objects.create(establishment=world.lodging, file_name="photos", channel="photo", state="preview")
    group.pictures.create(position=1, texts={"full_name": "KIM NA RA", "nationality": "KOR"})
    moved = make_stay(world.lodging)
    change_room(actor=world.actor("alice"), stay_id=moved.pk, room="305")
    act = act_on(moved)
    assert act is not None
    return {
        "/office/same-person/": {"pk": make_pair(world.lodging).pk},
        "/stays/": {"pk": stay.pk},
        "/stays/undo/": {"act": act.id},
        "/stays/sandbox/": {"pk": world.lodging.pk},
        "/stays/devices/": {"pk": enrol(actor=world.actor("alice"), name="Android", session_key="").pk},
        "/offline/": {"language": "vi"},
        "/stays/list.": {"kind": "csv"},
        "/stays/upload/": {"pk": upload.pk, "position": 1},
        "/stays/photos/": {"pk": group.pk, "position": 1},
        "/stays/undeclared/": {"pk": make_undeclared(upload).pk},
        "/stays/undeclared/fill/": {"pk": upload.pk},
        "/stays/receipts/": {"number": stay.submission.number},
        "/r/": {"code": stay_receipt_code(stay)},
    }


def _confirmations(world: World, stay: Any) -> dict[str, dict[str, Any]]:
    """One that waits, asked for by Bob, and one that is issued."""
    waiting, issued = (
        confirmations.ask_for_guest(world.actor("bob"), stay_id=stay.pk, purpose="bank") for _turn in range(2)
    )
    issued = confirmations.issue(world.actor("olga"), confirmation=issued)
    link = {"reference": issued.reference, "secret": secret_of(issued)}
    return {
        "/office/confirmations/": {"pk": waiting.pk},
        "/office/confirmations/<int:pk>/revoke": {"pk": issued.pk},
        "/office/confirmations/<int:pk>/paper": {"pk": issued.pk},
        "/guest/<": link,
        "/guest/<str:reference>/<str:secret>/take-back": {"reference": waiting.reference, "secret": secret_of(waiting)},
        "/c/": {"code": issued.code},
    }


@pytest.fixture(scope="module")
def refused_in_the_same_words() -> Iterator[None]:
    """Half of all answers are the page of a refusal, which says the same at every address: each person is shown it
    once, and is answered with that one from then on. A page that opens is made anew each time."""
    handler_of, pages = URLResolver.resolve_error_handler, {}

    def remembered(self: URLResolver, status: int) -> Callable[..., HttpResponse]:
        def answer(request: HttpRequest, exception: Exception) -> HttpResponse:
            key = status, request.user.pk, type(exception)
            if key not in pages:
                pages[key] = handler_of(self, status)(request, exception=exception)
            return HttpResponse(pages[key].content, status=pages[key].status_code, headers=pages[key].headers)

        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(URLResolver, "resolve_error_handler", remembered)
        yield


def ask(scene: Scene, persona: str, method: str, route: str) -> HttpResponse:
    """One request, without its effects."""
    cache.clear()  # the limits of public forms count per address, and all personas come from one
    client, path = scene.client(persona, route), scene.path(route)
    client.handler = HANDLER
    body: Any = {}
    if method != "GET" and route.startswith("/api/"):
        body = {"data": json.dumps(BODIES.get(route, {})), "content_type": "application/json"}
    elif method == "POST":
        body = {"data": BODIES.get(route, {})}
    with transaction.atomic():
        response: HttpResponse = getattr(client, method.lower())(path, **body)
        if response.streaming:
            b"".join(response.streaming_content)
        transaction.set_rollback(True)
    return response


@pytest.mark.usefixtures("refused_in_the_same_words")
@pytest.mark.stage(make=make_signed_in)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.method} {row.route}")
def test_each_persona_is_answered_as_the_table_says(shared_data: Scene, row: access.AccessRow) -> None:
    answers = {name: ask(shared_data, name, row.method, row.route) for name in access.PERSONAS}
    statuses = {name: answer.status_code for name, answer in answers.items()}
    assert statuses == row.expected, f"it is now:\n{access.line(row.method, row.route, statuses)}"
    stored = {name for name, answer in answers.items() if "no-store" not in answer.headers.get("Cache-Control", "")}
    assert stored <= {"public"} or row.route.startswith(KEPT_BY_BROWSERS), "a person's page stays in the browser"


@pytest.mark.usefixtures("refused_in_the_same_words")
@pytest.mark.stage(make=make_signed_in)
@pytest.mark.parametrize("route", sorted({row.route for row in ROWS}))
def test_the_table_has_every_method_and_the_others_are_refused(shared_data: Scene, route: str) -> None:
    response = ask(shared_data, "alice", "DELETE", route)
    listed = {row.method for row in ROWS if row.route == route}
    if response.status_code == 405:
        assert (
            set(response["Allow"].split(", ")) - {"HEAD", "OPTIONS", "PUT"} == listed
        )  # PUT: a form view's other name for POST
    else:
        assert route.startswith(METHOD_COMES_SECOND)
        assert response.status_code in {200, 302, 401, 404}


def operations() -> Iterator[tuple[str, str]]:
    from ancu.config.api import api

    for path, methods in api.get_openapi_schema()["paths"].items():
        for method in methods:
            yield method.upper(), path


def test_the_table_has_every_address_and_no_other() -> None:
    assert {row.route for row in ROWS} == {route.path for route in access.routes()}


def test_the_table_has_every_operation_of_the_api_and_no_other() -> None:
    routes = {route.path: re.sub("<(?:int:|uuidstr:)?(.*?)>", r"{\1}", route.path) for route in access.routes()}
    listed = {(row.method, routes[row.route]) for row in ROWS if row.route.startswith("/api/v1/")}
    catch_all = {pair for pair in listed if pair[1] in {"/api/v1/", "/api/v1/.", "/api/v1/openapi.json"}}
    assert listed - catch_all == set(operations())


def test_the_public_pages_are_those_named() -> None:
    """The API has no session: it answers by token, and its own public operations are in the table."""
    assert {route.path for route in access.routes() if route.public and not route.path.startswith("/api/v1/")} == PUBLIC


@pytest.mark.parametrize("row", [row for row in ROWS if row.route not in PUBLIC], ids=lambda row: row.route)
def test_nobody_comes_in_without_signing_in(row: access.AccessRow) -> None:
    if not row.route.startswith("/api/"):
        assert row.expected["public"] == row.expected["token"] == 302
