"""python -m tests.crash.inspect: what this house's database holds, and whether it agrees with itself, as JSON."""

import json
from typing import Any

import django

UNSOUND = {
    "stays without their submission": """
        SELECT count(*) FROM stays_stay WHERE NOT EXISTS (
            SELECT FROM stays_submission submission WHERE submission.id = submission_id)""",
    "submissions whose rows are not as many as they say": """
        SELECT count(*) FROM stays_submission submission WHERE accepted_count <> (
            SELECT count(*) FROM stays_stay WHERE submission_id = submission.id)""",
    "submissions that the audit does not know": """
        SELECT count(*) FROM stays_submission submission WHERE NOT EXISTS (
            SELECT FROM audit_event WHERE act = 'stays.declared' AND subject_id = submission.id::text)""",
    "guests stored twice": """
        SELECT count(*) - count(DISTINCT (establishment_id, document_number, nationality, arrived_on))
        FROM stays_stay WHERE status <> 'withdrawn'""",
    "stays whose traveller is unknown": """
        SELECT count(*) FROM stays_stay stay WHERE NOT EXISTS (
            SELECT FROM travellers_identity identity JOIN travellers_traveller traveller
            ON traveller.id = identity.traveller_id WHERE identity.id = stay.identity_id)""",
}


def inspect() -> dict[str, Any]:
    from django.db import connection

    from ancu.apps.audit.services import seal_events, verify_chain
    from ancu.apps.stays.models import Stay, Submission
    from ancu.apps.stays.selectors.receipts import recompute

    with connection.cursor() as cursor:
        unsound = {}
        for name, sql in UNSOUND.items():
            cursor.execute(sql)
            unsound[name] = cursor.fetchone()[0]
    submissions = list(Submission.objects.all())
    unsound["receipts whose hash does not recompute"] = sum(
        recompute(submission) != submission.sha256 for submission in submissions
    )
    while seal_events():
        pass
    unsound["broken links of the audit's chain"] = int(verify_chain()[1] is not None)
    rows: dict[str, list[list[Any]]] = {submission.number: [] for submission in submissions}
    stays = Stay.objects.values_list("submission__number", "id", "document_number")
    for number, *row in stays:
        rows[number].append(row)
    return {
        "unsound": unsound,
        "hashes": {submission.number: submission.sha256 for submission in submissions},
        "rows": rows,
    }


if __name__ == "__main__":
    django.setup()
    print(json.dumps(inspect()))
