"""The pages of dossiers. Addresses carry the dossier's number, never its id."""

from django.urls import path

from ancu.apps.dossiers.views import lookup, page, signing

app_name = "dossiers"

PAGE = [
    path("dossiers/<str:number>/", page.page, name="page"),
    path("dossiers/<str:number>/withdraw", page.withdraw, name="withdraw"),
    path("dossiers/<str:number>/papers/<slug:key>/file", signing.paper_file, name="paper-file"),
    path("dossiers/<str:number>/signature", signing.signature, name="signature"),
    path("dossiers/<str:number>/signature/<str:code>", signing.invited, name="invited"),
    path("d/", lookup.look_up, name="look-up-form"),
    path("d/<str:number>", lookup.look_up, name="look-up"),
]

urlpatterns = [*PAGE]
