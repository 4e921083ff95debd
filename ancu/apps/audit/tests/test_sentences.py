"""Every act named anywhere in the code is told in a sentence."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.utils.translation import override

from ancu.apps.audit.enums import NO_TASKS, SUBJECTS
from ancu.apps.audit.selectors import act_words, sentences, subject_words
from ancu.apps.lodging.enums import EstablishmentStatus

# Tables that the program alone fills: no act is about a row of them.
DERIVED = {
    "audit.event",
    "audit.link",
    "dossiers.duration",
    "files.filestore",
    "oversight.evaluationprogress",
    "relay.relayprogress",
    "reporting.total",
    "stays.expireddocumentevent",
    "stays.lodgingguestcount",
    "stays.movesofday",
    "stays.ontime",
    "stays.presencechange",
    "stays.presenceday",
    "stays.presenceweek",
    "stays.unitmove",
    "tips.tiptally",
    "travellers.matchedidentity",
    "travellers.matchkey",
    "travellers.name",
    "travellers.nameword",
}
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
    assert NO_TASKS - set(sentences()) == set(), "no act is called so"


def subject_kinds() -> set[str]:
    """Every table an act may be about, and every kind that the code names without a table."""
    code = [p.read_text(encoding="utf-8") for p in PACKAGE.rglob("*.py") if "tests" not in p.parts]
    labels = {label for text in code for label in re.findall(r'record(?:_look)?\([^()]*\("([a-z]+\.[a-z]+)",', text)}
    models = {model._meta.label_lower for model in apps.get_models() if model.__module__.startswith("ancu.apps.")}
    return (models | labels) - DERIVED


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_kind_of_record_has_words(language):
    kinds = subject_kinds()
    assert {
        "community.programme",
        "community.ledgerentry",
        "messaging.notification",
        "audit.list",
        "desk.search",
    } <= kinds
    assert kinds - set(SUBJECTS) == set()
    with override(language):
        for kind in kinds:
            assert "." not in subject_words(kind, "6").replace("no. 6", ""), kind
            assert kind not in act_words("looked", kind)


def test_every_sentence_of_a_look_is_about_a_kind_of_record():
    """After a model's renaming its looks would be found under no filter."""
    looks = {act.partition(":")[2] for act in sentences() if act.startswith("looked:")}
    assert "contact.urgentreport" in looks
    paths = [path for path in PACKAGE.rglob("*.py") if path.name != "enums.py" and "tests" not in path.parts]
    code = "".join(path.read_text(encoding="utf-8") for path in paths)
    assert {kind for kind in looks - subject_kinds() if f'"{kind}"' not in code} == set()


def test_they_are_read_in_vietnamese():
    with override("vi"):
        assert subject_words("messaging.notification", "136") == "thông báo đã gửi số 136"
        assert subject_words("audit.list", "acts") == "danh sách hành động"
        assert act_words("looked", "community.programme") == "mở: chương trình hỗ trợ"
        english = {kind for kind, name in SUBJECTS.items() if str(name).isascii()}
        assert english == set()
