"""The signed-in user as an actor: memberships, leave, an agency's units, and mandates of companies."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from allauth.mfa.models import Authenticator

from ancu.apps.accounts.models import User
from ancu.apps.places.selectors import STATE_SQL, area_ids
from ancu.core import clock
from ancu.core.actor import Actor, ActorKind, DelegationTie, MandateScope
from ancu.core.db.statements import run

SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
# Asked for each page of everybody, hence by hand: memberships, the agency's units and mandates in one journey.
# Behind his own stand the memberships of colleagues on leave in which he acts today. Without a membership there is one
# row with the mandates alone. Who works for an agency or a lodging has no mandates, and nobody one of the own company:
# otherwise a clerk would get around the limits by an earlier mandate.
ACTING = f"""
WITH membership AS (
    SELECT id, role, organisation_id, NULL::bigint AS stands_for, NULL::date AS until, procedures, may_submit
    FROM accounts_membership
    WHERE user_id = %(user)s AND ended_at IS NULL AND (ends_on IS NULL OR ends_on >= %(today)s)
    UNION ALL
    SELECT theirs.id, theirs.role, theirs.organisation_id, theirs.user_id, delegation.ends_on, NULL, false
    FROM accounts_membership own JOIN accounts_delegation delegation ON delegation.delegate_id = own.id
        JOIN accounts_membership theirs ON theirs.id = delegation.membership_id AND theirs.role = own.role
    WHERE own.user_id = %(user)s AND own.ended_at IS NULL AND theirs.ended_at IS NULL
        AND (own.ends_on IS NULL OR own.ends_on >= %(today)s)
        AND (theirs.ends_on IS NULL OR theirs.ends_on >= %(today)s)
        AND delegation.revoked_at IS NULL AND %(today)s BETWEEN delegation.starts_on AND delegation.ends_on
)
SELECT membership.id, membership.role, organisation.id, organisation.kind, organisation.name,
    CASE WHEN organisation.kind = 'agency' THEN ARRAY(
        SELECT administrativeunit_id FROM accounts_organisation_jurisdiction WHERE organisation_id = organisation.id
    ) END,
    CASE WHEN organisation.kind = 'agency' THEN ({STATE_SQL}) END,
    organisation.kind = 'agency' AND organisation.parent_id IS NULL,
    EXISTS (SELECT FROM mfa_authenticator WHERE user_id = %(user)s AND type = ANY(%(factors)s)),
    membership.stands_for, (SELECT full_name FROM accounts_user WHERE id = membership.stands_for), membership.until,
    CASE WHEN organisation.kind = 'agency' THEN (
        SELECT json_agg(json_build_array(
            CASE WHEN whose.user_id = %(user)s THEN mate.user_id ELSE whose.user_id END, tie.starts_on,
            LEAST(tie.ends_on, (tie.revoked_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date)))
        FROM accounts_delegation tie JOIN accounts_membership whose ON whose.id = tie.membership_id
            JOIN accounts_membership mate ON mate.id = tie.delegate_id
        WHERE (whose.user_id = %(user)s OR mate.user_id = %(user)s) AND tie.starts_on <= %(today)s
            AND LEAST(tie.ends_on, (tie.revoked_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date)
                >= GREATEST(tie.starts_on, %(since)s)
    ) END,
    membership.procedures, membership.may_submit,
    (
        SELECT json_agg(json_build_array(mandate.id, company.id, company.name, mandate.procedures, mandate.may_submit)
            ORDER BY mandate.id)
        FROM accounts_mandate mandate JOIN accounts_organisation company ON company.id = mandate.organisation_id
        WHERE mandate.user_id = %(user)s AND mandate.revoked_at IS NULL
            AND %(today)s BETWEEN mandate.starts_on AND mandate.ends_on
            AND NOT EXISTS (
                SELECT FROM membership work JOIN accounts_organisation place ON place.id = work.organisation_id
                WHERE place.kind <> 'sponsor' OR place.id = mandate.organisation_id
            )
    )
FROM (SELECT 1) person LEFT JOIN membership ON true
    LEFT JOIN accounts_organisation organisation ON organisation.id = membership.organisation_id
ORDER BY membership.stands_for NULLS FIRST, membership.id
"""  # noqa: S608
TIES_KEPT = timedelta(days=90)  # after a leave, what was half done in it has long been decided


def actor_for(user: User, membership_id: int | None = None) -> Actor:
    """Return the user as an actor in this membership, else in the first one.

    Without a membership the actor has only the mandates that companies gave.
    """
    today = clock.today()
    parameters = {
        "user": user.pk,
        "factors": list(map(str, SECOND_FACTORS)),
        "today": today,
        "since": today - TIES_KEPT,
    }
    memberships = run(ACTING, parameters)
    chosen = next((m for m in memberships if m[0] == membership_id), memberships[0])
    key, role, organisation_id, kind, name, units, state, is_office, second_factor, *more = chosen
    absent, absent_name, until, ties, procedures, may_submit, mandates = more
    person = Actor(kind=ActorKind.PERSON, label=str(user), user_id=user.pk, mandates=_scopes(mandates))
    if key is None:
        return person
    return replace(
        person,
        membership_id=key,
        organisation_id=organisation_id,
        organisation_kind=kind,
        organisation_name=name,
        role=role,
        area=area_ids(frozenset(units)) if units else frozenset(),
        units=state or "",
        is_office=is_office,
        second_factor=second_factor,
        stands_for=absent,
        stands_for_name=absent_name or "",
        stands_until=until,
        ties=tuple(
            DelegationTie(user_id, date.fromisoformat(first), date.fromisoformat(last))
            for user_id, first, last in ties or ()
        ),
        procedures=None if procedures is None else frozenset(procedures),
        may_submit=may_submit,
    )


def _scopes(rows: list[list[Any]] | None) -> tuple[MandateScope, ...]:
    """Return the mandates in force from the rows of ``ACTING``, the oldest first."""
    return tuple(
        MandateScope(key, organisation_id, name, frozenset(procedures), may_submit)
        for key, organisation_id, name, procedures, may_submit in rows or ()
    )
