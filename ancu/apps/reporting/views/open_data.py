"""Open data: a year's figures as JSON, CSV and XLSX, and descriptions of these files that programs read."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ancu.apps.reporting.selectors import open_data, published
from ancu.apps.reporting.selectors.open_data import ReleasedYear
from ancu.apps.reporting.selectors.published import ReleasedIndicator
from ancu.apps.reporting.views.public import cacheable, requested_release
from ancu.core.clock import local
from ancu.core.documents.spreadsheets import CSV, XLSX, Cell, write_csv, write_xlsx
from ancu.core.errors import Http404
from ancu.core.templatetags.ui import day
from ancu.core.web.http import Request
from ancu.core.web.language import both_languages

CSV_METADATA, LINKED_DATA = "application/csvm+json", "application/ld+json"
COLUMNS: dict[str, tuple[Callable[[], str], str]] = {
    "code": (lambda: _("Code"), "string"),
    "indicator": (lambda: _("Indicator"), "string"),
    "measure": (lambda: _("Unit of measure"), "string"),
    "of": (lambda: _("Of"), "string"),
    "value": (lambda: _("Value"), "decimal"),
    "suppressed": (lambda: _("Not shown because the number is small"), "string"),
    "definition": (lambda: _("Definition"), "string"),
}
DCAT_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


@require_safe
@login_not_required
def year_json(request: Request, year: int) -> HttpResponse:
    """Download the complete release as JSON in both languages; null for suppressed values.

    The file's SHA-256 is the fingerprint of the release, which its page shows.
    """
    release = requested_release(request, year)
    answer = HttpResponse(published.canonical_json(release.content), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="an-cu-{year}-release-{release.number}.json"'
    answer["Link"] = f'<{settings.OPEN_DATA_LICENCE}>; rel="license"'
    return cacheable(answer)


@require_safe
@login_not_required
def year_csv(request: Request, year: int, code: str = "") -> HttpResponse:
    """Download a CSV line for each month, the total and each unit, of all indicators or of those asked for."""
    codes = {code} if code else set(request.GET.getlist("code"))
    release = requested_release(request, year)
    rows = _rows(release, codes)
    answer = HttpResponse(write_csv(_head(), rows), content_type=CSV)
    answer["Content-Disposition"] = f'attachment; filename="an-cu-{year}{"-" + code if code else ""}.csv"'
    answer["Link"] = (
        f'<{_address("public-csv-metadata", year)}>; rel="describedby"; type="{CSV_METADATA}", '
        f'<{settings.OPEN_DATA_LICENCE}>; rel="license"'
    )
    return cacheable(answer)


@require_safe
@login_not_required
def year_xlsx(request: Request, year: int) -> HttpResponse:
    """Download the same lines as a workbook, with the release and the licence in its first row."""
    release = requested_release(request, year)
    mark = _("Results of %(year)s, published on %(day)s, release %(number)s. Licence: %(licence)s") % {
        "year": year, "day": day(release.made_at), "number": release.number, "licence": settings.OPEN_DATA_LICENCE,
    }  # fmt: skip
    answer = HttpResponse(write_xlsx(mark, _head(), _rows(release, set()), sheet=str(year)), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="an-cu-{year}.xlsx"'
    return cacheable(answer)


def _head() -> list[str]:
    """Return the columns' names in the reader's language."""
    return [title() for title, _datatype in COLUMNS.values()]


def _rows(release: Any, codes: set[str]) -> list[list[Cell]]:
    """Return the lines of these indicators, of all of them without ``codes``; 404 without any."""
    rows: list[list[Cell]] = []
    for _group, lines in published.in_groups(published.released_indicators(release)):
        for indicator in lines:
            if not codes or indicator.code in codes:
                rows += _indicator_rows(indicator)
    if not rows:
        raise Http404
    return rows


def _indicator_rows(indicator: ReleasedIndicator) -> list[list[Cell]]:
    """Return the lines of an indicator: its months, its total and its units."""
    content, own, definition = (
        indicator.content,
        [indicator.code, indicator.title, indicator.measure],
        indicator.definition,
    )
    values = [(f"{first:%m/%Y}", value, hidden) for first, value, hidden in indicator.months]
    values.append((str(indicator.year), content["total"], content["total_hidden"]))
    values += [(unit["unit"], unit["value"], unit["value"] is None) for unit in content["units"]]
    return [[*own, of, value, "x" if hidden else "", definition] for of, value, hidden in values]


@require_safe
@login_not_required
def csv_metadata(request: Request, year: int) -> HttpResponse:
    """Describe the year's CSV file for programs (CSV on the Web)."""
    release = requested_release(request, year)
    vi, en = both_languages(lambda: _("Results of %(year)s") % {"year": year})
    titles = {name: both_languages(title) for name, (title, _datatype) in COLUMNS.items()}
    content = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "vi"}],
        "url": _address("public-csv", year),
        "dc:title": [{"@value": vi, "@language": "vi"}, {"@value": en, "@language": "en"}],
        "dc:publisher": open_data.publisher_name(),
        "dc:license": {"@id": settings.OPEN_DATA_LICENCE},
        "dc:issued": {"@value": local(release.made_at).date().isoformat(), "@type": "xsd:date"},
        "dc:hasVersion": str(release.number),
        "dialect": {"encoding": "utf-8", "header": True},
        "tableSchema": {
            "columns": [
                {"name": name, "titles": {"vi": titles[name][0], "en": titles[name][1]}, "datatype": datatype}
                for name, (_title, datatype) in COLUMNS.items()
            ]
        },
    }
    return cacheable(_json(content, CSV_METADATA))


@require_safe
@login_not_required
def catalogue(request: Request) -> HttpResponse:
    """Describe all published years and their files for programs (DCAT)."""
    vi, en = both_languages(lambda: _("Results of the office"))
    publisher = {"@type": "foaf:Agent", "foaf:name": open_data.publisher_name()}
    content = {
        "@context": DCAT_CONTEXT,
        "@type": "dcat:Catalog",
        "@id": _address("public-catalogue"),
        "dct:title": _in_both(vi, en),
        "dct:publisher": publisher,
        "dct:license": {"@id": settings.OPEN_DATA_LICENCE},
        "dcat:dataset": [_dataset(released, publisher) for released in open_data.released_years()],
    }
    return cacheable(_json(content, LINKED_DATA))


def _dataset(released: ReleasedYear, publisher: dict[str, str]) -> dict[str, Any]:
    """Return a year as a DCAT dataset with its files."""
    vi, en = both_languages(lambda: _("Results of %(year)s") % {"year": released.year})
    media = {"csv": "text/csv", "xlsx": XLSX, "json": "application/json"}
    return {
        "@type": "dcat:Dataset",
        "@id": _address("public-year", released.year),
        "dct:title": _in_both(vi, en),
        "dct:publisher": publisher,
        "dct:issued": _date(released.first_at),
        "dct:modified": _date(released.made_at),
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": {"@value": f"{released.year}-01-01", "@type": "xsd:date"},
            "dcat:endDate": {"@value": f"{released.year}-12-31", "@type": "xsd:date"},
        },
        "dcat:landingPage": {"@id": _address("public-year", released.year)},
        "dcat:version": str(released.number),
        "dcat:distribution": [_distribution(released, kind, media_type) for kind, media_type in media.items()],
    }


def _distribution(released: ReleasedYear, kind: str, media_type: str) -> dict[str, Any]:
    """Return a file of a year as a DCAT distribution; the JSON file has the release's fingerprint."""
    address = _address(f"public-{kind}", released.year)
    distribution: dict[str, Any] = {
        "@type": "dcat:Distribution",
        "dcat:downloadURL": {"@id": address},
        "dcat:accessURL": {"@id": address},
        "dcat:mediaType": {"@id": f"https://www.iana.org/assignments/media-types/{media_type}"},
        "dct:license": {"@id": settings.OPEN_DATA_LICENCE},
    }
    if kind == "csv":
        distribution["dct:conformsTo"] = {"@id": _address("public-csv-metadata", released.year)}
    if kind == "json":
        distribution["spdx:checksum"] = {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": released.digest,
        }
    return distribution


def _address(name: str, *values: object) -> str:
    """Return the complete address of one of these pages or files."""
    return f"{settings.PUBLIC_URL}{reverse(f'reporting:{name}', args=values)}"


def _in_both(vi: str, en: str) -> list[dict[str, str]]:
    """Return a text in both languages as linked data."""
    return [{"@value": vi, "@language": "vi"}, {"@value": en, "@language": "en"}]


def _date(moment: Any) -> dict[str, str]:
    """Return a moment's local date as linked data."""
    return {"@value": local(moment).date().isoformat(), "@type": "xsd:date"}


def _json(content: dict[str, Any], media_type: str) -> HttpResponse:
    """Return the content as JSON of this media type."""
    return JsonResponse(content, content_type=media_type, json_dumps_params={"ensure_ascii": False})
