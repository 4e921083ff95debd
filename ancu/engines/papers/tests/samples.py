"""Papers made for the tests: pictures with metadata, PDFs with everything that does not belong in one, a drawn face."""

import io
import struct
import zlib

import pikepdf
import pillow_heif
from pikepdf import Array, Dictionary, Name, Pdf, Stream
from PIL import Image, ImageDraw, ImageFilter, PngImagePlugin

SECRET = b"SECRET-OF-THE-PHONE"


def page_of_text(width: int = 1200, height: int = 1600) -> Image.Image:
    picture = Image.new("RGB", (width, height), (250, 250, 245))
    draw = ImageDraw.Draw(picture)
    for line in range(40, height - 40, 40):
        draw.text((40, line), f"Giay phep lao dong so {line * 7919} — NGUYEN VAN A " * 3, fill=(20, 20, 60))
    draw.rectangle((0, 0, width // 4, height // 8), fill=(200, 0, 0))  # the corner that says which way is up
    return picture


def exif(orientation: int = 1) -> Image.Exif:
    tags = Image.Exif()
    tags[0x0112] = orientation
    tags[0x010F] = SECRET.decode()
    tags.get_ifd(0x8825).update({1: "N", 2: (21.0, 19.0, 30.0), 3: "E", 4: (105.0, 24.0, 0.0)})
    return tags


def jpeg(picture: Image.Image | None = None, *, orientation: int = 1, **options: object) -> bytes:
    buffer = io.BytesIO()
    saved = {"exif": exif(orientation), "comment": SECRET, "xmp": b"<x:xmpmeta>" + SECRET, "quality": 90} | options
    (picture or page_of_text()).save(buffer, "JPEG", **saved)
    return buffer.getvalue()


def png(picture: Image.Image | None = None) -> bytes:
    buffer, notes = io.BytesIO(), PngImagePlugin.PngInfo()
    notes.add_text("Author", SECRET.decode())
    (picture or page_of_text(600, 800)).save(buffer, "PNG", pnginfo=notes, exif=exif())
    return buffer.getvalue()


def heic(picture: Image.Image | None = None) -> bytes:
    buffer, quickly = io.BytesIO(), {"preset": "ultrafast"}  # a fifth of the time, for a file a quarter larger
    pillow_heif.from_pillow(picture or page_of_text()).save(
        buffer, quality=80, exif=exif().tobytes(), enc_params=quickly
    )
    return buffer.getvalue()


def png_bomb(width: int = 60_000, height: int = 60_000) -> bytes:
    """A few kilobytes that say they are a picture of 3,600 megapixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack("!L", len(body)) + kind + body + struct.pack("!L", zlib.crc32(kind + body))

    header = struct.pack("!LLBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1_000_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def pdf(pages: int = 2, *, picture: bytes = b"") -> Pdf:
    document = Pdf.new()
    for number in range(pages):
        page = document.add_blank_page(page_size=(595, 842))
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        page.obj.Resources = Dictionary(Font=Dictionary(A=font))
        page.obj.Contents = Stream(document, b"BT /A 24 Tf 72 700 Td (Page %d) Tj ET" % (number + 1))
        if picture:
            image = Stream(
                document, picture, Type=Name.XObject, Subtype=Name.Image, Width=300, Height=400, BitsPerComponent=8,
                ColorSpace=Name.DeviceRGB, Filter=Name.DCTDecode,
            )  # fmt: skip
            page.obj.Resources.XObject = Dictionary(Im=image)
            page.obj.Contents = Stream(document, b"q 300 0 0 400 72 200 cm /Im Do Q")
    document.docinfo[Name.Author] = SECRET.decode()
    return document


def saved(document: Pdf, **options: object) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer, **options)
    return buffer.getvalue()


def busy_pdf() -> Pdf:
    """Scripts on opening and on a click, a program to start, an attachment, a film, XMP, a photo with GPS."""
    document = pdf(picture=jpeg(page_of_text(300, 400)))
    with document.open_metadata() as metadata:
        metadata["dc:creator"] = [SECRET.decode()]
    script = Dictionary(S=Name.JavaScript, JS="app.alert('SECRET-OF-THE-PHONE')")
    document.Root.OpenAction = script
    document.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array(["x", document.make_indirect(script)])))
    document.attachments["evil.exe"] = pikepdf.AttachedFileSpec(document, b"MZ" + SECRET)
    launch = Dictionary(S=Name.Launch, F="calc.exe", Next=Dictionary(S=Name.URI, URI="https://example.test"))
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 99, 99]), A=launch)
    film = Dictionary(Type=Name.Annot, Subtype=Name.RichMedia, Rect=Array([0, 0, 9, 9]), RichMediaContent=Dictionary())
    document.pages[0].obj.Annots = Array([document.make_indirect(link), film])
    document.pages[0].obj.AA = Dictionary(O=script)
    return document


def signed_pdf(document: Pdf | None = None) -> bytes:
    """As a signing program leaves it; the signature's own bytes are not judged here."""
    document = document or pdf()
    signature = Dictionary(
        Type=Name.Sig, Filter=Name("/Adobe.PPKLite"), ByteRange=Array([0, 10, 20, 30]), Contents=b"\x30\x82" * 20
    )
    field = Dictionary(FT=Name.Sig, T="Signature1", V=document.make_indirect(signature))
    document.Root.AcroForm = Dictionary(Fields=Array([document.make_indirect(field)]), SigFlags=3)
    return saved(document)


def stream_bomb(megabytes: int = 900) -> bytes:
    """A page whose text unpacks a thousand times."""
    document = pdf(1)
    packer = zlib.compressobj(9)
    packed = b"".join([*(packer.compress(b" " * 1_000_000) for _number in range(megabytes)), packer.flush()])
    document.pages[0].obj.Contents = Stream(document, packed, Filter=Name.FlateDecode)
    return saved(document, recompress_flate=False)


def face(
    size: tuple[int, int] = (600, 900),
    *,
    at: tuple[float, float] = (0.5, 0.42),
    height: float = 0.52,
    background: object = (245, 246, 248),
) -> Image.Image:
    """A drawn head and shoulders: nobody."""
    picture = background.resize(size) if isinstance(background, Image.Image) else Image.new("RGB", size, background)
    draw_face(picture, at, height)
    return picture.filter(ImageFilter.GaussianBlur(1))


def draw_face(picture: Image.Image, at: tuple[float, float], height: float) -> None:
    draw, tall = ImageDraw.Draw(picture), picture.height * height
    x, y, unit = picture.width * at[0], picture.height * at[1], tall / 100

    def oval(cx: float, cy: float, w: float, h: float, fill: tuple[int, int, int]) -> None:
        box = (x + (cx - w / 2) * unit, y + (cy - h / 2) * unit, x + (cx + w / 2) * unit, y + (cy + h / 2) * unit)
        draw.ellipse(box, fill=fill)

    skin, shade, dark, shirt = (224, 182, 152), (176, 130, 104), (46, 32, 28), (60, 80, 130)
    oval(0, 108, 150, 90, shirt)
    oval(0, 50, 34, 60, shade)
    oval(0, -14, 82, 92, dark)
    oval(0, 0, 72, 96, skin)
    oval(0, -38, 66, 26, dark)
    for side in (-1, 1):
        oval(side * 16, -6, 24, 15, shade)
        oval(side * 16, -12, 20, 4, dark)
        oval(side * 16, -4, 15, 7, (250, 250, 250))
        oval(side * 16, -4, 7, 7, (30, 20, 20))
        oval(side * 24, 14, 14, 10, (232, 160, 140))
    oval(0, 8, 9, 26, (236, 200, 172))
    oval(-5, 20, 5, 3, dark)
    oval(5, 20, 5, 3, dark)
    oval(0, 31, 26, 8, (170, 70, 70))
    draw.line((x - 13 * unit, y + 31 * unit, x + 13 * unit, y + 31 * unit), fill=(110, 40, 40), width=max(1, int(unit)))
