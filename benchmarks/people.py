"""One person, many records, through the real database: ``python -m benchmarks.people``.

``BENCH_PEOPLE`` (100,000) invented people are declared, each fifth of them again as people come back (KINDS), and twins
beside them. Everybody is looked at as the nightly run does it. What was joined and proposed is compared with what is
true; then guests are declared one by one and matched as the job after a declaration does it. Last an officer asks for
people under other spellings than they were declared by (``python -m benchmarks.people search``: that alone). Seeded.
"""

import os
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from benchmarks import database
from benchmarks.pages import processor_of

PEOPLE = int(os.environ.get("BENCH_PEOPLE", "100000"))
SAMPLE_SIZE = 300
Guest = tuple[str, str, str, str, str]  # name, birth date, sex, nationality, document


def main() -> None:
    """Print how well and how fast records of one person are recognised and matched."""
    database.prepare()
    from ancu.demo.province import load_province

    load_province(stays=2_000)
    rng = Random(8)
    true = {frozenset(pair): kind for kind, *pair in _store(rng)}
    if "search" not in sys.argv:
        _match_everybody()
        _judge(true)
        _one_by_one(rng)
        _pages()
    _searched()


# ---- who is declared -------------------------------------------------------------------------------------


def _store(rng: Random) -> Iterator[tuple[str, int, int]]:
    """Write all records to the database; yield the related pairs as (kind, older traveller's id, newer's id).

    The kind is how a person's second record differs, or ``twins``.
    """
    from benchmarks.names.invented import people

    guests: list[Guest] = []
    pairs: list[tuple[str, int, int]] = []
    kinds = list(KINDS)
    for n, person in enumerate(people(rng, PEOPLE)):
        first = (person.name, person.birth_date, person.sex, person.nationality, _number(rng))
        guests.append(first)
        returning = KINDS[kinds[n // 5 % len(kinds)]](rng, first) if n % 5 == 0 else None
        if returning and (returning[1], returning[4]) != (
            first[1],
            first[4],
        ):  # else it is the same traveller as it stands
            guests.append(returning)
            pairs.append((kinds[n // 5 % len(kinds)], len(guests) - 2, len(guests) - 1))
        if n % 50 == 1 and (twin := _twin(rng, first)):
            guests.append(twin)
            pairs.append(("twins", len(guests) - 2, len(guests) - 1))
    start = _copy(rng, guests)
    for kind, person, twin in pairs:
        yield kind, start + person, start + twin


def _number(rng: Random) -> str:
    """Return a random document number."""
    return rng.choice("ABCEGHKLMNPRX") + "".join(rng.choices("0123456789", k=8))


def _near_number(rng: Random, number: str) -> str:
    """Return the document number with a confusable character exchanged or a wrong digit."""
    likely = str.maketrans("0185B", "OIBS8")
    wrong = number[0] + number[1:].translate(likely)
    place = next((i for i in range(1, 9) if wrong[i] != number[i]), 0)
    if place and rng.random() < 0.7:
        return number[:place] + wrong[place] + number[place + 1 :]
    place = rng.randrange(1, 9)
    return number[:place] + str((int(number[place]) + rng.randint(1, 9)) % 10) + number[place + 1 :]


def _turned(rng: Random, name: str) -> str:
    """Return the name with its words rotated, the last ones first."""
    words = name.split()
    at = rng.randrange(1, len(words)) if len(words) > 1 else 0
    return " ".join([*words[at:], *words[:at]])


def _respelt(rng: Random, name: str) -> str:
    """Return the name as another record may have it: misspelt, words in another order, incomplete."""
    from ancu.engines.names import Person
    from benchmarks.names.invented import copy_of

    return copy_of(rng, Person(name)).name


def _slipped(rng: Random, birth: str) -> str:
    """Return the birth date with a typing error, as another record may have it."""
    if len(birth) < 10:
        return birth
    if int(birth[8:]) <= 12 and rng.random() < 0.5:
        return f"{birth[:4]}-{birth[8:]}-{birth[5:7]}"
    return f"{birth[:3]}{(int(birth[3]) + 1) % 10}{birth[4:]}"


KINDS: dict[str, Callable[[Random, Guest], Guest]] = {
    "renewed": lambda rng, g: (_turned(rng, g[0]), *g[1:4], _number(rng)),
    "renewed, name respelt": lambda rng, g: (_respelt(rng, g[0]), *g[1:4], _number(rng)),
    "renewed, a slip in the birth date": lambda rng, g: (g[0], _slipped(rng, g[1]), *g[2:4], _number(rng)),
    "a number misread": lambda rng, g: (_turned(rng, g[0]), *g[1:4], _near_number(rng, g[4])),
    "a number misread, name respelt": lambda rng, g: (_respelt(rng, g[0]), *g[1:4], _near_number(rng, g[4])),
    "the same number, a slip in the birth date": lambda rng, g: (_turned(rng, g[0]), _slipped(rng, g[1]), *g[2:]),
    "the same number, the year of birth alone": lambda rng, g: (_respelt(rng, g[0]), g[1][:4], *g[2:]),
}


def _twin(rng: Random, guest: Guest) -> Guest | None:
    """Return an invented twin of the guest: same family name, birth date and nationality, next passport number.

    None if no other given name results.
    """
    from ancu.demo.names import make_person

    words = guest[0].split()
    given_name = make_person(rng, guest[3], sex="F").full_name.split()[-1]
    if len(words) < 2 or given_name in words:
        return None
    number = f"{guest[4][:-2]}{(int(guest[4][-2:]) + 1) % 100:02}"
    return " ".join([*words[:-1], given_name]), guest[1], guest[2], guest[3], number


# ---- as declaring leaves it ------------------------------------------------------------------------------


def _copy(rng: Random, guests: list[Guest]) -> int:
    """Write a traveller, an identity and a stay for each guest by COPY; return the first id.

    The stays are spread over lodgings and two years.
    """
    from django.db import connection

    from ancu.apps.lodging.models import Establishment
    from ancu.apps.stays.models import Submission
    from ancu.apps.travellers.models import Traveller
    from ancu.apps.travellers.rules import name_key

    places = list(Establishment.objects.filter(status="active", sandbox=False).values_list("pk", "unit_id"))
    paper = Submission.objects.order_by("pk").values_list("pk", flat=True)[0]
    start = Traveller.objects.order_by("-pk").values_list("pk", flat=True)[0] + 1
    today = date.today()
    with connection.cursor() as cursor:
        with cursor.copy("COPY travellers_traveller (id, first_seen_at) FROM STDIN") as rows:
            for n in range(len(guests)):
                rows.write_row((start + n, today))
        columns = "id, traveller_id, document_number, nationality, birth_date, full_name, name_key"
        with cursor.copy(f"COPY travellers_identity ({columns}) FROM STDIN") as rows:
            for n, (name, birth, _sex, nation, number) in enumerate(guests, start=start):
                rows.write_row((n, n, number, nation, birth, name, name_key(name)))
        with cursor.copy(f"COPY stays_stay ({STAY}) FROM STDIN") as rows:
            for n, guest in enumerate(guests, start=start):
                rows.write_row(_stay(rng, n, guest, paper, rng.choice(places), today))
        for table in ("travellers_traveller", "travellers_identity"):
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")
        cursor.execute("ANALYZE")
    return int(start)


STAY = (
    "submission_id, position, client_reference, establishment_id, unit_id, identity_id, full_name, name_key,"
    " birth_date, sex, nationality, document_kind, document_number, entry_paper, purpose, room, arrived_on,"
    " expected_departure, departed_on, departure_presumed, declared_at, minutes_late, limit_id, status,"
    " withdrawal_reason"
)


def _stay(rng: Random, n: int, guest: Guest, paper: int, place: tuple[int, int], today: date) -> tuple[Any, ...]:
    """Return the values of a past stay's row, in the order of the columns ``STAY``.

    ``n`` is the guest's identity, ``paper`` the submission, ``place`` lodging and unit.
    """
    from ancu.apps.travellers.rules import name_key

    name, birth, sex, nation, number = guest
    arrived = today - timedelta(days=rng.randint(4, 730))
    departed = arrived + timedelta(days=rng.randint(1, 3))
    return (
        paper, n, "", *place, n, name, name_key(name), birth, sex, nation, "passport", number, "", "", "", arrived,
        departed, departed, False, arrived, 0, "", "declared", "",
    )  # fmt: skip


# ---- what is measured ------------------------------------------------------------------------------------


def _match_everybody() -> None:
    """Run the nightly matching of all records and print how long it took."""
    from ancu.apps.travellers.models import Identity, MatchKey
    from ancu.apps.travellers.services.matching import match_all

    began, used = time.perf_counter(), time.process_time()
    tally = match_all()
    took = time.perf_counter() - began
    each, python = 1000 * took / tally.looked_at, 1000 * (time.process_time() - used) / tally.looked_at
    keys = MatchKey.objects.count() / Identity.objects.count()
    print(
        f"{tally.looked_at:,} records looked at in {took:.0f} s ({each:.2f} ms each, {python:.2f} of it Python's"
        f" processor), {tally.weighed:,} pairs weighed; {keys:.1f} keys a record; load {os.getloadavg()[0]:.1f}"
    )


def _judge(true: dict[frozenset[int], str]) -> None:
    """Print precision and recall of the matches compared with the truth, and the outcome for each kind of pair."""
    from ancu.apps.travellers.models import TravellerPair

    pairs = {frozenset((a, b)): state for a, b, state in TravellerPair.objects.values_list("older", "newer", "state")}
    same = {pair for pair, kind in true.items() if kind != "twins"}
    for title, joined in (
        ("joined by itself", {pair for pair, state in pairs.items() if state == "same"}),
        ("joined or proposed", set(pairs)),
    ):
        hit = len(joined & same)
        print(
            f"{title:24} precision {hit / max(1, len(joined)):.4f} ({len(joined) - hit} of {len(joined):,} wrong)"
            f"  recall {hit / len(same):.3f} of {len(same):,}"
        )
    print(f"\n| {'how they came back':42} | records | joined | proposed | missed |")
    for kind in (*KINDS, "twins"):
        states = Counter(pairs.get(pair, "missed") for pair, true_kind in true.items() if true_kind == kind)
        count = sum(states.values())
        shares = [f"{states[state] / count:.1%}" for state in ("same", "open", "missed")]
        print(f"| {kind:42} | {count:7,} | {shares[0]:>6} | {shares[1]:>8} | {shares[2]:>6} |")


def _one_by_one(rng: Random) -> None:
    """Declare guests one by one, half of them returning, and print the cost of matching each."""
    from django.db import connection

    from ancu.apps.lodging.models import Establishment
    from ancu.apps.stays.services import declare
    from ancu.apps.travellers.models import Identity
    from ancu.apps.travellers.services.matching import match, match_new
    from ancu.core.actor import system
    from ancu.engines.exchange import interpret

    place = Establishment.objects.filter(status="active", sandbox=False)[0]
    times, ours, theirs = [], 0.0, 0.0
    for record in _records(rng):
        declare(actor=system("bench"), establishment=place, rows=interpret([record]), channel="api")
        new, server = Identity.objects.latest("pk").pk, connection.connection.info.backend_pid
        began, here, there = time.perf_counter(), time.process_time(), processor_of(server)
        match([new])
        times.append(1000 * (time.perf_counter() - began))
        ours += time.process_time() - here
        theirs += processor_of(server) - there
    middle, late = statistics.median(times), sorted(times)[int(SAMPLE_SIZE * 0.95)]
    python, base = 1000 * ours / SAMPLE_SIZE, 1000 * theirs / SAMPLE_SIZE
    print(
        f"\nmatching one declaration: {python:.1f} ms of processor in Python, {base:.1f} in the database; on the clock"
        f" median {middle:.1f} ms, p95 {late:.1f} ms at load {os.getloadavg()[0]:.1f}"
    )
    began = time.perf_counter()
    match_new()
    print(f"looking for what is new, once a minute: {1000 * (time.perf_counter() - began):.1f} ms")


def _records(rng: Random) -> Iterator[dict[str, str]]:
    """Yield the guests to declare one by one, half of them returning under a reordered name."""
    from ancu.apps.travellers.models import Identity
    from benchmarks.names.invented import people

    today = date.today()
    days = {"arrived_on": str(today), "expected_departure": str(today + timedelta(days=2)), "room": "1"}
    names = ("full_name", "birth_date", "sex", "nationality", "document_number")
    for n, person in enumerate(people(rng, SAMPLE_SIZE)):
        guest: Guest = (person.name, person.birth_date, person.sex, person.nationality, _number(rng))
        if n % 2:
            identity = Identity.objects.get(pk=rng.randrange(3_000, PEOPLE))
            guest = (
                _turned(rng, identity.full_name),
                identity.birth_date,
                person.sex,
                identity.nationality,
                _number(rng),
            )
        yield dict(zip(names, guest, strict=True)) | days


def _pages() -> None:
    """Print the seconds of the pages on which officers review matches."""
    from django.contrib.auth import get_user_model

    from ancu.apps.accounts.selectors import actor_for
    from ancu.apps.travellers.models import TravellerPair
    from ancu.apps.travellers.selectors.pairs import PairFilter, counts, pair_page

    print(f"\n{TravellerPair.objects.count():,} pairs; the officer's list and its counts, best of five:")
    for email in ("canbo@xnc.example", "canbo@maichau.example"):
        actor = actor_for(get_user_model().objects.get(email=email))
        for title, ask in (
            ("list", lambda actor=actor: pair_page(actor, PairFilter())),
            ("counts", lambda actor=actor: counts(actor)),
        ):
            times = []
            for _turn in range(5):
                began = time.perf_counter()
                ask()
                times.append(1000 * (time.perf_counter() - began))
            print(f"  {email:24} {title:8} {min(times):6.1f} ms")


def _searched() -> None:
    """Print in which share of searches the person is on the first page of an officer's results."""
    from django.contrib.auth import get_user_model

    from ancu.apps.accounts.selectors import actor_for
    from ancu.apps.stays.models import Stay
    from ancu.apps.stays.selectors.people import find_people
    from ancu.apps.travellers.models import Identity
    from ancu.apps.travellers.selectors import LIMIT

    print(f"\n| {Identity.objects.count():,} spellings, asked for | " + " | ".join(ASKED_AS) + " |")
    for email in ("canbo@xnc.example", "canbo@maichau.example"):
        actor, shares = actor_for(get_user_model().objects.get(email=email)), []
        rng = Random(31)  # the same people for either way of searching that is to be compared
        there = Stay.objects.filter(unit_id__in=actor.area).order_by("id").values_list("identity_id", flat=True)
        chosen = Identity.objects.in_bulk(rng.sample(sorted(set(there)), SAMPLE_SIZE)).values()
        for change in ASKED_AS.values():
            queries = [(identity, change(rng, identity.full_name)) for identity in chosen]
            results = [(identity, [listed for person in find_people(actor, text)[1] for listed in person.identities])
                     for identity, text in queries]  # fmt: skip
            fair = [identity in listed for identity, listed in results if identity in listed or len(listed) < LIMIT]
            shares.append(f"{sum(fair) / max(1, len(fair)):.3f} of {len(fair)}")
        print(f"| {email} | " + " | ".join(shares) + " |")
    print("a page of namesakes that was full without the one asked for says nothing, and is not counted")


def _slip(rng: Random, name: str) -> str:
    """Return the name with a typing error, as a person may search for it."""
    from benchmarks.names.invented import typo

    return " ".join(typo(rng, name.upper().split()))


def _left_out(rng: Random, name: str) -> str:
    """Return the name without one of its words, as a person may search for it."""
    words = name.split()
    place = rng.randrange(len(words)) if len(words) > 2 else None
    return " ".join(word for n, word in enumerate(words) if n != place)


ASKED_AS: dict[str, Callable[[Random, str], str]] = {
    "as declared": lambda rng, name: name,
    "in another order": _turned,
    "one slip": _slip,
    "a word left out": _left_out,
    "as it comes back": _respelt,
}


if __name__ == "__main__":
    main()
