"""The key: two hold it, one leaves, it is changed, a passphrase is lost, and nothing that was told is."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from ancu.apps.accounts.models import Membership
from ancu.apps.audit.models import Event
from ancu.apps.messaging.models import Notification
from ancu.apps.tips import apps
from ancu.apps.tips.forms import new_form_key
from ancu.apps.tips.models import Holder, KeyShare, Tip, UnitKey
from ancu.apps.tips.rules.telling import Sorting
from ancu.apps.tips.selectors.opening import file_bytes, opened, replies, sorting
from ancu.apps.tips.selectors.units import ready_units
from ancu.apps.tips.services import handling, holding, receipts
from ancu.apps.tips.services.receiving import receive
from ancu.apps.tips.tests.factories import PASSPHRASE, hand, make_handler, make_scene, make_tip, unit_of, upload
from ancu.core import clock
from ancu.core.errors import Conflict, Forbidden, Http404
from ancu.engines.envelopes import WrongKey, open_box, open_envelope, pair_of_share, read_receipt

pytestmark = [pytest.mark.django_db, pytest.mark.stage(make=make_scene)]
OTHER = "trăng lên trên đỉnh Pù Luông"


def text(response):
    return response.content.decode()


def unlocked(laid, name="tam", passphrase=PASSPHRASE):
    client = laid.client(name)
    assert client.post("/office/tips/unlock/", {"passphrase": passphrase}).status_code == 302
    return client


def test_a_unit_begins_with_one_and_receives_with_two(laid):
    make_handler(laid, "Pha", laid.elsewhere_agency)
    make_handler(laid, "Phin", laid.elsewhere_agency)
    pha, phin = laid.client("pha"), laid.client("phin")
    assert "has no key yet" in text(pha.get("/office/tips/keys/"))
    short = pha.post("/office/tips/keys/begin/", {"new": "a" * 30, "again": "a" * 31})
    assert short.status_code == 422 and "choose a longer one" in text(short) and "not the same" in text(short)
    share = text(pha.post("/office/tips/keys/begin/", {"new": OTHER, "again": OTHER}))
    assert "data-share-text" in share
    unit = unit_of(laid, "elsewhere_agency")
    assert unit not in ready_units() and "Nobody can send you tips" in text(pha.get("/office/tips/keys/"))
    phin.post("/office/tips/keys/begin/", {"new": PASSPHRASE, "again": PASSPHRASE})
    assert "wait to be let in" in text(phin.get("/office/tips/keys/"))
    assert phin.get("/office/tips/unlock/").status_code == 302
    assert "Unlock tips" in text(phin.get("/office/tips/"))
    waiting = Holder.objects.get(user=laid.users["phin"])
    assert pha.post(f"/office/tips/keys/{waiting.pk}/confirm/")["Location"].startswith("/office/tips/unlock/")
    pha = unlocked(laid, "pha", OTHER)
    pha.post(f"/office/tips/keys/{waiting.pk}/confirm/")
    assert unit in ready_units()
    tip, _receipt = make_tip(laid, "nghe thấy", unit=unit)
    assert "nghe thấy" in text(unlocked(laid, "phin").get(f"/office/tips/{tip.pk}/"))


def test_who_leaves_opens_nothing_any_more_not_even_with_what_he_kept(laid):
    tip, receipt = make_tip(laid, "bí mật", uploads=[upload(b"image")])
    tam, thu = laid.actor("tam"), laid.actor("thu")
    handling.sort(actor=tam, hand=hand(tam), tip_id=tip.pk, sorting=Sorting(note="ghi chú"))
    handling.reply(actor=tam, hand=hand(tam), tip_id=tip.pk, text="cảm ơn")
    kept = hand(thu)
    leaver = Holder.objects.get(user=laid.users["thu"])
    assert unlocked(laid).post(f"/office/tips/keys/{leaver.pk}/end/").status_code == 302
    tip.refresh_from_db()
    with pytest.raises(WrongKey):
        opened(kept, tip)
    assert not KeyShare.objects.filter(holder=leaver).exists()
    read = opened(hand(tam), tip)
    assert (read.told.text, read.messages[0].told.text, read.sorting.note) == ("bí mật", "cảm ơn", "ghi chú")
    assert file_bytes(hand(tam), tip.files.get()) == b"image"
    assert replies(tip, receipts.keys_of(read_receipt(receipt)).pair)[0][1] == "cảm ơn"
    assert [bytes(old.recovery) for old in UnitKey.objects.filter(retired_at__isnull=False)] == [b""]
    assert "Unlock tips" in text(laid.client("thu").get("/office/tips/"))
    with pytest.raises(Conflict):
        holding.end(actor=tam, hand=hand(tam), holder_id=Holder.objects.get(user=laid.users["tam"]).pk)


def test_what_an_old_hand_writes_after_the_change_is_refused(laid):
    tip, _receipt = make_tip(laid)
    tam = laid.actor("tam")
    old = hand(tam)
    holding.rotate(actor=laid.actor("thu"), hand=hand(laid.actor("thu")))
    for act in (
        lambda: handling.reply(actor=tam, hand=old, tip_id=tip.pk, text="x"),
        lambda: handling.sort(actor=tam, hand=old, tip_id=tip.pk, sorting=Sorting(note="x")),
        lambda: holding.rotate(actor=tam, hand=old),
        lambda: holding.make_share(actor=tam, hand=old),
    ):
        with pytest.raises(Conflict, match="key_changed"):
            act()
    tip.refresh_from_db()
    assert sorting(hand(tam), tip) == Sorting()


def test_a_lost_passphrase_and_the_paper_from_the_safe(laid):
    tip, _receipt = make_tip(laid, "bí mật")
    client = laid.client("thu")
    fields = {"new": OTHER, "again": OTHER}
    wrong = client.post("/office/tips/keys/recover/", {"share": "0000-" * 7 + "0000", **fields})
    assert wrong.status_code == 422 and "Compare it sign by sign" in text(wrong)
    assert Event.objects.latest("id").act == "tips.recovery_failed"
    right = client.post("/office/tips/keys/recover/", {"share": laid.share.lower().replace("-", " "), **fields})
    assert right.status_code == 302 and Notification.objects.filter(user=laid.users["tam"]).exists()
    assert "bí mật" in text(unlocked(laid, "thu", OTHER).get(f"/office/tips/{tip.pk}/"))
    with pytest.raises(WrongKey):
        hand(laid.actor("thu"), PASSPHRASE)
    for _turn in range(5):
        client.post("/office/tips/keys/recover/", {"share": "x", **fields})
    assert "You can try again from" in text(client.post("/office/tips/keys/recover/", {"share": laid.share, **fields}))


def test_the_paper_is_nothing_to_who_handles_no_tips_of_the_unit(laid):
    for name, status in (("rosa", 403), ("alice", 404)):
        sent = laid.client(name).post("/office/tips/keys/recover/", {"share": laid.share, "new": OTHER, "again": OTHER})
        assert sent.status_code == status
    with pytest.raises(Conflict):
        holding.recover(actor=laid.actor("minh"), share=laid.share, passphrase=OTHER)


def test_a_new_paper_makes_the_old_one_worthless(laid):
    page = text(unlocked(laid).post("/office/tips/keys/share/"))
    fresh = page.split("data-share-text>")[1][:39]
    with pytest.raises(Conflict):
        holding.recover(actor=laid.actor("thu"), share=laid.share, passphrase=OTHER)
    key, old, new = unit_of(laid).keys.get(), pair_of_share(laid.share), pair_of_share(fresh)
    assert open_box(bytes(key.recovery), new.private) == hand(laid.actor("tam")).private
    with pytest.raises(WrongKey):
        open_box(bytes(key.recovery), old.private)
    holding.rotate(actor=laid.actor("tam"), hand=hand(laid.actor("tam")))
    holding.recover(actor=laid.actor("thu"), share=fresh, passphrase=OTHER)
    assert hand(laid.actor("thu"), OTHER)


def test_a_passphrase_is_changed_by_who_knows_the_old_one(laid):
    client = laid.client("tam")
    wrong = client.post("/office/tips/keys/passphrase/", {"old": "x", "new": OTHER, "again": OTHER})
    assert wrong.status_code == 422 and Event.objects.latest("id").act == "tips.unlock_failed"
    assert (
        client.post("/office/tips/keys/passphrase/", {"old": PASSPHRASE, "new": OTHER, "again": OTHER}).status_code
        == 302
    )
    assert hand(laid.actor("tam"), OTHER).private == hand(laid.actor("thu")).private


def test_who_is_no_tip_handler_any_more_is_out_and_the_page_asks_for_another_key(laid):
    Membership.objects.filter(user=laid.users["thu"]).update(ended_at=clock.now())
    assert laid.client("thu").get("/office/tips/").status_code == 404
    assert "no longer a tip handler" in text(laid.client("tam").get("/office/tips/keys/"))


def test_one_unit_at_a_time_and_once(laid):
    with pytest.raises(Conflict):
        holding.open_unit(actor=laid.actor("tam"), passphrase=PASSPHRASE)
    with pytest.raises(Conflict):
        holding.ask(actor=laid.actor("tam"), passphrase=PASSPHRASE)
    with pytest.raises(Forbidden):
        holding.open_unit(actor=laid.actor("rosa"), passphrase=PASSPHRASE)
    stranger = Holder.objects.get(user=laid.users["minh"])
    with pytest.raises(Http404):
        holding.end(actor=laid.actor("tam"), hand=hand(laid.actor("tam")), holder_id=stranger.pk)


@pytest.mark.django_db(transaction=True)
def test_tips_that_come_while_the_key_is_changed_are_not_lost(world, settings):
    """Eight sources and two changes of the key at once: whatever got a receipt opens with the key of now."""
    from ancu.apps.tips.tests.factories import make_unit

    make_unit(world, world.provincial_agency, "Tam", "Thu")
    unit, tam = unit_of(world), world.actor("tam")

    def tell(number):
        try:
            return receive(unit_id=unit.pk, form=new_form_key(), told=_told(number)).receipt
        finally:
            connection.close()

    def turn(_number):
        try:
            with transaction.atomic():
                holding.rotate(actor=tam, hand=hand(tam))
        except Conflict:
            return
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        told = [pool.submit(tell, number) for number in range(8)]
        turned = [pool.submit(turn, number) for number in range(2)]
        assert all(len(one.result()) == 16 for one in told) and [one.result() for one in turned] == [None, None]
    now = hand(tam)
    assert sorted(opened(now, tip).told.text for tip in Tip.objects.all()) == [f"tip {number}" for number in range(8)]
    assert sorted(Tip.objects.values_list("number", flat=True)) == [*range(1, 9)]


def _told(number):
    from ancu.apps.tips.rules.telling import Told

    return Told(f"tip {number}")


def test_an_envelope_of_one_tip_does_not_open_as_anothers(laid):
    one, two = make_tip(laid, "một")[0], make_tip(laid, "hai")[0]
    Tip.objects.filter(pk=two.pk).update(header=bytes(one.header), body=bytes(one.body))
    two.refresh_from_db()
    with pytest.raises(WrongKey):
        opened(hand(laid.actor("tam")), two)
    assert open_envelope(bytes(one.header), bytes(one.body), hand(laid.actor("tam")).private, place=one.place)


def test_keys_on_a_disk_are_warned_of(settings, tmp_path, monkeypatch):
    settings.TIPS_MEMORY = str(tmp_path)
    mounts = tmp_path / "mounts"
    monkeypatch.setattr(apps, "MOUNTS", mounts)
    for kind, warnings in (("ext4", 1), ("tmpfs", 0)):
        mounts.write_text(f"/dev/a / ext4 rw 0 0\n/dev/b {tmp_path} {kind} rw 0 0\n")
        assert len(apps.keys_lie_in_memory()) == warnings
    mounts.unlink()
    assert len(apps.keys_lie_in_memory()) == 1
    call_command("check")
