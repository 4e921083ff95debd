"""Public information: sums, progress and places, never recipients."""

from dataclasses import dataclass, replace

from django.db.models import Count, F, Q, QuerySet, Sum
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ancu.apps.community.enums import (
    ConfirmationMethod,
    EntryKind,
    LedgerAccount,
    RecipientKind,
    SelectionState,
    UnitOfMeasure,
)
from ancu.apps.community.models import (
    Candidate,
    Donor,
    HandoverConfirmation,
    LedgerEntry,
    LedgerLeg,
    Pledge,
    Programme,
    ProgrammePhoto,
    Selection,
    StatementLine,
)
from ancu.apps.community.selectors.choosing import criteria_rule, criterion_name
from ancu.apps.community.selectors.ledger import is_confirmed, sums
from ancu.apps.community.selectors.objections import count_objections
from ancu.apps.community.selectors.planning import with_came
from ancu.apps.community.selectors.reconciling import is_open
from ancu.core import clock
from ancu.core.db.pagination import CursorPage, cursor_page
from ancu.core.documents.reference_numbers import normalise_number, seal, seal_matches, typed_code
from ancu.core.errors import Http404
from ancu.core.registry.code_pages import CodePage
from ancu.core.security import disclosure_control
from ancu.core.security.privacy import REDACTED
from ancu.core.web.http import parse_whole_number

DONORS = 200  # named on a programme's page; the page stays small enough for a bad line
LISTED = 100  # programmes, the newest


@dataclass(frozen=True, slots=True)
class RecipientPlace:
    """The number of recipients in one place; None where suppressed."""

    unit: str
    recipients: int | None

    @property
    def count(self) -> int:
        """The number of recipients in the place as shown; zero if it is suppressed."""
        return self.recipients or 0


@dataclass(frozen=True, slots=True)
class ProgrammeRow:
    """A programme in the list: the value in đồng of gifts and handovers."""

    programme: Programme
    received: int
    handed: int


def newest_programmes() -> QuerySet[Programme]:
    """Return all programmes, the newest first; the public list shows the first ``LISTED``."""
    return Programme.objects.order_by("-begins_on", "-pk")


def public_programmes() -> list[ProgrammeRow]:
    """Return the newest programmes of all agencies, each with the value of its gifts and handovers in đồng."""
    programmes = list(newest_programmes().select_related("unit", "agency").prefetch_related("areas")[:LISTED])
    legs = LedgerLeg.objects.filter(entry__programme__in=[programme.pk for programme in programmes])
    worth = F("quantity") * F("item__vnd_each")
    sums = {
        row["entry__programme"]: row
        for row in legs.order_by()
        .values("entry__programme")
        .annotate(
            received=-Sum(worth, filter=Q(account=LedgerAccount.DONORS), default=0),
            handed=Sum(worth, filter=Q(account=LedgerAccount.HANDED_OVER), default=0),
        )
    }
    none = {"received": 0, "handed": 0}
    with_sums = [(programme, sums.get(programme.pk) or none) for programme in programmes]
    return [ProgrammeRow(programme, amounts["received"], amounts["handed"]) for programme, amounts in with_sums]


@dataclass(frozen=True, slots=True)
class ProgrammeMoney:
    """The value in đồng of what a programme received: handed over, goods not handed over yet, and money left."""

    programme: Programme
    received: int
    handed: int
    goods: int
    money: int


def newest_running_programme() -> ProgrammeMoney | None:
    """Return the sums of the newest programme that has begun and received something; None if all have ended."""
    today = clock.today()
    programme = newest_programmes().filter(begins_on__lte=today, ends_on__gte=today).first()
    if programme is None:
        return None
    received = handed = goods = money = 0
    for line in sums(programme):
        received += line.worth_given
        handed += line.handed * line.item.vnd_each
        if line.item.measure == UnitOfMeasure.VND:
            money += line.remaining
        else:
            goods += line.remaining * line.item.vnd_each
    return ProgrammeMoney(programme, received, handed, goods, money) if received else None


def get_public_programme(pk: int) -> Programme:
    """Return a programme of any agency, or 404; programmes are public."""
    return get_object_or_404(Programme.objects.select_related("unit", "agency"), pk=pk)


def places(programme: Programme) -> list[RecipientPlace]:
    """Return the number of recipients in each place, by the place's name; small numbers are suppressed.

    Only recipients with a handover that still stands count.
    """
    recipients = programme.recipients.filter(entries__reversal__isnull=True, entries__isnull=False).order_by()
    counted = (
        recipients.values("unit__full_name").annotate(number=Count("pk", distinct=True)).order_by("unit__full_name")
    )
    return _suppress_small([RecipientPlace(row["unit__full_name"], row["number"]) for row in counted])


def _suppress_small(counted_places: list[RecipientPlace]) -> list[RecipientPlace]:
    """Return the places with small numbers of recipients suppressed, and others that would reveal them.

    If every number is suppressed, no place is returned: nine places beside a sum of nine would reveal one household
    each.
    """
    hidden = disclosure_control.suppressed_parts([place.count for place in counted_places])
    if len(hidden) == len(counted_places):
        return []
    return [replace(place, recipients=None) if at in hidden else place for at, place in enumerate(counted_places)]


def donors_named(programme: Programme) -> tuple[list[str], int]:
    """Return the first ``DONORS`` names of the programme's donors, and the number of further ones.

    Anonymous donors are left out.
    """
    gifts = programme.entries.filter(kind=EntryKind.GIFT, reversal__isnull=True, donor__anonymous=False)
    names = gifts.exclude(donor__name=REDACTED).order_by("donor__name").values_list("donor__name", flat=True).distinct()
    names_on_page = list(names[: DONORS + 1])
    return names_on_page[:DONORS], names.count() - DONORS if len(names_on_page) > DONORS else 0


def get_gift(number: str) -> LedgerEntry:
    """Return a gift by its receipt number; 404 if it was reversed."""
    entries = LedgerEntry.objects.select_related("programme__agency", "donor").filter(
        kind=EntryKind.GIFT, reversal__isnull=True
    )
    return get_object_or_404(entries, number=normalise_number(number) or number)


def get_handover(number: str) -> LedgerEntry:
    """Return a handover by the number on its minutes; 404 if it was reversed."""
    entries = LedgerEntry.objects.select_related("programme__agency").filter(
        kind=EntryKind.HANDOVER, reversal__isnull=True
    )
    return get_object_or_404(entries, number=normalise_number(number) or number)


def code_page(text: str) -> CodePage | None:
    """Return the public page of a gift receipt or handover minutes by its number; None for another number."""
    number = normalise_number(typed_code(text))
    entries = LedgerEntry.objects.filter(number=number or "-", reversal__isnull=True)
    kind = entries.values_list("kind", flat=True).first()
    if kind == EntryKind.GIFT:
        sentence = _("This is the number of a donor’s receipt.")
        return CodePage(sentence, reverse("community:gift", args=[number]), opens=True)
    if kind == EntryKind.HANDOVER:
        sentence = _("This is the number on a handover record.")
        return CodePage(sentence, reverse("community:handed", args=[number]), opens=True)
    return None


CODE = 16  # signs, 79 bits: what opens a page without an account cannot be guessed


def recipient_code(entry: LedgerEntry) -> str:
    """Return the code printed on the recipient's slip, by which only the recipient can confirm."""
    return seal("community.received", entry.number, length=CODE)


def get_handover_by_code(number: str, code: str) -> LedgerEntry:
    """Return a handover by its number and the recipient's secret code; 404 for a wrong code."""
    if not seal_matches(code.upper(), "community.received", normalise_number(number) or number, length=CODE):
        raise Http404
    return get_handover(number)


def confirmation_to_show(handover: LedgerEntry) -> HandoverConfirmation | None:
    """Return the recipient's confirmation or open objection, otherwise the office's, otherwise the last objection.

    None while there is none.
    """
    own = handover.confirmations.filter(how=ConfirmationMethod.CODE).order_by("-pk").first()
    if own is not None and (own.agrees or not own.decision):
        return own
    return handover.confirmations.order_by("-agrees", "-pk").first()


def donor_code(donor: Donor) -> str:
    """Return the donor's secret code for a page of all their gifts."""
    return f"{donor.pk}-{seal('community.donor', donor.pk, donor.agency_id, length=CODE)}"


def get_donor(code: str) -> Donor:
    """Return the donor who has this secret code, or 404."""
    number, _dash, code_digits = code.partition("-")
    donor = Donor.objects.filter(pk=parse_whole_number(number) or 0).first()
    if donor is None or not seal_matches(
        code_digits.upper(), "community.donor", donor.pk, donor.agency_id, length=CODE
    ):
        raise Http404
    return donor


def gifts_of(donor: Donor, after: str) -> CursorPage[LedgerEntry]:
    """Return a page of the donor's gifts, the newest first, after the cursor ``after``."""
    gifts = donor.entries.filter(reversal__isnull=True).select_related("programme__agency", "donor", "made_by")
    return cursor_page(gifts, "-day", "-pk", after=after)


def pledges_of(donor: Donor, after: str) -> CursorPage[Pledge]:
    """Return a page of the donor's pledges in all programmes by due day, with ``came``, after the cursor ``after``."""
    return cursor_page(with_came(Pledge.objects.filter(donor=donor)), "due_on", "pk", after=after)


def get_gift_of(donor: Donor, number: str) -> LedgerEntry:
    """Return a gift of this donor by its receipt number; 404 if it was reversed."""
    gifts = donor.entries.filter(reversal__isnull=True).select_related("programme__agency__parent", "donor", "made_by")
    return get_object_or_404(gifts, number=normalise_number(number) or number)


@dataclass(frozen=True, slots=True)
class LedgerTrustFigures:
    """Evidence for the sums: confirmed handovers, and until when the books are closed."""

    handed: int
    confirmed: int
    considered: int
    chosen: int
    without_selection: int
    lines: int
    lines_open: int
    objections: int
    decided: int

    @property
    def confirmed_shown(self) -> bool:
        """Whether the counts behind the share of confirmed handovers are large enough to show it."""
        return disclosure_control.is_share_shown(self.confirmed, self.handed)

    @property
    def objections_shown(self) -> bool:
        """Whether the number of objections is large enough to be shown."""
        return not disclosure_control.is_few(self.objections)

    @property
    def decided_shown(self) -> bool:
        """Whether the counts behind the share of decided objections are large enough to show it."""
        return disclosure_control.is_share_shown(self.decided, self.objections)

    @property
    def chosen_shown(self) -> bool:
        """Whether the counts behind the share of chosen candidates are large enough to show it."""
        return disclosure_control.is_share_shown(self.chosen, self.considered)

    @property
    def without_selection_shown(self) -> bool:
        """Whether the number of recipients without a selection is large enough to be shown."""
        return not disclosure_control.is_few(self.without_selection)


# Households compete by points; a school or a public work has none to be chosen by.
WITHOUT_POINTS = Q(recipient__kind=RecipientKind.HOUSEHOLD, recipient__candidate__isnull=True)


def _standing_handovers(programme: Programme) -> QuerySet[LedgerEntry]:
    """Return the programme's handovers that were not reversed."""
    return programme.entries.filter(kind=EntryKind.HANDOVER, reversal__isnull=True)


def count_without_selection(programme: Programme) -> int:
    """Return the number of recipients who received something without having been selected by points."""
    return _standing_handovers(programme).filter(WITHOUT_POINTS).values("recipient").distinct().count()


def trust_figures(programme: Programme) -> LedgerTrustFigures:
    """Return the programme's numbers of confirmations, objections, selections and bank transfers."""
    standing = _standing_handovers(programme)
    handed = standing.aggregate(
        all=Count("pk"), confirmed=Count("pk", filter=Q(is_confirmed("pk"))),
        direct=Count("recipient", filter=WITHOUT_POINTS, distinct=True),
    )  # fmt: skip
    approved = Candidate.objects.filter(selection__programme=programme, selection__state=SelectionState.APPROVED)
    chosen = approved.aggregate(all=Count("pk"), chosen=Count("pk", filter=Q(chosen=True)))
    bank = StatementLine.objects.filter(programme=programme).aggregate(
        all=Count("pk"), open=Count("pk", filter=is_open())
    )
    return LedgerTrustFigures(
        handed["all"], handed["confirmed"], chosen["all"], chosen["chosen"], handed["direct"], bank["all"],
        bank["open"], *count_objections(programme),
    )  # fmt: skip


def photos(programme: Programme) -> list[ProgrammePhoto]:
    """Return the newest photos of the programme that are public."""
    return list(programme.photos.filter(public=True, file__isnull=False).order_by("-pk")[:24])


def get_photo(programme_id: int, pk: int) -> ProgrammePhoto:
    """Return a public photo of the programme, or 404."""
    photos = ProgrammePhoto.objects.filter(public=True, file__isnull=False).select_related("file")
    return get_object_or_404(photos, pk=pk, programme_id=programme_id)


def last_selection(programme: Programme) -> Selection | None:
    """Return the programme's last approved selection; None if there is none."""
    return programme.selections.filter(state=SelectionState.APPROVED).order_by("-pk").first()


def criteria(choice: Selection) -> list[tuple[str, int]]:
    """Return the name and points of each criterion of need that the selection applied."""
    return [
        (criterion_name(need_criterion), need_criterion.points) for need_criterion in criteria_rule(choice).criteria
    ]
