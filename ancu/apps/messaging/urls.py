from django.urls import path

from ancu.apps.messaging.views import bells, templates, threads

app_name = "messaging"
urlpatterns = [
    path("", threads.inbox, name="inbox"),
    path("unread", threads.unread, name="unread"),
    path("templates/", templates.templates, name="templates"),
    path("templates/new/", templates.new, name="template-new"),
    path("templates/<int:pk>/", templates.template, name="template"),
    path("templates/<int:pk>/remove/", templates.remove, name="template-remove"),
    path("attachments/<int:pk>", threads.attachment, name="attachment"),
    path("notifications/<int:pk>/again", threads.send_again, name="send-again"),
    path("<slug:kind>/<slug:subject_id>/<slug:topic>", threads.thread, name="thread"),
]

# A person's notifications. The worker stands below the same address: it reaches nothing else of the house.
NOTIFICATIONS = [
    path("", bells.bells, name="list"),
    path("read/", bells.read_all, name="read-all"),
    path("unread/", bells.unread, name="unread"),
    path("newest/", bells.newest, name="newest"),
    path("settings/", bells.settings, name="settings"),
    path("devices/", bells.add_device, name="add-device"),
    path("devices/<int:pk>/remove/", bells.remove_device, name="remove-device"),
    path("worker.js", bells.worker, name="worker"),
    path("<int:pk>/", bells.open_bell, name="open"),
]
