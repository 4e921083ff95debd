"""What the parts of the API share: the routers, the program that calls, and the statuses of a declaration."""

from typing import Literal

from django.http import HttpRequest
from ninja import Router, Schema

from ancu.apps.lodging.selectors import LodgingProgram
from ancu.apps.lodging.services import admit
from ancu.core.web.bearer_tokens import Bearer

MAX_ROWS = 1000
MOST_REASON = 300  # signs
DIFFERS = "declared_differently"
STATUS = {"all_stand": 200, "some_differ": 207, "some_refused": 207, "none_stands": 422}

router = Router(auth=Bearer(admit), tags=["stays"])
public = Router(auth=None, tags=["reference"])


def program_of(request: HttpRequest) -> LodgingProgram:
    """Return the lodging program whose key authenticated the call of the API."""
    return request.auth  # type: ignore[attr-defined, no-any-return]


class PaperLanguage(Schema):
    """In which language the paper is written."""

    language: Literal["vi", "en"] = "vi"
