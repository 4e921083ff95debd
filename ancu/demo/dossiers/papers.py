"""Small real files: a one-page PDF for each scan, a drawn portrait for each photo, encrypted like uploads."""

from hashlib import sha256
from io import BytesIO
from random import Random

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageDraw

from ancu.apps.files.models import StoredFile
from ancu.apps.files.services.storing import seal
from ancu.apps.places.selectors import fold

PAGE = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>"
FONT = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
HAIR = ((60, 44, 34), (30, 28, 27), (120, 88, 52), (150, 120, 80))
SKIN = ((236, 200, 172), (222, 178, 146), (196, 148, 112), (150, 106, 76))


def store_sealed(name: str, data: bytes, *, purpose: str, owner: int, organisation: int | None) -> StoredFile:
    """Encrypt and store the bytes; return the unsaved row of the file."""
    file = StoredFile(
        uploaded_by=owner,
        organisation_id=organisation,
        name=name,
        media_type="image/jpeg" if data[:2] == b"\xff\xd8" else "application/pdf",
        size=len(data),
        sha256=sha256(data).hexdigest(),
        purpose=purpose,
    )
    default_storage.save(file.path, ContentFile(seal(data, file.pk.bytes)))
    return file


def scan(title: str, lines: list[str]) -> bytes:
    """Return a PDF of one A4 page with these lines, without Vietnamese letters."""
    text = [f"BT /F 20 Tf 72 760 Td ({_ascii(title).upper()}) Tj ET", "72 748 m 523 748 l S"]
    text += [f"BT /F 12 Tf 72 {710 - 24 * n} Td ({_ascii(line)}) Tj ET" for n, line in enumerate(lines)]
    text += ["0.75 0.1 0.15 RG 2 w 400 170 100 60 re S", "BT /F 11 Tf 414 195 Td (BAN SCAN) Tj ET"]
    content = "\n".join(text)
    catalogue, pages = "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    stream = f"<< /Length {len(content)} >>\nstream\n{content}\nendstream"
    out, offsets = "%PDF-1.4\n", []
    for number, body in enumerate((catalogue, pages, PAGE, stream, FONT), start=1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    out += f"xref\n0 6\n0000000000 65535 f \n{table}trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    return out.encode("ascii")


def _ascii(text: str) -> str:
    """Return the text in ASCII, without characters special in PDF."""
    plain = fold(text) if not text.isascii() else text
    return plain.encode("ascii", "ignore").decode().replace("\\", "").replace("(", "").replace(")", "")


def portrait(rng: Random) -> bytes:
    """Return an invented identity photo as bytes: a head before a white wall."""
    picture = Image.new("RGB", (480, 720), (250, 250, 250))
    draw = ImageDraw.Draw(picture)
    skin, hair = rng.choice(SKIN), rng.choice(HAIR)
    coat = (rng.randint(20, 90), rng.randint(30, 90), rng.randint(60, 130))
    draw.ellipse((40, 520, 440, 900), fill=coat)
    draw.rectangle((205, 440, 275, 560), fill=skin)
    draw.ellipse((128, 88, 352, 400), fill=hair)
    draw.ellipse((144, 130, 336, 480), fill=skin)
    for x in (196, 268):
        draw.ellipse((x, 272, x + 18, 286), fill=(40, 34, 30))
    draw.line((226, 350, 254, 350), fill=tuple(level - 30 for level in skin), width=4)
    draw.arc((206, 380, 274, 416), 10, 170, fill=(150, 70, 70), width=5)
    buffer = BytesIO()
    picture.save(buffer, "JPEG", quality=82)
    return buffer.getvalue()
