"""A page with one upload field, for the test that breaks the connection; only that test uses it as ROOT_URLCONF."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from ancu.apps.files import services
from ancu.config.urls import urlpatterns as program_urls

PAGE = """{% extends "form.html" %}{% load static %}
{% block fields %}{% include "files/paper.html" with field=form.paper purpose="test" max_bytes=26214400 %}{% endblock %}
{% block scripts %}<script type="module" src="{% static 'files/resumable.js' %}"></script>{% endblock %}"""


class PaperForm(forms.Form):
    paper = forms.FileField(required=False, widget=forms.FileInput({"accept": "image/jpeg,.jpg,.jpeg"}))


def page(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        name, data = services.take_sent(
            request.actor, upload_id=request.POST["paper_upload"], file=request.FILES.get("paper"), purpose="test"
        )
        summary = f"{name} {len(data)} {sum(data) % 65536} {'paper' in request.FILES}"
        return HttpResponse(f'<main id="main" tabindex="-1">{summary}</main>')
    context = {"form": PaperForm(), "title": "Paper"}
    return HttpResponse(engines["django"].from_string(PAGE).render(context, request))


urlpatterns = [path("paper", page), *program_urls]
