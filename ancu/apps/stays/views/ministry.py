"""The ministry's API 1.4, spoken as it is: a program written for it changes its address and its credentials.

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
from ancu.apps.lodging.selectors import LodgingProgram, first_of_business, program_by_session
from ancu.apps.places import selectors as places
from ancu.apps.stays.schemas import batch_out
from ancu.apps.stays.services import ministry as declaring
from ancu.core import clock
from ancu.core.errors import Conflict, holds_nul
from ancu.core.security.rate_limits import allow, client_address
from ancu.core.web.language import both_languages
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
    body = msgspec.json.encode({"code": str(status), "message": message, "data": data})
    return HttpResponse(body, status=status, content_type="application/json", headers=headers or None)


def spoken(*methods: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """One address of the ministry's: its methods, no session of a browser, and every failure in its envelope."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @login_not_required
        @wraps(view)
        def speaking(request: HttpRequest) -> HttpResponse:
            if request.method not in methods:
                return envelope(405, "Phương thức này không được hỗ trợ ở đây", Allow=", ".join(methods))
            try:
                return view(request)
            except Exception as failure:
                return _failure_envelope(request, failure)

        return speaking

    return decorate


def _failure_envelope(request: HttpRequest, failure: Exception) -> HttpResponse:
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
    logger.error("%s %s failed", request.method, request.path, exc_info=failure)
    return envelope(500, FAILED)


def _counted(name: str, key: str, limit: int) -> None:
    if not allow(name, key, limit=limit):
        raise MinistryAnswer(429, TOO_MANY, **{"Retry-After": "3600"})


@csrf_exempt
@login_not_required
def nothing_here(request: HttpRequest) -> HttpResponse:
    return envelope(404, "Không tìm thấy địa chỉ này")


# --- sessions -----------------------------------------------------------------------------------------------
# The ministry's header ``Authorization: Basic`` holds one value that its document prints for everybody. It is taken
# as it comes and proves nothing here: what proves is the key, then the session's own secrets.


@spoken("POST")
def token(request: HttpRequest) -> HttpResponse:
    """Username: the lodging's code; password: a key of it."""
    _counted("ministry.token", client_address(request), SIGN_INS_AN_HOUR)
    grant = request.POST.get("grant-type") or request.POST.get("grant_type")
    if grant != ministry.GRANT_TYPE:
        raise MinistryAnswer(400, f"grant-type phải là {ministry.GRANT_TYPE}")
    opened = lodging.open_session(
        username=request.POST.get("username", "")[:100], password=request.POST.get("password", "")[:300]
    )
    if opened is None:
        raise MinistryAnswer(401, NOT_ENTERED)
    return envelope(200, ministry.SUCCESS, _session(opened))


@spoken("POST")
def refresh_token(request: HttpRequest) -> HttpResponse:
    _counted("ministry.token", client_address(request), SIGN_INS_AN_HOUR)
    opened = lodging.renew_session(refresh=request.GET.get("refresh_token", "")[:300])
    if opened is None:
        raise MinistryAnswer(401, TOKEN_OVER)
    return envelope(200, ministry.SUCCESS, _session(opened))


@spoken("DELETE")
def revoke(request: HttpRequest) -> HttpResponse:
    """To end what has ended is no error."""
    lodging.end_session(access=request.GET.get("access_token", "")[:300])
    return envelope(200, ministry.SUCCESS)


def _session(opened: lodging.IssuedSession) -> dict[str, Any]:
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
        "IsCsltChinh": first_of_business(place),
    }


def _entered(request: HttpRequest) -> LodgingProgram:
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    program = program_by_session(secret.strip()) if scheme.lower() == "bearer" and secret else None
    if program is None:
        raise MinistryAnswer(401, TOKEN_OVER, **{"WWW-Authenticate": "Bearer"})
    _counted("ministry.calls", str(program.token_id), CALLS_AN_HOUR)
    if program.used_on != clock.today():
        lodging.note_token_use(program.token_id)
    return program


# --- declaring ----------------------------------------------------------------------------------------------


@spoken("POST")
def declare(request: HttpRequest) -> HttpResponse:
    """All records or none, by the ministry's checks; ``data`` is what ``/api/v1/stays`` would answer."""
    program = _entered(request)
    outcome = declaring.declare_records(program, request.body)
    is_test = program.establishment.sandbox
    return envelope(200, TESTED if is_test else ministry.SUCCESS, batch_out(outcome, None, [], sandbox=is_test))


@spoken("POST")
def citizens(request: HttpRequest) -> HttpResponse:
    """Vietnamese guests are not declared here; a program that sends them is told so, and nothing is taken."""
    _entered(request)
    raise MinistryAnswer(400, FOREIGNERS_ONLY)


# --- catalogues ---------------------------------------------------------------------------------------------


def _catalogue(entries: list[dict[str, Any]]) -> HttpResponse:
    return envelope(200, ministry.SUCCESS, entries, **{"Cache-Control": "public, max-age=3600"})


@spoken("GET")
def nationalities(request: HttpRequest) -> HttpResponse:
    """The portal's codes, and those of people for whom the portal has none."""
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


@spoken("GET")
def provinces(request: HttpRequest) -> HttpResponse:
    return _catalogue(
        [
            {"maTT": unit.code, "tenTT": unit.name, "tenTTEn": places.fold(unit.name).upper()}
            for unit in places.provinces_today()
        ]
    )


@spoken("GET")
def wards(request: HttpRequest) -> HttpResponse:
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


def _numbered(name: str) -> HttpResponse:
    listed = exchange.code_lists()[name]["entries"]
    entries = [{"id": int(entry["portal_code"]), "name": entry["name_vi"]} for entry in listed if entry["portal_code"]]
    return _catalogue(sorted(entries, key=lambda entry: entry["id"]))


@spoken("GET")
def reasons(request: HttpRequest) -> HttpResponse:
    return _numbered("purpose")


@spoken("GET")
def documents(request: HttpRequest) -> HttpResponse:
    return _numbered("document_kind")


@spoken("GET")
def residences(request: HttpRequest) -> HttpResponse:
    return _catalogue([{"id": number, "name": name} for number, name in ministry.RESIDENCES])
