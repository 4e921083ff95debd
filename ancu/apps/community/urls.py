from django.urls import URLPattern, path

from ancu.apps.community.views import accounts, bank, choosing, donor, office, phones, proof, public, received

app_name = "community"
OFFICE = "office/community/<int:pk>/"
urlpatterns = [
    path("community/", public.programmes, name="public"),
    path("community/<int:pk>/", public.programme, name="public-programme"),
    path("community/<int:pk>/table.<slug:kind>", public.table, name="public-table"),
    path("community/<int:pk>/photos/<int:photo_id>.jpg", public.photo, name="public-photo"),
    path("community/gifts/<str:number>/", public.gift, name="gift"),
    path("community/handed/<str:number>/", public.handover, name="handed"),
    path("community/received/<str:number>/<str:code>/", received.received, name="received"),
    path("community/donors/<str:code>/", donor.donor, name="donor"),
    path("community/donors/<str:code>/receipts/<str:number>.pdf", donor.receipt, name="donor-receipt"),
    path("office/community/", office.programmes, name="list"),
    path("office/community/offline/<slug:language>/", phones.shell, name="offline"),
    path(OFFICE, office.programme, name="programme"),
    path(f"{OFFICE}ledger.<slug:kind>", office.ledger_file, name="ledger-file"),
    path(f"{OFFICE}pledges/", office.pledges, name="pledges"),
    path(f"{OFFICE}pledges/<int:pledge_id>/withdraw/", office.withdraw, name="withdraw"),
    path(f"{OFFICE}entries/<int:entry_id>/", proof.entry, name="entry"),
    path(f"{OFFICE}entries/<int:entry_id>/sign/", proof.sign, name="sign"),
    path(f"{OFFICE}entries/<int:entry_id>/witness/", proof.witness, name="witness"),
    path(f"{OFFICE}entries/<int:entry_id>/paper.pdf", proof.paper, name="paper"),
    path(f"{OFFICE}entries/<int:entry_id>/slip.pdf", proof.slip, name="slip"),
    path(f"{OFFICE}photos/", proof.photos, name="photos"),
    path(f"{OFFICE}photos/<int:photo_id>/<slug:step>/", proof.photo_step, name="photo-step"),
    path(f"{OFFICE}photos/<int:photo_id>.jpg", proof.photo_image, name="photo-image"),
    path(f"{OFFICE}selections/", choosing.selections, name="selections"),
    path(f"{OFFICE}selections/<int:selection_id>/", choosing.selection, name="selection"),
    path(f"{OFFICE}selections/<int:selection_id>/list.<slug:kind>", choosing.list_file, name="selection-file"),
    path(f"{OFFICE}selections/<int:selection_id>/<slug:step>/", choosing.step, name="selection-step"),
    path(f"{OFFICE}bank/", bank.bank, name="bank"),
    path(f"{OFFICE}bank/<int:line_id>/<slug:step>/", bank.line, name="bank-line"),
    path(f"{OFFICE}bank/unread/<int:unread_id>/<slug:step>/", bank.unread, name="bank-unread"),
    path(f"{OFFICE}objections/<int:objection_id>/", proof.objection, name="objection"),
    path(f"{OFFICE}account/", accounts.accounts, name="accounts"),
    path(f"{OFFICE}account/<int:account_id>/", accounts.account, name="account"),
    path(f"{OFFICE}account/<int:account_id>/<slug:step>/", accounts.step, name="account-step"),
    path(f"{OFFICE}reverse/<int:entry_id>/", office.reverse_entry, name="reverse"),
    path(f"{OFFICE}<slug:act>/", office.act, name="act"),
]


def phone_urls(require_device: phones.RequireDevice) -> list[URLPattern]:
    """Return the URL patterns of the views that phones call to work offline with handovers.

    ``require_device(actor, device)`` raises for a phone that is not the actor's.
    """
    take, send = phones.phone_calls(require_device)
    return [
        path("office/community/phone/take/", take, name="handings-take"),
        path("office/community/phone/send/", send, name="handings-send"),
    ]
