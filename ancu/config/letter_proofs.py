"""A proof of each kind of official letter with invented facts, for docs/reference/letters; always the same bytes."""

from django.utils.translation import override

from ancu.apps.dossiers.enums import LetterKind
from ancu.apps.dossiers.selectors.letter_texts import SERIES
from ancu.apps.dossiers.services.letter_proofs import proof_content, typeset_proof
from ancu.apps.dossiers.services.official_letters import LETTER_OF_ACT

FOLDER = "letters"


def proofs() -> dict[str, bytes]:
    """Return the PDF of the proof of each kind of letter, by its path in docs/reference."""
    return {f"{FOLDER}/{kind.value}.pdf": typeset_proof(kind, proof_content(kind)) for kind in LetterKind}


def index() -> str:
    """Return the page that lists the proofs, with the series of each letter and the acts that issue it."""
    acts: dict[LetterKind, list[str]] = {}
    for act, kind in LETTER_OF_ACT.items():
        acts.setdefault(kind, []).append(f"`{act}`")
    rows = []
    for kind in LetterKind:
        with override("vi"):
            name = str(kind.label)
        with override("en"):
            cells = (f"[{kind.label}]({kind.value}.pdf)", name, SERIES[kind].value, ", ".join(acts[kind]))
        rows.append(f"| {' | '.join(cells)} |\n")
    intro = (
        "# Official letters\n\nA proof of each kind, with invented facts: the Vietnamese letter that is signed, laid"
        " out as Decree 30/2020/NĐ-CP asks, then its English translation. A letter gets its number with the act that"
        " issues it, without gaps in its series and year.\n\n| letter | tiếng Việt | series | issued by the act |\n"
        "|---|---|---|---|\n"
    )
    return intro + "".join(rows)
