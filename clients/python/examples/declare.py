"""Declare one guest, look at what was refused, and read what changed: ANCU_URL and ANCU_KEY in the environment."""

import os
from datetime import date, timedelta

from ancu_client import Client

today = date.today()
guest = {
    "client_reference": "PMS-10023", "full_name": "HOFFMANN JÖRG", "birth_date": "1984-03-08", "sex": "M",
    "nationality": "DEU", "document_number": "C0TEST001", "room": "201", "arrived_on": today,
    "expected_departure": today + timedelta(days=3), "permitted_until": today + timedelta(days=40),
}  # fmt: skip
with Client(os.environ["ANCU_URL"], os.environ["ANCU_KEY"]) as office:
    answer = office.declare([guest], batch_reference=f"night-{today}")
    print(answer.status, answer.receipt)
    for row in answer.refused_rows:
        print(row.client_reference, [finding.message_en for finding in row.errors])
    for stay in office.changes():
        print(stay["id"], stay["status"])
