"""Identities (document, birth date, spelling), travellers above them, and the joins between travellers.

Declared data never moves: an identity keeps its traveller. Persons are computed from the joins alone, so undoing a join
restores the previous state.
"""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import F, Q

from ancu.apps.accounts.models import User
from ancu.apps.travellers.enums import UNDECIDED, MatchRule, PairState
from ancu.core.security.privacy import Keep, privacy


class Traveller(models.Model):
    """One document and birth date with its spellings. ``person`` is the person's oldest traveller.

    It is null for the oldest traveller and for one without joins. ``services.joining.regroup`` computes it; nothing
    else writes it.
    """

    id = models.BigAutoField(primary_key=True)
    first_seen_at = models.DateTimeField()
    person = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="members", db_index=False)

    privacy = privacy(plain="id first_seen_at person")

    class Meta:
        indexes = [models.Index(fields=["person"], condition=Q(person__isnull=False), name="traveller_person")]
        constraints = [models.CheckConstraint(condition=Q(person__lt=F("id")), name="traveller_oldest_leads")]

    def __str__(self) -> str:
        return f"traveller {self.pk}"


# Duplicates are allowed: with a unique constraint, the second declaration would wait until the first one's transaction
# ends.
NEW_NAMES = """
INSERT INTO travellers_name (key)
SELECT DISTINCT name_key FROM {identities} identity
WHERE NOT EXISTS (SELECT FROM travellers_name known WHERE known.key = identity.name_key)
"""
NEW_WORDS = """
INSERT INTO travellers_nameword (word)
SELECT DISTINCT part FROM {names} name, unnest(string_to_array(name.key, ' ')) AS part
WHERE NOT EXISTS (SELECT FROM travellers_nameword known WHERE known.word = part)
"""
# Statement-level trigger, since a file inserts thousands of rows.
GATHERED = pgtrigger.Trigger(
    name="words_gathered",
    level=pgtrigger.Statement,
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    referencing=pgtrigger.Referencing(new="fresh"),  # type: ignore[no-untyped-call]
    func=f"""
    WITH heard AS ({NEW_NAMES.format(identities="fresh")} RETURNING key)
    {NEW_WORDS.format(names="heard")};
    RETURN NULL;
    """,
)


class Name(models.Model):
    """A name that at least one identity has; searches look names up here. Maintained by a trigger."""

    id = models.BigAutoField(primary_key=True)
    key = models.CharField(max_length=150)

    privacy = privacy(personal={"key": Keep.STAY}, plain="id")

    class Meta:
        indexes = [
            # By sign, whatever the database's language: names are also looked up by how they begin.
            models.Index(fields=["key"], name="name_begins", opclasses=["varchar_pattern_ops"]),
            GinIndex(SearchVector("key", config="simple"), name="name_words"),
        ]

    def __str__(self) -> str:
        return self.key


class NameWord(models.Model):
    """A word of a name, with which mistyped words are compared. Maintained by a trigger."""

    id = models.BigAutoField(primary_key=True)
    word = models.CharField(max_length=150)

    privacy = privacy(personal={"word": Keep.STAY}, plain="id")

    class Meta:
        indexes = [
            models.Index(fields=["word"], name="nameword_word"),
            GinIndex(fields=["word"], opclasses=["gin_trgm_ops"], name="nameword_trgm"),
        ]

    def __str__(self) -> str:
        return self.word


class Identity(models.Model):
    """One document, birth date and spelling; equal values are one identity."""

    id = models.BigAutoField(primary_key=True)
    traveller = models.ForeignKey(Traveller, models.PROTECT, related_name="identities")
    document_number = models.CharField(max_length=30)
    nationality = models.CharField(max_length=3)
    birth_date = models.CharField(max_length=10, help_text="1984-03-08, 1971-05 or 1962: as exact as it is known")
    full_name = models.CharField(max_length=200)
    name_key = models.CharField(
        max_length=150,
        help_text="lower case, no accents, words in order of the alphabet",
    )

    privacy = privacy(
        personal=dict.fromkeys(("document_number", "nationality", "birth_date", "full_name", "name_key"), Keep.STAY),
        plain="id traveller",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["document_number", "nationality", "birth_date", "name_key"],
                name="identity_unique",
            )
        ]
        indexes = [
            # By sign, which is quicker compared than by a language's order.
            models.Index(fields=["name_key"], name="identity_name_key", opclasses=["varchar_pattern_ops"]),
        ]
        triggers = [GATHERED]

    def __str__(self) -> str:
        return f"identity {self.pk}"


class MatchKey(models.Model):
    """Blocking keys of identities (``engines.names.blocking``): an index, not a record.

    There are ten rows per identity and no second index; to delete rows, the keys are computed again.
    """

    pk = models.CompositePrimaryKey("key", "identity")
    key = models.IntegerField()
    identity = models.BigIntegerField(help_text="its id; a foreign key would be asked ten times an identity")

    privacy = privacy(plain="key identity")

    def __str__(self) -> str:
        return f"key of identity {self.identity}"


class MatchedIdentity(models.Model):
    """The version of the matching rules that has processed an identity; no row if none has."""

    identity = models.OneToOneField(Identity, models.CASCADE, primary_key=True, related_name="matched")
    version = models.PositiveSmallIntegerField()

    privacy = privacy(plain="identity version")

    def __str__(self) -> str:
        return f"identity {self.identity_id} by version {self.version}"


class TravellerPair(models.Model):
    """Two similar travellers, with the two identities that agree best; ``older`` was created first.

    ``reasons`` are the lines of the score card: {code, points, values, a, b}. ``decided_by`` is the officer whose
    decision is in force; after a decision the rules neither join nor propose the pair. ``units_older`` and
    ``units_newer`` are the units with records of each: they filter an officer's list and grant no access.
    """

    id = models.BigAutoField(primary_key=True)
    older = models.ForeignKey(Traveller, models.PROTECT, related_name="+", db_index=False)
    newer = models.ForeignKey(Traveller, models.PROTECT, related_name="+")
    left = models.ForeignKey(Identity, models.PROTECT, related_name="+", db_index=False)
    right = models.ForeignKey(Identity, models.PROTECT, related_name="+", db_index=False)
    rule = models.CharField(max_length=16, choices=MatchRule)
    version = models.PositiveSmallIntegerField()
    score = models.FloatField(help_text="0 to 1: how likely both are one person")
    reasons = models.JSONField()
    state = models.CharField(max_length=9, choices=PairState, default=PairState.OPEN)
    found_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=300, blank=True, default="", help_text="why the officer decided so")
    together = models.BooleanField(default=False, help_text="one person already, by whatever joins; kept by regroup")
    units_older = ArrayField(models.BigIntegerField(), default=list)
    units_newer = ArrayField(models.BigIntegerField(), default=list)

    privacy = privacy(
        personal={"reasons": Keep.STAY, "note": Keep.STAY},
        plain="id older newer left right rule version score state found_at decided_at decided_by together units_older"
        " units_newer",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["older", "newer"], name="pair_once"),
            models.CheckConstraint(condition=Q(older__lt=F("newer")), name="pair_older_first"),
        ]
        indexes = [
            models.Index(
                fields=["-score", "-id"], condition=Q(state__in=UNDECIDED, together=False), name="pair_undecided"
            ),
            models.Index(fields=["state", "-id"], name="pair_state"),
            GinIndex(fields=["units_older"], name="pair_units"),
        ]
        triggers = [pgtrigger.Protect(name="keep", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"pair {self.pk}"


class TravellerJoin(models.Model):
    """A statement that a pair is one person: by an officer, or by a rule (null); once undone, by whom and why."""

    id = models.BigAutoField(primary_key=True)
    pair = models.ForeignKey(TravellerPair, models.PROTECT, related_name="joins")
    rule = models.CharField(max_length=16, choices=MatchRule)
    version = models.PositiveSmallIntegerField()
    score = models.FloatField()
    reasons = models.JSONField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    undone_because = models.CharField(max_length=300, blank=True, default="")

    privacy = privacy(
        personal={"reasons": Keep.STAY, "undone_because": Keep.STAY},
        plain="id pair rule version score made_at made_by undone_at undone_by",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pair"], condition=Q(undone_at__isnull=True), name="join_one_in_force")
        ]
        triggers = [pgtrigger.Protect(name="keep", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"join {self.pk}"
