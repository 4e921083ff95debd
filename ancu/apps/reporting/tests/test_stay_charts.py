"""Stays of a year that is not complete by commune and by kind of lodging: rounded, and nothing small follows."""

from datetime import datetime
from types import SimpleNamespace

import pytest
from django.utils.translation import override

from ancu.apps.lodging.enums import LodgingKind
from ancu.apps.lodging.tests.factories import make_establishment
from ancu.apps.reporting.selectors.stay_parts import parts_of_release, stay_parts
from ancu.apps.reporting.selectors.year_results import YearIndicator, YearResults
from ancu.apps.reporting.tests.factories import make_office
from ancu.apps.reporting.views.live_charts import live_charts
from ancu.apps.reporting.views.stay_charts import sum_text
from ancu.apps.stays.enums import StayStatus
from ancu.apps.stays.tests.factories import make_stay
from ancu.core.charts import SUPPRESSED
from ancu.core.clock import VIETNAM

pytestmark = [pytest.mark.django_db, pytest.mark.stage(make=make_office)]
JANUARY, FEBRUARY = 1, 2


def declare(establishment, month, count, **fields):
    """Store declarations of a month of 2026."""
    for _stay in range(count):
        make_stay(establishment, declared_at=datetime(2026, month, 10, tzinfo=VIETNAM), **fields)


@pytest.fixture
def stays(shared_data):
    """Return the office: a hotel with two full months, a homestay elsewhere that had three guests in January."""
    world = shared_data.world
    declare(world.lodging, JANUARY, 21)
    declare(world.lodging, FEBRUARY, 16)
    homestay = make_establishment(world.other_lodging.business, world.units.elsewhere, kind=LodgingKind.HOMESTAY)
    declare(homestay, JANUARY, 3)
    declare(homestay, FEBRUARY, 12)
    declare(world.lodging, FEBRUARY, 2, status=StayStatus.WITHDRAWN)
    return shared_data


def test_months_of_a_kind_are_rounded_and_few_are_hidden(stays):
    assert stay_parts(2026, 2).kinds == {"hotel": [20, 15], "homestay": [None, 10]}


def test_a_commune_is_named_if_each_of_its_months_has_five_and_more(stays):
    assert stay_parts(2026, 2).units == {"Xã Mai Hạ": 35, "": 15}
    declare(stays.world.other_lodging, JANUARY, 2)
    assert stay_parts(2026, 2).units == {"Xã Mai Hạ": 35, "Xã Lương Sơn": 15}


def test_the_parts_of_a_release_stay_as_they_were_counted(stays):
    """A number that moved to its next five would tell of a single correction."""
    counted = parts_of_release(2026, 2, "digest-1")
    declare(stays.world.other_lodging, JANUARY, 2)
    assert parts_of_release(2026, 2, "digest-1") == counted != parts_of_release(2026, 2, "digest-2")


def year(months, units=()):
    """Return a release of 2026 with these months of declared stays; None is suppressed."""
    shown_total = None if None in months else sum(months)
    content = {
        "code": "stays_declared", "group": "stays", "sums": "count", "direction": "none", "plan": None,
        "months": months, "hidden": [value is None for value in months], "total": shown_total,
        "total_hidden": shown_total is None, "units": units, "revisions": [],
    }  # fmt: skip
    content |= {f"{name}_{language}": name for name in ("title", "measure", "definition") for language in ("vi", "en")}
    return YearResults(SimpleNamespace(year=2026), len(months), [YearIndicator(2026, content)])


def test_the_charts_have_the_rounded_numbers_their_table_and_a_key(stays):
    with override("en"):
        live = live_charts("stays", year([24, 28]))
    hotel, homestay = live.kinds.drawing.cells
    assert (hotel.title, hotel.text, list(hotel.columns.values)) == ("Hotel", "35", [20, 15])
    assert (homestay.text, list(homestay.columns.values)) == ("at least 10", [SUPPRESSED, 10])
    assert [key.mark for key in live.kinds.keys] == ["hatch"]
    assert live.kinds.table.rows == [["01/2026", "20", "not shown"], ["02/2026", "15", "10"]]
    named, rest = live.communes.drawing.bars
    assert (named.label, named.value, named.note.replace("\N{NO-BREAK SPACE}", " ")) == ("Xã Mai Hạ", 35, "67 %")
    assert (rest.value, rest.is_rest) == (15, True)
    assert all("<svg" in chart.picture("source") for chart in (live.kinds, live.communes))


@pytest.mark.parametrize("results", [year([None, 28]), year([24, 28], [{"unit": "Xã Mai Hạ", "value": 52}])])
def test_there_are_none_where_the_release_hides_a_month_or_has_its_communes(stays, results):
    live = live_charts("stays", results)
    assert (live.communes, live.kinds) == (None, None)


def test_the_least_is_said_where_a_month_is_hidden():
    with override("en"):
        assert [sum_text([12, SUPPRESSED, 30]), sum_text([12, 30])] == ["at least 42", "42"]
