from django.urls import path

from ancu.apps.audit import views

app_name = "audit"
urlpatterns = [
    path("", views.everybody, name="list"),
    path("export/", views.export, name="export"),
    path("mine/", views.mine, name="mine"),
]
