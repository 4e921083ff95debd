"""The pages of declarations. ``/r/…`` and ``/c/…`` are the short public addresses in the QR codes."""

from django.urls import include, path, re_path

from ancu.apps.stays.views import (
    confirmations,
    correcting,
    declare,
    devices,
    lodgings,
    ministry,
    office,
    offline,
    people,
    photo,
    photos,
    receipts,
    sandbox,
    self_check,
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
    path("office/confirmations/", confirmations.office_list, name="confirmations"),
    path("office/confirmations/<int:pk>/", confirmations.office_confirmation, name="office-confirmation"),
    path("office/confirmations/<int:pk>/issue/", confirmations.issue, name="confirmation-issue"),
    path("office/confirmations/<int:pk>/refuse/", confirmations.refuse, name="confirmation-refuse"),
    path("office/confirmations/<int:pk>/revoke/", confirmations.revoke, name="confirmation-revoke"),
    path("office/confirmations/<int:pk>/paper.pdf", confirmations.office_paper, name="office-confirmation-pdf"),
    path("lodgings/", lodgings.lodgings, name="lodgings"),
    path("office/submissions/", submissions.submissions, name="submissions"),
    path("office/submissions/<int:submission_id>/", submissions.submission, name="submission"),
    path("office/submissions/<int:submission_id>/pictures/", submissions.pictures, name="submission-pictures"),
    path(
        "office/submissions/<int:submission_id>/pictures/<uuid:file_id>",
        submissions.picture,
        name="submission-picture",
    ),
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
    path("<int:pk>/correct/", correcting.correct, name="correct"),
    path("<int:pk>/withdraw/", stay.withdraw, name="withdraw"),
    path("<int:pk>/confirmation/", confirmations.ask_for_guest, name="confirmation_for_guest"),
    path("poster.pdf", confirmations.poster, name="poster"),
    path("<int:pk>/receipt/", receipts.guest_receipt, name="guest_receipt"),
    path("<int:pk>/receipt.pdf", receipts.guest_receipt_pdf, name="guest_receipt_pdf"),
    path("upload/", upload.upload, name="upload"),
    path("upload/<uuid:pk>/", upload.preview, name="upload_preview"),
    path("upload/<uuid:pk>/row/<int:position>/", upload.row, name="upload_row"),
    path("upload/<uuid:pk>/row/<int:position>/correct/", upload.correct, name="upload_correct"),
    path("upload/<uuid:pk>/confirm/", upload.confirm, name="upload_confirm"),
    path("upload/<uuid:pk>/discard/", upload.discard, name="upload_discard"),
    path("upload/<uuid:pk>/refused.xlsx", upload.refused, name="upload_refused"),
    path("sandbox/<int:pk>/", sandbox.sandbox, name="sandbox"),
    path("receipts/", receipts.receipt_list, name="receipts"),
    path("receipts/<str:number>/", receipts.receipt, name="receipt"),
    path("receipts/<str:number>.pdf", receipts.receipt_pdf, name="receipt_pdf"),
    path("verify/", receipts.verify, name="verify"),
    path("queue/", offline.queue, name="queue"),
    path("devices/", devices.devices, name="devices"),
    path("devices/<uuid:pk>/cut-off/", devices.cut_off, name="cut_off"),
    path("phone/enrol/", devices.enrol, name="phone_enrol"),
    path("phone/open/", devices.open_device, name="phone_open"),
    path("phone/mark/", devices.mark, name="phone_mark"),
    path("phone/guests/", devices.guests, name="phone_guests"),
    path("phone/sync/", devices.sync, name="phone_sync"),
]

GUEST = [
    path("", self_check.self_check, name="self_check"),
    path("ask/", self_check.ask, name="confirmation_ask"),
    path("mine/", self_check.own, name="confirmations_own"),
    path("<str:reference>/<str:secret>/", self_check.confirmation, name="confirmation"),
    path("<str:reference>/<str:secret>/paper.pdf", self_check.paper, name="confirmation_pdf"),
    path("<str:reference>/<str:secret>/take-back/", self_check.take_back, name="confirmation_take_back"),
]

# At the root: a service worker reaches only what lies below its own address.
PHONE = [
    path("sw.js", offline.worker, name="worker"),
    path("manifest.webmanifest", offline.manifest, name="manifest"),
    path("offline/<slug:language>/", offline.shell, name="offline"),
]

urlpatterns = [
    *OFFICE,
    *PHONE,
    path("stays/", include(LODGING)),
    path("guest/", include(GUEST)),
    path("r/<str:code>", receipts.verify, name="verify_code"),
    path("c/", confirmations.verify, name="verify_confirmation"),
    path("c/<str:code>", confirmations.verify, name="verify_confirmation_code"),
]

# The ministry's own addresses, so that a program written for it changes nothing else; config.urls puts them in front.
MINISTRY = [
    path("client-service/kbtt/kbtt-3th", ministry.declare, name="declare"),
    path("authorization-service/oauth/token", ministry.token, name="token"),
    path("authorization-service/oauth/refresh-token", ministry.refresh_token, name="refresh-token"),
    path("authorization-service/oauth/revoke", ministry.revoke, name="revoke"),
    path("client-service/kbtt-vn/kbtt-3th", ministry.citizens, name="citizens"),
    path("client-service/kbtt-vn/kbtt-3th/doi-ngay-tra-phong", ministry.citizens, name="citizens-days"),
    path("cms-backend/public/dm-qt/3th/get-all", ministry.nationalities, name="nationalities"),
    path("cms-backend/public/dm-tinh-tp/get-all", ministry.provinces, name="provinces"),
    path("cms-backend/public/dm-phuong-xa", ministry.wards, name="wards"),
    path("cms-backend/public/ly-do-cu-tru/get-all", ministry.reasons, name="reasons"),
    path("cms-backend/public/loai-giay-to/get-all", ministry.documents, name="documents"),
    path("cms-backend/public/noi-cu-tru/get-all", ministry.residences, name="residences"),
    re_path(r"^client-service/", ministry.nothing_here, name="nothing-here"),
    re_path(r"^authorization-service/", ministry.nothing_here),
    re_path(r"^cms-backend/", ministry.nothing_here),
]
