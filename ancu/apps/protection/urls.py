from django.urls import path

from ancu.apps.protection.views import office, own

app_name = "protection"
urlpatterns = [
    path("my-data/", own.own, name="own"),
    path("my-data/ask/", own.ask, name="ask"),
    path("my-data/<slug:reference>/withdraw/", own.withdraw, name="withdraw"),
    path("my-data/<slug:reference>/<slug:kind>/", own.take, name="take"),
    path("office/copies/", office.copies, name="copies"),
    path("office/copies/new/", office.new, name="copy-new"),
    path("office/copies/<slug:reference>/", office.copy, name="copy"),
    path("office/copies/<slug:reference>/identify/", office.identify, name="copy-identify"),
    path("office/copies/<slug:reference>/check/", office.check, name="copy-check"),
    path("office/copies/<slug:reference>/approve/", office.approve, name="copy-approve"),
    path("office/copies/<slug:reference>/send-back/", office.send_back, name="copy-send-back"),
    path("office/copies/<slug:reference>/decline/", office.decline, name="copy-decline"),
    path("office/copies/<slug:reference>/hand-over/", office.hand_over, name="copy-hand-over"),
    path("office/copies/<slug:reference>/files/<slug:kind>/", office.take, name="copy-take"),
]
