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
from ancu.apps.tips.models import KeyHolder, KeyShare, Tip, UnitKey
from ancu.apps.tips.rules.content import TipSorting
from ancu.apps.tips.selectors.opening import file_bytes, open_replies, open_sorting, open_tip
from ancu.apps.tips.selectors.units import ready_units
from ancu.apps.tips.services import handling, receipts, unit_keys
from ancu.apps.tips.services.receiving import receive_tip
from ancu.apps.tips.tests.factories import PASSPHRASE, hand, make_handler, make_scene, make_tip, unit_of, upload
from ancu.core import clock
from ancu.core.errors import Conflict, Forbidden, Http404
from ancu.core.testing import texts
from ancu.engines.envelopes import WrongKey, open_box, open_envelope, pair_of_share, read_receipt

pytestmark = [pytest.mark.django_db, pytest.mark.stage(make=make_scene)]
OTHER_PASSPHRASE = "trăng lên trên đỉnh Pù Luông"


def text(response):
    return response.content.decode()


def unlocked(shared_data, name="tam", passphrase=PASSPHRASE):
    client = shared_data.client(name)
    assert client.post("/office/tips/unlock/", {"passphrase": passphrase}).status_code == 302
    return client


def test_a_unit_begins_with_one_and_receives_with_two(shared_data):
    make_handler(shared_data, "Pha", shared_data.elsewhere_agency)
    make_handler(shared_data, "Phin", shared_data.elsewhere_agency)
    pha, phin = shared_data.client("pha"), shared_data.client("phin")
    assert "has no key yet" in text(pha.get("/office/tips/keys/"))
    short = pha.post("/office/tips/keys/begin/", {"new": "a" * 30, "repeated": "a" * 31})
    assert short.status_code == 422 and "Choose a longer one" in text(short) and "not the same" in text(short)
    share = text(pha.post("/office/tips/keys/begin/", {"new": OTHER_PASSPHRASE, "repeated": OTHER_PASSPHRASE}))
    assert "data-share-text" in share
    unit = unit_of(shared_data, "elsewhere_agency")
    assert unit not in ready_units() and "Nobody can send you tips" in text(pha.get("/office/tips/keys/"))
    phin.post("/office/tips/keys/begin/", {"new": PASSPHRASE, "repeated": PASSPHRASE})
    assert "are waiting for access" in text(phin.get("/office/tips/keys/"))
    assert phin.get("/office/tips/unlock/").status_code == 302
    assert texts.UNLOCK_TIPS in text(phin.get("/office/tips/"))
    waiting = KeyHolder.objects.get(user=shared_data.users["phin"])
    assert pha.post(f"/office/tips/keys/{waiting.pk}/confirm/")["Location"].startswith("/office/tips/unlock/")
    pha = unlocked(shared_data, "pha", OTHER_PASSPHRASE)
    pha.post(f"/office/tips/keys/{waiting.pk}/confirm/")
    assert unit in ready_units()
    tip, _receipt = make_tip(shared_data, "nghe thấy", unit=unit)
    assert "nghe thấy" in text(unlocked(shared_data, "phin").get(f"/office/tips/{tip.pk}/"))


def test_who_leaves_opens_nothing_any_more_not_even_with_what_he_kept(shared_data):
    tip, receipt = make_tip(shared_data, "bí mật", uploads=[upload(b"image")])
    tam, thu = shared_data.actor("tam"), shared_data.actor("thu")
    handling.sort_tip(actor=tam, hand=hand(tam), tip_id=tip.pk, sorting=TipSorting(note="ghi chú"))
    handling.reply_to_source(actor=tam, hand=hand(tam), tip_id=tip.pk, text="cảm ơn")
    earlier_keys = hand(thu)
    leaver = KeyHolder.objects.get(user=shared_data.users["thu"])
    assert unlocked(shared_data).post(f"/office/tips/keys/{leaver.pk}/end/").status_code == 302
    tip.refresh_from_db()
    with pytest.raises(WrongKey):
        open_tip(earlier_keys, tip)
    assert not KeyShare.objects.filter(holder=leaver).exists()
    read = open_tip(hand(tam), tip)
    assert (read.content.text, read.messages[0].content.text, read.sorting.note) == ("bí mật", "cảm ơn", "ghi chú")
    assert file_bytes(hand(tam), tip.files.get()) == b"image"
    assert open_replies(tip, receipts.keys_of(read_receipt(receipt)).pair)[0][1] == "cảm ơn"
    assert [bytes(old.recovery) for old in UnitKey.objects.filter(retired_at__isnull=False)] == [b""]
    assert texts.UNLOCK_TIPS in text(shared_data.client("thu").get("/office/tips/"))
    with pytest.raises(Conflict):
        unit_keys.end_holder(
            actor=tam, hand=hand(tam), holder_id=KeyHolder.objects.get(user=shared_data.users["tam"]).pk
        )


def test_what_an_old_hand_writes_after_the_change_is_refused(shared_data):
    tip, _receipt = make_tip(shared_data)
    tam = shared_data.actor("tam")
    old = hand(tam)
    unit_keys.rotate_key(actor=shared_data.actor("thu"), hand=hand(shared_data.actor("thu")))
    for act in (
        lambda: handling.reply_to_source(actor=tam, hand=old, tip_id=tip.pk, text="x"),
        lambda: handling.sort_tip(actor=tam, hand=old, tip_id=tip.pk, sorting=TipSorting(note="x")),
        lambda: unit_keys.rotate_key(actor=tam, hand=old),
        lambda: unit_keys.make_recovery_share(actor=tam, hand=old),
    ):
        with pytest.raises(Conflict, match="key_changed"):
            act()
    tip.refresh_from_db()
    assert open_sorting(hand(tam), tip) == TipSorting()


def test_a_lost_passphrase_and_the_paper_from_the_safe(shared_data):
    tip, _receipt = make_tip(shared_data, "bí mật")
    client = shared_data.client("thu")
    fields = {"new": OTHER_PASSPHRASE, "repeated": OTHER_PASSPHRASE}
    wrong = client.post("/office/tips/keys/recover/", {"share": "0000-" * 7 + "0000", **fields})
    assert wrong.status_code == 422 and "Compare it character by character" in text(wrong)
    assert Event.objects.latest("id").act == "tips.recovery_failed"
    right = client.post("/office/tips/keys/recover/", {"share": shared_data.share.lower().replace("-", " "), **fields})
    assert right.status_code == 302 and Notification.objects.filter(user=shared_data.users["tam"]).exists()
    assert "bí mật" in text(unlocked(shared_data, "thu", OTHER_PASSPHRASE).get(f"/office/tips/{tip.pk}/"))
    with pytest.raises(WrongKey):
        hand(shared_data.actor("thu"), PASSPHRASE)
    for _turn in range(5):
        client.post("/office/tips/keys/recover/", {"share": "x", **fields})
    assert texts.YOU_CAN_TRY_AGAIN_FROM in text(
        client.post("/office/tips/keys/recover/", {"share": shared_data.share, **fields})
    )


def test_the_paper_is_nothing_to_who_handles_no_tips_of_the_unit(shared_data):
    for name, status in (("rosa", 403), ("alice", 404)):
        sent = shared_data.client(name).post(
            "/office/tips/keys/recover/",
            {"share": shared_data.share, "new": OTHER_PASSPHRASE, "repeated": OTHER_PASSPHRASE},
        )
        assert sent.status_code == status
    with pytest.raises(Conflict):
        unit_keys.recover_key(actor=shared_data.actor("minh"), share=shared_data.share, passphrase=OTHER_PASSPHRASE)


def test_a_new_paper_makes_the_old_one_worthless(shared_data):
    page = text(unlocked(shared_data).post("/office/tips/keys/share/"))
    new_share = page.split("data-share-text>")[1][:39]
    with pytest.raises(Conflict):
        unit_keys.recover_key(actor=shared_data.actor("thu"), share=shared_data.share, passphrase=OTHER_PASSPHRASE)
    key, old, new = unit_of(shared_data).keys.get(), pair_of_share(shared_data.share), pair_of_share(new_share)
    assert open_box(bytes(key.recovery), new.private) == hand(shared_data.actor("tam")).private
    with pytest.raises(WrongKey):
        open_box(bytes(key.recovery), old.private)
    unit_keys.rotate_key(actor=shared_data.actor("tam"), hand=hand(shared_data.actor("tam")))
    unit_keys.recover_key(actor=shared_data.actor("thu"), share=new_share, passphrase=OTHER_PASSPHRASE)
    assert hand(shared_data.actor("thu"), OTHER_PASSPHRASE)


def test_a_passphrase_is_changed_by_who_knows_the_old_one(shared_data):
    client = shared_data.client("tam")
    wrong = client.post(
        "/office/tips/keys/passphrase/", {"old": "x", "new": OTHER_PASSPHRASE, "repeated": OTHER_PASSPHRASE}
    )
    assert wrong.status_code == 422 and Event.objects.latest("id").act == "tips.unlock_failed"
    assert (
        client.post(
            "/office/tips/keys/passphrase/", {"old": PASSPHRASE, "new": OTHER_PASSPHRASE, "repeated": OTHER_PASSPHRASE}
        ).status_code
        == 302
    )
    assert hand(shared_data.actor("tam"), OTHER_PASSPHRASE).private == hand(shared_data.actor("thu")).private


def test_who_is_no_tip_handler_any_more_is_out_and_the_page_asks_for_another_key(shared_data):
    Membership.objects.filter(user=shared_data.users["thu"]).update(ended_at=clock.now())
    assert shared_data.client("thu").get("/office/tips/").status_code == 404
    assert "No longer a tip handler of this unit" in text(shared_data.client("tam").get("/office/tips/keys/"))


def test_one_unit_at_a_time_and_once(shared_data):
    with pytest.raises(Conflict):
        unit_keys.open_unit(actor=shared_data.actor("tam"), passphrase=PASSPHRASE)
    with pytest.raises(Conflict):
        unit_keys.request_key(actor=shared_data.actor("tam"), passphrase=PASSPHRASE)
    with pytest.raises(Forbidden):
        unit_keys.open_unit(actor=shared_data.actor("rosa"), passphrase=PASSPHRASE)
    stranger = KeyHolder.objects.get(user=shared_data.users["minh"])
    with pytest.raises(Http404):
        unit_keys.end_holder(actor=shared_data.actor("tam"), hand=hand(shared_data.actor("tam")), holder_id=stranger.pk)


@pytest.mark.django_db(transaction=True)
def test_tips_that_come_while_the_key_is_changed_are_not_lost(world, settings):
    """Eight sources and two changes of the key at once: whatever got a receipt opens with the key of now."""
    from ancu.apps.tips.tests.factories import make_unit

    make_unit(world, world.provincial_agency, "Tam", "Thu")
    unit, tam = unit_of(world), world.actor("tam")

    def tell(number):
        try:
            return receive_tip(unit_id=unit.pk, form=new_form_key(), content=_content(number)).receipt
        finally:
            connection.close()

    def turn(_number):
        try:
            with transaction.atomic():
                unit_keys.rotate_key(actor=tam, hand=hand(tam))
        except Conflict:
            return
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        receipts_told = [pool.submit(tell, number) for number in range(8)]
        turned = [pool.submit(turn, number) for number in range(2)]
        assert all(len(receipt.result()) == 16 for receipt in receipts_told) and [
            rotation.result() for rotation in turned
        ] == [None, None]
    now = hand(tam)
    assert sorted(open_tip(now, tip).content.text for tip in Tip.objects.all()) == [
        f"tip {number}" for number in range(8)
    ]
    assert sorted(Tip.objects.values_list("number", flat=True)) == [*range(1, 9)]


def _content(number):
    from ancu.apps.tips.rules.content import TipContent

    return TipContent(f"tip {number}")


def test_an_envelope_of_one_tip_does_not_open_as_anothers(shared_data):
    first_tip, two = make_tip(shared_data, "một")[0], make_tip(shared_data, "hai")[0]
    Tip.objects.filter(pk=two.pk).update(header=bytes(first_tip.header), body=bytes(first_tip.body))
    two.refresh_from_db()
    with pytest.raises(WrongKey):
        open_tip(hand(shared_data.actor("tam")), two)
    assert open_envelope(
        bytes(first_tip.header), bytes(first_tip.body), hand(shared_data.actor("tam")).private, place=first_tip.place
    )


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
