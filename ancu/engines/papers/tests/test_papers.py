"""A paper comes out upright, small, whole, and without anything its maker did not mean to send."""

import io

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Stream
from PIL import Image

from ancu.engines import confinement
from ancu.engines.papers import JPEG, PDF, PaperRefused, clean, model, page_image, sandbox
from ancu.engines.papers.pdfs import plain_jpeg
from ancu.engines.papers.tests import samples


def refusal(data, **options):
    with pytest.raises(PaperRefused) as refused:
        clean(data, **options)
    assert refused.value.code in model.REFUSALS
    return refused.value


def opened(cleaned):
    return Image.open(io.BytesIO(cleaned.data))


# --- pictures ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [samples.jpeg, samples.png, samples.heic])
def test_a_picture_is_a_plain_jpeg(make):
    data = make()
    assert samples.SECRET in data
    cleaned = clean(data)
    picture = opened(cleaned)
    assert (cleaned.media_type, picture.format, picture.mode) == (JPEG, "JPEG", "RGB")
    assert (cleaned.width, cleaned.height) == picture.size
    assert samples.SECRET not in cleaned.data
    assert not picture.getexif() and not {"icc_profile", "xmp", "comment", "exif"} & set(picture.info)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_pictures_stand_upright(orientation):
    """The red corner of the page is at its top left, however the phone was held."""
    upright = samples.page_of_text(600, 800)
    back = {1: None, 2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}[orientation]  # Image.Transpose that undoes it
    stored = upright if back is None else upright.transpose(Image.Transpose(back))
    picture = opened(clean(samples.jpeg(stored, orientation=orientation)))
    assert picture.size == (600, 800)
    red, green, _blue = picture.getpixel((60, 40))
    assert red > 180 and green < 60
    assert picture.getpixel((550, 770))[1] > 150


@pytest.mark.slow
def test_a_photo_of_twelve_megapixels_becomes_small_and_stays_readable():
    noisy = Image.effect_noise((4000, 3000), 40).convert("RGB")
    noisy.paste(samples.page_of_text(2000, 2800), (1000, 100))
    data = samples.jpeg(noisy, quality=95)
    cleaned = clean(data)
    assert max(cleaned.width, cleaned.height) == 2600
    assert len(cleaned.data) < 2_000_000 < len(data)
    assert cleaned.notes == ("made_smaller",)


def test_a_wide_gamut_picture_becomes_srgb():
    from PIL import ImageCms

    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    picture = opened(clean(samples.jpeg(icc_profile=lab.tobytes())))
    assert "icc_profile" not in picture.info
    broken = opened(clean(samples.jpeg(icc_profile=b"not a profile")))
    assert broken.getpixel((20, 20))[0] > 180


@pytest.mark.slow
def test_other_modes_keep_their_look():
    for mode, value, expected in [("L", 200, 200), ("I;16", 51400, 200), ("RGBA", (0, 0, 0, 0), 255), ("1", 1, 255)]:
        picture = opened(clean(samples.png(Image.new(mode, (200, 200), value))))
        assert abs(picture.getpixel((100, 100))[0] - expected) <= 3, mode
    cmyk = opened(clean(samples.jpeg(Image.new("CMYK", (200, 200), (0, 0, 0, 0)))))
    assert cmyk.getpixel((100, 100)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (samples.png_bomb, "image_too_many_pixels"),
        (lambda: samples.png(Image.new("RGB", (2000, 20))), "image_too_small"),
        (lambda: samples.jpeg()[:3000], "image_damaged"),
        (lambda: samples.heic()[:3000], "image_damaged"),
        (lambda: samples.png()[:-3000], "image_damaged"),
        (lambda: b"\xff\xd8\xff", "image_damaged"),
        (lambda: b"GIF89a" + bytes(100), "paper_type"),
        (lambda: b"", "paper_type"),
    ],
)
def test_pictures_that_are_refused(make, code):
    assert refusal(make()).code == code


# --- PDFs -------------------------------------------------------------------------------------------------


def test_a_pdf_loses_all_that_is_not_the_paper():
    data = samples.saved(samples.busy_pdf(), compress_streams=False)
    assert samples.SECRET in data
    cleaned = clean(data)
    assert (cleaned.media_type, cleaned.pages) == (PDF, 2)
    assert cleaned.notes == ("pdf_actions_removed", "pdf_attachments_removed")
    with pikepdf.open(io.BytesIO(cleaned.data)) as pdf:
        plain = pdf_text(pdf)
        assert not pdf.attachments and not pdf.docinfo and "/Metadata" not in pdf.Root
        assert "/OpenAction" not in pdf.Root and "/AA" not in pdf.pages[0].obj
        image = pdf.pages[0].obj.Resources.XObject.Im
        assert pikepdf.PdfImage(image).as_pil_image().size == (300, 400)
    for word in (b"SECRET", b"JavaScript", b"Launch", b"calc.exe", b"example.test", b"RichMedia"):
        assert word not in plain, word


def pdf_text(pdf):
    buffer = io.BytesIO()
    pdf.save(
        buffer, object_stream_mode=pikepdf.ObjectStreamMode.disable, stream_decode_level=pikepdf.StreamDecodeLevel.all
    )
    return buffer.getvalue()


@pytest.mark.slow
def test_the_same_pdf_is_cleaned_to_the_same_bytes():
    data = samples.saved(samples.pdf())
    assert clean(data).data == clean(data).data


def test_a_font_named_as_an_action_is_kept():
    document = samples.pdf(1)
    document.pages[0].obj.Resources.Font.AA = document.pages[0].obj.Resources.Font.A
    cleaned = clean(samples.saved(document))
    with pikepdf.open(io.BytesIO(cleaned.data)) as pdf:
        assert set(pdf.pages[0].obj.Resources.Font.keys()) == {"/A", "/AA"}


@pytest.mark.slow
def test_a_signed_pdf_is_not_touched():
    data = samples.signed_pdf()
    cleaned = clean(data)
    assert cleaned.data == data and cleaned.notes == ("pdf_signed",)
    assert refusal(samples.signed_pdf(samples.busy_pdf())).code == "pdf_active_signed"


def locked(**passwords):
    return samples.saved(samples.pdf(), encryption=pikepdf.Encryption(**passwords))


@pytest.mark.slow
def test_a_locked_pdf_is_refused_and_one_that_only_forbids_printing_is_not():
    assert refusal(locked(user="secret", owner="x")).code == "pdf_password"
    assert clean(locked(user="", owner="x")).pages == 2


def with_root(**entries):
    document = samples.pdf()
    for key, value in entries.items():
        document.Root[f"/{key}"] = value
    return samples.saved(document)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: samples.saved(samples.pdf(4)), "pdf_too_many_pages"),
        (lambda: samples.saved(samples.pdf(0)), "pdf_damaged"),
        (lambda: with_root(Collection=Dictionary(View=Name.D)), "pdf_portfolio"),
        (lambda: with_root(AcroForm=Dictionary(XFA=Array([]))), "pdf_form_xfa"),
        (lambda: samples.stream_bomb(80), "pdf_bomb"),
        (lambda: samples.saved(samples.pdf())[:-300], "pdf_damaged"),
        (lambda: b"%PDF-1.7\nnothing\n%%EOF", "pdf_damaged"),
    ],
)
def test_pdfs_that_are_refused(make, code):
    assert refusal(make(), max_pages=3).code == code


def test_a_picture_too_large_to_draw_is_refused():
    document = samples.pdf(1)
    image = Stream(document, b"", Type=Name.XObject, Subtype=Name.Image, Width=60_000, Height=60_000)
    document.pages[0].obj.Resources.XObject = Dictionary(Im=image)
    assert refusal(samples.saved(document)).code == "pdf_bomb"


@pytest.mark.parametrize("share", [0.1, 0.4, 0.7, 0.95])
def test_a_pdf_that_was_cut_off_is_never_taken_for_whole(share):
    data = samples.saved(samples.pdf(20))
    assert refusal(data[: int(len(data) * share)]).code == "pdf_damaged"


def test_a_wrong_table_of_contents_is_repaired():
    cleaned = clean(b"%PDF-1.7\n" + samples.saved(samples.pdf(3)))
    assert cleaned.pages == 3 and "pdf_repaired" in cleaned.notes


def test_a_jpeg_inside_keeps_its_pixels():
    data = samples.jpeg(samples.page_of_text(300, 400), orientation=1)
    plain = plain_jpeg(data)
    assert samples.SECRET in data and samples.SECRET not in plain
    assert Image.open(io.BytesIO(plain)).tobytes() == Image.open(io.BytesIO(data)).tobytes()
    assert plain_jpeg(b"\xff\xd8") == b"\xff\xd8" and plain_jpeg(b"no jpeg") == b"no jpeg"


# --- pages ------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_pages_are_drawn():
    paper = clean(samples.saved(samples.pdf(2))).data
    first, second = (Image.open(io.BytesIO(page_image(paper, page=number, width=600))) for number in (0, 1))
    assert first.size[0] == 600 and abs(first.size[1] - 849) <= 1
    assert first.tobytes() != second.tobytes()
    picture = Image.open(io.BytesIO(page_image(clean(samples.jpeg()).data, width=300)))
    assert picture.size == (300, 400)


@pytest.mark.slow
def test_a_page_that_is_not_there():
    for data in (clean(samples.saved(samples.pdf())).data, clean(samples.jpeg()).data):
        for page in (2, -1):
            with pytest.raises(PaperRefused) as refused:
                page_image(data, page=page)
            assert refused.value.code == "page_missing"


def test_a_page_as_long_as_a_road_is_drawn_narrow():
    document = samples.pdf(1)
    document.pages[0].obj.MediaBox = Array([0, 0, 100, 14_400])
    picture = Image.open(io.BytesIO(page_image(samples.saved(document), width=99_999)))
    assert picture.width * picture.height <= 12_100_000


# --- the child --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "program", ["import os; os.abort()", "import time; time.sleep(60)", "print(1); raise SystemExit(3)"]
)
def test_whatever_happens_to_the_child_is_a_refusal(monkeypatch, program):
    start = confinement.start
    monkeypatch.setattr(confinement, "start", lambda *_program: start("-c", program))
    monkeypatch.setattr(sandbox, "PATIENCE", 1 - sandbox.SECONDS)
    assert refusal(samples.jpeg()).code == "paper_too_heavy"


@pytest.mark.slow
def test_a_bomb_does_not_fill_the_memory():
    with pytest.raises(PaperRefused) as refused:
        page_image(samples.stream_bomb(900))  # not cleaned before: the drawing itself must be bounded
    assert refused.value.code in {"paper_too_heavy", "pdf_damaged"}
