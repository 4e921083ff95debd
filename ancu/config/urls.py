"""The addresses of the house. Public pages are those marked ``login_not_required``, and no others."""

from django.urls import include, path

from ancu.config import views

urlpatterns = [
    path("", views.home, name="home"),
    path("health", views.health, name="health"),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
]
