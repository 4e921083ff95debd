"""Identity (document, birth date, spelling) apart from the stay; the traveller above the identities."""

import pgtrigger
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models

from ancu.core.privacy import Keep, privacy


class Traveller(models.Model):
    """A person, known by the identities that point here. Joining and parting only move those pointers."""

    id = models.BigAutoField(primary_key=True)
    first_seen_at = models.DateTimeField()

    privacy = privacy(plain="id first_seen_at")

    def __str__(self) -> str:
        return f"traveller {self.pk}"


# Set by set, since a file brings thousands. A new word may get in twice when two bring it at once: were it unique,
# whoever declares it second would wait until the first one's file is stored.
GATHERED = pgtrigger.Trigger(
    name="words_gathered",
    level=pgtrigger.Statement,
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    referencing=pgtrigger.Referencing(new="fresh"),  # type: ignore[no-untyped-call]
    func="""
    INSERT INTO travellers_nameword (word)
    SELECT DISTINCT part FROM fresh, unnest(string_to_array(fresh.name_key, ' ')) AS part
    WHERE NOT EXISTS (SELECT FROM travellers_nameword known WHERE known.word = part);
    RETURN NULL;
    """,
)


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
            GinIndex(SearchVector("name_key", config="simple"), name="identity_name_words"),
            models.Index(fields=["name_key"], name="identity_name_key"),
        ]
        triggers = [GATHERED]

    def __str__(self) -> str:
        return f"identity {self.pk}"
