"""What a file really is, told from its first bytes."""

from django.utils.translation import gettext_lazy as _

PDF, PNG, JPEG, WEBP = "application/pdf", "image/png", "image/jpeg", "image/webp"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ZIP, OLE = "application/zip", "application/vnd.ms-office"
XML, HTML, JSON, TEXT = "application/xml", "text/html", "application/json", "text/plain"
UNKNOWN = "application/octet-stream"

# Sentences of the audit.
ACTS = {
    "files.stored": _("stored a file"),
    "files.downloaded": _("downloaded a file"),
    "files.deleted": _("deleted a file"),
}
