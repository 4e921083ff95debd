"""What a file really is, told from its first bytes."""

from django.utils.translation import gettext_lazy as _

PDF, PNG, JPEG, WEBP = "application/pdf", "image/png", "image/jpeg", "image/webp"
HEIC, TIFF = "image/heic", "image/tiff"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ZIP, OLE = "application/zip", "application/vnd.ms-office"
XML, HTML, JSON, TEXT = "application/xml", "text/html", "application/json", "text/plain"
UNKNOWN = "application/octet-stream"

# Sentences of the audit.
ACTS = {
    "files.stored": _("stored a file"),
    "files.downloaded": _("downloaded a file"),
    "files.kept": _("kept a file for its period"),
    "files.deleted": _("deleted a file"),
    "files.upload_started": _("began to send a file"),
    "files.upload_used": _("finished sending a file"),
    "files.upload_dropped": _("gave up an unfinished file"),
}

# What is wrong with a paper and how to mend it; the keys are codes of engines.papers and of services.papers.
PAPER_REFUSALS = {
    "upload_gone": (
        _("What was sent of this file is no longer here."),
        _("Choose the file again. Unfinished files are kept for a day."),
    ),
    "upload_used": (
        _("This file has been taken in already."),
        _("Load the page again to see it; to put another in its place, choose that one."),
    ),
    "upload_unfinished": (_("This file has not come in whole."), _("Wait until it is sent, or choose it again.")),
    "upload_missing": (_("No file was sent."), _("Choose a file.")),
    "file_empty": (_("This file is empty."), _("Choose the file again.")),
    "paper_too_large": (
        _("This file is larger than %(size)s MB."),
        _("Scan in grey at 200 dpi, or send fewer pages in one file."),
    ),
    "paper_type": (
        _("Papers are taken in as PDF, JPEG, PNG or HEIC; this file is none of them."),
        _("Save the document as PDF, or photograph the paper."),
    ),
    "photo_type": (_("A portrait photo is sent as a picture, not as a PDF."), _("Send a JPEG, PNG or HEIC picture.")),
    "paper_too_heavy": (
        _("This file takes too long to read."),
        _("Photograph or scan the paper again and send the new file."),
    ),
    "image_damaged": (
        _("This picture is damaged and cannot be opened."),
        _("Take the picture again, or send it from the device that made it."),
    ),
    "image_too_many_pixels": (
        _("This picture has more than %(megapixels)s million pixels."),
        _("Set the camera to a lower resolution: 12 million pixels are plenty."),
    ),
    "image_too_small": (
        _("This picture is less than %(edge)s pixels high or wide: nothing on it can be read."),
        _("Send the original picture, not its preview."),
    ),
    "pdf_damaged": (
        _("This PDF is damaged or was cut off while it was copied."),
        _("Open it on your device; if it opens, print it to a new PDF and send that one."),
    ),
    "pdf_password": (
        _("This PDF is locked with a password."),
        _("Print it to a new PDF without the password and send that one."),
    ),
    "pdf_too_many_pages": (
        _("This PDF has %(pages)s pages; at most %(most)s are taken in here."),
        _("Send only the pages that were asked for."),
    ),
    "pdf_active_signed": (
        _("This signed PDF carries a script, an action or an attachment; removing it would break the signature."),
        _("Ask the signer for a PDF without them, or send the certified paper by post."),
    ),
    "pdf_portfolio": (
        _("This PDF is a portfolio: the papers are attached inside it."),
        _("Send each paper inside as a file of its own."),
    ),
    "pdf_form_xfa": (
        _("This PDF is a form that only one program can show."),
        _("Print it to a new PDF and send that one."),
    ),
    "pdf_bomb": (
        _("This PDF unpacks to far more than a paper needs."),
        _("Print it to a new PDF, or scan the paper again."),
    ),
    "pdf_signed_whole": (
        _("A PDF with an electronic signature stays as it is: nothing can be added, moved or cut."),
        _("Send the further pages as another paper, or take it out first and send a file without a signature."),
    ),
    "page_missing": (_("The paper has no such page."), _("Go back to its first page.")),
    "crop_too_small": (_("Hardly anything would be left of the page."), _("Draw the frame larger.")),
}
PAPER_NOTES = {
    "pdf_actions_removed": _("Scripts and links of the PDF were removed."),
    "pdf_attachments_removed": _("What was attached inside the PDF was removed. Send it as a file of its own."),
    "pdf_repaired": _("The PDF was slightly damaged and has been repaired. Look whether every page is there."),
    "pdf_signed": _("The PDF is signed and was kept exactly as it came."),
}
# What an officer would object to in a portrait photo. Never about the person.
PHOTO_FINDINGS = {
    "photo_too_small": (
        _("The photo has %(width)s × %(height)s pixels; it needs at least %(least_width)s × %(least_height)s."),
        _("Send the original photo, not its preview."),
    ),
    "photo_ratio": (
        _("The photo does not have the shape of %(width)s × %(height)s cm."),
        _("Crop it upright to %(width)s : %(height)s."),
    ),
    "photo_no_face": (
        _("No face could be found in the photo."),
        _("Look straight into the camera, with light from the front and nothing before the face."),
    ),
    "photo_many_faces": (_("%(faces)s faces were found in the photo."), _("Be alone in the picture.")),
    "photo_face_small": (
        _("The face takes only %(percent)s %% of the photo."),
        _("Step closer, or crop the photo to head and shoulders."),
    ),
    "photo_face_large": (
        _("The face takes %(percent)s %% of the photo."),
        _("Step back until head and shoulders are in the picture."),
    ),
    "photo_face_off_centre": (
        _("The face is not in the middle of the photo."),
        _("Crop it with the face in the middle."),
    ),
    "photo_background_dark": (_("The background is not light."), _("Stand before a white wall in good light.")),
    "photo_background_uneven": (
        _("The background is not even."),
        _("Stand a step before an empty white wall, so that no shadow falls on it."),
    ),
    "photo_blurred": (_("The photo is blurred."), _("Hold the camera still and let it focus on the eyes.")),
    "photo_no_colour": (_("The photo has no colours."), _("Send a colour photo.")),
}
