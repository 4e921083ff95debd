from django.urls import path

from ancu.apps.oversight.views import alerts, inspections, movement, notices, phones, planning, rules

app_name = "oversight"
urlpatterns = [
    path("alerts/", alerts.inbox, name="inbox"),
    path("alerts/<int:pk>/", alerts.alert, name="alert"),
    path("alerts/<int:pk>/confirm/", alerts.confirm, name="confirm"),
    path("alerts/<int:pk>/dismiss/", alerts.dismiss, name="dismiss"),
    path("alerts/<int:pk>/ask/", alerts.ask, name="ask"),
    path("alerts/<int:pk>/refer/", alerts.refer, name="refer"),
    path("alerts/lodging/<int:establishment_id>/", alerts.of_lodging, name="of-lodging"),
    path("alerts/rules/", rules.rules, name="rules"),
    path("alerts/rules/<slug:code>/", rules.rule, name="rule"),
    path("alerts/rules/<slug:code>/replay/", rules.try_out, name="replay-new"),
    path("alerts/replays/<int:pk>/", rules.replay, name="replay"),
    path("alerts/replays/<int:pk>/put-in-force/", rules.put_in_force, name="put-in-force"),
    path("notices/", notices.notices, name="notices"),
    path("notices/new/", notices.propose, name="notice-new"),
    path("notices/<int:pk>/", notices.notice, name="notice"),
    path("notices/<int:pk>/approve/", notices.approve, name="notice-approve"),
    path("notices/<int:pk>/end/", notices.end, name="notice-end"),
    path("inspections/", inspections.inspections, name="inspections"),
    path("inspections/choose/", inspections.choose, name="inspections-choose"),
    path("inspections/new/<int:establishment_id>/", inspections.inspect, name="inspect"),
    path("inspections/phone/", phones.phone_page, name="phone"),
    path("inspections/phone/take/", phones.take, name="phone-take"),
    path("inspections/phone/send/", phones.send, name="phone-send"),
    path("inspections/offline/<slug:language>/", phones.shell, name="offline"),
    path("inspections/plan/<int:establishment_id>/", planning.plan, name="plan"),
    path("inspections/planned/<int:pk>/", planning.planned, name="planned"),
    path("inspections/planned/<int:pk>/drop/", planning.drop, name="plan-drop"),
    path("inspections/<int:pk>/", inspections.inspection, name="inspection"),
    path("inspections/<int:pk>/minutes.pdf", inspections.minutes, name="minutes"),
    path("movement/", movement.movement, name="movement"),
    path("movement/<int:unit_id>/", movement.movement, name="movement-unit"),
    path("movement/<int:unit_id>/export/", movement.export, name="movement-export"),
]
