"""The sponsor's way from the letter to the signature; a stranger with the link sees nothing."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import translation

from ancu.apps.accounts.models import User
from ancu.apps.accounts.selectors import actor_for
from ancu.apps.accounts.tests.factories import make_user
from ancu.apps.dossiers.enums import Filer, State
from ancu.apps.dossiers.models import Dossier, DossierEvent, Signature
from ancu.apps.dossiers.rules import needs_signature
from ancu.apps.dossiers.selectors.mine import requests_to_filer
from ancu.apps.dossiers.selectors.public import sign_path
from ancu.apps.dossiers.selectors.signatures import is_signed
from ancu.apps.dossiers.selectors.tasks import waiting_tasks
from ancu.apps.dossiers.services import filing, handling
from ancu.apps.dossiers.services.letters import notify_applicant
from ancu.apps.dossiers.tests.factories import make_cast, make_dossier, make_draft, make_paper
from ancu.apps.lodging.tests.factories import World
from ancu.apps.messaging.models import InAppNotification, Notification
from ancu.core import clock

EMAIL = "chong@example.test"
GOOD = {"full_name": "Nguyễn Văn Chồng", "phone": "", "password": "bốn từ không liên quan"}


@pytest.fixture
def cast(world: World) -> World:
    return make_cast(world)


@pytest.fixture
def dossier(cast: World) -> Dossier:
    """Mia's, for which a Vietnamese citizen without an account to sign. You can still."""
    draft = make_draft(cast, "stay_extension", Filer.CITIZEN, "mia", sponsor_name="NGUYEN VAN CHONG")
    return filing.ask_signature(cast.actor("mia"), dossier=draft, email=EMAIL.upper())


def owner(dossier: Dossier) -> Client:
    """Whoever reads that mailbox opens an account by the link."""
    client = Client()
    assert client.post(sign_path(dossier), GOOD).status_code == 302
    return client


def signing_page(dossier: Dossier) -> str:
    return f"/dossiers/{dossier.number}/signature"


def test_the_letter_goes_to_the_address_and_names_no_foreigner(dossier: Dossier) -> None:
    letter = Notification.objects.get(template="dossiers/letters/signature.txt")
    assert letter.address == EMAIL
    assert sign_path(dossier) in letter.body
    assert "ADAMS" not in letter.title + letter.body


def test_a_citizen_is_asked_in_vietnamese_by_a_foreigner_who_reads_english(cast: World, dossier: Dossier) -> None:
    Dossier.objects.filter(pk=dossier.pk).update(language="en")
    dossier.refresh_from_db()
    filing.ask_signature(cast.actor("mia"), dossier=dossier, email="other@giadinh.example")
    letter = Notification.objects.get(address="other@giadinh.example")
    assert "đề nghị quý vị ký" in letter.subject_line


def test_the_owner_of_the_address_opens_an_account_reads_and_signs(dossier: Dossier) -> None:
    client = owner(dossier)
    text = client.get(signing_page(dossier)).content.decode()
    assert "ADAMS CLAIRE" in text
    assert "/papers/passport/file" in text
    dossier.refresh_from_db()
    assert dossier.sponsor is not None
    assert (dossier.sponsor.email, is_signed(dossier)) == (EMAIL, False)
    digest = client.get(signing_page(dossier)).context["reading"].digest
    assert client.post(signing_page(dossier), {"agrees": "", "digest": digest}).status_code == 422
    assert client.post(signing_page(dossier), {"agrees": "on", "digest": digest}).status_code == 302
    assert is_signed(dossier)
    assert Notification.objects.filter(template="dossiers/letters/signed.txt", user__full_name="Mia").count() == 1


def test_a_stranger_with_the_link_sees_nothing_of_the_dossier(cast: World, dossier: Dossier) -> None:
    signed_out = Client().get(sign_path(dossier))
    assert signed_out.status_code == 200
    zoe = cast.client("zoe")
    assert zoe.get(sign_path(dossier)).status_code == zoe.post(sign_path(dossier)).status_code == 403
    for text in (signed_out.content.decode(), zoe.get(sign_path(dossier)).content.decode()):
        assert "ADAMS" not in text
        assert not re.search(r"\bMia\b", text)  # a random token may contain the letters
        assert EMAIL not in text
    assert zoe.get(signing_page(dossier)).status_code == 404
    dossier.refresh_from_db()
    assert dossier.sponsor is None


def test_an_account_opened_beforehand_with_that_address_but_without_the_letter_is_not_bound(
    cast: World, dossier: Dossier
) -> None:
    squatter = make_user("Squatter", email=EMAIL)
    client = Client()
    client.force_login(squatter)
    assert client.get(signing_page(dossier)).status_code == 404
    assert client.get(f"/dossiers/{dossier.number}/signature/{'0' * 24}").status_code == 404


def test_who_has_an_account_signs_in_and_is_bound(dossier: Dossier) -> None:
    user = make_user("Chong", email=EMAIL)
    assert "/accounts/login/" in Client().get(sign_path(dossier)).content.decode()
    assert Client().post(sign_path(dossier), GOOD).status_code == 200  # no second account, and no way in
    client = Client()
    client.force_login(user)
    assert client.post(sign_path(dossier)).status_code == 302
    assert client.get(signing_page(dossier)).status_code == 200
    assert User.objects.filter(email=EMAIL).count() == 1


def test_another_address_asked_since_makes_the_link_void(cast: World, dossier: Dossier) -> None:
    before = sign_path(dossier)
    filing.ask_signature(cast.actor("mia"), dossier=dossier, email="else@example.test")
    assert Client().get(before).status_code == 404


def test_a_later_change_asks_anew_and_says_what_changed(cast: World, dossier: Dossier) -> None:
    client = owner(dossier)
    digest = client.get(signing_page(dossier)).context["reading"].digest
    client.post(signing_page(dossier), {"agrees": "on", "digest": digest})
    mia = cast.actor("mia")
    filing.save(mia, dossier=dossier, answers={"NA5": {"occupation": "Diver"}})
    assert not is_signed(dossier)
    text = client.get(signing_page(dossier)).content.decode()
    assert "<ins>Diver</ins>" in text
    assert text.count("<ins>") == 1
    filing.ask_signature(mia, dossier=dossier, email=EMAIL)
    letter = Notification.objects.filter(template="dossiers/letters/signature.txt").latest("pk")
    assert "ký lại" in letter.body


def test_what_was_changed_while_the_sponsor_read_is_not_signed_unseen(cast: World, dossier: Dossier) -> None:
    client = owner(dossier)
    digest = client.get(signing_page(dossier)).context["reading"].digest
    filing.save(cast.actor("mia"), dossier=dossier, answers={"NA5": {"occupation": "Diver"}})
    response = client.post(signing_page(dossier), {"agrees": "on", "digest": digest}, follow=True)
    assert "Hồ sơ đã được sửa trong lúc quý vị đọc" in response.content.decode()
    assert not is_signed(dossier)


def test_the_sponsor_sees_only_what_he_signs(cast: World, dossier: Dossier) -> None:
    client = owner(dossier)
    assert client.get(f"/dossiers/{dossier.number}/").status_code == 302
    assert client.post(f"/dossiers/{dossier.number}/withdraw", {"reason": "x"}).status_code == 404
    assert client.get(f"/messages/dossier/{dossier.number}/main").status_code == 404
    assert client.get(signing_page(make_dossier(cast, State.SUBMITTED))).status_code == 404


def test_the_filer_does_not_name_himself(cast: World, dossier: Dossier) -> None:
    """Filer and sponsor in one person need no signature: his own address would do without anybody's."""
    own = cast.users["mia"].email
    answer = cast.client("mia").post(f"/dossiers/{dossier.number}/check", {"email": own})
    assert (answer.status_code, "your own address" in answer.content.decode()) == (422, True)
    dossier.refresh_from_db()
    assert (dossier.sponsor_email, needs_signature(dossier)) == (EMAIL, True)


def test_the_office_writes_to_no_endless_row_of_addresses(cast: World, dossier: Dossier) -> None:
    cache.clear()
    mia, url = cast.client("mia"), f"/dossiers/{dossier.number}/check"
    codes = [mia.post(url, {"email": f"one{number}@example.test"}).status_code for number in range(11)]
    assert (set(codes[:10]), codes[10]) == ({302}, 429)


def test_a_sponsor_who_signed_finds_in_his_list_what_was_changed_since(cast: World, dossier: Dossier) -> None:
    client = owner(dossier)
    digest = client.get(signing_page(dossier)).context["reading"].digest
    assert dossier.number in client.get("/dossiers/").content.decode()
    client.post(signing_page(dossier), {"agrees": "on", "digest": digest})
    user = User.objects.get(email=EMAIL)
    assert requests_to_filer(actor_for(user)) == []
    filing.save(cast.actor("mia"), dossier=dossier, answers={"NA5": {"occupation": "Diver"}})
    assert requests_to_filer(actor_for(user)) == [dossier]


# --- the life of a link ---------------------------------------------------------------------------------


def later(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    moment = clock.now() + timedelta(days=days)
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)


def letters() -> list[str]:
    request_fields = Notification.objects.filter(template="dossiers/letters/signature.txt").order_by("pk")
    return [re.search(r"/dossiers/\S+", entry.body)[0] for entry in request_fields]  # type: ignore[index]


def test_a_link_ends_after_its_days_and_a_new_one_is_sent_to_the_same_address(
    dossier: Dossier, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    cache.clear()
    path = sign_path(dossier)
    letter = Notification.objects.get(template="dossiers/letters/signature.txt")
    until = clock.today() + timedelta(days=settings.SIGNATURE_LINK_DAYS)
    assert f"{until:%d/%m/%Y}" in letter.body
    later(monkeypatch, settings.SIGNATURE_LINK_DAYS)
    assert Client().get(path).status_code == 200
    later(monkeypatch, 1)
    ended = Client().get(path)
    assert ended.status_code == 410
    assert "14 ngày" in ended.content.decode() and EMAIL not in ended.content.decode()
    assert not User.objects.filter(email=EMAIL).exists()
    assert Client().post(path, GOOD).status_code == 200  # its data are not looked at: a letter goes out
    assert not User.objects.filter(email=EMAIL).exists()
    assert [notification.address for notification in Notification.objects.filter(template=letter.template)] == [
        EMAIL,
        EMAIL,
    ]
    assert Client().get(path).status_code == 410  # the old one stays dead
    assert Client().post(letters()[1], GOOD).status_code == 302
    assert User.objects.filter(email=EMAIL).exists()


def test_a_link_is_bound_to_what_the_dossier_said(cast: World, dossier: Dossier) -> None:
    cache.clear()
    path, mia = sign_path(dossier), cast.actor("mia")
    filing.save(mia, dossier=dossier, answers={"NA5": {"occupation": "Diver"}})
    assert Client().get(path).status_code == 410
    check = cast.client("mia").get(f"/dossiers/{dossier.number}/check").content.decode()
    assert "The link in the email no longer works" in check
    filing.ask_signature(mia, dossier=dossier, email=EMAIL)
    assert [Client().get(letter).status_code for letter in letters()] == [410, 200]
    check = cast.client("mia").get(f"/dossiers/{dossier.number}/check").content.decode()
    assert "The link in the email no longer works" not in check


def test_a_link_sends_no_endless_row_of_letters_and_none_once_the_dossier_is_closed(
    cast: World, dossier: Dossier
) -> None:
    cache.clear()
    path = sign_path(dossier)
    filing.save(cast.actor("mia"), dossier=dossier, answers={"NA5": {"occupation": "Diver"}})
    assert [Client().post(path).status_code for _time in range(4)] == [200, 200, 200, 429]
    filing.withdraw(cast.actor("mia"), dossier=dossier, reason="Leaving.")
    closed = Client().post(letters()[-1])
    assert closed.status_code == 410
    assert "không cần" in closed.content.decode(), closed.content.decode()
    assert len(letters()) == 4


def test_who_is_bound_already_is_led_on_by_an_old_link(dossier: Dossier, monkeypatch: pytest.MonkeyPatch) -> None:
    path, client = sign_path(dossier), owner(dossier)
    dossier.refresh_from_db()
    DossierEvent.objects.filter(dossier=dossier, act="asked_signature").update(at=clock.now() - timedelta(days=90))
    assert client.get(path).status_code == 302


# ---- the sponsor follows, compares and may decline -----------------------------------------------------


def signed_by(client: Client, dossier: Dossier) -> None:
    digest = client.get(signing_page(dossier)).context["reading"].digest
    client.post(signing_page(dossier), {"agrees": "on", "digest": digest})


def own_list(client: Client) -> tuple[list[str], list[str]]:
    context = client.get("/dossiers/").context
    return [row.dossier.number for row in context["requests"]], [row.dossier.number for row in context["dossiers"]]


@pytest.fixture
def unproved(dossier: Dossier) -> Client:
    """The owner of the address has an account that never confirmed it; the letter led him to the dossier."""
    client = Client()
    client.force_login(make_user("Nguyễn Văn Chồng", email=EMAIL))
    client.post(sign_path(dossier))
    return client


def test_after_a_supplement_the_sponsor_still_has_the_dossier(cast: World, dossier: Dossier, unproved: Client) -> None:
    mia = cast.actor("mia")
    signed_by(unproved, dossier)
    filing.submit(mia, dossier=dossier)
    handling.request_supplement(cast.actor("ines"), dossier=dossier, note_text="The reason is missing.")
    dossier.refresh_from_db()
    filing.save(mia, dossier=dossier, answers={"NA5": {"reason": "Our child is born in May."}})
    filing.ask_signature(mia, dossier=dossier, email=EMAIL)
    request_fields, everything = own_list(unproved)
    assert request_fields == everything == [dossier.number]
    assert unproved.get(f"/dossiers/{dossier.number}/", follow=True).status_code == 200
    assert InAppNotification.objects.filter(user__email=EMAIL, title_en__contains=dossier.number).exists()
    page = unproved.get(signing_page(dossier)).content.decode()
    assert "<ins>Our child is born in May.</ins>" in page
    signed_by(unproved, dossier)
    dossier.refresh_from_db()
    assert filing.resubmit(mia, dossier=dossier).state == State.RESUBMITTED


def test_the_sponsor_is_told_how_it_goes_on_and_no_more(cast: World, dossier: Dossier, unproved: Client) -> None:
    signed_by(unproved, dossier)
    filing.submit(cast.actor("mia"), dossier=dossier)
    blurred = "The data page is blurred."
    handling.request_supplement(cast.actor("ines"), dossier=dossier, note_text=blurred)
    letters = Notification.objects.filter(template="dossiers/letters/sponsored.txt", channel="email")
    assert [letter.user.email for letter in letters] == [EMAIL] * 2
    assert all(dossier.number in letter.body and blurred not in letter.body for letter in letters)
    assert "ADAMS" not in "".join(letter.title + letter.body for letter in letters)
    page = unproved.get(signing_page(dossier)).content.decode()
    assert dossier.supplements.get().answer_by.strftime("%d/%m/%Y") in page and blurred not in page


@pytest.mark.parametrize("state", [State.SUPPLEMENT, State.APPROVED, State.REFUSED, State.READY])
def test_every_step_rings_the_sponsors_bell_which_leads_to_the_dossier(
    cast: World, dossier: Dossier, unproved: Client, state: State
) -> None:
    signed_by(unproved, dossier)
    filing.submit(cast.actor("mia"), dossier=dossier)
    Dossier.objects.filter(pk=dossier.pk).update(state=state)
    dossier.refresh_from_db()
    InAppNotification.objects.all().delete()
    event = DossierEvent(dossier=dossier, act=state, sequence=99, at=clock.now())
    notify_applicant(cast.actor("dora"), dossier, event)
    bell = InAppNotification.objects.get(user__email=EMAIL)
    with translation.override("vi"):
        state_vi = str(state.label)
    with translation.override("en"):
        state_en = str(state.label)
    assert bell.title_vi.endswith(state_vi) and bell.title_en.endswith(state_en), "each in its own language"
    opened = unproved.post(f"/notifications/{bell.pk}/", follow=True)
    assert opened.status_code == 200 and dossier.number in opened.content.decode()


def test_whoever_files_for_himself_is_written_to_once(cast: World) -> None:
    draft = make_draft(cast, "stay_extension", Filer.CITIZEN, "liem")
    Dossier.objects.update(sponsor=cast.users["liem"])
    filing.submit(cast.actor("liem"), dossier=draft)
    assert Notification.objects.filter(user=cast.users["liem"], channel="email").count() == 1


def test_a_changed_paper_is_told_by_name_and_not_by_its_hash(cast: World, dossier: Dossier, unproved: Client) -> None:
    signed_by(unproved, dossier)
    old = dossier.components.get(key="passport").file
    new = make_paper(cast, "mia", "passport-renewed")
    filing.attach(cast.actor("mia"), dossier=dossier, key="passport", file=new, pages=2)
    page = unproved.get(signing_page(dossier)).content.decode()
    assert f"<del>{old.name}," in page and f"<ins>{new.name}," in page
    assert old.sha256[:8] not in page and new.sha256[:8] not in page


def test_what_is_only_written_otherwise_is_no_change(cast: World, dossier: Dossier, unproved: Client) -> None:
    mia = cast.actor("mia")
    filing.save(mia, dossier=dossier, answers={"NA5": {"phone": "0911123376"}})
    signed_by(unproved, dossier)
    signed = dossier.signatures.get()
    signed.answers["NA5"]["phone"] = "0911 123 376"
    Signature.objects.update(answers=signed.answers)
    filing.save(mia, dossier=dossier, answers={"NA5": {"reason": "Our child is born in May."}})
    changes = unproved.get(signing_page(dossier)).context["reading"].changes
    assert [change.after for change in changes] == ["Our child is born in May."]


def test_a_sponsor_who_signed_is_asked_anew_as_soon_as_something_is_changed(
    cast: World, dossier: Dossier, unproved: Client
) -> None:
    """By letter and by bell, once for all that is changed until he signs; the filer reads that he is asked."""
    signed_by(unproved, dossier)
    mia, letter = cast.actor("mia"), {"template": "dossiers/letters/signature.txt", "channel": "email"}
    filing.submit(mia, dossier=dossier)
    handling.request_supplement(cast.actor("ines"), dossier=dossier, note_text="The reason is missing.")
    dossier.refresh_from_db()
    letters, bells = (
        Notification.objects.filter(**letter).count(),
        InAppNotification.objects.filter(user__email=EMAIL).count(),
    )
    filing.save(mia, dossier=dossier, answers={"NA5": {"reason": "Our child is born"}})
    filing.save(mia, dossier=dossier, answers={"NA5": {"reason": "Our child is born in May."}})
    assert Notification.objects.filter(**letter).count() == letters + 1
    assert "ký lại" in Notification.objects.filter(**letter).latest("pk").body
    assert InAppNotification.objects.filter(user__email=EMAIL).count() == bells + 1
    bell = InAppNotification.objects.filter(user__email=EMAIL).latest("pk")
    assert "was changed since you signed" in bell.title_en and "đã được sửa" in bell.title_vi
    page = cast.client("mia").get(f"/dossiers/{dossier.number}/check").content.decode()
    assert (
        "to sign. You can still" in page
        and "You can still change the dossier" in page
        and "has not been asked" not in page
    )


def test_the_filer_reads_that_whoever_has_not_come_yet_holds_an_old_letter(cast: World, dossier: Dossier) -> None:
    filing.save(cast.actor("mia"), dossier=dossier, answers={"NA5": {"reason": "Our child is born in May."}})
    check = f"/dossiers/{dossier.number}/check"
    assert "has not been asked to sign" in cast.client("mia").get(check).content.decode()
    filing.ask_signature(cast.actor("mia"), dossier=dossier, email=EMAIL)
    assert "has not been asked to sign" not in cast.client("mia").get(check).content.decode()


def test_the_sponsor_may_decline_and_the_filer_reads_why(cast: World, dossier: Dossier, unproved: Client) -> None:
    page = f"{signing_page(dossier)}/decline"
    assert unproved.post(page, {"reason": ""}).status_code == 422
    assert unproved.post(page, {"reason": "I do not know her."}).status_code == 302
    assert own_list(unproved) == ([], [])
    for path in (signing_page(dossier), f"/dossiers/{dossier.number}/"):
        refusal = unproved.get(path, follow=True).content.decode()
        assert "I do not know her." in refusal and "Mia" in refusal and "ADAMS" not in refusal, path
    assert cast.client("zoe").get(signing_page(dossier)).status_code == 404
    assert unproved.post(signing_page(dossier), {"agrees": "on", "digest": "x"}).status_code == 404
    dossier.refresh_from_db()
    assert (dossier.sponsor, dossier.sponsor_email) == (None, "")
    letter = Notification.objects.get(template="dossiers/letters/declined.txt", channel="email")
    assert letter.user == cast.users["mia"] and "I do not know her." in letter.body
    check = cast.client("mia").get(f"/dossiers/{dossier.number}/check").content.decode()
    assert "Nguyễn Văn Chồng" in check and "I do not know her." in check
    first_card = cast.client("mia").get(f"/dossiers/{dossier.number}/").content.decode().split("</section>")[0]
    assert "Your sponsor declined to sign" in first_card and "I do not know her." in first_card
    assert own_list(cast.client("mia"))[0] == [dossier.number]
    html = cast.client("mia").get("/dossiers/").content.decode()
    assert "Your sponsor declined to sign" in html and f"/dossiers/{dossier.number}/check" in html
    [request_fields] = [pile for pile in waiting_tasks(cast.actor("mia")) if pile.tasks]
    assert request_fields.tasks[0].url == f"/dossiers/{dossier.number}/check"
    filing.ask_signature(cast.actor("mia"), dossier=dossier, email="else@example.test")
    assert own_list(cast.client("mia"))[0] == []
    assert "I do not know her." not in cast.client("mia").get(f"/dossiers/{dossier.number}/check").content.decode()


def test_nobody_else_declines_and_not_once_it_is_sent(cast: World, dossier: Dossier, unproved: Client) -> None:
    page = f"{signing_page(dossier)}/decline"
    for name in ("mia", "zoe", "ines", "ramon"):
        assert cast.client(name).post(page, {"reason": "No."}).status_code == 404, name
    signed_by(unproved, dossier)
    filing.submit(cast.actor("mia"), dossier=dossier)
    unproved.post(page, {"reason": "No."})
    dossier.refresh_from_db()
    assert dossier.sponsor is not None
