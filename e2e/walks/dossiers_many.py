"""Ten thousand dossiers in the office's queues and in a company's list, and a name of eighty signs among them.

The demo is grown before: ``python manage.py load_demo --dossiers 600000`` (one in fifty is open); or its web server is
started on a benchmark's database, which has a million.
"""

from ancu.apps.dossiers.models import OPEN, Dossier
from e2e.walks.kit import Demo, further, part
from e2e.walks.made import APPROVER, COMPANY, INTAKE, LONG_NAME

ROWS = 10_000


@part
def queues(demo: Demo) -> None:
    waiting = Dossier.objects.filter(OPEN)
    demo.seen("ten thousand dossiers wait", waiting.count() >= ROWS, waiting.count())
    with demo.person(INTAKE) as walk:
        walk.go("/office/dossiers/")
        first = walk.page.locator("main tr[data-row] .second.num").first.inner_text()
    Dossier.objects.filter(number=first).update(full_name=LONG_NAME)
    demo.four_ways("queue-10000", "/office/dossiers/", INTAKE)
    demo.four_ways("queue-all-10000", "/office/dossiers/?state=", INTAKE)
    demo.four_ways("queue-further-10000", "/office/dossiers/?state=", INTAKE, further)
    demo.four_ways("queue-late-10000", "/office/dossiers/?state=&due=late", INTAKE)
    demo.four_ways("queue-batch-10000", "/office/dossiers/?state=assessed", APPROVER)


@part
def searches(demo: Demo) -> None:
    demo.four_ways("search-10000", "/office/dossiers/?q=kim", INTAKE)
    demo.four_ways("search-short-10000", "/office/dossiers/?q=a", INTAKE)


@part
def filed_by_a_company(demo: Demo) -> None:
    filed = Dossier.objects.filter(organisation__memberships__user__email=COMPANY)
    demo.seen("the company has many", filed.count() > 100, filed.count())
    demo.four_ways("company-10000", "/dossiers/", COMPANY)
    demo.four_ways("company-further-10000", "/dossiers/", COMPANY, further)
