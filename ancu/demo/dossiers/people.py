"""The filers, sponsors and officers of the demo's dossiers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from django.contrib.auth.hashers import make_password

from ancu.apps.accounts.enums import OrganisationKind, Role
from ancu.apps.accounts.models import Membership, Organisation, User
from ancu.apps.dossiers.enums import LegalFileState
from ancu.apps.dossiers.models import LegalFile
from ancu.apps.files.models import StoredFile
from ancu.apps.places.selectors import fold
from ancu.core import clock
from ancu.demo.dossiers import papers
from ancu.demo.names import DemoPerson, make_person, make_vietnamese_name

COLLEAGUES = (
    ("Bạch Thị Lan", "Trung úy", Role.INTAKE_OFFICER),
    ("Xa Thị Hương", "Đại úy", Role.ASSESSING_OFFICER),
    ("Hà Văn Quý", "Thượng úy", Role.ASSESSING_OFFICER),
    ("Đinh Công Sự", "Trung tá", Role.APPROVING_OFFICER),
)
COMPANIES = (
    ("Công ty TNHH Điện tử Lương Sơn", "Sản xuất linh kiện điện tử"),
    ("Công ty CP May Xuất khẩu Sông Bôi", "May mặc"),
    ("Trường Phổ thông Quốc tế Hòa Bình", "Giáo dục"),
    ("Công ty TNHH Khu nghỉ dưỡng Đà Bắc", "Du lịch, lưu trú"),
    ("Công ty TNHH Cơ khí Chính xác Kỳ Sơn", "Cơ khí"),
    ("Trung tâm Ngoại ngữ Bờ Trái Sông Đà", "Dạy ngoại ngữ"),
    ("Công ty CP Thủy điện Nam Hòa Bình", "Sản xuất điện"),
    ("Công ty TNHH Nông sản Cao Phong", "Chế biến nông sản"),
    ("Công ty TNHH Lữ hành Mai Châu Xanh", "Lữ hành quốc tế"),
    ("Công ty TNHH Vật liệu Yên Thủy", "Vật liệu xây dựng"),
    ("Công ty TNHH Nhựa Kỹ thuật Lạc Thủy", "Sản xuất nhựa"),
    ("Bệnh viện Đa khoa Quốc tế Sông Đà", "Khám chữa bệnh"),
)
CITIZENS, FOREIGNERS = 46, 18


@dataclass(frozen=True)
class SponsorCompany:
    """A sponsor, who prepares and who signs for it."""

    organisation: Organisation
    representative: User
    clerk: User
    sponsor: dict[str, str]


@dataclass(frozen=True)
class DossierCast:
    """The users and companies that act on the demo's dossiers."""

    office: Organisation
    intake: list[User]
    assessing: list[User]
    approving: list[User]
    companies: list[SponsorCompany]  # the first is the demo's own
    citizens: list[User]
    foreigners: list[User]
    teacher: User
    husband: User


def make_dossier_cast(rng: Random) -> DossierCast:
    """Create further officers, companies and users, and return the people who act on the demo's dossiers."""
    office = Organisation.objects.get(kind=OrganisationKind.AGENCY, parent=None)
    _add_colleagues(office)
    own = Organisation.objects.get(memberships__user__email="daidien@congty.example")
    other_companies = Organisation.objects.bulk_create(
        Organisation(kind=OrganisationKind.SPONSOR, name=name) for name, _activity in COMPANIES
    )
    leaders = _add_users(_vietnamese(rng, "congty", len(other_companies)))
    Membership.objects.bulk_create(
        Membership(user=user, organisation=organisation, role=Role.REPRESENTATIVE)
        for user, organisation in zip(leaders, other_companies, strict=True)
    )
    accounts = {user.email: user for user in User.objects.filter(email__endswith=".example")}
    companies = [SponsorCompany(own, accounts["daidien@congty.example"], accounts["vanthu@congty.example"], {})]
    companies += [
        SponsorCompany(company, user, user, {}) for company, user in zip(other_companies, leaders, strict=True)
    ]
    for company in companies:
        company.sponsor.update(_as_sponsor(rng, company))
    return DossierCast(
        office=office,
        intake=_officers(office, Role.INTAKE_OFFICER),
        assessing=_officers(office, Role.ASSESSING_OFFICER),
        approving=_officers(office, Role.APPROVING_OFFICER),
        companies=companies,
        citizens=_add_users(_vietnamese(rng, "giadinh", CITIZENS)),
        foreigners=_add_users(_foreign(rng), language="en"),
        teacher=accounts["teacher@applicant.example"],
        husband=accounts["chong@giadinh.example"],
    )


def _add_colleagues(office: Organisation) -> None:
    """Create further officers of the office, who cannot sign in."""
    users = _add_users((f"{fold(name).replace(' ', '')}@xnc.example", name, title) for name, title, _role in COLLEAGUES)
    Membership.objects.bulk_create(
        Membership(user=user, organisation=office, role=role)
        for user, (_name, _title, role) in zip(users, COLLEAGUES, strict=True)
    )


def _officers(office: Organisation, role: Role) -> list[User]:
    """Return the office's officers with this role."""
    return list(User.objects.filter(memberships__organisation=office, memberships__role=role).order_by("id"))


def _add_users(people: Iterable[tuple[str, str, str]], *, language: str = "vi") -> list[User]:
    """Create users who cannot sign in, one for each (email, name, title); return them in order."""
    nobody = make_password(None)
    return User.objects.bulk_create(
        User(email=email, full_name=name, title=title, language=language, password=nobody)
        for email, name, title in people
    )


def _vietnamese(rng: Random, domain: str, count: int) -> list[tuple[str, str, str]]:
    """Return (email, name, title) of ``count`` invented Vietnamese people with addresses in ``domain``."""
    names = [make_vietnamese_name(rng, rng.choice("MF")) for _ in range(count)]
    return [(f"{fold(name).replace(' ', '')}{n}@{domain}.example", name, "") for n, name in enumerate(names, start=1)]


def _foreign(rng: Random) -> list[tuple[str, str, str]]:
    """Return (email, name, title) of invented foreigners."""
    nations = ("GBR", "USA", "FRA", "KOR", "JPN", "AUS", "DEU", "PHL")
    people: list[DemoPerson] = [make_person(rng, rng.choice(nations), working=True) for _ in range(FOREIGNERS)]
    return [(f"applicant{n}@applicant.example", person.full_name, "") for n, person in enumerate(people, start=1)]


def _as_sponsor(rng: Random, company: SponsorCompany) -> dict[str, str]:
    """Return a company's answers to form fields about the sponsor, by prefill name."""
    return {
        "organisation.name": company.organisation.name,
        "organisation.address": f"Số {rng.randint(2, 180)}, đường Cù Chính Lan",
        "organisation.phone": f"0218 3{rng.randint(10, 99)} {rng.randint(1000, 9999)}",
        "organisation.email": company.representative.email,
        "organisation.tax_code": f"54{rng.randint(0, 99_999_999):08}",
        "organisation.signer_name": company.representative.full_name.upper(),
        "organisation.signer_position": company.representative.title or "Giám đốc",
    }


def person_as_sponsor(rng: Random, user: User) -> dict[str, str]:
    """Return a user's answers to form fields about the family sponsor, by prefill name."""
    return {
        "sponsor.full_name": user.full_name,
        "sponsor.sex": "F" if "Thị" in user.full_name else "M",
        "sponsor.birth_date": f"{rng.randint(1968, 1999)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}",
        "sponsor.address": f"Tổ {rng.randint(1, 14)}, phường Hòa Bình",
        "sponsor.phone": f"091{rng.randint(10, 99) % 10} {rng.randint(100, 999)} {rng.randint(100, 999)}",
        "sponsor.email": user.email,
        "sponsor.document_number": f"017{rng.randint(0, 999_999_999):09}",
        "sponsor.occupation": "Kinh doanh tự do",
    }


def make_legal_files(rng: Random, cast: DossierCast) -> None:
    """Create a legal file in force for each company; a few also get a newer one awaiting approval."""
    files, rows = [], []
    activities = dict(COMPANIES)
    for position, company in enumerate(cast.companies):
        activity = activities.get(company.organisation.name, "Khai thác và chế biến đá")
        versions = [LegalFileState.APPROVED] + [LegalFileState.SUBMITTED] * (position in {0, 4, 9})
        for version, state in enumerate(versions, start=1):
            scans = [_legal_scan(company, title) for title in ("Giấy phép hoạt động", "NA16")]
            files += scans
            rows.append(_legal_file(rng, cast, company, activity, version, state, scans))
    StoredFile.objects.bulk_create(files)
    LegalFile.objects.bulk_create(rows)


def _legal_scan(company: SponsorCompany, title: str) -> StoredFile:
    """Store a scan of a company's legal paper."""
    data = papers.scan(title, [company.organisation.name, company.sponsor["organisation.address"]])
    organisation = company.organisation.pk
    return papers.store_sealed(
        f"{title}.pdf", data, purpose="legal_file", owner=company.representative.pk, organisation=organisation
    )


def _legal_file(
    rng: Random, cast: DossierCast, company: SponsorCompany, activity: str, version: int, state: LegalFileState,
    scans: list[StoredFile],
) -> LegalFile:  # fmt: skip
    """Return the unsaved version of a company's legal file in this state; ``scans`` are licence and NA16."""
    sent = clock.now() - timedelta(days=rng.randint(500, 1300) if version == 1 else rng.randint(1, 3), hours=3)
    decided = state == LegalFileState.APPROVED
    sponsor = company.sponsor
    return LegalFile(
        organisation=company.organisation,
        version=version,
        state=state,
        name=company.organisation.name,
        tax_code=sponsor["organisation.tax_code"],
        licence_number=f"{sponsor['organisation.tax_code']}-{version}",
        licence_date=clock.local(sent).date() - timedelta(days=rng.randint(300, 3000)),
        licence_authority="Sở Kế hoạch và Đầu tư tỉnh",
        address=sponsor["organisation.address"],
        phone=sponsor["organisation.phone"],
        email=sponsor["organisation.email"],
        field=activity,
        signatory_name=sponsor["organisation.signer_name"],
        signatory_title=sponsor["organisation.signer_position"],
        valid_from=clock.local(sent).date(),
        licence_scan=scans[0],
        na16_scan=scans[1],
        submitted_by=company.representative,
        submitted_at=sent,
        decided_by=rng.choice(cast.intake) if decided else None,
        decided_at=sent + timedelta(days=1) if decided else None,
    )
