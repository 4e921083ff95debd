"""The last day of an officer's role: announce, confirm for another year, and end."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ancu.apps.accounts import rules
from ancu.apps.accounts.enums import OfficerState
from ancu.apps.accounts.models import Membership, PendingLetter, User
from ancu.apps.accounts.selectors import agency_memberships
from ancu.apps.accounts.selectors.administration import administrators, officer_memberships
from ancu.apps.accounts.services.officers import end_memberships
from ancu.apps.audit.services import record
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.jobs import enqueue
from ancu.core.errors import Conflict, require
from ancu.core.web.mail import send_letter


@transaction.atomic
def confirm_role(actor: Actor, *, membership: Membership) -> Membership:
    """Confirm the officer's role for a year from today.

    Conflict before its last month and when the role has ended; a role without last day may be confirmed at any time.
    """
    require(rules.may_change_rights_of(actor, membership.user_id))
    locked = Membership.objects.select_for_update().get(pk=membership.pk)
    if not rules.may_confirm_role(actor, locked):
        raise Conflict("not_due", _("This role has already been confirmed or has ended."))
    locked.ends_on, locked.announced_days = clock.today() + rules.TERM, None
    locked.save(update_fields=["ends_on", "announced_days"])
    record(actor, "accounts.confirmed_role", locked, member_id=locked.user_id, until=locked.ends_on.isoformat())
    return locked


def end_expired(actor: Actor) -> int:
    """End the roles whose last day has passed, and all that depends on them; return their number."""
    over = officer_memberships().filter(ended_at=None, ends_on__lt=clock.today())
    by_user: dict[int, list[int]] = {}
    for pk, user_id in over.values_list("pk", "user_id"):
        by_user.setdefault(user_id, []).append(pk)
    for user_id, pks in by_user.items():
        with transaction.atomic():
            tasks = end_memberships(actor, User.objects.select_for_update().get(pk=user_id), pks)
            _enqueue_tasks(tasks)
    return sum(map(len, by_user.values()))


def _enqueue_tasks(tasks: list[str]) -> None:
    """Enqueue letters to all administrators with what to do after an officer's role ended; none without tasks."""
    recipients = administrators().values_list("user_id", flat=True).distinct() if tasks else []
    for user_id in recipients:
        letter = PendingLetter.objects.create(user_id=user_id, content={"tasks": tasks})
        enqueue("accounts.send_tasks", letter_id=letter.pk)


@transaction.atomic
def announce_ends(actor: Actor) -> int:
    """Announce the roles that end within 30 or 7 days to their officers and the administrators.

    Return their number. Announced roles are marked: missed days are made up for, and nothing is announced twice.
    """
    count = 0
    for days in rules.ANNOUNCED_DAYS:
        rows = _to_announce(days)
        for pk in rows.values_list("pk", flat=True):
            enqueue("accounts.send_end", membership_id=pk)
        count += rows.update(announced_days=days)
    if count:
        for user_id in administrators().values_list("user_id", flat=True).distinct():
            enqueue("accounts.send_ends", user_id=user_id, count=count)
        record(actor, "accounts.announced_ends", ("accounts.membership", "batch"), count=count)
    return count


def _to_announce(days: int) -> QuerySet[Membership]:
    """Return the roles that end within ``days`` (30 or 7) days, for which that was not announced yet.

    Roles so close to their end that the later announcement is due are left out.
    """
    today = clock.today()
    sooner = max((after for after in rules.ANNOUNCED_DAYS if after < days), default=-1)
    unannounced = Q(announced_days=None) | Q(announced_days__gt=days)
    return agency_memberships().filter(
        unannounced,
        ended_at=None,
        ends_on__lte=today + timedelta(days=days),
        ends_on__gt=today + timedelta(days=sooner),
    )


def send_end(membership_id: int) -> None:
    """Send an officer the letter that a role ends, unless the role was confirmed or has ended since."""
    membership = Membership.objects.select_related("user", "organisation").get(pk=membership_id)
    if membership.ended_at is None and membership.announced_days is not None:
        send_letter(
            "accounts/letters/role_ends.txt", membership.user.email, language=membership.user.language,
            membership=membership,
        )  # fmt: skip


def send_ends(user_id: int, count: int) -> None:
    """Send an administrator the letter that says how many roles end, and where they are confirmed."""
    user = User.objects.get(pk=user_id)
    path = f"{reverse('administration:officers')}?state={OfficerState.TO_CONFIRM}"
    send_letter("accounts/letters/roles_end.txt", user.email, language=user.language, count=count, path=path)


def send_tasks(letter_id: int) -> None:
    """Send an administrator the stored letter with what to do after an officer's role ended, and delete it.

    Nothing if it was sent already.
    """
    letter = PendingLetter.objects.select_related("user").filter(pk=letter_id).first()
    if letter is None or letter.user is None:
        return
    user = letter.user
    send_letter("accounts/letters/officer_left.txt", user.email, language=user.language, **letter.content)
    letter.delete()
