from django.urls import path

from ancu.apps.messaging.views import templates, threads

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
