"""The first steps of a newly approved lodging; preparing the phone for offline work comes first."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ancu.apps.accounts.rules import may_invite
from ancu.apps.accounts.selectors import members
from ancu.apps.lodging.models import Establishment
from ancu.apps.stays.models import Device, Submission
from ancu.apps.stays.rules import may_declare_now, may_keep_offline
from ancu.core import clock
from ancu.core.actor import Actor

NEW_FOR = timedelta(days=30)


@dataclass(frozen=True)
class FirstStep:
    title: Any
    text: Any
    url: str
    is_done: bool


def first_steps(actor: Actor, establishment: Establishment) -> list[FirstStep]:
    """Return the first steps of a lodging approved recently, done ones included.

    None are left once the person's phone is ready for offline work and a guest is declared.
    """
    if not _is_new(establishment) or not may_declare_now(actor, establishment):
        return []
    phones = Device.objects.filter(membership_id=actor.membership_id or 0, cut_off_at__isnull=True)
    ready = not may_keep_offline(actor) or phones.exists()
    declared = Submission.objects.filter(establishment=establishment).exists()
    return [] if ready and declared else [*_steps(actor, ready=ready, declared=declared)]


def _is_new(establishment: Establishment) -> bool:
    """Whether the police decided on the lodging in the last thirty days."""
    since = establishment.decided_at
    return since is not None and since > clock.now() - NEW_FOR


def _steps(actor: Actor, *, ready: bool, declared: bool) -> list[FirstStep]:
    """Return the steps: set up the phone, declare a guest, invite receptionists, hang up the poster.

    Only an actor who may invite people gets the third; ``ready`` and ``declared`` say whether the first two are done.
    """
    phone = _(
        "Declarations are then saved and sent automatically when you are back online. Set this up while you are online."
    )
    steps = [
        FirstStep(_("Set up this phone to work offline"), phone, reverse("stays:queue"), ready),
        FirstStep(
            _("Declare the first guest"), _("A photo of the passport is enough."), reverse("stays:declare"), declared
        ),
    ]
    if may_invite(actor):
        text = _("Each person signs in with their own account.")
        steps.append(
            FirstStep(_("Invite your receptionists"), text, reverse("lodging:mine"), members(actor).count() > 1)
        )
    poster = _("Guests scan it and see whether they are declared.")
    return [*steps, FirstStep(_("Hang up the poster at the reception"), poster, reverse("stays:poster"), False)]
