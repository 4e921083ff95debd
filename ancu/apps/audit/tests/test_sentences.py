"""Every act named anywhere in the code is told in a sentence."""

import re
from pathlib import Path

from ancu.apps.audit.selectors import sentences
from ancu.apps.lodging.enums import EstablishmentStatus

PACKAGE = Path(__file__).resolve().parents[3]
RECORDED = re.compile(r'\b(?:record|event_of)\(\s*[^"\n]*?(?:\n\s*)?[^"\n]*?"((?:[a-z]+)\.[a-z_]+)"')
STAY_VERB = re.compile(r'\bchange_stay\(\s*actor, stay_id, "([a-z_]+)"')


def recorded() -> set[str]:
    code = [p.read_text(encoding="utf-8") for p in PACKAGE.rglob("*.py") if "tests" not in p.parts]
    named = {act for text in code for act in RECORDED.findall(text)}
    verbs = {f"stays.{verb}" for text in code for verb in STAY_VERB.findall(text)}
    return named | verbs | {f"lodging.{status}" for status in EstablishmentStatus.values}


def test_every_act_has_a_sentence():
    acts = recorded()
    assert {"stays.declared", "stays.exported", "places.set_remote", "files.stored", "stays.withdrawn"} <= acts
    assert acts - set(sentences()) == set()
