"""What the office's pages cost in the server: ``python -m benchmarks.lists``.

``--here`` asks the database as it stands, ``--again`` that of the last benchmark, so that a large one is grown once.
Each page is asked for through the whole of Django (middleware, view, template) without a network between; the
database's share is the time spent in its answers. ``first`` is the first request of a fresh connection.
``BENCH_STAYS`` (1,000,000) says how many stays the database is grown to, ``BENCH_ASKS`` (40) how often each page is
asked for.
"""

import os
from collections.abc import Iterator

from benchmarks.pages import Page, prepare, show

STAYS = int(os.environ.get("BENCH_STAYS", "1000000"))
OFFICER = "canbo@xnc.example"  # of the whole province: the widest lists
COMMUNE = "canbo@maichau.example"  # may see one guest in some hundred


def main() -> None:
    """Print the times of the pages that the province's officer opens, in milliseconds."""
    prepare(stays=STAYS)
    from ancu.apps.stays.models import Stay

    show(
        f"Pages of the province's officer at {Stay.objects.count():,} stays",
        lambda: (Page(name, address, OFFICER) for name, address in pages()),
    )
    show("The one search, and what waits", desks)


SEARCHED = (
    "kim", "nguyen thi", "smith john", "hofman jorg", "wang xiaoming", "zzyzx", "homestay mai", "gia han", "visa",
)  # fmt: skip
LODGING, INTAKE, APPROVER = "quanly@khachsan.example", "tiepnhan@xnc.example", "duyet@xnc.example"


def desks() -> Iterator[Page]:
    """Yield the task pages of several accounts, pages of guests by name, and pages of the search for anything."""
    from django.urls import reverse

    from ancu.apps.stays.models import Stay, Submission

    find, desk, people = reverse("desk:find"), reverse("desk:desk"), reverse("stays:people")
    for who in (OFFICER, APPROVER, INTAKE, LODGING):
        yield Page(f"what waits: {who.partition('@')[0]}", desk, who)
    number, document = (
        model.objects.order_by("-id").values_list(name, flat=True)[0]
        for model, name in ((Submission, "number"), (Stay, "document_number"))
    )
    for typed in ("kim", "li na", "park ji", "gia han"):
        yield Page(f"people: {typed}, by a commune's officer", f"{people}?q={typed}", COMMUNE)
    for typed in (*SEARCHED, number, document):
        yield Page(f"find: {typed}", find, OFFICER, typed)
    yield Page("find at the counter: kim", find, INTAKE, "kim")
    yield Page("find at a lodging: kim", find, LODGING, "kim")


def pages() -> Iterator[tuple[str, str]]:
    """Yield name and URL of every list, count and search page of the office."""
    from django.urls import reverse

    from ancu.apps.stays.models import Stay

    stay = Stay.objects.select_related("identity", "unit").filter(unit__successor=None).order_by("-id")[0]
    guests, people, lodgings = reverse("stays:guests"), reverse("stays:people"), reverse("stays:lodgings")
    submissions = reverse("stays:submissions")
    yield "area: the province", reverse("stays:area")
    yield "area: one commune", reverse("stays:area-unit", args=[stay.unit_id])
    movement = reverse("oversight:movement")
    yield "movement: the province", movement
    yield "movement: a year ago", f"{movement}?day=15/11/2025"
    yield "movement: one nationality", f"{movement}?nationality=KOR"
    yield "movement: one commune", reverse("oversight:movement-unit", args=[stay.unit_id])
    yield "guests: present on a day last year", f"{guests}?everyone=on&present_on=15/11/2025"
    yield "guests: of a commune, present last year", f"{guests}?unit={stay.unit_id}&everyone=on&present_on=15/11/2025"
    yield "guests: left on a day", f"{guests}?everyone=on&left_on=15/11/2025"
    yield "guests: staying now", guests
    for name in ("late", "overdue", "permit_ended", "everyone"):
        yield f"guests: {name}", f"{guests}?{name}=on"
    yield "guests: one nationality, everyone", f"{guests}?everyone=on&nationality=KOR"
    yield "guests: a rare nationality", f"{guests}?nationality=PRT"
    yield "guests: hospitals", f"{guests}?kind=hospital"
    yield "guests: a month of last year", f"{guests}?everyone=on&since=01/03/2026&until=31/03/2026"
    yield from _of_few(guests, stay.unit_id, _former_commune())
    for text in ("kim", "li na", "nguyen", "nguyen thi", "smith john", "hoffmann", "park ji", "wang xiaoming", "zzyzx"):
        yield f"people: {text}", f"{people}?q={text}"
    yield "people: a small error", f"{people}?q=hofman jorg"
    yield "people: a document number", f"{people}?q={stay.document_number}"
    yield "people: the beginning of a number", f"{people}?q={stay.document_number[:3]}"
    yield "one person", reverse("stays:person", args=[stay.identity.traveller_id])
    yield "one declaration", reverse("stays:stay-office", args=[stay.pk])
    yield "submissions", submissions
    yield "submissions: late", f"{submissions}?late=on"
    yield "submissions of one lodging", reverse("stays:establishment-submissions", args=[stay.establishment_id])
    yield "lodgings", lodgings
    yield "lodgings: by name", f"{lodgings}?q=homestay mai"
    yield "lodgings: by silence", f"{lodgings}?order=silent"
    yield "approvals", reverse("lodging:approvals")


def _of_few(guests: str, commune: int, former: int) -> Iterator[tuple[str, str]]:
    """Yield (name, URL) of guest lists with few or no matches, of the commune and former commune with these ids."""
    yield "guests: two filters that meet nobody", f"{guests}?everyone=on&kind=hotel&purpose=work"
    yield "guests: of a former commune, last year", f"{guests}?unit={former}&everyone=on&present_on=15/11/2025"
    yield "guests: of a former commune, rare", f"{guests}?unit={former}&everyone=on&nationality=PRT"
    yield "guests: late, of a commune", f"{guests}?unit={commune}&everyone=on&late=on"
    yield "guests: overdue, of a commune", f"{guests}?unit={commune}&overdue=on"


def _former_commune() -> int:
    """Return the id of the former commune that has the most lodgings."""
    from django.db.models import Count

    from ancu.apps.lodging.models import Establishment

    placed = Establishment.objects.exclude(locality=None).order_by().values_list("locality")
    return int(placed.annotate(lodgings=Count("pk")).order_by("-lodgings", "locality")[0][0])


if __name__ == "__main__":
    main()
