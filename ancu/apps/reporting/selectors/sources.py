"""What every other app tells of a stretch of days, as figures of our indicators. Nothing that names anybody."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date

from ancu.apps.community.selectors import reported as community
from ancu.apps.dossiers.selectors import reported as dossiers
from ancu.apps.listening.selectors import reported as listening
from ancu.apps.oversight.selectors import reported as oversight
from ancu.apps.reporting.enums import PeriodKind
from ancu.apps.reporting.rules.periods import Span
from ancu.apps.reporting.rules.values import Amount
from ancu.apps.reporting.selectors.periods import homes, root_unit
from ancu.apps.stays.selectors import reported as stays
from ancu.apps.surveys.selectors import reported as surveys
from ancu.apps.tips.selectors import reported as tips
from ancu.core.registry.measurements import Measurement
from ancu.engines.rulebook import Indicator, indicators

Source = Callable[[date, date], Iterator[Measurement]]
SOURCES: tuple[Source, ...] = (
    stays.reported, oversight.reported, dossiers.reported, listening.reported, tips.reported, surveys.reported,
    community.reported,
)  # fmt: skip
ONCE = (dossiers.reported,)  # what is worked out anew for half years and years


def counted(span: Span) -> dict[tuple[str, int], Amount]:
    """By indicator and unit. Of a half year or year only what does not follow from its months."""
    known = {(one.source, one.part): one for one in indicators(span.first_day) if one.how == "query"}
    whole = span.kind != PeriodKind.MONTH
    at_home, root = homes(), root_unit()
    found: dict[tuple[str, int], Amount] = defaultdict(lambda: Amount(0))
    for source in ONCE if whole else SOURCES:
        for told in source(span.first_day, span.last_day):
            one = known.get((told.source, told.of))
            unit = told.unit_id or at_home.get(told.agency_id or 0) or (root.pk if root else None)
            if one is None or unit is None or whole == one.adds_up:
                continue
            found[one.code, unit] += _amount(one, told)
    return dict(found)


def _amount(one: Indicator, told: Measurement) -> Amount:
    return Amount(told.part, told.base) if one.has_base or not one.adds_up else Amount(told.part)
