"""Identity (document, birth date, spelling) apart from the stay; the traveller above it, and the joins between them.

What was declared never moves: an identity keeps its traveller for ever. Who is one person with whom follows from the
joins alone, so that undoing one leaves everything as if it had not been.
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
    """One document and birth date with its spellings. ``person`` is the oldest traveller he is one person with.

    It is null for a traveller who stands alone and for the oldest himself, and is worked out of the joins
    (``services.joining.regroup``): nothing else writes it.
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


# What is said twice may get in twice: were it unique, whoever declares it second would wait until the first one's file
# is stored.
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
# Set by set, since a file brings thousands.
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
    """A name that somebody bears, or many do: what is typed is looked for among these. Kept by the database."""

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
    """A word that stands in somebody's name: what a mistyped one is compared with. Kept by the database."""

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
    """One document, birth date and spelling. The same three again are the same identity."""

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
    """Under which keys an identity is found (``engines.names.blocking``): an index and no record.

    Ten rows for each identity, so there is no second index: whoever wants them gone works the keys out again.
    """

    pk = models.CompositePrimaryKey("key", "identity")
    key = models.IntegerField()
    identity = models.BigIntegerField(help_text="its id; a foreign key would be asked ten times an identity")

    privacy = privacy(plain="key identity")

    def __str__(self) -> str:
        return f"key of identity {self.identity}"


class Matched(models.Model):
    """Which version of the rules has looked at an identity; without a row nobody has."""

    identity = models.OneToOneField(Identity, models.CASCADE, primary_key=True, related_name="matched")
    version = models.PositiveSmallIntegerField()

    privacy = privacy(plain="identity version")

    def __str__(self) -> str:
        return f"identity {self.identity_id} by version {self.version}"


class Pair(models.Model):
    """Two travellers found alike, on the evidence of the two identities that agree best; ``one`` is the older.

    ``reasons`` are the lines of the score card as they were: {code, points, values, a, b}. ``decided_by`` is the
    officer whose word stands; once one has spoken, the rules no longer join or propose this pair. ``units_one``
    and ``units_other`` are where each is known to have records: they narrow an officer's list, and grant nothing.
    """

    id = models.BigAutoField(primary_key=True)
    one = models.ForeignKey(Traveller, models.PROTECT, related_name="+", db_index=False)
    other = models.ForeignKey(Traveller, models.PROTECT, related_name="+")
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
    units_one = ArrayField(models.BigIntegerField(), default=list)
    units_other = ArrayField(models.BigIntegerField(), default=list)

    privacy = privacy(
        personal={"reasons": Keep.STAY, "note": Keep.STAY},
        plain="id one other left right rule version score state found_at decided_at decided_by together units_one"
        " units_other",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="pair_once"),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="pair_older_first"),
        ]
        indexes = [
            models.Index(
                fields=["-score", "-id"], condition=Q(state__in=UNDECIDED, together=False), name="pair_undecided"
            ),
            models.Index(fields=["state", "-id"], name="pair_state"),
            GinIndex(fields=["units_one"], name="pair_units"),
        ]
        triggers = [pgtrigger.Protect(name="keep", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"pair {self.pk}"


class Join(models.Model):
    """That a pair is one person: who said so (null: the rule), on which card; once undone, who undid it and why."""

    id = models.BigAutoField(primary_key=True)
    pair = models.ForeignKey(Pair, models.PROTECT, related_name="joins")
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
