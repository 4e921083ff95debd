from django.urls import path

from ancu.apps.programs import views

app_name = "programs"
urlpatterns = [
    path("", views.webhooks, name="webhooks"),
    path("<int:pk>", views.webhook, name="webhook"),
    path("<int:pk>/events", views.change, name="change"),
    path("<int:pk>/rotate", views.rotate, name="rotate"),
    path("<int:pk>/test", views.test, name="test"),
    path("<int:pk>/replay", views.replay_since, name="replay-since"),
    path("<int:pk>/messages/<int:delivery>/replay", views.replay, name="replay"),
    path("<int:pk>/end", views.end, name="end"),
]
