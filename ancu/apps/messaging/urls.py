from django.urls import path

from ancu.apps.messaging.views import notifications, templates, threads

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
    path("", notifications.notification_list, name="list"),
    path("read/", notifications.read_all, name="read-all"),
    path("unread/", notifications.unread, name="unread"),
    path("newest/", notifications.newest, name="newest"),
    path("settings/", notifications.settings, name="settings"),
    path("devices/", notifications.add_device, name="add-device"),
    path("devices/<int:pk>/remove/", notifications.remove_device, name="remove-device"),
    path("worker.js", notifications.worker, name="worker"),
    path("<int:pk>/", notifications.open_notification, name="open"),
]
