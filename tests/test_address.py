"""How the catalogues speak: officers are "đồng chí" on pages of the office alone, everybody else is "quý vị"."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

CATALOGUES = sorted(Path("ancu").glob("**/locale/vi/LC_MESSAGES/django.po"))
OFFICE = re.compile(
    r"/(office|administration)/|^oversight/|^desk/|^reporting/(?!templates/reporting/(public|_checked|_licence))"
    r"|^tips/(services/(handling|holding)|views/(handlers|holders)|templates/tips/(begin|key|unlock|passphrase|recover))"
    r"|^surveys/(services/settling|views/paper|templates/surveys/(interviews|surveys)\.)"
    r"|^community/templates/community/(entry|sign|objection|photos|list)\.|^core/(exporting|templates/export)"
    r"|^accounts/templates/accounts/(leave|letters/(rights|role))|^listening/services/(handling|versions)"
    r"|^dossiers/(services/(approving|handling|versions)|templates/dossiers/(handover/counter|money/statements))"
    r"|letters/(decision|stand_in|officer_left)\."
)
PUBLIC = re.compile(
    r"/(guest|filing|public|page)/|^lodging/templates|^core/templates/home"
    r"|^tips/templates/tips/(start|write|source|conversation|receipt)"
)
CONNECTION = re.compile(
    r"\bwithout a line|(when|while) there (is|was) a line|has a line\b(?! for)|had (a|no) line"
    r"|\bthe line (breaks|broke|is (back|bad|better|gone))",
    re.IGNORECASE,
)


def entries(catalogue: Path) -> Iterator[tuple[list[str], str, str]]:
    """The sources, the English and the Vietnamese words of each message."""
    with catalogue.open(encoding="utf-8") as file:
        for message in read_po(file):
            if message.id:
                yield [path for path, _line in message.locations], _joined(message.id), _joined(message.string).lower()


def _joined(words: str | Sequence[str]) -> str:
    return words if isinstance(words, str) else " ".join(words)


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda path: path.parts[-5])
def test_each_reader_is_addressed_as_the_language_page_says(catalogue: Path) -> None:
    for places, _english, words in entries(catalogue):
        assert not ("quý vị" in words and places and all(map(OFFICE.search, places))), (places, words)
        assert not ("đồng chí" in words and any(map(PUBLIC.search, places))), (places, words)


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda path: path.parts[-5])
def test_a_connection_is_not_called_a_line(catalogue: Path) -> None:
    for places, english, _words in entries(catalogue):
        assert not CONNECTION.search(english), (places, english)
