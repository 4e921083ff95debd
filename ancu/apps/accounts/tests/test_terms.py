"""Officers' roles end on their last day unless an administrator confirms them, once a year."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from procrastinate.contrib.django.models import ProcrastinateJob

from ancu.apps.accounts import tasks
from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.models import Membership
from ancu.apps.accounts.selectors import actor_for
from ancu.apps.accounts.services import delegate, terms
from ancu.apps.accounts.tests.factories import make_member, make_user
from ancu.core import clock
from ancu.core.actor import system
from ancu.core.errors import Conflict, Forbidden

pytestmark = pytest.mark.django_db
JOB = system("test")
LIST = "/office/administration/?state=to_confirm"


def ends_in(world: Any, days: int, name: str = "olga") -> Membership:
    membership: Membership = world.users[name].memberships.get()
    membership.ends_on = clock.today() + timedelta(days=days)
    membership.save()
    return membership


def letters() -> list[tuple[list[str], str]]:
    """Run every job that announces, also one that ran before; return whom they wrote to and the subjects."""
    mail.outbox.clear()
    for job in ProcrastinateJob.objects.filter(task_name__startswith="accounts.send_end").order_by("id"):
        getattr(tasks, job.task_name.removeprefix("accounts."))(**job.args)
    return [(message.to, message.subject) for message in mail.outbox]


def test_a_role_ends_with_its_last_day(world: Any) -> None:
    browser, membership = world.client("olga"), ends_in(world, 0)
    assert terms.end_expired(JOB) == 0 and browser.get("/desk/").status_code == 200
    membership = ends_in(world, -1)
    assert world.actor("olga").membership_id is None, "also before the job runs"
    assert (terms.end_expired(JOB), terms.end_expired(JOB)) == (1, 0)
    membership.refresh_from_db()
    world.users["olga"].refresh_from_db()
    assert membership.ended_at is not None and not world.users["olga"].is_active
    assert browser.get("/desk/").status_code == 302


def test_nobody_stands_in_for_a_role_whose_last_day_is_over(world: Any) -> None:
    otto = world.users["otto"] = make_user("Otto")
    mate, today = make_member(otto, world.commune_agency, Role.AREA_OFFICER), clock.today()
    delegate(world.actor("olga"), mate_id=mate.pk, starts_on=today, ends_on=today + timedelta(days=9))
    membership = world.users["olga"].memberships.get()
    assert actor_for(otto, membership.pk).stands_for == world.users["olga"].pk
    ends_in(world, -1)
    assert actor_for(otto, membership.pk).stands_for is None


def test_an_administrator_confirms_a_role_in_its_last_month(world: Any) -> None:
    membership = ends_in(world, 31)
    with pytest.raises(Conflict):
        terms.confirm_role(world.actor("rosa"), membership=membership)
    ends_in(world, 30)
    client = world.client("rosa")
    assert "Olga" in client.get(LIST).content.decode()
    assert "Officer roles to confirm for another year" in client.get("/desk/").content.decode()
    path = f"/office/administration/roles/{membership.pk}/confirm/"
    assert "/2fa/reauthenticate/" in client.post(path)["location"]
    world.client("rosa", new_session=True).post(path)
    membership.refresh_from_db()
    assert membership.ends_on == clock.today() + timedelta(days=365)
    with pytest.raises(Conflict):
        terms.confirm_role(world.actor("rosa"), membership=membership)


def test_nobody_confirms_her_own_role(world: Any) -> None:
    own = ends_in(world, 3, "rosa")
    with pytest.raises(Forbidden):
        terms.confirm_role(world.actor("rosa"), membership=own)
    assert "Confirm for a year" not in world.client("rosa").get(LIST).content.decode()


def test_the_end_is_announced_a_month_and_a_week_before_once_each(world: Any) -> None:
    membership, today = ends_in(world, 30), clock.today()
    assert (terms.announce_ends(JOB), terms.announce_ends(JOB)) == (1, 0)
    assert [to for to, _subject in letters()] == [["olga@example.test"], ["rosa@example.test"]]
    Membership.objects.filter(pk=membership.pk).update(ends_on=today + timedelta(days=8))
    assert terms.announce_ends(JOB) == 0
    Membership.objects.filter(pk=membership.pk).update(ends_on=today + timedelta(days=6))
    assert (terms.announce_ends(JOB), terms.announce_ends(JOB)) == (1, 0), "also a day late"
    assert len(letters()) == 4


def test_a_confirmed_role_is_announced_again_next_year_and_no_letter_leaves_meanwhile(world: Any) -> None:
    membership = ends_in(world, 30)
    terms.announce_ends(JOB)
    terms.confirm_role(world.actor("rosa"), membership=membership)
    assert [to for to, _subject in letters()] == [["rosa@example.test"]]
    ends_in(world, 30)
    assert terms.announce_ends(JOB) == 1
