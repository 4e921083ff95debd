"""An act that comes too late says by whom the record was changed, and that it was not saved itself."""

from dataclasses import replace

import pytest
from django.utils.translation import override

from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.audit.services import record, record_look
from ancu.apps.listening.services import handling
from ancu.apps.listening.tests.factories import make_petition
from ancu.apps.oversight.models import Alert
from ancu.apps.oversight.services import deciding
from ancu.apps.oversight.tests.factories import evaluate, make_overstay
from ancu.apps.stays.services import acts
from ancu.apps.stays.tests.factories import make_stay
from ancu.core import clock
from ancu.core.actor import ActorKind, system
from ancu.core.errors import Conflict
from ancu.core.testing import texts

pytestmark = pytest.mark.django_db


def message(world, who, stay, language="en"):
    with override(language):
        return str(overtaken_conflict(world.actor(who), "moved", stay, "It has ended.").message)


def test_officers_are_named_to_officers_colleagues_to_colleagues_and_nobody_else(world):
    stay = make_stay(world.lodging)
    record(world.actor("quynh"), "stays.corrected", stay)
    record_look(world.actor("olga"), stay)
    assert message(world, "olga", stay).startswith("It has ended. Last changed by Quynh")
    assert message(world, "olga", stay).endswith(texts.YOUR_INPUT_WAS_NOT_SAVED)
    assert "Quynh" not in message(world, "bob", stay) and "by the office," in message(world, "bob", stay)
    assert texts.LAST_CHANGED_THIS_YOURSELF in message(world, "quynh", stay)
    record(world.actor("alice"), "stays.corrected", stay)
    assert "by Alice" in message(world, "bob", stay) and "by Alice" in message(world, "olga", stay)
    assert "by someone else," in message(world, "charlie", stay)
    assert "Chính quý vị là" in message(world, "alice", stay, "vi")
    record(world.actor("quynh"), "stays.corrected", stay)
    assert "Chính đồng chí là" in message(world, "quynh", stay, "vi")
    assert "quý vị" not in message(world, "olga", stay, "vi")
    record(system("night"), "stays.presumed", stay)
    assert "by the system," in message(world, "bob", stay)


def test_who_acted_for_himself_is_named_to_nobody(world):
    petition = make_petition(world)
    petitioner = replace(world.actor("bob"), organisation_id=None, organisation_kind="", role="", membership_id=None)
    record(petitioner, "listening.added", petition)
    assert "Bob" not in message(world, "olga", petition) and "by someone else," in message(world, "olga", petition)


def test_a_program_reads_no_name_and_both_languages(world):
    stay = make_stay(world.lodging)
    record(world.actor("alice"), "stays.corrected", stay)
    program = replace(world.actor("bob"), kind=ActorKind.TOKEN, user_id=None)
    conflict = overtaken_conflict(program, "moved", stay, "…")
    assert "Alice" not in str(conflict.message)
    with override("vi"):
        assert "chưa được lưu" in str(conflict.message)


def test_where_nothing_is_on_record_only_the_act_is_said_to_be_lost(world):
    assert message(world, "bob", make_stay(world.lodging)) == "It has ended. Your input was not saved."


def test_the_slower_of_two_officers_reads_who_decided(world):
    make_overstay(world.lodging)
    evaluate()
    alert = Alert.objects.get(rule="overstay")
    deciding.dismiss(actor=world.actor("quynh"), alert_id=alert.pk, dismissed_for="data", reason="Đã kiểm tra.")
    olga = world.client("olga")
    page = olga.post(f"/office/alerts/{alert.pk}/confirm/", {"reason": "Có mặt."}, follow=True).content.decode()
    assert "Last changed by Quynh" in page and texts.YOUR_INPUT_WAS_NOT_SAVED in page


def test_the_slower_of_two_receptionists_reads_who_checked_out(world):
    stay = make_stay(world.lodging)
    acts.check_out(actor=world.actor("alice"), stay_ids=[stay.pk], departed_on=clock.today())
    with pytest.raises(Conflict) as late:
        acts.extend(actor=world.actor("bob"), stay_id=stay.pk, expected_departure=clock.today())
    with override("en"):
        assert "by Alice" in str(late.value.message)


def test_the_slower_of_two_handlers_reads_who_answered(world):
    petition = make_petition(world)
    record(world.actor("quynh"), "listening.drafted", petition)
    petition.state = "settled"
    petition.save(update_fields=["state"])
    with pytest.raises(Conflict) as late:
        handling.submit_draft(actor=world.actor("olga"), number=petition.number, outcome="explained", text="x")
    with override("en"):
        assert "by Quynh" in str(late.value.message) and texts.THIS_IS_NOW in str(late.value.message)
