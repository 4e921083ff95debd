"""The texts of the rulebook that public pages show, and findings in a third language."""

from ancu.engines.rulebook.eligibility import component_findings
from ancu.engines.rulebook.procedures import get_procedure
from ancu.engines.rulebook.public_texts import latest_day, public_texts


def test_each_text_is_named_once() -> None:
    texts = [text for text, _place in public_texts()]
    assert len(texts) == len(set(texts)) and all(texts)
    assert {"Passport", "Stay in Viet Nam longer", "South Korea"} <= set(texts)


def test_a_finding_is_translated_with_its_values() -> None:
    on = latest_day()
    finding = component_findings(get_procedure("visa", on), {}, (), on)[0]
    translations = {"Missing: {name_en}.": "누락: {name_en}.", "Passport": "여권"}
    assert finding.what_en == "Missing: Passport."
    assert finding.translated("what", lambda text: translations.get(text, text)) == "누락: 여권."
    assert finding.translated("article", str.upper) == finding.article_en.upper()
