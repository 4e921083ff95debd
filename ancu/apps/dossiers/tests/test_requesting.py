"""The same request for documents goes to several applicants, each with the own values, previewed before it is sent."""

from typing import Any

import pytest

from ancu.apps.dossiers.enums import ComponentState, Filer, State
from ancu.apps.dossiers.models import Dossier, Supplement
from ancu.apps.dossiers.services import handling
from ancu.apps.dossiers.tests.factories import make_cast, make_dossier, make_submitted
from ancu.apps.lodging.tests.factories import World

ADDRESS = "/office/dossiers/request-documents"
NOTE = "Kính gửi {name}, hồ sơ {number}: bổ sung {papers}."


@pytest.fixture
def cast(world: World) -> World:
    return make_cast(world)


def with_rejected(cast: World, dossier: Dossier, key: str) -> Dossier:
    """Reject a paper of the dossier."""
    judge = handling.judge_component
    judge(cast.actor("ines"), dossier=dossier, key=key, state=ComponentState.RETURNED, reason_code="unreadable")
    return dossier


def post(cast: World, dossiers: list[Dossier], **fields: Any) -> Any:
    chosen = {"dossier": [dossier.number for dossier in dossiers]} | fields
    return cast.client("ines").post(f"{ADDRESS}?state=submitted", chosen, follow=True)


def sure_of(response: Any) -> dict[str, str]:
    """Return the versions that the page with the letters sends."""
    return {f"version-{dossier.number}": version for dossier, version, *_rest in response.context["letters"]}


@pytest.mark.django_db
def test_each_letter_has_its_own_values_and_is_shown_before_it_goes(cast: World) -> None:
    first = with_rejected(cast, make_dossier(cast, full_name="KIM MINJUN"), "photo")
    second = with_rejected(cast, make_dossier(cast, full_name="WANG XIAOMING"), "photo")
    texts = {"note_vi": NOTE, "note_en": NOTE}
    preview = post(cast, [first, second], preview="1", **texts)
    letters = {dossier.pk: letter["note"] for dossier, _version, letter, _empty in preview.context["letters"]}
    for dossier in (first, second):
        assert dossier.full_name in letters[dossier.pk] and dossier.number in letters[dossier.pk]
        assert "{" not in letters[dossier.pk]
    assert not Supplement.objects.exists(), "nothing is sent by the preview"
    answer = post(cast, [first, second], sure="1", **texts, **sure_of(preview))
    assert "More documents have been requested for 2 dossiers." in answer.content.decode()
    for dossier in (first, second):
        supplement = Supplement.objects.get(dossier=dossier)
        assert supplement.note == letters[dossier.pk]
        assert [item["key"] for item in supplement.items] == ["photo"]
        assert Dossier.objects.get(pk=dossier.pk).state == State.SUPPLEMENT


@pytest.mark.django_db
def test_papers_that_were_not_sent_are_requested_if_ticked(cast: World) -> None:
    dossier = make_dossier(cast)
    dossier.components.filter(key="photo").update(state=ComponentState.AWAITED, file=None)
    without = post(cast, [dossier], preview="1")
    assert "Nothing would be requested here" in without.content.decode() and not without.context["sendable"]
    named = post(cast, [dossier], preview="1", note_vi="Bổ sung {papers}", note_en="Send {papers}")
    assert "none is requested here" in named.content.decode(), "no letter asks for an empty list"
    preview = post(cast, [dossier], preview="1", missing="on")
    assert len(preview.context["letters"][0][2]["lines"]) == 1
    post(cast, [dossier], sure="1", missing="on", **sure_of(preview))
    (item,) = Supplement.objects.get().items
    assert (item["key"], item["reason_code"]) == ("photo", "missing")


@pytest.mark.django_db
def test_what_changed_since_the_preview_is_not_sent_and_the_rest_is(cast: World) -> None:
    same, changed = (with_rejected(cast, make_dossier(cast), "photo") for _ in range(2))
    preview = post(cast, [same, changed], preview="1")
    with_rejected(cast, changed, "other" if changed.components.filter(key="other").exists() else "passport")
    answer = post(cast, [same, changed], sure="1", **sure_of(preview)).content.decode()
    assert f"{changed.number}: The dossier has changed since you opened this page" in answer
    assert Supplement.objects.get().dossier == same


@pytest.mark.django_db
def test_ten_at_most_and_only_what_may_be_requested(cast: World) -> None:
    dossiers = [make_submitted(cast) for _ in range(11)]
    assert "Choose at most 10 dossiers" in post(cast, dossiers).content.decode()
    assert "Choose the dossiers first." in post(cast, []).content.decode()
    decided = make_submitted(cast, state=State.ASSESSED)
    page = post(cast, [dossiers[0], decided])
    assert [dossier.number for dossier, _reason in page.context["refusals"]] == [decided.number]
    assert cast.client("rosa").post(ADDRESS, {"dossier": [decided.number]}).status_code == 403
    assert cast.client("ines").post(ADDRESS, {"dossier": ["no-such"]}).status_code == 404


@pytest.mark.django_db
def test_words_in_braces_must_stand_for_something_and_nothing_typed_is_lost(cast: World) -> None:
    dossier = with_rejected(cast, make_dossier(cast), "photo")
    answer = post(cast, [dossier], preview="1", note_vi="Kính gửi {ten}", note_en="Dear {ten}")
    text = answer.content.decode()
    assert answer.status_code == 422 and "{ten} stands for nothing" in text and "{name}, {number}, {papers}" in text
    assert "Kính gửi {ten}" in text or "Dear {ten}" in text


@pytest.mark.django_db
def test_a_text_is_written_in_every_language_that_is_read(cast: World) -> None:
    company = with_rejected(cast, make_dossier(cast), "photo")
    person = make_dossier(cast, procedure="exemption_extension", filer=Filer.SELF, by="mia")
    with_rejected(cast, person, person.components.order_by("id")[0].key)
    cast.users["mia"].language, cast.users["ramon"].language = "en", "vi"
    for name in ("mia", "ramon"):
        cast.users[name].save()
    answer = post(cast, [company, person], preview="1", note_vi="Kính gửi {name}", note_en="")
    assert answer.status_code == 422 and "write the text in it too" in answer.content.decode()
