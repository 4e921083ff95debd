"""The law in force on a day, as plain data: for the office's and the public pages, the API and commands."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from ancu.core.working_days import calendar
from ancu.engines.rulebook import (
    DayOff,
    Fee,
    NotInForce,
    Procedure,
    RuleChange,
    RuleVersion,
    as_of,
    changes_after,
    days_off,
    fee_table,
    fees,
    form_codes,
    procedures_on,
    rules,
    worked_weekends,
)

TEXT_LISTS = frozenset({"passages", "reasons"})  # tables of texts in both languages, by code
OWN_LISTS = ("form.", "procedure.", "check.", "fees.", "calendar.holidays")


def limits_on(day: date) -> list[RuleVersion]:
    """Return the limits, fines, symbols and other rules in force that have no list of their own."""
    versions = []
    for rule in rules().values():
        if rule.id.startswith(OWN_LISTS):
            continue
        try:
            versions.append(rule.as_of(day))
        except NotInForce:
            continue
    return versions


def forms_on(day: date) -> list[RuleVersion]:
    """Return the version of each form that is in force on the day."""
    versions = []
    for code in form_codes():
        try:
            versions.append(as_of(f"form.{code}", day))
        except NotInForce:
            continue
    return versions


def fees_on(day: date) -> tuple[RuleVersion | None, tuple[Fee, ...]]:
    """Return the version of the fee table on the day, and its fees; None and nothing when none was in force."""
    try:
        return as_of("fees.immigration", day), tuple(fees(day).values())
    except NotInForce:
        return None, ()


def fees_of(procedure: Procedure, day: date) -> tuple[Fee, ...]:
    """Return every fee that the procedure may cost; empty if no fee table was in force on the day."""
    try:
        return fee_table(procedure, day)
    except NotInForce:
        return ()


def holidays_of(year: int) -> tuple[list[DayOff], list[date]]:
    """Return the year's days off in order, and the weekend days on which the office works instead."""
    return [day_off for day, day_off in sorted(days_off().items()) if day.year == year], sorted(
        day for day in worked_weekends() if day.year == year
    )


def holiday_range() -> tuple[date, date]:
    """Return the first and last day with known holidays; no deadline is counted outside them."""
    return calendar().first, calendar().last


def is_outside_holiday_range(day: date) -> bool:
    """Return whether the day lies outside the known holidays."""
    first, last = holiday_range()
    return not first <= day <= last


def working_day(start: date, days: int) -> date:
    """Return the working day so many working days after ``start``, by the office's calendar."""
    return calendar().add_working_days(start, days)


def flat_values(values: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield a rule's values as (name, text), such as ("hours", "12"); nested names are joined by dots.

    Of a table only the number of rows, except of the letters' sentences and the reasons.
    """
    for key, value in values.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            yield from flat_values(value, f"{name}.")
        elif key in TEXT_LISTS:
            texts = {row["code"]: {key: text for key, text in row.items() if key != "code"} for row in value}
            yield from flat_values(texts, f"{name}.")
        elif isinstance(value, list | tuple):
            plain = all(isinstance(item, str | int | date) for item in value)
            yield name, ", ".join(str(item) for item in value) if plain else str(len(value))
        else:
            yield name, str(value)


def as_data(day: date) -> dict[str, Any]:
    """Return everything in force on a day as JSON-ready values for programs.

    Keys: on, procedures, forms, fees, limits, holidays, holidays_known, worked_weekends, changes.
    """
    table, lines = fees_on(day)
    off, worked = holidays_of(day.year)
    return {
        "on": day.isoformat(),
        "procedures": [procedure_data(procedure, day) for procedure in procedures_on(day)],
        "forms": [{"code": form.rule.removeprefix("form."), **version_data(form)} for form in forms_on(day)],
        "fees": {
            **(version_data(table) if table else {}),
            "lines": [fee_data(fee) for fee in lines],
        },
        "limits": [
            {"rule": limit.rule, **version_data(limit), "values": dict(flat_values(limit.values))}
            for limit in limits_on(day)
        ],
        "holidays": [
            {"on": day_off.on.isoformat(), "kind": day_off.kind, "name_vi": day_off.name_vi, "name_en": day_off.name_en}
            for day_off in off
        ],
        "holidays_known": dict(zip(("from", "until"), (day.isoformat() for day in holiday_range()), strict=True)),
        "worked_weekends": [weekend.isoformat() for weekend in worked],
        "changes": [change_data(change) for change in changes_after(day)],
    }


def version_data(version: RuleVersion) -> dict[str, Any]:
    """Return title, version, validity, article, source and confidence of a rule's version as a dict for JSON."""
    return {
        "title_vi": version.title_vi,
        "title_en": version.title_en,
        "version": version.version,
        "valid_from": version.valid_from.isoformat(),
        "valid_until": version.valid_until.isoformat() if version.valid_until else None,
        "article_vi": version.article_vi,
        "article_en": version.article_en,
        "source_vi": version.source_vi,
        "source_en": version.source_en,
        "confidence": version.confidence,
    }


def fee_data(fee: Fee) -> dict[str, Any]:
    """Return a fee's code, names and dollars as a dict for JSON."""
    return {"code": fee.code, "name_vi": fee.name_vi, "name_en": fee.name_en, "usd": fee.usd}


def change_data(change: RuleChange) -> dict[str, Any]:
    """Return a coming change of a rule as a dict for JSON: day, rule, title, old and new version."""
    return {
        "on": change.on.isoformat(),
        "rule": change.rule,
        "title_vi": change.title_vi,
        "title_en": change.title_en,
        "replaced": change.replaced,
        "version": change.version,
    }


def procedure_data(procedure: Procedure, day: date) -> dict[str, Any]:
    """Return a procedure for programs, without its forms' fields (see ``form_data``)."""
    return {
        "code": procedure.code,
        "name_vi": procedure.name_vi,
        "name_en": procedure.name_en,
        "summary_vi": procedure.summary_vi,
        "summary_en": procedure.summary_en,
        "version": procedure.version,
        "valid_from": procedure.valid_from.isoformat(),
        "filers": list(procedure.filers),
        "deadline_working_days": procedure.deadline_days,
        "supplement_days": procedure.supplement_days,
        "decided_by": procedure.decides,
        "forms": [form.code for form in procedure.forms],
        "components": [component_data(component) for component in procedure.components],
        "fees": [fee_data(fee) for fee in fees_of(procedure, day)],
        "article_vi": procedure.article_vi,
        "article_en": procedure.article_en,
        "source_vi": procedure.source_vi,
        "source_en": procedure.source_en,
        "confidence": procedure.confidence,
    }


def component_data(component: Any) -> dict[str, Any]:
    """Return a paper that a procedure asks for as a dict for JSON: key, labels, kind, conditions, limits."""
    condition = component.required_if
    return {
        "key": component.key,
        "label_vi": component.label_vi,
        "label_en": component.label_en,
        "kind": component.kind,
        "required": component.required,
        "required_if": {key: list(values) for key, values in condition.any_of.items()} if condition else None,
        "types": list(component.types),
        "max_megabytes": component.max_megabytes,
        "max_pages": component.max_pages,
    }


def form_data(procedure: Procedure) -> list[dict[str, Any]]:
    """Return the procedure's forms as dicts for JSON: code, version, names and every field."""
    return [
        {
            "code": form.code,
            "version": form.version,
            "name_vi": form.name_vi,
            "name_en": form.name_en,
            "fields": [field_data(field) for field in form.fields.values()],
        }
        for form in procedure.forms
    ]


def field_data(field: Any) -> dict[str, Any]:
    """Return a field of a form as a dict for JSON: key, kind, labels, conditions, choices, columns."""
    shown_if, required_if = field.shown_if, field.required_if
    return {
        "key": field.key,
        "kind": field.kind,
        "label_vi": field.label_vi,
        "label_en": field.label_en,
        "required": field.required,
        "required_if": {key: list(values) for key, values in required_if.any_of.items()} if required_if else None,
        "shown_if": {key: list(values) for key, values in shown_if.any_of.items()} if shown_if else None,
        "max_length": field.max_length,
        "choices": [choice.code for choice in field.choices],
        "columns": [field_data(column) for column in field.columns],
    }
