"""The real type of a file, by its first bytes."""

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
    "files.kept": _("stored a file for its retention period"),
    "files.deleted": _("deleted a file"),
    "files.upload_started": _("started uploading a file"),
    "files.upload_used": _("finished uploading a file"),
    "files.upload_dropped": _("abandoned an unfinished upload"),
}

# What is wrong with a paper and how to mend it; the keys are codes of engines.papers and of services.papers.
PAPER_REFUSALS = {
    "upload_gone": (
        _("The uploaded part of this file is no longer stored."),
        _("Choose the file again. Unfinished files are stored for one day."),
    ),
    "upload_used": (
        _("This file has already been received."),
        _("Reload the page to see it. To replace it, choose the new file."),
    ),
    "upload_unfinished": (
        _("This file was not received completely."),
        _("Wait until it has been sent, or choose it again."),
    ),
    "upload_missing": (_("No file was sent."), _("Choose a file.")),
    "file_empty": (_("This file is empty."), _("Choose the file again.")),
    "paper_too_large": (
        _("This file is larger than %(size)s MB."),
        _("Scan in grey at 200 dpi, or put fewer pages in one file."),
    ),
    "paper_type": (
        _("Papers must be PDF, JPEG, PNG or HEIC files. This file is none of these."),
        _("Save the document as PDF, or take a photo of the paper."),
    ),
    "photo_type": (_("A portrait photo must be an image, not a PDF."), _("Send a JPEG, PNG or HEIC image.")),
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
        _("Set the camera to a lower resolution. 12 million pixels are enough."),
    ),
    "image_too_small": (
        _("This picture is less than %(edge)s pixels high or wide, so it cannot be read."),
        _("Send the original picture, not a preview."),
    ),
    "pdf_damaged": (
        _("This PDF is damaged or incomplete."),
        _("Open it on your device. If it opens, print it to a new PDF and send that."),
    ),
    "pdf_password": (
        _("This PDF is protected with a password."),
        _("Print it to a new PDF without a password and send that."),
    ),
    "pdf_too_many_pages": (
        _("This PDF has %(pages)s pages. You can send %(most)s pages at most."),
        _("Send only the pages that were requested."),
    ),
    "pdf_active_signed": (
        _("This signed PDF contains a script, an action or an attachment. Removing it would break the signature."),
        _("Ask the signer for a PDF without these, or send the certified paper by post."),
    ),
    "pdf_portfolio": (
        _("This PDF is a portfolio with the papers attached inside it."),
        _("Send each paper inside it as a separate file."),
    ),
    "pdf_form_xfa": (
        _("This PDF is a form that only one program can display."),
        _("Print it to a new PDF and send that."),
    ),
    "pdf_bomb": (
        _("This PDF contains far more data than a paper needs."),
        _("Print it to a new PDF, or scan the paper again."),
    ),
    "pdf_signed_whole": (
        _("You cannot add, move or crop pages in a PDF with an electronic signature."),
        _("Send the other pages as a separate paper, or remove this file first and send one without a signature."),
    ),
    "page_missing": (_("This paper has no such page."), _("Go back to its first page.")),
    "crop_too_small": (_("Almost nothing would be left of the page."), _("Make the frame larger.")),
}
PAPER_NOTES = {
    "pdf_actions_removed": _("Scripts and links were removed from the PDF."),
    "pdf_attachments_removed": _("An attachment inside the PDF was removed. Send it as a separate file."),
    "pdf_repaired": _("The PDF was slightly damaged and has been repaired. Check that every page is there."),
    "pdf_signed": _("The PDF is signed, so it was stored unchanged."),
}
# What an officer would object to in a portrait photo. Never about the person.
PHOTO_FINDINGS = {
    "photo_too_small": (
        _("The photo has %(width)s × %(height)s pixels. It needs at least %(least_width)s × %(least_height)s."),
        _("Send the original photo, not a preview."),
    ),
    "photo_ratio": (
        _("The photo does not have the proportions of %(width)s × %(height)s cm."),
        _("Crop it upright, in the proportions %(width)s : %(height)s."),
    ),
    "photo_no_face": (
        _("No face could be found in the photo."),
        _("Look straight into the camera, with light from the front and nothing covering your face."),
    ),
    "photo_many_faces": (_("%(faces)s faces were found in the photo."), _("Take the photo with only you in it.")),
    "photo_face_small": (
        _("The face fills only %(percent)s %% of the photo."),
        _("Move closer, or crop the photo to head and shoulders."),
    ),
    "photo_face_large": (
        _("The face fills %(percent)s %% of the photo."),
        _("Move back until your head and shoulders are in the picture."),
    ),
    "photo_face_off_centre": (
        _("The face is not in the middle of the photo."),
        _("Crop it with the face in the middle."),
    ),
    "photo_background_dark": (_("The background is too dark."), _("Stand in front of a white wall in good light.")),
    "photo_background_uneven": (
        _("The background is not even."),
        _("Stand a step away from an empty white wall, so that your shadow does not fall on it."),
    ),
    "photo_blurred": (_("The photo is blurred."), _("Hold the camera still and let it focus on the eyes.")),
    "photo_no_colour": (_("The photo is black and white."), _("Send a colour photo.")),
}
