"""Papers of a dossier: what is refused says how to mend it in both languages, what is kept is clean."""

import pytest
from django.utils import translation

from ancu.apps.files import enums, services
from ancu.engines import papers
from ancu.engines.papers.tests import samples


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.CLAMAV_SOCKET = ""


def refusal(data, **options):
    with pytest.raises(services.FileRefused) as refused:
        services.clean_paper(data, **options)
    return refused.value


@pytest.mark.parametrize(
    ("data", "options", "code"),
    [
        (b"", {}, "file_empty"),
        (b"a,b\n1,2", {}, "paper_type"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", {}, "paper_type"),
        (samples.jpeg(), {"max_bytes": 100}, "paper_too_large"),
        (samples.saved(samples.pdf()), {"kind": "photo"}, "photo_type"),
        (samples.saved(samples.pdf(3)), {"max_pages": 2}, "pdf_too_many_pages"),
        (samples.png_bomb(), {}, "image_too_many_pixels"),
    ],
)
def test_refusals(data, options, code):
    assert refusal(data, **options).code == code


def test_the_name_does_not_decide_and_the_scanner_is_asked_first(settings):
    settings.CLAMAV_SOCKET = "/nowhere/clamd.sock"
    assert refusal(samples.jpeg()).code == "scanner_unreachable"


def test_every_code_has_words_in_both_languages():
    assert set(enums.PAPER_REFUSALS) >= papers.REFUSALS
    assert set(enums.PHOTO_FINDINGS) == papers.PHOTO_FINDINGS
    for words in (*enums.PAPER_REFUSALS.values(), *enums.PHOTO_FINDINGS.values()):
        for sentence in words:
            with translation.override("vi"):
                vietnamese = str(sentence)
            with translation.override("en"):
                assert vietnamese and str(sentence) != vietnamese


def test_a_refusal_is_read_in_the_language_of_its_reader():
    refused = refusal(samples.saved(samples.pdf(3)), max_pages=2)
    with translation.override("en"):
        assert "has 3 pages. You can send 2" in str(refused.message) and "Send only" in str(refused.mend)
    with translation.override("vi"):
        assert "có 3 trang" in str(refused.message)


@pytest.mark.slow
@pytest.mark.django_db
def test_a_paper_is_kept_clean_and_shown_by_page(world):
    cleaned = services.clean_paper(samples.heic())
    file = services.store_paper(world.actor("bob"), cleaned, name="Hộ chiếu.HEIC", purpose="dossier")
    assert (file.name, file.media_type) == ("Hộ chiếu.jpg", enums.JPEG)
    assert samples.SECRET not in services.read_bytes(file)
    assert services.page_image(file, width=300)[:2] == b"\xff\xd8"
    with pytest.raises(services.FileRefused) as refused:
        services.page_image(file, page=1)
    assert refused.value.code == "page_missing"


def test_notes_in_words():
    cleaned = services.clean_paper(samples.saved(samples.busy_pdf()))
    with translation.override("en"):
        assert [str(note)[:7] for note in services.notes_in_words(cleaned.notes)] == ["Scripts", "An atta"]
    assert services.notes_in_words(["made_smaller"]) == []
