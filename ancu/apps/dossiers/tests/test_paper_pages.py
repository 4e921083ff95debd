"""A paper of several pages: added, moved, turned, cut and left out by its filer, and by the office on its own copy."""

import io
from collections.abc import Iterator
from typing import Any

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from ancu.apps.dossiers.models import Component, Dossier
from ancu.apps.dossiers.selectors.signatures import digest_of
from ancu.apps.dossiers.services import filing
from ancu.apps.dossiers.services.papers import put_paper
from ancu.apps.dossiers.services.passports import read_unread
from ancu.apps.dossiers.tests.factories import make_cast, make_draft, picture
from ancu.apps.files.services import read_bytes
from ancu.apps.lodging.tests.factories import World

KEY = "passport"


@pytest.fixture
def cast(world: World, tmp_path: Any, settings: Any) -> World:
    settings.MEDIA_ROOT = tmp_path
    return make_cast(world)


@pytest.fixture
def draft(cast: World) -> Dossier:
    """Ramon's, whose papers are to be sent by the page."""
    dossier = make_draft(cast)
    dossier.components.all().delete()  # their bytes are nowhere
    return dossier


def coloured(colour: str, size: tuple[int, int] = (600, 900)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


def send(cast: World, dossier: Dossier, data: bytes, key: str = KEY, name: str = "page.jpg") -> str:
    file = SimpleUploadedFile(name, data, "image/jpeg")
    path = reverse("dossiers:paper", args=[dossier.number, key])
    answer = cast.client("ramon").post(path, {f"{key}-file": file}, follow=True)
    return str(answer.content.decode())


def component_of(dossier: Dossier, key: str = KEY) -> Component:
    return Component.objects.select_related("file", "office_file").get(dossier=dossier, key=key)


def colours(cast: World, dossier: Dossier, name: str = "ramon") -> Iterator[str]:
    """The red, green or blue of each page, as its reader sees it."""
    office = name != "ramon"
    component = component_of(dossier)
    for page in range(1, (component.shown_pages if office else component.pages or 1) + 1):
        path = reverse("dossiers:office-page" if office else "dossiers:paper-page", args=[dossier.number, KEY, page])
        image = Image.open(io.BytesIO(cast.client(name).get(path).content)).convert("RGB")
        point = image.getpixel((image.width // 2, image.height // 2))
        yield "rgb"[max(range(3), key=lambda at: point[at])]


def act(cast: World, dossier: Dossier, act: str, page: int, name: str = "ramon", **more: str) -> Any:
    component, office = component_of(dossier), name != "ramon"
    file = component.shown_file if office else component.file
    path = reverse("dossiers:office-pages" if office else "dossiers:paper-pages", args=[dossier.number, KEY])
    sha256 = file.sha256 if file else ""
    return cast.client(name).post(path, {"act": act, "page": page, "sha256": sha256} | more)


def three_pages(cast: World, dossier: Dossier) -> None:
    for colour in ("red", "lime", "blue"):
        send(cast, dossier, coloured(colour))


@pytest.mark.slow
def test_a_second_file_is_a_second_page_and_is_said_to_be(cast: World, draft: Dossier) -> None:
    send(cast, draft, coloured("red"))
    page = send(cast, draft, coloured("lime"))
    assert component_of(draft).pages == 2 and "has 2 pages now" in page
    assert list(colours(cast, draft)) == ["r", "g"]
    assert "Add the file behind these pages" in page


@pytest.mark.slow
def test_a_portrait_has_one_page_and_says_that_it_was_replaced(cast: World, draft: Dossier) -> None:
    send(cast, draft, coloured("red"), key="photo")
    before = component_of(draft, "photo").file
    page = send(cast, draft, coloured("blue"), key="photo")
    assert component_of(draft, "photo").pages == 1 and component_of(draft, "photo").file != before
    assert "It replaces the earlier one" in page


@pytest.mark.slow
@pytest.mark.parametrize(("reason", "pages"), [("unreadable", 1), ("incomplete", 2)])
def test_what_was_sent_back_is_sent_anew_unless_pages_were_missing(
    cast: World, draft: Dossier, reason: str, pages: int
) -> None:
    send(cast, draft, coloured("red"))
    draft.components.filter(key=KEY).update(state="returned", reason_code=reason)
    send(cast, draft, coloured("lime"))
    assert component_of(draft).pages == pages and list(colours(cast, draft))[-1] == "g"


@pytest.mark.slow
def test_more_pages_than_the_paper_may_have_are_refused_and_nothing_is_lost(cast: World, draft: Dossier) -> None:
    complete = io.BytesIO()
    with pikepdf.new() as pdf:
        for _page in range(9):
            pdf.add_blank_page(page_size=(300, 400))
        pdf.save(complete)
    send(cast, draft, complete.getvalue(), name="nine.pdf")
    send(cast, draft, coloured("red"))
    assert component_of(draft).pages == 10
    page = send(cast, draft, coloured("lime"))
    assert component_of(draft).pages == 10 and 'class="err"' in page


@pytest.mark.slow
def test_pages_are_moved_turned_and_taken_out(cast: World, draft: Dossier) -> None:
    three_pages(cast, draft)
    act(cast, draft, "earlier", 3)
    assert list(colours(cast, draft)) == ["r", "b", "g"]
    act(cast, draft, "later", 1)
    assert list(colours(cast, draft)) == ["b", "r", "g"]
    act(cast, draft, "earlier", 1)  # the first stays the first
    assert list(colours(cast, draft)) == ["b", "r", "g"]
    act(cast, draft, "remove", 2)
    assert list(colours(cast, draft)) == ["b", "g"]
    act(cast, draft, "turn", 1)
    path = reverse("dossiers:paper-page", args=[draft.number, KEY, 1])
    image = Image.open(io.BytesIO(cast.client("ramon").get(path).content))
    assert image.width > image.height


@pytest.mark.slow
def test_a_page_is_cut_by_the_frame_drawn_on_it(cast: World, draft: Dossier) -> None:
    send(cast, draft, coloured("red", (800, 800)), key="photo")
    path = reverse("dossiers:paper-crop", args=[draft.number, "photo", 1])
    page_text = cast.client("ramon").get(path)
    assert b'data-ratio="0.6667"' in page_text.content and "2x3 cm" in page_text.content.decode()
    frame = {
        "left": "20",
        "right": "80",
        "top": "5",
        "bottom": "95",
        "sha256": component_of(draft, "photo").file.sha256,
    }  # type: ignore[union-attr]
    assert cast.client("ramon").post(path, frame).status_code == 302
    cut = Image.open(io.BytesIO(read_bytes(component_of(draft, "photo").file)))  # type: ignore[arg-type]
    assert abs(cut.width / cut.height - 2 / 3) < 0.01
    for wrong in ({"left": "90"}, {"top": "-1"}, {"bottom": "x"}):
        assert cast.client("ramon").post(path, frame | wrong).status_code == 422
    assert cast.client("ramon").get(reverse("dossiers:paper-crop", args=[draft.number, "photo", 2])).status_code == 404


@pytest.mark.slow
def test_what_another_window_changed_meanwhile_is_not_arranged_unseen(cast: World, draft: Dossier) -> None:
    three_pages(cast, draft)
    act(cast, draft, "remove", 1, sha256="0" * 64)
    assert list(colours(cast, draft)) == ["r", "g", "b"]


@pytest.mark.slow
def test_only_the_filer_arranges_and_only_while_he_may_write(cast: World, draft: Dossier) -> None:
    three_pages(cast, draft)
    sha256 = component_of(draft).file.sha256  # type: ignore[union-attr]
    body = {"act": "remove", "page": 1, "sha256": sha256}
    for name in ("mia", "zoe", "ines"):
        for path in ("pages", "1/crop"):
            answer = cast.client(name).post(f"/dossiers/{draft.number}/papers/{KEY}/{path}", body)
            assert answer.status_code == 404, (name, path)
    assert cast.client("ines").post(f"/office/dossiers/{draft.number}/papers/{KEY}/pages", body).status_code == 404
    assert component_of(draft).pages == 3


def sent(cast: World, dossier: Dossier) -> Dossier:
    """With every paper it needs, the passport of three pages."""
    three_pages(cast, dossier)
    filing.save(cast.actor("ramon"), dossier=dossier, answers={})
    for component in dossier.components.exclude(key=KEY):
        put_paper(
            cast.actor("ramon"), dossier=dossier, key=component.key, upload_id="",
            sent=SimpleUploadedFile("paper.jpg", picture(600, 900), "image/jpeg"),
        )  # fmt: skip
    read_unread(dossier)
    return filing.submit(cast.actor("ramon"), dossier=Dossier.objects.get(pk=dossier.pk))


@pytest.mark.slow
def test_the_office_arranges_a_copy_and_what_was_sent_stays(cast: World, draft: Dossier) -> None:
    dossier = sent(cast, draft)
    before, digest = component_of(dossier).file, digest_of(dossier)
    act(cast, dossier, "remove", 1, name="ines")
    act(cast, dossier, "earlier", 2, name="ines")
    assert list(colours(cast, dossier, "ines")) == ["b", "g"]
    assert list(colours(cast, dossier)) == ["r", "g", "b"]
    component = component_of(dossier)
    assert (component.file, digest_of(dossier)) == (before, digest)
    assert dossier.events.filter(act="arranged_copy", internal=True).count() == 2
    path = f"/office/dossiers/{dossier.number}/papers/{KEY}"
    assert cast.client("ines").get(f"{path}/1/crop").status_code == 200
    frame = {"left": 10, "right": 90, "top": 10, "bottom": 90, "sha256": component_of(dossier).shown_file.sha256}  # type: ignore[union-attr]
    assert cast.client("ines").post(f"{path}/1/crop", frame).status_code == 302
    assert "copy" in cast.client("ines").get(path).content.decode()
    cast.client("ines").post(f"{path}/as-sent")
    assert list(colours(cast, dossier, "ines")) == ["r", "g", "b"]


@pytest.mark.slow
def test_another_file_of_the_filer_takes_the_place_of_the_offices_copy(cast: World, draft: Dossier) -> None:
    dossier = sent(cast, draft)
    act(cast, dossier, "remove", 1, name="ines")
    Dossier.objects.update(state="supplement")
    send(cast, dossier, coloured("red"))
    assert component_of(dossier).office_file is None and list(colours(cast, dossier, "ines")) == ["r", "g", "b", "r"]


@pytest.mark.slow
def test_who_only_reads_or_decides_arranges_nothing(cast: World, draft: Dossier) -> None:
    dossier = sent(cast, draft)
    sha256 = component_of(dossier).file.sha256  # type: ignore[union-attr]
    for name in ("dora", "rosa"):
        answer = cast.client(name).post(
            f"/office/dossiers/{dossier.number}/papers/{KEY}/pages", {"act": "remove", "page": 1, "sha256": sha256}
        )
        assert answer.status_code in {403, 409}, name
    assert component_of(dossier).office_file is None


@pytest.mark.slow
def test_the_offices_copy_goes_with_the_dossier(cast: World, draft: Dossier) -> None:
    from ancu.apps.dossiers.services.retention import _delete_papers
    from ancu.apps.files.models import StoredFile

    before = {*StoredFile.objects.values_list("pk", flat=True)}
    dossier = sent(cast, draft)
    act(cast, dossier, "remove", 1, name="ines")
    act(cast, dossier, "turn", 1, name="ines")
    assert {*StoredFile.objects.values_list("pk", flat=True)} > before
    _delete_papers(cast.actor("ines"), [dossier.pk])
    assert {*StoredFile.objects.values_list("pk", flat=True)} <= before
