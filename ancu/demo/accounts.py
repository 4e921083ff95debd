"""The demo's accounts: one for every role, so that each page can be seen as its user sees it."""

from dataclasses import dataclass

from ancu.apps.accounts.enums import AGENCY_ROLES, OrganisationKind, Role
from ancu.apps.accounts.models import Membership, Organisation, User
from ancu.apps.accounts.rules import latest_end
from ancu.apps.accounts.services import enable_totp
from ancu.apps.places.models import AdministrativeUnit
from ancu.core.security import totp

PASSWORD = "an-cu-2026-demo"
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@dataclass(frozen=True)
class DemoAccount:
    """One person of the demo: ``place`` is which organisation of ``load_accounts`` he belongs to."""

    email: str
    full_name: str
    title: str
    role: Role
    place: str

    @property
    def has_second_factor(self) -> bool:
        """Whether the account signs in with a second factor, as officers do."""
        return self.role in AGENCY_ROLES


def present_code() -> str:
    """Return the current code of the demo's shared authenticator secret."""
    return totp.current_code(TOTP_SECRET)


ACCOUNTS = (
    DemoAccount("quanly@homestay.example", "Hà Thị Duyên", "Chủ nhà", Role.MANAGER, "homestay"),
    DemoAccount("letan@homestay.example", "Vì Văn Thái", "Lễ tân", Role.RECEPTIONIST, "homestay"),
    DemoAccount("quanly@khachsan.example", "Nguyễn Thu Trang", "Quản lý", Role.MANAGER, "hotel"),
    DemoAccount("canbo@maichau.example", "Bùi Văn Sơn", "Đại úy", Role.AREA_OFFICER, "commune"),
    DemoAccount("canbo@xnc.example", "Đinh Thị Hạnh", "Thiếu tá", Role.AREA_OFFICER, "office"),
    DemoAccount("tiepnhan@xnc.example", "Nguyễn Thị Hà", "Trung úy", Role.INTAKE_OFFICER, "office"),
    DemoAccount("thamdinh@xnc.example", "Quách Công Lâm", "Đại úy", Role.ASSESSING_OFFICER, "office"),
    DemoAccount("duyet@xnc.example", "Phạm Quang Vinh", "Thượng tá", Role.APPROVING_OFFICER, "office"),
    DemoAccount("tructong@xnc.example", "Lò Thị Mai", "Trung úy", Role.HOTLINE_OPERATOR, "office"),
    DemoAccount("tintocgiac@xnc.example", "Trần Đức Minh", "Thiếu tá", Role.TIP_HANDLER, "office"),
    DemoAccount("tintocgiac2@xnc.example", "Nguyễn Thị Bích", "Đại úy", Role.TIP_HANDLER, "office"),
    DemoAccount("tintocgiac@maichau.example", "Hà Văn Dũng", "Thượng úy", Role.TIP_HANDLER, "commune"),
    DemoAccount("tintocgiac2@maichau.example", "Lường Thị Xuân", "Trung úy", Role.TIP_HANDLER, "commune"),
    DemoAccount("phantich@xnc.example", "Hoàng Lan Phương", "Thượng úy", Role.ANALYST, "office"),
    DemoAccount("quantri@xnc.example", "Đỗ Mạnh Hùng", "Thiếu tá", Role.ADMINISTRATOR, "office"),
    DemoAccount("quantri2@xnc.example", "Hà Thị Nguyệt", "Đại úy", Role.ADMINISTRATOR, "office"),
    DemoAccount("thanhtra@congan.example", "Bùi Quang Hải", "Trung tá", Role.APPROVING_OFFICER, "inspectorate"),
    DemoAccount("thanhtra2@congan.example", "Đinh Thu Trang", "Thiếu tá", Role.AREA_OFFICER, "inspectorate"),
    DemoAccount("daidien@congty.example", "Vũ Hải Yến", "Giám đốc", Role.REPRESENTATIVE, "sponsor"),
    DemoAccount("vanthu@congty.example", "Lê Minh Châu", "Văn thư", Role.CLERK, "sponsor"),
    DemoAccount("teacher@applicant.example", "ADAMS CLAIRE", "", Role.APPLICANT, "applicant"),
    DemoAccount("chong@giadinh.example", "Nguyễn Văn Quân", "", Role.APPLICANT, "family"),
    DemoAccount("thithuc@congty.example", "Ngô Thị Thu Hiền", "Nhân viên", Role.CLERK, "sponsor"),
    DemoAccount("uyquyen@luat.example", "Phùng Khánh Linh", "Luật sư", Role.APPLICANT, "law office"),
)


def load_accounts(homestay: Organisation, hotel: Organisation, commune: AdministrativeUnit) -> None:
    """Create the agencies, the sponsor and every account; agency staff get the demo's second factor."""
    office = Organisation.objects.create(kind=OrganisationKind.AGENCY, name="Phòng Quản lý xuất nhập cảnh")
    office.jurisdiction.set(AdministrativeUnit.objects.filter(kind="province"))
    police = Organisation.objects.create(
        kind=OrganisationKind.AGENCY,
        name=f"Công an {commune.full_name.lower().replace(commune.name.lower(), commune.name)}",
        parent=office,
    )
    police.jurisdiction.set([commune])
    inspectorate = Organisation.objects.create(
        kind=OrganisationKind.AGENCY, name="Thanh tra Công an tỉnh", parent=office, is_inspectorate=True
    )
    sponsor = Organisation.objects.create(kind=OrganisationKind.SPONSOR, name="Công ty TNHH Đá Sông Đà")
    places = {"homestay": homestay, "hotel": hotel, "office": office, "commune": police, "sponsor": sponsor}
    places["inspectorate"] = inspectorate
    for account in ACCOUNTS:
        load_account(account, places.get(account.place))


def load_account(account: DemoAccount, organisation: Organisation | None) -> None:
    """Create a demo account's user, with its membership if it belongs to an organisation."""
    user = User.objects.create_user(
        account.email, PASSWORD, full_name=account.full_name, title=account.title,
        language="en" if account.place == "applicant" else "vi",
    )  # fmt: skip
    if organisation is None:
        return
    term = latest_end() if organisation.kind == OrganisationKind.AGENCY else None
    Membership.objects.create(user=user, organisation=organisation, role=account.role, ends_on=term)
    if organisation.kind == OrganisationKind.AGENCY:
        enable_totp(user, TOTP_SECRET)
