"""The ministry's API 1.4: a program written for it only changes its address and its credentials.

Every answer is the ministry's envelope, ``{code, message, data}``; ``data`` of a declaration, which theirs leaves
empty, holds what ``/api/v1/stays`` answers: the receipt and each row.
"""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

import msgspec
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from ancu.apps.lodging import services as lodging
from ancu.apps.lodging.selectors import LodgingProgram, is_main_establishment, program_by_session
from ancu.apps.lodging.services import sessions
from ancu.apps.places import selectors as places
from ancu.apps.stays.schemas import batch_out
from ancu.apps.stays.services import ministry as declaring
from ancu.core import clock
from ancu.core.db.outages import RETRY_AFTER_S, is_outage
from ancu.core.errors import Conflict, holds_nul
from ancu.core.security.rate_limits import allow, client_address
from ancu.core.web.language import both_languages
from ancu.core.web.problems import SENTENCES
from ancu.engines import exchange
from ancu.engines.exchange import ministry

logger = logging.getLogger("ancu.api")
SIGN_INS_AN_HOUR = 600  # from one address: a vendor's server signs in for all his hotels
CALLS_AN_HOUR = 3000  # by one key
NOT_ENTERED = "Tên đăng nhập hoặc mật khẩu không đúng, hoặc khóa đã bị thu hồi"
TESTED = "Thử nghiệm, không khai báo với công an"
TOKEN_OVER = "Token không hợp lệ hoặc đã hết hạn"
TOO_MANY = "Phần mềm gửi quá nhiều yêu cầu trong một giờ. Hãy gửi lại sau"
FAILED = "Máy chủ gặp lỗi. Gửi lại là an toàn: không khách nào bị khai báo hai lần"
FOREIGNERS_ONLY = (
    "Hệ thống này chỉ nhận khai báo tạm trú của người nước ngoài. Khách Việt Nam: vui lòng thông báo trên cổng của "
    "Bộ Công an"
)


class MinistryAnswer(Exception):
    """The call ends here, with this status and sentence."""

    def __init__(self, status: int, message: str, **headers: str) -> None:
        super().__init__(message)
        self.status, self.message, self.headers = status, message, headers


def envelope(status: int, message: str, data: Any = None, **headers: str) -> HttpResponse:
    """Return a response in the ministry's envelope: code, message and data."""
    body = msgspec.json.encode({"code": str(status), "message": message, "data": data})
    return HttpResponse(body, status=status, content_type="application/json", headers=headers or None)


def outage_envelope() -> HttpResponse:
    """Return the response while the database is away."""
    return envelope(503, SENTENCES["unavailable"][0].rstrip("."), **{"Retry-After": str(RETRY_AFTER_S)})


def ministry_view(*methods: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Return the decorator of a view of the ministry's API that takes these HTTP methods.

    The view needs no browser session; its failures are answered in the ministry's envelope.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        """Return the view, so that it is called by its HTTP methods only and failures are enveloped."""

        @csrf_exempt
        @login_not_required
        @wraps(view)
        def enveloped_view(request: HttpRequest) -> HttpResponse:
            """Call the view; answer other methods with 405, and exceptions in the envelope."""
            if request.method not in methods:
                return envelope(405, "Phương thức này không được hỗ trợ ở đây", Allow=", ".join(methods))
            try:
                return view(request)
            except Exception as failure:
                return _failure_envelope(request, failure)

        return enveloped_view

    return decorate


def _failure_envelope(request: HttpRequest, failure: Exception) -> HttpResponse:
    """Return the ministry's response for an exception."""
    if isinstance(failure, MinistryAnswer):
        return envelope(failure.status, failure.message, **failure.headers)
    if isinstance(failure, declaring.MinistryRefusal):
        return envelope(400, failure.message)
    if isinstance(failure, Conflict):  # somebody declares the same now: to be tried again; or the lodging may not
        sentence, _english = both_languages(lambda: str(failure.message))
        return envelope(503 if failure.code == "busy" else 400, sentence.rstrip("."))
    if isinstance(failure, RequestDataTooBig):
        return envelope(413, "Yêu cầu quá lớn")
    if isinstance(failure, PermissionDenied):
        return envelope(403, "Quý vị không có quyền thực hiện việc này")
    if holds_nul(failure):
        return envelope(400, "Yêu cầu có ký tự rỗng (NUL)")
    if is_outage(failure):
        logger.error("%s %s failed (%s)", request.method, request.path, type(failure).__name__)
        return outage_envelope()
    logger.error("%s %s failed", request.method, request.path, exc_info=failure)
    return envelope(500, FAILED)


def _limit_calls(name: str, key: str, limit: int) -> None:
    """Count a call towards a rate limit; MinistryAnswer 429 above it."""
    if not allow(name, key, limit=limit):
        raise MinistryAnswer(429, TOO_MANY, **{"Retry-After": "3600"})


@csrf_exempt
@login_not_required
def nothing_here(request: HttpRequest) -> HttpResponse:
    """Answer 404 to all further addresses under the ministry's path."""
    return envelope(404, "Không tìm thấy địa chỉ này")


# --- sessions -----------------------------------------------------------------------------------------------
# The ministry's header ``Authorization: Basic`` holds one value that its document prints for everybody. It is taken
# as it comes and proves nothing here: what proves is the key, then the session's own secrets.


@ministry_view("POST")
def token(request: HttpRequest) -> HttpResponse:
    """Open a session by the lodging's code as user name and its API key as password, and return it."""
    _limit_calls("ministry.token", client_address(request), SIGN_INS_AN_HOUR)
    grant = request.POST.get("grant-type") or request.POST.get("grant_type")
    if grant != ministry.GRANT_TYPE:
        raise MinistryAnswer(400, f"grant-type phải là {ministry.GRANT_TYPE}")
    opened = sessions.open_session(
        username=request.POST.get("username", "")[:100], password=request.POST.get("password", "")[:300]
    )
    if opened is None:
        raise MinistryAnswer(401, NOT_ENTERED)
    return envelope(200, ministry.SUCCESS, _session(opened))


@ministry_view("POST")
def refresh_token(request: HttpRequest) -> HttpResponse:
    """Replace the session that has this refresh token by a new one and return it; 401 if it has ended."""
    _limit_calls("ministry.token", client_address(request), SIGN_INS_AN_HOUR)
    opened = sessions.renew_session(refresh=request.GET.get("refresh_token", "")[:300])
    if opened is None:
        raise MinistryAnswer(401, TOKEN_OVER)
    return envelope(200, ministry.SUCCESS, _session(opened))


@ministry_view("DELETE")
def revoke(request: HttpRequest) -> HttpResponse:
    """End the session with this access token; success also if it has ended already."""
    sessions.end_session(access=request.GET.get("access_token", "")[:300])
    return envelope(200, ministry.SUCCESS)


def _session(opened: sessions.IssuedSession) -> dict[str, Any]:
    """Return a session's tokens, end and lodging as a dict in the ministry's field names."""
    place = opened.program.establishment
    commune, province = places.codes_of(place.unit_id)
    return {
        "AccessToken": opened.access,
        "RefreshToken": opened.refresh,
        "TokenType": "bearer",
        "Exp": int(opened.ends_at.timestamp()),
        "Authorities": list(ministry.AUTHORITIES),
        "ClientId": opened.program.token_id,
        "LoaiTK": "CSLT",
        "CsltId": str(place.pk),
        "CsltKhuVuc": place.unit_id,
        "CsltDonVi": place.business_id,
        "MaTTCuaCslt": province,
        "MaPxCuaCslt": commune,
        "IsCsltChinh": is_main_establishment(place),
    }


def _authenticated_program(request: HttpRequest) -> LodgingProgram:
    """Return the program whose session the call bears; MinistryAnswer 401 without a valid one, 429 above the limit."""
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    program = program_by_session(secret.strip()) if scheme.lower() == "bearer" and secret else None
    if program is None:
        raise MinistryAnswer(401, TOKEN_OVER, **{"WWW-Authenticate": "Bearer"})
    _limit_calls("ministry.calls", str(program.token_id), CALLS_AN_HOUR)
    if program.used_on != clock.today():
        lodging.note_token_use(program.token_id)
    return program


# --- declaring ----------------------------------------------------------------------------------------------


@ministry_view("POST")
def declare(request: HttpRequest) -> HttpResponse:
    """Declare all records or none, by the ministry's checks; ``data`` is the response of ``/api/v1/stays``."""
    program = _authenticated_program(request)
    outcome = declaring.declare_records(program, request.body)
    is_test = program.establishment.sandbox
    return envelope(200, TESTED if is_test else ministry.SUCCESS, batch_out(outcome, None, [], sandbox=is_test))


@ministry_view("POST")
def citizens(request: HttpRequest) -> HttpResponse:
    """Refuse Vietnamese guests, who are not declared here."""
    _authenticated_program(request)
    raise MinistryAnswer(400, FOREIGNERS_ONLY)


# --- catalogues ---------------------------------------------------------------------------------------------


def _catalogue(entries: list[dict[str, Any]]) -> HttpResponse:
    """Return the entries in the ministry's envelope; clients may cache the response for an hour."""
    return envelope(200, ministry.SUCCESS, entries, **{"Cache-Control": "public, max-age=3600"})


@ministry_view("GET")
def nationalities(request: HttpRequest) -> HttpResponse:
    """Return the nationalities with the portal's codes, and ours for those without one."""
    listed = exchange.code_lists()["nationality"]["entries"]
    return _catalogue(
        [
            {
                "maQT": entry["portal_code"] or entry["code"],
                "tenQT": entry["name_vi"],
                "tenQTEn": entry["name_en"].upper(),
            }
            for entry in listed
        ]
    )


@ministry_view("GET")
def provinces(request: HttpRequest) -> HttpResponse:
    """Return today's provinces."""
    return _catalogue(
        [
            {"maTT": unit.code, "tenTT": unit.name, "tenTTEn": places.fold(unit.name).upper()}
            for unit in places.provinces_today()
        ]
    )


@ministry_view("GET")
def wards(request: HttpRequest) -> HttpResponse:
    """Return the communes of a province."""
    province = request.GET.get("trucThuocTinh", "").strip()[:10]
    if not province:
        raise MinistryAnswer(400, "Mã tỉnh/thành phố (trucThuocTinh) là bắt buộc")
    return _catalogue(
        [
            {
                "maPhuongXa": unit.code,
                "tenPhuongXa": unit.full_name,
                "tenPhuongXaEn": places.fold(unit.full_name).upper(),
                "trucThuocTinh": province,
            }
            for unit in places.communes_of(province)
        ]
    )


def _portal_list(name: str) -> HttpResponse:
    """Return the entries of a code list that have a number of the portal, by that number."""
    listed = exchange.code_lists()[name]["entries"]
    entries = [{"id": int(entry["portal_code"]), "name": entry["name_vi"]} for entry in listed if entry["portal_code"]]
    return _catalogue(sorted(entries, key=lambda entry: entry["id"]))


@ministry_view("GET")
def reasons(request: HttpRequest) -> HttpResponse:
    """Return the purposes of stay."""
    return _portal_list("purpose")


@ministry_view("GET")
def documents(request: HttpRequest) -> HttpResponse:
    """Return the kinds of documents."""
    return _portal_list("document_kind")


@ministry_view("GET")
def residences(request: HttpRequest) -> HttpResponse:
    """Return the kinds of residence."""
    return _catalogue([{"id": number, "name": name} for number, name in ministry.RESIDENCES])
