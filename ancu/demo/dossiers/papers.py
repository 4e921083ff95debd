"""Small real files: a one-page PDF for each scan, a drawn portrait for each photo, encrypted like uploads."""

from hashlib import sha256
from io import BytesIO
from random import Random
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageDraw

from ancu.apps.dossiers.models import Dossier
from ancu.apps.files.models import StoredFile
from ancu.apps.files.services.storing import seal
from ancu.apps.places.selectors import fold

PAGE = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>"
FONT = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
HAIR = ((60, 44, 34), (30, 28, 27), (120, 88, 52), (150, 120, 80))
SKIN = ((236, 200, 172), (222, 178, 146), (196, 148, 112), (178, 128, 96))


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
    """Return a PDF of one A4 page with a title and lines of text; Vietnamese letters lose their accents."""
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
    hair = HAIR[1] if skin == SKIN[-1] else hair
    coat = (rng.randint(20, 90), rng.randint(30, 90), rng.randint(60, 130))
    shade = tuple(level - 22 for level in skin)
    draw.ellipse((20, 560, 460, 1000), fill=coat)
    draw.polygon(((180, 566), (240, 660), (300, 566)), fill=(246, 246, 246))
    draw.rounded_rectangle((192, 430, 288, 610), 40, fill=shade)
    draw.ellipse((118, 96, 362, 400), fill=hair)
    draw.ellipse((136, 140, 344, 490), fill=skin)
    for x in (176, 262):
        draw.arc((x - 2, 258, x + 44, 290), 200, 340, fill=hair, width=6)
        draw.ellipse((x + 12, 284, x + 32, 300), fill=(40, 34, 30))
    draw.line((240, 300, 234, 356, 248, 358), fill=shade, width=5, joint="curve")
    draw.arc((204, 380, 276, 422), 15, 165, fill=(158, 78, 76), width=6)
    buffer = BytesIO()
    picture.save(buffer, "JPEG", quality=82)
    return buffer.getvalue()


def is_unreadable(dossier: Dossier) -> bool:
    """Whether the picture of the dossier's passport is too bad to be read: of eight it is one."""
    return _kind_of_passport(dossier) == 0 or len(dossier.birth_date) < 10


def _kind_of_passport(dossier: Dossier) -> int:
    """Return a number from 0 to 7 that the dossier's own numbers decide, so that other invented data stays."""
    return Random(f"{dossier.document_number} {dossier.birth_date}").randrange(8)


def passport_zones(dossier: Dossier, expires: str) -> list[dict[str, Any]]:
    """Return what the reader finds in the dossier's invented passport: mostly a certain zone that agrees.

    Of eight passports one cannot be read, and in one the number is unsure. ``expires`` is the passport's last day.
    """
    says = {
        "document_number": dossier.document_number,
        "full_name": _ascii(dossier.full_name).upper(),
        "birth_date": dossier.birth_date,
        "sex": dossier.sex,
        "nationality": dossier.nationality,
        "document_expiry": expires,
    }
    if is_unreadable(dossier):
        return []
    if _kind_of_passport(dossier) == 1:
        number = dossier.document_number
        crossed = number[:-2] + number[-1] + number[-2]
        unsure = {name: value for name, value in says.items() if name != "document_number"}
        return [{"page": 1, "certain": False, "says": unsure, "numbers": [crossed]}]
    return [{"page": 1, "certain": True, "says": says}]
