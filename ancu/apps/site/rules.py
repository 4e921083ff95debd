"""Who writes on the public site, and when an outage notice is shown."""

from datetime import datetime

from ancu.apps.accounts.enums import Role
from ancu.apps.site.models import NewsItem, OutageNotice
from ancu.core.actor import Actor

PUBLISHERS = frozenset({Role.ADMINISTRATOR, Role.APPROVING_OFFICER})


def may_publish(actor: Actor) -> bool:
    """Whether the actor writes news and outage notices: the office's administrators and approving officers.

    The approving officer publishes the office's figures too; the administrator knows when the system stops.
    """
    return actor.is_agency and actor.is_office and actor.role in PUBLISHERS


def is_published(item: NewsItem, now: datetime) -> bool:
    """Whether everybody may read the item now."""
    return item.withdrawn_at is None and item.published_at <= now


def is_shown(outage: OutageNotice, now: datetime) -> bool:
    """Whether public pages show the notice now: from its moment ahead of the start until the end."""
    return outage.withdrawn_at is None and outage.shown_from <= now < outage.ends_at


def is_under_way(outage: OutageNotice, now: datetime) -> bool:
    """Whether the outage has begun and not ended."""
    return outage.starts_at <= now < outage.ends_at
