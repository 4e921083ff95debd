"""An inbox of ten thousand alerts: a room of its own, walked last, for what it made stays."""

import time
from datetime import timedelta

from ancu.apps.oversight.models import Alert
from ancu.core import clock
from e2e.walks.kit import Demo, part
from e2e.walks.oversight_made import OFFICER, fresh, overstay

INBOX = "/office/alerts/"
MANY = 10_000


@part
def ten_thousand_alerts(demo: Demo) -> None:
    fill_up(MANY - Alert.objects.filter(state="open").count())
    with demo.person(OFFICER, size="1280") as walk:
        for query in ("", "?severity=1", "?rule=overstay", "?age=older"):
            began = time.monotonic()
            walk.go(INBOX + query)
            demo.seen(f"inbox of {MANY} {query}: a page of it", walk.page.locator("main [data-row]").count() <= 50,
                      f"{time.monotonic() - began:.2f} s")  # fmt: skip
        walk.go(INBOX)
        first = walk.page.locator("main [data-row] a").first.get_attribute("href")
        walk.follow(walk.page.locator("main .pager a").last)
        demo.seen("and the next", walk.page.locator("main [data-row] a").first.get_attribute("href") != first)
        walk.look()
    demo.four_ways("inbox-many", INBOX, OFFICER)
    demo.four_ways("inbox-many-next", INBOX + "?age=older", OFFICER)


def fill_up(missing: int) -> None:
    """Copies of one alert, a few minutes apart."""
    one, now = overstay(), clock.now()
    values = {field.attname: getattr(one, field.attname) for field in Alert._meta.concrete_fields}
    del values["id"]
    Alert.objects.bulk_create(
        [
            Alert(
                **values
                | {
                    "key": f"walk:{fresh()}:{place}",
                    "severity": 1 + place % 3,
                    "raised_at": raised,
                    "updated_at": raised,
                }
            )
            for place in range(missing)
            for raised in [now - timedelta(minutes=7 * place)]
        ],
        batch_size=1000,
    )
