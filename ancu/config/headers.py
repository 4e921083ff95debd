"""What browsers are told about every answer but static files: what a page may use, and who may embed the answer."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# A lodging's place and a spoken tip are the only ones that a page of ours asks for; cameras come with a file's choice.
PERMISSIONS_POLICY = "geolocation=(self), microphone=(self), camera=(), display-capture=(), midi=(), payment=(), usb=()"
OPEN_DATA = "/results/"  # figures and pictures that other sites may show


class BrowserRulesMiddleware:
    """``Permissions-Policy`` and ``Cross-Origin-Resource-Policy``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if "HX-Request" not in request.headers:  # a part of a page goes by what its page may do
            response.headers["Permissions-Policy"] = PERMISSIONS_POLICY
        shown_anywhere = request.path_info.startswith(OPEN_DATA)
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin" if shown_anywhere else "same-origin"
        return response
