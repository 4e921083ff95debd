"""What is secret lies encrypted, keys can be changed, and nothing that opens something stays behind."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from cryptography.exceptions import InvalidTag
from django.apps import apps
from django.conf import settings as house
from django.contrib.sessions.models import Session
from django.core import mail, signing
from django.core.cache import caches
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import reverse
from pghistory.models import Context
from procrastinate.contrib.django import app as jobs
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob
from psycopg.conninfo import make_conninfo
from pypdf import PdfReader

from ancu.apps.accounts.models import PendingLetter, User
from ancu.apps.accounts.services import opening_token, read_opening, redact_accounts, request_opening, send_opening
from ancu.apps.accounts.services.administrators import password_path
from ancu.apps.accounts.services.factors import open_seed, seal_seed
from ancu.apps.accounts.tests.factories import PASSWORD, TOTP_SECRET
from ancu.apps.audit.models import Event
from ancu.apps.community.models import HandoverConfirmation
from ancu.apps.community.services import confirming
from ancu.apps.community.tests.factories import STROKES, ProgrammeBook
from ancu.apps.desk.models import PostponedTask
from ancu.apps.files import services as files
from ancu.apps.files.models import PartialUpload, StoredFile
from ancu.apps.files.services.uploads import append, start_upload
from ancu.apps.lodging.models import ProgramSession
from ancu.apps.messaging.models import Notification
from ancu.apps.programs.models import Webhook
from ancu.apps.programs.services.signing import PLACE
from ancu.apps.relay.services import accounts as portal_accounts
from ancu.apps.relay.tests.factories import make_account
from ancu.apps.stays.models import Device
from ancu.apps.stays.selectors.receipts import stay_receipt_code
from ancu.apps.stays.services import devices
from ancu.apps.stays.tests.factories import make_stay, make_submission
from ancu.apps.surveys.models import ReadingDoubt, ScannedPage
from ancu.apps.surveys.services import scanning
from ancu.apps.surveys.tests.factories import make_addresses
from ancu.apps.tips.tests.factories import make_scene, make_tip
from ancu.config import library_retention
from ancu.config.checks import keys_are_apart
from ancu.config.retention import RETENTION, Fate
from ancu.config.sessions import SessionStore
from ancu.core import clock
from ancu.core.actor import system
from ancu.core.db.jobs import enqueue, is_reference
from ancu.core.documents.reference_numbers import new_number
from ancu.core.security import key_rotation, totp
from ancu.core.security.encryption import FILES, SECRETS, key_id, open_secret, seal_secret, text_head
from ancu.core.security.privacy import REDACTED, Keep
from ancu.core.testing import texts
from ancu.core.web import one_time_cookie
from tests.test_privacy import EMPTIED

pytestmark = pytest.mark.django_db
PROJECT = Path(__file__).resolve().parents[2]


# ---- seeds of second factors and recovery codes are encrypted ----------------------------------------------


def stored_factors() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(string_agg(data::text, ' '), '') FROM mfa_authenticator")
        return str(cursor.fetchone()[0])


def activate_totp(client: Client) -> str:
    """Add an authenticator app on the page, as its owner does; returns the seed."""
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.get("/accounts/2fa/totp/activate/")
    seed = str(client.session["mfa.totp.secret"])
    answer = client.post("/accounts/2fa/totp/activate/", {"code": totp.current_code(seed)})
    assert answer.status_code == 302
    return seed


def test_seeds_of_second_factors_and_recovery_codes_are_encrypted(world: Any) -> None:
    seed = activate_totp(world.client("alice"))
    codes = RecoveryCodes.activate(world.users["alice"])
    stored = stored_factors()
    assert seed not in stored and TOTP_SECRET not in stored
    rows = Authenticator.objects.filter(user=world.users["alice"])
    assert all((row.data.get("secret") or row.data["seed"]).startswith(text_head()) for row in rows)
    assert open_seed(rows.get(type="totp").data["secret"]) == seed
    assert not any(code in stored for code in codes.get_unused_codes())
    client = world.client()
    client.post("/accounts/login/", {"login": "alice@example.test", "password": PASSWORD})
    assert client.post("/accounts/2fa/authenticate/", {"code": codes.get_unused_codes()[0]}).status_code == 302
    assert "_auth_user_id" in client.session


def test_what_opens_a_phones_queue_is_encrypted(world: Any) -> None:
    """Whoever has a copy of the database and a lost phone reads nothing."""
    device = devices.enrol(actor=world.actor("bob"), name="Máy", session_key="")
    device.refresh_from_db()
    secret = devices.secret_of(device)
    assert secret
    assert bytes(device.secret or b"").startswith(SECRETS.head)
    assert secret not in bytes(device.secret or b"")


def test_a_seed_that_is_not_encrypted_is_not_taken(world: Any) -> None:
    with pytest.raises(InvalidTag):
        open_seed(TOTP_SECRET)


# ---- keys have an id; two are valid at once; rotate_keys ---------------------------------------------------


def test_keys_have_an_id_and_two_are_valid_at_once(settings: Any) -> None:
    settings.FILES_KEY, settings.FILES_KEY_FORMER = "old", ""
    sealed = seal_secret(b"secret", "place")
    assert sealed[4:8] == key_id("old") != key_id("new")
    settings.FILES_KEY, settings.FILES_KEY_FORMER = "new", "old"
    assert open_secret(sealed, "place") == b"secret"
    assert seal_secret(b"secret", "place")[4:8] == key_id("new")
    settings.FILES_KEY_FORMER = ""
    with pytest.raises(InvalidTag):
        open_secret(sealed, "place")


@pytest.mark.parametrize("cipher", [SECRETS, FILES], ids=["secrets", "files"])
def test_what_was_encrypted_before_keys_had_an_id_still_opens(cipher: Any, settings: Any) -> None:
    settings.FILES_KEY, settings.FILES_KEY_FORMER = "old", ""
    bare = cipher.bare_mark + cipher.seal(b"data", b"place")[len(cipher.head) :]
    settings.FILES_KEY, settings.FILES_KEY_FORMER = "new", "old"
    assert cipher.open(bare, b"place") == b"data"
    assert cipher.renew(bare, b"place").startswith(cipher.head)


def make_everything_sealed(world: Any) -> None:
    """One of each thing that is encrypted at rest."""
    world.client("alice")
    alice, book = world.actor("alice"), ProgrammeBook(world)
    make_addresses(world)
    book.give(book.of("pieces", 2))
    entry = book.hand_over(book.of("pieces", 1))
    signed = {"name": "Mùa Thị Dở", "standing": "chủ hộ", "strokes": STROKES, "key": uuid4()}
    confirming.sign(actor=book.actor, programme_id=book.programme.pk, entry_id=entry.pk, **signed)
    files.store(alice, data=b"a,b\n1,2\n", name="a.csv", purpose="declaration")
    upload = start_upload(alice, name="b.csv", size=8, purpose="paper")
    append(alice, upload_id=upload.pk, offset=0, part=b"12345678")
    Webhook.objects.create(
        establishment=world.lodging, url="https://pms.example/h", events=[], created_at=clock.now(),
        secret=seal_secret(b"present", PLACE), former_secret=seal_secret(b"former", PLACE),
    )  # fmt: skip
    devices.enrol(actor=world.actor("bob"), name="Máy", session_key="")
    place = f"relay.account.{world.lodging.pk}".encode()
    make_account(world.lodging, password_sealed=files.seal(b"password", place))


def read_everything_sealed(world: Any) -> dict[str, Any]:
    """All of it in the clear, each by the function that the pages use."""
    upload, hook = PartialUpload.objects.get(), Webhook.objects.get()
    page, doubt = ScannedPage.objects.get(), ReadingDoubt.objects.get()
    portal = portal_accounts.portal_of(world.lodging)
    return {
        "factors": [open_seed(row.data["secret"]) for row in Authenticator.objects.order_by("pk")],
        "files": [files.read_bytes(file) for file in StoredFile.objects.order_by("pk")],
        "part": files.unseal(
            Path(default_storage.path(upload.part_path(0))).read_bytes(), upload.encryption_context(0)
        ),
        "hook": [open_secret(bytes(secret), PLACE) for secret in (hook.secret, hook.former_secret or b"")],
        "scan": [scanning.picture_of(page), scanning.crops_of(doubt)],
        "signature": confirming.signature_svg(HandoverConfirmation.objects.get()),
        "phone": devices.secret_of(Device.objects.get()),
        "portal": portal and portal.password,
    }


def test_rotate_keys_encrypts_everything_anew_and_says_when_the_former_key_may_go(
    world: Any, settings: Any, tmp_path: Path, capsys: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    make_everything_sealed(world)
    before = read_everything_sealed(world)
    settings.FILES_KEY, settings.FILES_KEY_FORMER = "new", settings.FILES_KEY
    call_command("rotate_keys")
    printed = capsys.readouterr().out
    empty = [line for line in printed.splitlines()[1 : len(key_rotation.stores()) + 1] if "renewed" not in line]
    assert empty == [], "each store held something"
    assert printed.splitlines()[-1].endswith("FILES_KEY_FORMER may be taken away.")
    settings.FILES_KEY_FORMER = ""
    assert read_everything_sealed(world) == before
    assert Event.objects.filter(act="accounts.rotated_keys", subject_id=key_id("new").hex()).count() == 1


def test_rotate_keys_does_not_free_a_key_that_something_needs(world: Any, settings: Any, capsys: Any) -> None:
    """The operator named a wrong former key: nothing is lost, and he reads it."""
    settings.FILES_KEY, settings.FILES_KEY_FORMER = "new", "wrong"
    call_command("rotate_keys")
    out, err = capsys.readouterr()
    assert "encrypted by neither key" in err and "may be taken away" not in out


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_rotate_keys_resumes_when_killed(settings: Any, tmp_path: Path) -> None:
    """Killed by SIGKILL while it works; whatever was under way, everything opens, and the next run ends the work."""
    settings.MEDIA_ROOT = tmp_path / "files"
    stored = [
        files.store(system("test"), data=b"%d,1\n" % number, name="a.csv", purpose="test") for number in range(300)
    ]
    heads = [Path(default_storage.path(file.path)) for file in stored]
    environment = environment_of_commands(tmp_path) | {"FILES_KEY": "new", "FILES_KEY_FORMER": settings.FILES_KEY}
    settings.FILES_KEY, settings.FILES_KEY_FORMER = "new", settings.FILES_KEY

    def renewed() -> int:
        return sum(path.read_bytes().startswith(FILES.head) for path in heads)

    command = [sys.executable, str(PROJECT / "manage.py"), "rotate_keys"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    until = time.monotonic() + 60
    while renewed() < 20 and time.monotonic() < until:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert 20 <= renewed() < len(stored), "it was killed half way"
    assert [files.read_bytes(file) for file in stored] == [b"%d,1\n" % number for number in range(300)]
    printed = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    assert renewed() == len(stored) and "may be taken away" in printed
    settings.FILES_KEY_FORMER = ""
    assert [files.read_bytes(file) for file in stored] == [b"%d,1\n" % number for number in range(300)]


def environment_of_commands(var: Path) -> dict[str, str]:
    """What a command of its own process needs to work on this test's database and files."""
    named = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    url = make_conninfo(**{name: connection.settings_dict[key] for name, key in named.items()})
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    own = {"ANCU_VAR": str(var), "DATABASE_URL": url, "SECRET_KEY": house.SECRET_KEY, "LOG_LEVEL": "WARNING"}
    return inherited | own


# ---- what was signed survives a new SECRET_KEY -------------------------------------------------------------

SETTINGS_OF = (
    "import django; django.setup(); from ancu.core.documents.reference_numbers import seal, seal_matches;"
    "from django.core import signing;"
    "import sys; act, *arguments = sys.argv[1:];"
    "print(seal('stay', 'HB-1', 1) + ' ' + signing.dumps('link')) if act == 'make' else"
    " print(seal_matches(arguments[0], 'stay', 'HB-1', 1), signing.loads(arguments[1]))"
)


def in_a_process(tmp_path: Path, *arguments: str, **keys: str) -> list[str]:
    """Run the program as an operator has set it up; the words it printed."""
    environment = environment_of_commands(tmp_path) | {"DJANGO_SETTINGS_MODULE": "ancu.config.settings"} | keys
    command = [sys.executable, "-c", SETTINGS_OF, *arguments]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, cwd=PROJECT)
    return run.stdout.split()


@pytest.mark.parametrize(
    "after",
    [{}, {"RECEIPTS_KEY": "a" * 50}, {"RECEIPTS_KEY": "c" * 50, "RECEIPTS_KEY_FORMER": "a" * 50}],
    ids=["former", "own key", "own former key"],
)  # fmt: skip
def test_the_environment_names_two_keys(world: Any, tmp_path: Path, after: dict[str, str]) -> None:
    code, link = in_a_process(tmp_path, "make", SECRET_KEY="a" * 50)
    after = {"SECRET_KEY": "b" * 50, "SECRET_KEY_FORMER": "a" * 50} | after
    assert in_a_process(tmp_path, "check", code, link, **after) == ["True", "link"]


def test_a_printed_receipt_survives_a_new_secret_key(world: Any, settings: Any) -> None:
    """The code is read off the printed paper, not made anew."""
    stay = make_stay(world.lodging, submission=make_submission(world.lodging, number=new_number("HB")))
    paper = world.client("alice").get(reverse("stays:guest_receipt_pdf", args=[stay.pk])).getvalue()
    printed = re.sub(r"\s+", "", " ".join(page.extract_text() for page in PdfReader(BytesIO(paper)).pages))
    code = stay_receipt_code(stay)
    assert code in printed
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another" * 8, []
    page = Client().get(reverse("stays:verify_code", args=[code]))
    assert page.status_code == 200 and stay.submission.number in page.content.decode()
    settings.RECEIPTS_KEY, settings.RECEIPTS_KEY_FORMER = "another" * 8, settings.RECEIPTS_KEY
    assert Client().get(reverse("stays:verify_code", args=[code])).status_code == 200
    assert stay_receipt_code(stay) != code, "new papers have codes of the present key"
    settings.RECEIPTS_KEY_FORMER = ""
    assert Client().get(reverse("stays:verify_code", args=[code])).status_code == 404


def test_links_and_sessions_survive_a_new_secret_key(world: Any, settings: Any) -> None:
    client, token = world.client("alice"), opening_token("new@example.test", sponsor=False)
    path = password_path(world.users["bob"])
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another" * 8, [settings.SECRET_KEY]
    assert client.get("/accounts/email/").status_code in {200, 302}
    assert "_auth_user_id" in client.session
    opening = read_opening(token)
    assert opening and opening.email == "new@example.test"
    assert Client().get(path).status_code == 302, "the link leads on to the page that asks for a password"
    assert signing.loads(signing.dumps("x")) == "x"


@pytest.mark.stage(make=make_scene)
def test_the_receipt_of_a_tip_survives_a_new_key(shared_data: Any, settings: Any) -> None:
    _tip, receipt = make_tip(shared_data)
    settings.SECRET_KEY = settings.FILES_KEY = "another" * 8
    assert texts.NO_REPLY_YET in answer_of(receipt)
    settings.RECEIPTS_KEY, settings.RECEIPTS_KEY_FORMER = "another" * 8, settings.RECEIPTS_KEY
    assert texts.NO_REPLY_YET in answer_of(receipt)
    settings.RECEIPTS_KEY_FORMER = ""
    assert texts.DO_NOT_OPEN_A_CONVERSATION in answer_of(receipt)


def answer_of(receipt: str) -> str:
    return Client().post("/tips/answer/?lang=en", {"receipt": receipt}).content.decode()


# ---- no code and no address stays in job arguments or sessions ---------------------------------------------

NEW, PHONE = "newcomer@example.test", "+84912345678"
PETITION = {"category": "order", "about": "none", "body": "Loa phường ồn", "email": "petitioner@example.test"}


def petition_codes(page: str) -> set[str]:
    return set(re.findall(r'data-copy="([^"]+)"', page)) | set(re.findall(r'h2 text-nowrap">([^<]+)</b>', page))


def walk(world: Any) -> tuple[list[Client], set[str]]:
    """What people do that leaves jobs and sessions; returns their browsers, and what must lie nowhere."""
    public, alice, quynh, rosa = Client(), world.client("alice", new_session=True), world.client("quynh"), Client()
    secrets = {NEW, PETITION["email"], "bob@example.test", "invited@example.test"}
    public.post("/petitions/", PETITION | {"key": str(uuid4())})
    secrets |= petition_codes(public.get("/petitions/sent/").content.decode())
    call = {"channel": "hotline", "category": "order", "about": "none", "body": "Xin hỏi", "key": str(uuid4())}
    assert quynh.post("/office/hotline/", call | {"name": "An", "phone": "0912345678"}).status_code == 302
    secrets |= petition_codes(quynh.get("/office/hotline/").content.decode())
    assert rosa.post(reverse("accounts:open"), {"email": NEW}).status_code == 302
    User.objects.filter(pk=world.users["bob"].pk).update(sign_in_phone=PHONE)
    assert rosa.post("/accounts/login/code/", {"phone": PHONE}).status_code == 302
    secrets.add(re.search(r"\d{6}", Notification.objects.latest("pk").body)[0])  # type: ignore[index]
    alice.post("/accounts/invite", {"invite-email": "invited@example.test", "invite-role": "receptionist"})
    alice.post("/accounts/email/", {"email": "second@example.test"})
    return [public, alice, quynh, rosa], secrets | {"second@example.test"}


def stored_text(table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM {table} t")
        return str(cursor.fetchone()[0])


def test_no_code_or_address_stays_in_job_arguments_or_sessions(world: Any) -> None:
    clients, secrets = walk(world)
    assert len(secrets) == 8, secrets
    waiting = ProcrastinateJob.objects.all()
    assert {"accounts.send_opening", "accounts.send_invitation"} <= {job.task_name for job in waiting}
    odd = [(job.task_name, key) for job in waiting for key, value in job.args.items() if not is_reference(key, value)]
    assert odd == []
    codes = {secret for secret in secrets if "-" in secret and "@" not in secret}
    for table in ("procrastinate_jobs", "django_session"):
        text = stored_text(table)
        assert not [secret for secret in secrets if secret in text], table
    for client in clients:
        assert not [code for code in codes if code in str(dict(client.session))], "not even encrypted"


def test_sessions_are_encrypted_and_can_be_encrypted_by_another_key(world: Any, settings: Any) -> None:
    client = world.client("alice")
    session = client.session
    session["note"] = "bob@example.test"
    session.save()
    row = Session.objects.get(session_key=session.session_key)
    assert row.session_data.startswith(text_head())
    with pytest.raises(signing.BadSignature):
        signing.loads(row.session_data, salt="django.contrib.sessions.SessionStore")
    settings.FILES_KEY, settings.FILES_KEY_FORMER = "new", settings.FILES_KEY
    call_command("rotate_keys")
    settings.FILES_KEY_FORMER = ""
    assert SessionStore(session.session_key)["note"] == "bob@example.test"
    Session.objects.update(session_data="x" + row.session_data)
    assert "_auth_user_id" not in SessionStore(session.session_key), "what does not open signs nobody in"


@pytest.mark.parametrize(
    "value",
    ["bob@example.test", "7K3M-9QXZ-2C4D", "HB-7K3M-9QXZ-2C4D", "Nguyễn Văn A", "1234567890123456", "Loa phường ồn",
     ["a", "b"], {"a": 1}, 1234567890123456],
)  # fmt: skip
def test_a_job_that_would_hold_more_than_references_is_refused(world: Any, value: Any) -> None:
    with pytest.raises(ValueError, match="keep it in a row"):
        enqueue("accounts.send_invitation", secret=value)


def test_a_code_is_shown_once_by_its_own_page(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client()
    sent = client.post("/petitions/", PETITION | {"key": str(uuid4())})
    cookie = sent.cookies[one_time_cookie.COOKIE]
    assert cookie["path"] == "/petitions/sent/" and cookie["httponly"] and cookie["max-age"] == one_time_cookie.SECONDS
    (code,) = petition_codes(client.get("/petitions/sent/").content.decode())
    assert code not in cookie.value
    moved = Client()
    moved.cookies[one_time_cookie.COOKIE] = cookie.value
    assert moved.get("/office/hotline/").status_code == 302, "it opens no other page"
    later = time.time() + one_time_cookie.SECONDS + 1
    monkeypatch.setattr("ancu.core.web.one_time_cookie.time.time", lambda: later)
    assert client.get("/petitions/sent/")["Location"] == "/petitions/"


def test_a_letter_to_a_new_address_leaves_nothing_behind(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    letter = request_opening(email=NEW, sponsor=False, language="en")
    send_opening(letter.pk)
    send_opening(letter.pk)
    assert [message.to for message in mail.outbox] == [[NEW]] and not PendingLetter.objects.exists()
    request_opening(email=NEW, sponsor=False, language="en")
    moment = clock.now() + timedelta(days=Keep.LETTER.value + 1)
    redact_accounts(system("test"))
    assert PendingLetter.objects.exists()
    monkeypatch.setattr("ancu.core.clock.now", lambda: moment)
    redact_accounts(system("test"))
    assert not PendingLetter.objects.exists(), "nor does one that could not be sent"


# ---- every table has a retention, proved with a moved clock ------------------------------------------------


def tables() -> set[str]:
    """Every table of a database as production has it, the caches' included."""
    with connection.cursor() as cursor:
        return {table.name for table in connection.introspection.get_table_list(cursor) if table.type in {"t", "p"}}


@pytest.fixture
def shared_caches(settings: Any) -> None:
    settings.CACHES = house.SHARED_CACHES
    call_command("createcachetable", verbosity=0)


def test_every_table_has_a_retention(world: Any, shared_caches: None) -> None:
    assert tables() == set(RETENTION)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE forgotten (id int)")
    assert tables() - set(RETENTION) == {"forgotten"}, "a new table is noticed"


def test_the_periods_are_the_models_own_and_the_jobs_exist() -> None:
    models = {model._meta.db_table: model for model in apps.get_models()}
    for table, retention in RETENTION.items():
        personal = getattr(getattr(models.get(table), "privacy", None), "personal", {})
        assert set(personal.values()) == set(retention.keeps), table
        if retention.fate in {Fate.DELETED, Fate.EMPTIED}:
            assert retention.job in jobs.tasks and (retention.job, "") in jobs.periodic_registry.periodic_tasks, table
        if retention.fate is Fate.FOLLOWS:
            assert RETENTION[retention.period].fate in {Fate.DELETED, Fate.EMPTIED}, table


def test_every_table_whose_rows_go_has_a_proof() -> None:
    """Ours by tests/test_privacy.py, for each personal field; the audit's by test_audit.py; the rest below."""
    ours = {model._meta.db_table for model in EMPTIED}
    going = {table for table, retention in RETENTION.items() if retention.fate in {Fate.DELETED, Fate.EMPTIED}}
    assert going - ours - {"audit_event"} == set(LEFTOVERS)


def _job(world: Any, status: str = "succeeded") -> None:
    pk = enqueue("accounts.send_invitation", invitation_id=1)
    with connection.cursor() as cursor:  # by the library's own steps, whose triggers write the events
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [pk])
        cursor.execute("UPDATE procrastinate_jobs SET status = %s WHERE id = %s", [status, pk])


def _failed_job(world: Any) -> None:
    _job(world, "failed")


def _worker(world: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")


def _cached(name: str) -> Callable[[Any], None]:
    return lambda world: caches[name].set("key", "value", 24 * 3600)


def _browser(world: Any) -> None:
    world.client("alice").post("/accounts/login/", {})
    request = RequestFactory().get("/")
    request.user, request.session = world.users["bob"], SessionStore()
    request.session.set_expiry(24 * 3600)
    request.session.create()
    UserSession.objects.create_from_request(request)


def _session(world: Any) -> None:
    session = SessionStore()
    session.set_expiry(24 * 3600)
    session.create()


def _context(world: Any) -> None:
    Context.objects.create(id=uuid4(), metadata={"reason": "Lan"}, created_at=clock.now())


def _confirmation(world: Any) -> None:
    address = EmailAddress.objects.create(user=world.users["bob"], email="b@example.test")
    EmailConfirmation.objects.create(email_address=address, created=clock.now(), key="k")


def _closed_account(world: Any) -> None:
    """Bob's, who had every way to sign in."""
    bob = world.users["bob"]
    Authenticator.objects.create(user=bob, type="recovery_codes", data={"seed": seal_seed("ab"), "used_mask": 0})
    EmailAddress.objects.get_or_create(user=bob, email=bob.email)
    SocialAccount.objects.create(user=bob, provider="x", uid="1", extra_data={"email": bob.email})
    bob.memberships.update(ended_at=clock.now())
    User.objects.filter(pk=bob.pk).update(is_active=False, joined_at=clock.now(), last_login=None)


def _of_bob(model: Any) -> Callable[[], int]:
    return lambda: model.objects.filter(user__full_name__in=["Bob", REDACTED]).count()


def _rows(table: str) -> Callable[[], int]:
    def count() -> int:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table}")
            return int(cursor.fetchone()[0])

    return count


DAY, ACCOUNT = timedelta(days=1), timedelta(days=Keep.ACCOUNT.value)
LEFTOVERS: dict[str, Any] = {
    "procrastinate_jobs": (_job, DAY, None),
    "procrastinate_workers": (_worker, DAY, None),
    "django_session": (_session, DAY, None),
    "core_counts": (_cached("default"), DAY, None),
    "core_results": (_cached("results"), DAY, None),
    "account_emailconfirmation": (_confirmation, timedelta(days=14), None),
    "pghistory_context": (_context, DAY, None),
    "usersessions_usersession": (_browser, DAY, None),
    "mfa_authenticator": (_closed_account, ACCOUNT, _of_bob(Authenticator)),
    "account_emailaddress": (_closed_account, ACCOUNT, _of_bob(EmailAddress)),
    "socialaccount_socialaccount": (_closed_account, ACCOUNT, _of_bob(SocialAccount)),
    "lodging_programsession": (None, DAY, None),
    "desk_postponedtask": (None, DAY, None),
}


@pytest.mark.parametrize("table", [table for table, (make, *_more) in LEFTOVERS.items() if make])
def test_rows_go_on_time(world: Any, shared_caches: None, table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    make, period, counted = LEFTOVERS[table]
    count, began = counted or _rows(table), clock.now()
    before = count()
    make(world)
    assert count() > before or counted
    run_at(table, began + period - timedelta(hours=1), monkeypatch)
    assert count() > (0 if counted else before), "not before its time"
    run_at(table, began + period + timedelta(hours=1), monkeypatch)
    assert count() <= (0 if counted else before), "what was there before may wait, as jobs to be done do"


def run_at(table: str, moment: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """The job that the register names for ``table``, at that moment."""
    monkeypatch.setattr("ancu.core.clock.now", lambda: moment)
    jobs.tasks[RETENTION[table].job].func(timestamp=0)


def test_failed_jobs_stay_a_month_and_waiting_ones_for_ever(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    began = clock.now()
    waiting = enqueue("accounts.send_invitation", invitation_id=2)
    _failed_job(world)
    run_at("procrastinate_jobs", began + timedelta(days=29), monkeypatch)
    assert set(ProcrastinateJob.objects.values_list("status", flat=True)) >= {"failed", "todo"}
    run_at("procrastinate_jobs", began + timedelta(days=31), monkeypatch)
    assert not ProcrastinateJob.objects.filter(status="failed").exists()
    assert ProcrastinateJob.objects.filter(pk=waiting).exists()
    assert ProcrastinateEvent.objects.exclude(job__status="todo").count() == 0, "events go with their jobs"


def test_a_year_of_jobs_goes_in_batches(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ancu.config.library_retention.BATCH", 3)
    for _number in range(10):
        _job(world)
    monkeypatch.setattr("ancu.core.clock.now", later_by(days=2))
    assert library_retention.delete_finished_jobs() == 10


def later_by(**by: float) -> Callable[[], datetime]:
    moment = clock.now() + timedelta(**by)
    return lambda: moment


def test_sessions_of_programs_go_when_they_cannot_be_renewed(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    token = world.lodging.tokens.create(name="pms", prefix="ancu_x", digest="0" * 64, created_at=clock.now())
    ends = clock.now() + DAY
    ProgramSession.objects.create(
        token=token, access_digest="a", refresh_digest="b", began_at=clock.now(), ends_at=ends, renewable_until=ends
    )
    run_at("lodging_programsession", ends - timedelta(hours=1), monkeypatch)
    assert ProgramSession.objects.exists()
    run_at("lodging_programsession", ends + timedelta(hours=1), monkeypatch)
    assert not ProgramSession.objects.exists()


def test_postponed_tasks_go_on_their_day(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    olga, until = world.actor("olga"), clock.today() + DAY
    PostponedTask.objects.create(
        user_id=olga.user_id, organisation_id=olga.organisation_id, group="petitions", task="/a/", until=until
    )
    for today, is_there in ((until - DAY, True), (until, False)):
        monkeypatch.setattr("ancu.core.clock.today", lambda day=today: day)
        run_at("desk_postponedtask", clock.start_of(today), monkeypatch)
        assert PostponedTask.objects.exists() == is_there


def test_the_operator_is_told_which_key_is_not_kept_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FILES_KEY", "a" * 50)
    monkeypatch.delenv("RECEIPTS_KEY", raising=False)
    (warning,) = keys_are_apart()
    assert warning.id == "ancu.W012" and warning.msg.startswith("RECEIPTS_KEY is not set")


def test_a_browser_stays_one_of_its_owners_when_the_key_changes(world: Any, settings: Any) -> None:
    def sign_in() -> int:
        client.post("/accounts/login/", {"login": "bob@example.test", "password": PASSWORD})
        return ProcrastinateJob.objects.filter(task_name="accounts.tell_protection").count()

    client = Client()
    assert sign_in() == 1, "the first time it is new"
    client.post("/accounts/logout/")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another" * 8, [settings.SECRET_KEY]
    assert sign_in() == 1


def test_the_cookie_of_a_code_travels_by_https_under_a_name_of_this_host(world: Any, settings: Any) -> None:
    settings.SESSION_COOKIE_SECURE = True
    client = Client(headers={"Referer": "https://testserver/petitions/"})
    sent = client.post("/petitions/", PETITION | {"key": str(uuid4())}, secure=True)
    cookie = sent.cookies[f"__Secure-{one_time_cookie.COOKIE}"]
    assert cookie["secure"] and one_time_cookie.COOKIE not in sent.cookies
    assert petition_codes(client.get("/petitions/sent/", secure=True).content.decode())
