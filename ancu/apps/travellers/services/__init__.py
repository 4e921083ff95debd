"""Find or create the identity of a declaration, and delete identities no longer needed."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q

from ancu.apps.travellers.enums import PairState
from ancu.apps.travellers.models import (
    NEW_NAMES,
    NEW_WORDS,
    Identity,
    MatchKey,
    Traveller,
    TravellerJoin,
    TravellerPair,
)
from ancu.apps.travellers.rules import name_key
from ancu.apps.travellers.selectors.sources import is_still_needed
from ancu.core import clock
from ancu.core.db.statements import run
from ancu.core.security.privacy import REDACTED, redacted_key
from ancu.engines.names import Person
from ancu.engines.names.blocking import record_keys

# Names without bearers, then words without names.
UNBORNE = """
DELETE FROM travellers_name known WHERE NOT EXISTS (SELECT FROM travellers_identity WHERE name_key = known.key)
"""
FORGET_NAMES = f"{UNBORNE} AND key = ANY(%(keys)s)"
FORGET_WORDS = """
DELETE FROM travellers_nameword known WHERE word = ANY(%(words)s) AND NOT EXISTS (
    SELECT FROM travellers_name name
    WHERE to_tsvector('simple'::regconfig, coalesce(name.key, '')) @@ plainto_tsquery('simple'::regconfig, known.word))
"""
# Nightly, for all rows.
TWICE = "DELETE FROM {table} later USING {table} first WHERE first.{said} = later.{said} AND first.id < later.id"
UNHELD = """
DELETE FROM travellers_nameword known WHERE NOT EXISTS (
    SELECT FROM (SELECT DISTINCT unnest(string_to_array(key, ' ')) AS part FROM travellers_name) AS held
    WHERE held.part = known.word)
"""


def identify(*, document_number: str, nationality: str, birth_date: str, full_name: str) -> int:
    """Return the id of the identity with these data, created if missing.

    A new spelling of the same document, nationality and birth date belongs to the same traveller.
    """
    same = Identity.objects.filter(document_number=document_number, nationality=nationality, birth_date=birth_date)
    key = name_key(full_name)
    existing = same.filter(name_key=key).first()
    if existing is not None:
        return existing.pk
    sibling = same.order_by("id").first()
    traveller_id = sibling.traveller_id if sibling else Traveller.objects.create(first_seen_at=clock.now()).pk
    identity, _created = Identity.objects.get_or_create(
        document_number=document_number,
        nationality=nationality,
        birth_date=birth_date,
        name_key=key,
        defaults={"traveller_id": traveller_id, "full_name": full_name},
    )
    return identity.pk


def redact_identities(identities: Iterable[int]) -> int:
    """Empty the personal data of those of these identities that no record needs; return their number.

    Also deletes the keys and names by which they are found, and why they were thought to be the same person as
    another.
    """
    gone = list(Identity.objects.filter(pk__in=identities).exclude(full_name=REDACTED).exclude(is_still_needed()))
    ids = [identity.pk for identity in gone]
    for identity in gone:
        who = Person(identity.full_name, identity.birth_date, "", identity.nationality)
        MatchKey.objects.filter(key__in=record_keys(who, identity.document_number), identity=identity.pk).delete()
    pairs = TravellerPair.objects.filter(Q(left__in=ids) | Q(right__in=ids))
    TravellerJoin.objects.filter(pair__in=pairs).update(reasons=[], undone_because="")
    pairs.filter(state=PairState.OPEN).update(state=PairState.GONE)
    pairs.update(reasons=[], note="")
    emptied = Identity.objects.filter(pk__in=ids).update(
        document_number=redacted_key(), nationality="", birth_date="", full_name=REDACTED, name_key=redacted_key()
    )
    keys = sorted({identity.name_key for identity in gone})
    run(FORGET_NAMES, {"keys": keys})
    run(FORGET_WORDS, {"words": sorted({word for key in keys for word in key.split()})})
    return emptied


@transaction.atomic
def repair_names() -> None:
    """Repair stored names and words after concurrent writes, which do not wait for each other.

    Restores names deleted while they were declared again, and removes duplicates and names whose last two bearers
    were deleted at once.
    """
    for statement in (
        TWICE.format(table="travellers_name", said="key"),
        TWICE.format(table="travellers_nameword", said="word"),
        UNBORNE,
        UNHELD,
        NEW_NAMES.format(identities="travellers_identity") + " AND name_key NOT LIKE 'redacted-%%'",
        NEW_WORDS.format(names="travellers_name"),
    ):
        run(statement, [])
