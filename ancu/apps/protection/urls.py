from django.urls import path

from ancu.apps.protection.views import breaches, office, own

app_name = "protection"
urlpatterns = [
    path("my-data/", own.own, name="own"),
    path("my-data/ask/", own.request_copy, name="ask"),
    path("my-data/<slug:reference>/withdraw/", own.withdraw, name="withdraw"),
    path("my-data/<slug:reference>/<slug:kind>/", own.download, name="take"),
    path("office/copies/", office.copies, name="copies"),
    path("office/copies/new/", office.new, name="copy-new"),
    path("office/copies/<slug:reference>/", office.copy, name="copy"),
    path("office/copies/<slug:reference>/identify/", office.identify, name="copy-identify"),
    path("office/copies/<slug:reference>/check/", office.check, name="copy-check"),
    path("office/copies/<slug:reference>/approve/", office.approve, name="copy-approve"),
    path("office/copies/<slug:reference>/send-back/", office.send_back, name="copy-send-back"),
    path("office/copies/<slug:reference>/decline/", office.decline, name="copy-decline"),
    path("office/copies/<slug:reference>/hand-over/", office.hand_over, name="copy-hand-over"),
    path("office/copies/<slug:reference>/files/<slug:kind>/", office.download, name="copy-take"),
    path("office/breaches/", breaches.breaches, name="breaches"),
    path("office/breaches/new/", breaches.new, name="breach-new"),
    path("office/breaches/<int:pk>/", breaches.breach, name="breach"),
    path("office/breaches/<int:pk>/change/", breaches.change, name="breach-change"),
    path("office/breaches/<int:pk>/notified/", breaches.notified, name="breach-notified"),
    path("office/breaches/<int:pk>/phase/", breaches.phase, name="breach-phase"),
    path("office/breaches/<int:pk>/close/", breaches.close, name="breach-close"),
    path("office/breaches/<int:pk>/notification.pdf", breaches.paper, name="breach-paper"),
]
