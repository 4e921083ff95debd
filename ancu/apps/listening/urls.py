"""Addresses. Those for phones need the apps above, which know officers' phones."""

from django.urls import URLPattern, path

from ancu.apps.listening.views import calendar, hotline, meetings, office, petitioner, phones, public

app_name = "listening"
urlpatterns = [
    path("petitions/", petitioner.new, name="new"),
    path("petitions/sent/", petitioner.sent, name="sent"),
    path("petitions/follow/", petitioner.follow, name="follow"),
    path("petitions/own/", petitioner.own, name="own"),
    path("petitions/<slug:number>/", petitioner.followed, name="followed"),
    path("petitions/<slug:number>/word/", petitioner.give_verdict, name="speak"),
    path("petitions/<slug:number>/add/", petitioner.add, name="add"),
    path("petitions/<slug:number>/files/<int:pk>/", petitioner.file, name="file"),
    path("meetings/", public.meetings, name="public-meetings"),
    path("meetings/promises/", public.promises, name="promises"),
    path("meetings/<int:pk>/", public.meeting, name="public-meeting"),
    path("meetings/<int:pk>/ticket/<slug:code>/", public.ticket, name="ticket"),
    path("meetings/<int:pk>/ticket/<slug:code>/calendar.ics", public.ticket_calendar, name="ticket-calendar"),
    path("office/petitions/", office.petitions, name="petitions"),
    path("office/petitions/export/", office.export, name="export"),
    path("office/petitions/<slug:number>/", office.petition, name="petition"),
    path("office/petitions/<slug:number>/files/<int:pk>/", office.file, name="office-file"),
    path("office/petitions/<slug:number>/<slug:name>/", office.act, name="act"),
    path("office/hotline/", hotline.call, name="hotline"),
    path("office/hotline/search/", hotline.search, name="hotline-search"),
    path("office/meetings/", calendar.calendar, name="calendar"),
    path("office/meetings/map/", calendar.overview, name="overview"),
    path("office/meetings/offline/<slug:language>/", phones.shell, name="offline"),
    path("office/meetings/new/", meetings.plan, name="plan"),
    path("office/meetings/<int:pk>/", meetings.meeting, name="meeting"),
    path("office/meetings/<int:pk>/change/", meetings.change, name="change"),
    path("office/meetings/<int:pk>/room/", meetings.room, name="room"),
    path("office/meetings/<int:pk>/invite/", meetings.invite, name="invite"),
    path("office/meetings/<int:pk>/present/", meetings.present, name="present"),
    path("office/meetings/<int:pk>/arrive/<slug:code>/", meetings.arrive, name="arrive"),
    path("office/meetings/<int:pk>/items/<slug:number>/owner/", meetings.owner, name="owner"),
    path("office/meetings/<int:pk>/close/", meetings.close, name="close"),
    path("office/meetings/<int:pk>/minutes.pdf", meetings.minutes, name="minutes"),
    path("office/meetings/<int:pk>/step/<slug:name>/", meetings.step, name="step"),
]


def phone_urls(require_device: phones.RequireDevice) -> list[URLPattern]:
    """Return the URL patterns of the views that phones call to work offline at meetings.

    ``require_device(actor, device)`` raises for a phone that is not the actor's.
    """
    take, send = phones.phone_calls(require_device)
    return [
        path("office/meetings/phone/take/", take, name="rooms-take"),
        path("office/meetings/phone/send/", send, name="rooms-send"),
    ]
