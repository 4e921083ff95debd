"""Pages of lists that have grown to thousands of rows: how long each takes, how large it is, and how it looks."""

import os
import time

from e2e.walks.kit import Demo, part

KEEPER, LEADER = "canbo@xnc.example", "duyet@xnc.example"
MOST_SECONDS, MOST_BYTES = 3, 600_000
PROGRAMME, SELECTION = os.environ.get("PROGRAMME", ""), os.environ.get("SELECTION", "")


@part
def pages(demo: Demo) -> None:
    """Of the programme and the selection that the environment names, and of the lists that are always there."""
    page = f"/office/community/{PROGRAMME}/"
    asked = [
        ("approvals", "/office/results/approvals/", LEADER), ("desk", "/desk/", KEEPER),
        ("bells", "/notifications/", KEEPER), ("programmes", "/office/community/", KEEPER),
    ]  # fmt: skip
    if PROGRAMME:
        asked += [
            ("programme", page, KEEPER), ("handover", f"{page}handover/", KEEPER), ("bank", f"{page}bank/", KEEPER),
            ("pledges", f"{page}pledges/", KEEPER), ("public", f"/community/{PROGRAMME}/", ""),
            ("ledger", f"{page}ledger.xlsx", KEEPER), ("selection", f"{page}selections/{SELECTION}/", KEEPER),
        ]  # fmt: skip
    for name, path, who in asked:
        with demo.person(who) as walk:
            began = time.monotonic()
            answer = walk.page.request.get(demo.address + path, timeout=60_000)
            took, size = time.monotonic() - began, len(answer.body())
            fits = answer.status == 200 and took < MOST_SECONDS and (size < MOST_BYTES or "." in path)
            demo.seen(f"{name} of thousands", fits, f"{answer.status}, {took:.1f} s, {size:,} bytes")
        if "." not in path and size < MOST_BYTES:
            demo.four_ways(name, path, who)
