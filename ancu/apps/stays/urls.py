"""The pages of declarations. ``/r/…`` is the short public address inside the QR codes."""

from django.urls import include, path

from ancu.apps.stays.views import (
    declare,
    lodgings,
    office,
    people,
    photo,
    photos,
    receipts,
    stay,
    submissions,
    today,
    upload,
)

app_name = "stays"

OFFICE = [
    path("office/area/", office.area, name="area"),
    path("office/area/<int:unit_id>/", office.area, name="area-unit"),
    path("office/guests/", office.guests, name="guests"),
    path("office/guests/export/", office.guests_export, name="guests-export"),
    path("office/people/", people.people, name="people"),
    path("office/people/<int:traveller_id>/", people.person, name="person"),
    path("office/stays/<int:stay_id>/", people.stay_office, name="stay-office"),
    path("lodgings/", lodgings.lodgings, name="lodgings"),
    path("office/submissions/", submissions.submissions, name="submissions"),
    path("office/submissions/<int:submission_id>/", submissions.submission, name="submission"),
    path(
        "office/lodgings/<int:establishment_id>/submissions/",
        submissions.establishment_submissions,
        name="establishment-submissions",
    ),
]

LODGING = [
    path("today/", today.today, name="today"),
    path("today/check-out/", today.check_out_many, name="check_out_many"),
    path("lodging/", today.switch, name="switch"),
    path("search/", today.search, name="search"),
    path("list.<str:kind>", today.export, name="export"),
    path("portal/", today.portal_days, name="portal"),
    path("declare/", declare.declare, name="declare"),
    path("declare/photo/", photo.photo, name="photo"),
    path("photos/", photos.photos, name="photos"),
    path("photos/<uuid:pk>/", photos.group, name="photos_group"),
    path("photos/<uuid:pk>/add/", photos.add, name="photos_add"),
    path("photos/<uuid:pk>/row/<int:position>/right/", photos.right, name="photos_right"),
    path("photos/<uuid:pk>/row/<int:position>/remove/", photos.remove, name="photos_remove"),
    path("declare/known/", declare.known, name="known"),
    path("<int:pk>/", stay.stay, name="stay"),
    path("<int:pk>/check-out/", stay.check_out, name="check_out"),
    path("<int:pk>/extend/", stay.extend, name="extend"),
    path("<int:pk>/room/", stay.change_room, name="change_room"),
    path("<int:pk>/correct/", stay.correct, name="correct"),
    path("<int:pk>/withdraw/", stay.withdraw, name="withdraw"),
    path("<int:pk>/receipt/", receipts.guest_receipt, name="guest_receipt"),
    path("<int:pk>/receipt.pdf", receipts.guest_receipt_pdf, name="guest_receipt_pdf"),
    path("upload/", upload.upload, name="upload"),
    path("upload/<uuid:pk>/", upload.preview, name="upload_preview"),
    path("upload/<uuid:pk>/row/<int:position>/", upload.row, name="upload_row"),
    path("upload/<uuid:pk>/confirm/", upload.confirm, name="upload_confirm"),
    path("upload/<uuid:pk>/discard/", upload.discard, name="upload_discard"),
    path("upload/<uuid:pk>/refused.xlsx", upload.refused, name="upload_refused"),
    path("receipts/", receipts.receipt_list, name="receipts"),
    path("receipts/<str:number>/", receipts.receipt, name="receipt"),
    path("receipts/<str:number>.pdf", receipts.receipt_pdf, name="receipt_pdf"),
    path("verify/", receipts.verify, name="verify"),
]

urlpatterns = [*OFFICE, path("stays/", include(LODGING)), path("r/<str:code>", receipts.verify, name="verify_code")]
