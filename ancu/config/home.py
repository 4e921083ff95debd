"""The public home page: what it shows, each from the selectors of the pages that it links to."""

from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from ancu.apps.accounts.enums import Role
from ancu.apps.listening.selectors.meetings import next_public_meeting
from ancu.apps.site.selectors.public import newest_news
from ancu.config.home_figures import home_figures, newest_results, processing_days, waiting_chart, waiting_keys
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.web.language import localized
from ancu.demo.accounts import ACCOUNTS, PASSWORD, present_code
from ancu.engines.rulebook import Fine, undeclared_fine

MILLION = 1_000_000

SHOWN_ON_HOME = (
    Role.MANAGER, Role.RECEPTIONIST, Role.AREA_OFFICER, Role.HOTLINE_OPERATOR, Role.ADMINISTRATOR,
)  # fmt: skip


def page_context(actor: Actor) -> dict[str, Any]:
    """Return the context of the home page; in the demo with its accounts to sign in."""
    procedures, results = processing_days(), newest_results()
    context: dict[str, Any] = {
        "prefix": settings.OFFICE_PREFIX,
        "news": newest_news(),
        "meeting": next_public_meeting(),
        "figures": home_figures(results),
        "results": results,
        "procedures": procedures,
        "waiting_chart": waiting_chart(procedures),
        "waiting_keys": waiting_keys(),
        "fines": fines_in_force(clock.today()),
    }
    return context | _demo_accounts() if settings.DEMO and actor.is_public else context


def fines_in_force(day: date) -> dict[str, Any]:
    """Return the fines of a lodging that does not declare, in words by number of guests, and their article."""
    bands, fine = [], undeclared_fine(1, day, organisation=False)
    while fine.to_count is not None:
        bands.append(_band_words(fine))
        fine = undeclared_fine(fine.to_count + 1, day, organisation=False)
    bands.append(_band_words(fine))
    factor = undeclared_fine(1, day, organisation=True).minimum // undeclared_fine(1, day, organisation=False).minimum
    return {"bands": bands, "factor": factor, "article": localized(fine, "article").rsplit(",", 1)[0]}


def _band_words(fine: Fine) -> str:
    """Return a band of fines in words, such as "1–3 guests: 3–5 million đồng"."""
    values = {
        "first": fine.from_count, "until": fine.to_count, "low": fine.minimum // MILLION,
        "high": fine.maximum // MILLION,
    }  # fmt: skip
    if fine.to_count is None:
        return _("%(first)s guests or more: %(low)s–%(high)s million đồng") % values
    return _("%(first)s–%(until)s guests: %(low)s–%(high)s million đồng") % values


def _demo_accounts() -> dict[str, Any]:
    """Return the password and the accounts of the demo that the home page shows."""
    accounts = [account for account in ACCOUNTS if account.role in SHOWN_ON_HOME]
    return {
        "demo_password": PASSWORD,
        "demo_accounts": [
            {"role": f"{account.role.label}: {account.full_name}", "email": account.email,
             "code": present_code() if account.has_second_factor else ""}
            for account in accounts
        ],
    }  # fmt: skip
