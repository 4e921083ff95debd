"""What a phone caches to work offline: service worker, manifest, offline page and queue."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_safe

from ancu.apps.stays.forms.guest import GuestForm
from ancu.apps.stays.views.today import lodging_page
from ancu.core.web.http import Request
from ancu.core.web.offline_pages import LANGUAGES, OFFLINE_SHELLS, Shell, shell_view

# Folders whose scripts a page without a connection may ask for, each with one that is surely there.
MODULES = {"ancu/js": "main.js", "stays": "sw.js", "oversight": "visits.js",
           "surveys": "form.js", "listening": "rooms.js", "community": "sign.js"}  # fmt: skip
PATHS = r"^/(stays/(declare|today|queue)/)?$"  # what the lodging's own page without a connection stands in for
PARTS = (
    "vendor/bootstrap/bootstrap.min.css", "ancu/fonts.css", "ancu/theme.css", "ancu/parts.css", "ancu/sandbox.css",
    "stays/stays.css", "surveys/surveys.css", "community/community.css", "ancu/favicon.svg", "ancu/icons.svg",
    "stays/icon-192.png",
)  # fmt: skip
ICONS = (("stays/icon-192.png", "192x192", "any"), ("stays/icon-512.png", "512x512", "any"),
         ("stays/icon-maskable.png", "512x512", "maskable"))  # fmt: skip


@login_not_required
@require_safe
@cache_control(no_cache=True)
def worker(request: Request) -> HttpResponse:
    """Return the service worker, preceded by the list of content to cache; served at the root to cover every page."""
    shells = [{"paths": shell.paths, "pages": _pages(shell.address)} for shell in _shells()]
    content = {"version": _cache_version(), "shells": shells, "files": _files(), "prefix": settings.STATIC_URL}
    script = Path(_static_path("stays/sw.js")).read_text(encoding="utf-8")
    text = f"const OFFLINE_CONTENT = {msgspec.json.encode(content).decode()};\n{script}"
    return HttpResponse(text, content_type="text/javascript; charset=utf-8")


def _pages(address: str) -> dict[str, str]:
    """Return the addresses of an offline page, the URL name ``address``, by language."""
    return {language: reverse(address, args=[language]) for language in LANGUAGES}


def _shells() -> list[Shell]:
    """Return the pages that work offline: the lodging's own, and those of other apps."""
    return [Shell(PATHS, "stays:offline", _shell), *OFFLINE_SHELLS]


def _static_path(name: str) -> str:
    """Return the path on disk of the static file with this name, or raise 404."""
    path = finders.find(name)
    if not isinstance(path, str):
        raise Http404(name)
    return path


@cache
def _names() -> tuple[str, ...]:
    """Return the static files of the offline page: styles, fonts, images, and the scripts they import."""
    fonts = Path(_static_path("ancu/fonts.css")).read_text(encoding="utf-8")
    letters = [f"vendor/fonts/{part.split(')')[0]}" for part in fonts.split("/fonts/")[1:]]
    scripts = [
        f"{folder}/{path.name}"
        for folder, script in MODULES.items()
        for path in sorted(Path(_static_path(f"{folder}/{script}")).parent.glob("*.js"))
        if path.name != "sw.js"
    ]
    return (*PARTS, *(name.strip("'\"") for name in letters if "-latin-ext-" not in name), *scripts)


@cache
def _files() -> list[str]:
    """Return the URLs to cache: hashed ones for pages, and plain ones by which scripts import each other."""
    plain = [f"{settings.STATIC_URL}{name}" for name in _names() if name.endswith(".js")]
    return sorted({static(name) for name in _names()} | {*plain, static("django_htmx/htmx-2.min.js")})


@cache
def _cache_version() -> str:
    """Return a hash of all content that phones cache; a phone replaces its whole cache when it changes."""
    total = hashlib.sha256("\n".join(_files()).encode())
    for name in (*_names(), "stays/sw.js"):
        total.update(Path(_static_path(name)).read_bytes())
    for language in LANGUAGES:
        for shell in _shells():
            total.update(shell.draw(language).encode())
    return total.hexdigest()[:16]


@login_not_required
@require_safe
@cache_control(max_age=3600)
def manifest(request: Request) -> HttpResponse:
    """Return the web app manifest: name, icons and start page of the installed app."""
    icons = [{"src": static(name), "sizes": size, "type": "image/png", "purpose": use} for name, size, use in ICONS]
    content = {
        "name": "An Cư", "short_name": "An Cư", "description": _("Declare guests, online or offline."),
        "lang": "vi", "id": "/", "start_url": "/", "scope": "/", "display": "standalone",
        "background_color": "#f6f7f5", "theme_color": "#0a4438", "icons": icons,
    }  # fmt: skip
    return HttpResponse(msgspec.json.encode(content), content_type="application/manifest+json")


def _shell(language: str) -> str:
    """Render the offline page without a request, so that no personal data, session or token is cached."""
    context = {"form": _form(), "csrf_token": "", "shell": True, "duty_phone": settings.OFFICE_DUTY_PHONE}
    with override(language):
        return render_to_string("stays/offline.html", context)


shell = shell_view(_shell)


def _form() -> GuestForm:
    """Return a form without date and time; the phone fills them in when the page is opened."""
    form = GuestForm(initial={"arrived_on": None, "arrived_time": None})
    form.fields["document_number"].widget.attrs.pop("autofocus", None)
    return form


@require_GET
@lodging_page
def queue(request: Request, establishment: Any) -> HttpResponse:
    """Show the declarations stored on this phone: waiting, sent and refused."""
    context = {"form": _form(), "establishment": establishment, "shell": False}
    return render(request, "stays/queue.html", context)
