from django.urls import path

from ancu.apps.files import views

app_name = "files"
urlpatterns = [
    path("<uuid:file_id>", views.download, name="download"),
    path("uploads", views.start_upload, name="uploads"),
    path("uploads/<uuid:upload_id>", views.upload, name="upload"),
]
