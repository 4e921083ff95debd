"""The pages of dossiers. Addresses carry the dossier's number, never its id."""

from django.urls import path

from ancu.apps.dossiers.views import page

app_name = "dossiers"

PAGE = [
    path("dossiers/<str:number>/", page.page, name="page"),
    path("dossiers/<str:number>/withdraw", page.withdraw, name="withdraw"),
]

urlpatterns = [*PAGE]
