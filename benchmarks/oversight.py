"""What the rules cost: ``python -m benchmarks.oversight``.

``--here`` asks the database as it stands, ``--again`` that of the last benchmark, so that a large one is grown once.
The night over everything, rule by rule, twice (the first raises, the second finds all unchanged); one declaration's
evaluation beside all stays; a replay of the past year; and the officer's pages. ``BENCH_STAYS`` (1,000,000) says how
many stays the database is grown to.
"""

import os
import statistics
import time
from collections.abc import Iterator

from benchmarks.pages import Page, prepare, show

STAYS = int(os.environ.get("BENCH_STAYS", "1000000"))
OFFICER = "canbo@xnc.example"
DECLARATIONS = 60
AIM_NIGHT, AIM_ONE = 300, 20  # seconds for 10,000,000 stays; milliseconds


def main() -> None:
    """Print how long the alert rules take: nightly, for a declaration, in a replay, and on their pages."""
    prepare(stays=STAYS)
    from ancu.apps.stays.models import Stay

    print(f"The rules at {Stay.objects.count():,} stays\n")
    night()
    one_declaration()
    replays()
    show("Pages of alerts of the province's officer", lambda: (Page(name, url, OFFICER) for name, url in pages()))


def night() -> None:
    """Print for each alert rule the seconds of its first nightly run and of the next, without new facts."""

    from ancu.apps.oversight.rules.catalogue import RULES
    from ancu.apps.oversight.services.evaluating import evaluate_rule
    from ancu.core.actor import system

    print("| rule | facts | first night, s | every night, s |\n|---|---:|---:|---:|")
    total = [0.0, 0.0]
    for code, rule in RULES.items():
        spent, alert_count = [], 0
        for turn in range(2):
            begin = time.perf_counter()
            alert_count = evaluate_rule(system("bench"), rule)
            spent.append(time.perf_counter() - begin)
            total[turn] += spent[turn]
        print(f"| {code} | {alert_count:,} | {spent[0]:.2f} | {spent[1]:.2f} |", flush=True)
    print(f"| all | | {total[0]:.1f} | {total[1]:.1f} |\n")


def one_declaration() -> None:
    """Print the cost of evaluating the alert rules for a new submission, as the job of each minute does.

    It evaluates the newest ones, and is not rolled back: that would also drop the plans that the server keeps.
    """
    from ancu.apps.oversight.services.evaluating import evaluate_stays
    from ancu.apps.stays.models import Submission

    spent, stays = [], 0
    for submission in Submission.objects.order_by("-received_at")[:DECLARATIONS]:
        ids = list(submission.stays.values_list("pk", flat=True))
        begin = time.perf_counter()
        evaluate_stays(ids, [submission.establishment_id])
        spent.append((time.perf_counter() - begin) * 1000)
        stays += len(ids)
    warm = sorted(spent[5:])
    summary = (
        f"median {statistics.median(warm):.1f} ms, p95 {warm[int(len(warm) * 0.95)]:.1f} ms, first {spent[0]:.0f} ms"
    )
    print(f"one declaration ({stays / len(spent):.1f} guests): {summary}; aim {AIM_ONE} ms\n", flush=True)


def replays() -> None:
    """Print the seconds of replaying each alert rule over the past year."""
    from datetime import timedelta

    from ancu.apps.oversight.rules.catalogue import RULES
    from ancu.apps.oversight.selectors.gathering import judge_past
    from ancu.apps.oversight.selectors.parameters import thresholds_in_force
    from ancu.core import clock

    today = clock.today()
    print("| replay of a year | cases | s |\n|---|---:|---:|")
    for code, rule in RULES.items():
        values = thresholds_in_force(code, today).values
        begin = time.perf_counter()
        cases = sum(1 for _case in judge_past(rule, [values, values], today, today - timedelta(days=365)))
        print(f"| {code} | {cases:,} | {time.perf_counter() - begin:.1f} |", flush=True)
    print()


def pages() -> Iterator[tuple[str, str]]:
    """Yield name and URL of every list and page about alerts."""
    from django.urls import reverse

    from ancu.apps.oversight.models import Alert

    inbox = reverse("oversight:inbox")
    yield "alerts: waiting", inbox
    for rule in ("overstay", "not_checked_out", "silent"):
        yield f"alerts: {rule}", f"{inbox}?rule={rule}"
    yield "alerts: of medium severity", f"{inbox}?severity=2"
    yield "alerts: more than two weeks", f"{inbox}?age=older"
    yield "alerts: confirmed", f"{inbox}?state=confirmed"
    yield "alerts: closed", f"{inbox}?state=closed"
    yield "one alert", reverse("oversight:alert", args=[Alert.objects.filter(rule="overstay").latest("id").pk])
    yield "the rules", reverse("oversight:rules")
    yield "one rule", reverse("oversight:rule", args=["overstay"])


if __name__ == "__main__":
    main()
