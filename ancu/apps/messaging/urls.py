from django.urls import path

from ancu.apps.messaging import views

app_name = "messaging"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("unread", views.unread, name="unread"),
    path("attachments/<int:pk>", views.attachment, name="attachment"),
    path("notifications/<int:pk>/again", views.send_again, name="send-again"),
    path("<slug:kind>/<slug:subject_id>/<slug:topic>", views.thread, name="thread"),
]
