"""The one table of a declaration's fields.

Everything that holds a declaration reads it from here: the columns a file may have, the workbook of rejected rows, the
record that is stored, its columns, the receipt's lines, what may be corrected, the API's schema, what is emptied.
``CONTRIBUTING.md`` says how to add a field.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, NamedTuple

import msgspec


class TextPair(NamedTuple):
    """The same text in both languages."""

    vi: str
    en: str


class ColumnReading(Enum):
    """How the text of an optional column is read; other fields have rules of their own (``rows``)."""

    OWN = "own"
    TEXT = "text"  # free text up to ``limit`` characters
    LISTED = "listed"  # a code of the list of this name


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclarationField:
    """One field of a declaration.

    A field that is not ``stored`` only helps to read another one. ``blank`` is what its column holds where nothing is
    declared (None: NULL). ``receipt_since`` is the first version of receipts whose hash includes it. ``words`` name it
    in a sentence, ``title`` above a value. ``headers`` are the column names understood, ``xml_element`` and
    ``portal_header`` those of the national portal's files, ``extra_header`` its column in a workbook of rejected rows.
    """

    name: str
    kind: type[str] | type[date] | type[datetime] = str
    stored: bool = True
    required: bool = False
    blank: str | None = None
    limit: int | None = None
    reading: ColumnReading = ColumnReading.OWN
    personal: bool = False
    correctable: bool = True
    receipt_since: int | None = None
    of_group: bool = False  # the same for all guests who came together
    words: TextPair | None = None
    title: TextPair | None = None
    headers: str = ""
    xml_element: str = ""
    portal_header: TextPair | None = None
    extra_header: TextPair | None = None
    description: str = ""
    example: str | None = None

    @property
    def answer_type(self) -> Any:
        """The Python type of the field in API responses about a stored stay; with None if optional."""
        return self.kind if self.required or self.blank else self.kind | None


class Guest(msgspec.Struct, gc=False):
    """The interpreted values of one person's stay. Dates are Vietnam's; `arrived_at` carries +07:00."""

    full_name: str | None = None  # in Latin letters, as in the passport's machine-readable zone
    birth_date: str | None = None  # 1984-03-08, 1971-05 or 1962: as exact as it is known
    sex: str | None = None  # M, F, X or None
    nationality: str | None = None  # ISO 3166 alpha-3; RKS, SC-, GBD, XXA ... where ISO has none
    document_number: str | None = None
    document_kind: str | None = None
    room: str | None = None
    arrived_on: date | None = None
    arrived_at: datetime | None = None  # only when a time was written; with +07:00
    expected_departure: date | None = None
    departed_on: date | None = None
    permitted_until: date | None = None
    purpose: str | None = None
    entry_paper: str | None = None
    native_name: str | None = None  # as the person writes it: 王小明


DECLARATION_FIELDS = (
    DeclarationField(
        name="number",
        stored=False,
        headers="stt so_thu_tu so_tt no number tt row",
        xml_element="so_thu_tu",
        portal_header=TextPair("STT", "NO"),
    ),
    DeclarationField(
        name="full_name",
        required=True,
        limit=200,
        personal=True,
        receipt_since=1,
        words=TextPair("họ tên", "full name"),
        title=TextPair("Họ và tên", "Full name"),
        headers=(
            "ho_ten ho_va_ten ho_va_ten_khach ho_ten_khach ten_khach ten_khach_hang khach ten_day_du full_name"
            " guest_name name passenger_name ten_nguoi_nuoc_ngoai ho_va_ten_nguoi_nuoc_ngoai citizen_name guest"
            " ho_ten_khach_hang"
        ),
        xml_element="ho_ten",
        portal_header=TextPair("HỌ TÊN ", "FULL NAME"),
        description="In Latin letters as in the passport's machine-readable zone, one field; single names are names.",
        example="HOFFMANN JÖRG",
    ),
    DeclarationField(
        name="native_name",
        blank="",
        limit=200,
        personal=True,
        receipt_since=1,
        words=TextPair("tên bản ngữ", "native name"),
        title=TextPair("Tên bản ngữ", "Native name"),
        headers=(
            "ten_ban_ngu ho_ten_ban_ngu ho_va_ten_ban_ngu ten_goc ho_ten_goc ten_chu_goc native_name"
            " name_in_native_script name_in_own_script original_name ten_tieng_me_de"
        ),
        extra_header=TextPair("TÊN BẢN NGỮ", "NATIVE NAME"),
        description="The name as the person writes it, in any script; optional.",
    ),
    DeclarationField(
        name="birth_date",
        required=True,
        personal=True,
        receipt_since=1,
        words=TextPair("ngày sinh", "birth date"),
        title=TextPair("Ngày sinh", "Date of birth"),
        headers=(
            "ngay_sinh ngay_thang_nam_sinh ngay_thang_nam_sinh_str nam_sinh birth_date date_of_birth dob birthday"
            " birthdate sinh_ngay"
        ),
        xml_element="ngay_sinh",
        portal_header=TextPair("NGÀY SINH", "BIRTH DATE"),
        description="As exact as it is known: 1984-03-08, 1971-05 or 1962. dd/mm/yyyy is read too.",
        example="1984-03-08",
    ),
    DeclarationField(
        name="birth_precision",
        stored=False,
        headers="ngay_sinh_dung_den loai_ngay_thang_nam_sinh xdns birth_precision birth_date_precision",
        xml_element="ngay_sinh_dung_den",
        portal_header=TextPair("NGÀY SINH ĐÚNG ĐẾN", "BIRTH DATE PRECISION"),
    ),
    DeclarationField(
        name="sex",
        blank="",
        personal=True,
        receipt_since=1,
        words=TextPair("giới tính", "sex"),
        title=TextPair("Giới tính", "Sex"),
        headers="gioi_tinh gioi sex gender gender_id phai",
        xml_element="gioi_tinh",
        portal_header=TextPair("GIỚI TÍNH", "SEX"),
        description="M, F, X; empty when the document does not say.",
        example="M",
    ),
    DeclarationField(
        name="nationality",
        required=True,
        personal=True,
        receipt_since=1,
        words=TextPair("quốc tịch", "nationality"),
        title=TextPair("Quốc tịch", "Nationality"),
        headers=(
            "ma_quoc_tich quoc_tich ma_qt qt quoc_tich_hien_nay nationality nationality_code citizenship"
            " quoc_tich_ma_iso_3"
        ),
        xml_element="ma_quoc_tich",
        portal_header=TextPair("MÃ QUỐC TỊCH", "NATIONALITY"),
        description="ISO 3166 alpha-3 (alpha-2 and the portal's codes are read too).",
        example="DEU",
    ),
    DeclarationField(
        name="document_number",
        required=True,
        limit=30,
        personal=True,
        receipt_since=1,
        words=TextPair("số hộ chiếu", "document number"),
        title=TextPair("Số giấy tờ", "Document number"),
        headers=(
            "so_ho_chieu ho_chieu sohc so_hc passport passport_no passport_number document_number document_no"
            " doc_no ho_chieu_so so_passport so_ho_chieu_giay_to so_cccd_ho_chieu passport_id"
        ),
        xml_element="so_ho_chieu",
        portal_header=TextPair("SỐ HỘ CHIẾU", "PASSPORT NUMBER"),
        description="Text, leading zeros kept.",
        example="C0TEST001",
    ),
    DeclarationField(
        name="document_kind",
        blank="passport",
        reading=ColumnReading.LISTED,
        receipt_since=1,
        words=TextPair("loại giấy tờ", "kind of document"),
        title=TextPair("Loại giấy tờ", "Kind of document"),
        headers="loai_giay_to loai_ho_chieu loai_hc document_kind document_type doc_type",
        extra_header=TextPair("LOẠI GIẤY TỜ", "DOCUMENT KIND"),
        description="Code of the list document_kind; passport when absent.",
        example="passport",
    ),
    DeclarationField(
        name="room",
        blank="",
        limit=100,
        personal=True,
        receipt_since=1,
        of_group=True,
        words=TextPair("số phòng", "room"),
        title=TextPair("Phòng", "Room"),
        headers=(
            "so_phong phong so_phong_khoa ten_phong_khoa ten_phong so_phong_luu_tru room room_no room_number"
            " room_name ma_phong"
        ),
        xml_element="so_phong",
        portal_header=TextPair("SỐ PHÒNG", "ROOM"),
        description="Free text; needed by the lodging kinds that have rooms.",
        example="201",
    ),
    DeclarationField(
        name="arrived_on",
        kind=date,
        required=True,
        receipt_since=1,
        of_group=True,
        words=TextPair("ngày đến", "arrival date"),
        title=TextPair("Ngày đến", "Arrived on"),
        headers=(
            "ngay_den ngay_den_cslt ngay_den_cslt_str ngay_den_co_so_luu_tru ngay_nhan_phong ngay_check_in"
            " arrived_on arrived_at arrival arrival_date check_in checkin check_in_date checkin_date"
            " thoi_gian_luu_tru_tu_ngay tam_tru_tu_ngay tu_ngay thoi_gian_den ngay_gio_den"
        ),
        xml_element="ngay_den",
        portal_header=TextPair("NGÀY ĐẾN ", "ARRIVAL DATE"),
        description="Day of arrival in Viet Nam's calendar.",
        example="2026-10-14",
    ),
    DeclarationField(
        name="arrived_at",
        kind=datetime,
        receipt_since=1,
        words=TextPair("giờ đến", "time of arrival"),
        title=TextPair("Giờ đến", "Time of arrival"),
        description="Time of arrival with its zone, if known; stands for arrived_on.",
        example="2026-10-14T15:20:00+07:00",
    ),
    DeclarationField(
        name="arrived_time",
        stored=False,
        of_group=True,
        headers="gio_den arrival_time check_in_time arrived_time",
        extra_header=TextPair("GIỜ ĐẾN", "ARRIVAL TIME"),
    ),
    DeclarationField(
        name="expected_departure",
        kind=date,
        required=True,
        receipt_since=1,
        of_group=True,
        words=TextPair("ngày đi dự kiến", "expected departure"),
        title=TextPair("Dự kiến đi", "Expected departure"),
        headers=(
            "ngay_di_du_kien ngay_di_du_kien_str ngay_di du_kien_di ngay_du_kien_di"
            " thoi_gian_du_kien_tam_tru_tai_cslt thoi_gian_luu_tru_den_ngay tam_tru_den_ngay den_ngay"
            " expected_departure departure departure_date check_out_date checkout_date expected_check_out"
            " ngay_tra_phong_du_kien"
        ),
        xml_element="ngay_di_du_kien",
        portal_header=TextPair("THỜI GIAN DỰ KIẾN TẠM TRÚ TẠI CSLT", "EXPECTED DEPARTURE"),
        description="On or after the arrival.",
        example="2026-10-17",
    ),
    DeclarationField(
        name="departed_on",
        kind=date,
        receipt_since=1,
        words=TextPair("ngày trả phòng", "check-out date"),
        title=TextPair("Đã đi ngày", "Left on"),
        headers=(
            "ngay_tra_phong ngay_tra_phong_thuc_te ngay_di_thuc_te departed_on departed_at actual_departure"
            " check_out checkout actual_check_out"
        ),
        xml_element="ngay_tra_phong",
        portal_header=TextPair("NGÀY TRẢ PHÒNG", "ACTUAL DEPARTURE"),
        description="Only when the guest has really left.",
    ),
    DeclarationField(
        name="permitted_until",
        kind=date,
        personal=True,
        receipt_since=1,
        words=TextPair("thời hạn được phép tạm trú", "permitted stay"),
        title=TextPair("Được ở đến", "Permitted until"),
        headers=(
            "thoi_han_tam_tru thoi_han_tam_tru_str thoi_han_duoc_phep_tam_tru_tai_viet_nam"
            " thoi_han_duoc_phep_tam_tru han_tt_the han_tam_tru duoc_phep_tam_tru_den_ngay duoc_tam_tru_den"
            " duoc_tam_tru_den_ngay permitted_until permitted_stay_until permitted_stay han_visa thoi_han_visa"
            " visa_expiry thoi_han_thi_thuc"
        ),
        xml_element="thoi_han_tam_tru",
        portal_header=TextPair("THỜI HẠN ĐƯỢC PHÉP TẠM TRÚ TẠI VIỆT NAM", "PERMITTED UNTIL"),
        description="Last day the guest may stay in Viet Nam; missing is a warning.",
        example="2026-11-27",
    ),
    DeclarationField(
        name="purpose",
        blank="",
        reading=ColumnReading.LISTED,
        personal=True,
        receipt_since=1,
        of_group=True,
        words=TextPair("mục đích cư trú", "purpose of stay"),
        title=TextPair("Mục đích lưu trú", "Purpose of stay"),
        headers=(
            "muc_dich ma_md ly_do_luu_tru ly_do_cu_tru muc_dich_luu_tru muc_dich_cu_tru muc_dich_nhap_canh purpose"
            " purpose_of_stay reason"
        ),
        extra_header=TextPair("LÝ DO LƯU TRÚ", "PURPOSE"),
        description="Code of the list purpose.",
        example="tourism",
    ),
    DeclarationField(
        name="entry_paper",
        blank="",
        reading=ColumnReading.LISTED,
        personal=True,
        receipt_since=1,
        of_group=True,
        words=TextPair("giấy tờ nhập cảnh", "entry paper"),
        title=TextPair("Giấy tờ nhập cảnh", "Entry paper"),
        headers="loai_thi_thuc_mien_thi_thuc loai_giay_to_nhap_canh loai_thi_thuc entry_paper visa_type loai_visa",
        extra_header=TextPair("LOẠI GIẤY TỜ NHẬP CẢNH", "ENTRY PAPER"),
        description="Code of the list entry_paper.",
        example="e_visa",
    ),
    DeclarationField(
        name="document_expiry",
        stored=False,
        headers=(
            "ngay_het_han ngay_het_han_ho_chieu han_ho_chieu passport_expiry document_expiry ngay_het_han_hc"
            " thoi_han_ho_chieu"
        ),
        extra_header=TextPair("NGÀY HẾT HẠN HỘ CHIẾU", "PASSPORT EXPIRY"),
        description="Warns of a permit misread from it; kept only when it lies before the arrival.",
    ),
)
FIELD = {field.name: field for field in DECLARATION_FIELDS}
STORED = tuple(field for field in DECLARATION_FIELDS if field.stored)
CORRECTABLE = tuple(field.name for field in STORED if field.correctable)
PORTAL = tuple(field for field in DECLARATION_FIELDS if field.xml_element)
BLANKS = tuple((field.name, field.blank) for field in STORED if field.blank is not None)
"""The optional texts, and what their columns hold where nothing is declared."""
FIELDS = tuple(field.name for field in DECLARATION_FIELDS if field.name != "arrived_at")
"""Canonical field names: the keys of `GuestRow.raw` and of the records given to `interpret`.

`number` is the running number as written. `birth_precision` (D, M, Y), `arrived_time` and `document_expiry`
only help to understand other fields; they have no place of their own in a `Guest`. `GuestRow.document_expired_on`
is the last day of a document that had ended before the arrival.
"""
