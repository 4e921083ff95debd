"""Answers whose time must tell nothing: each takes a whole number of steps, far longer than the work differs by."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

STEP = 0.3  # seconds; the work behind takes a tenth of it


def constant_time(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Decorate a view so that each POST takes a whole number of time steps, whatever it does."""

    @wraps(view)
    def waiting(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Call the view and delay its response to the next whole step."""
        began = time.monotonic()
        response = view(request, *args, **kwargs)
        if request.method == "POST" and STEP:
            time.sleep(STEP - (time.monotonic() - began) % STEP)
        return response

    return waiting
