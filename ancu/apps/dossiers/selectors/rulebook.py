"""What is in force on a day, as plain data: for the administrator's page, the public pages, the API and commands."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from ancu.core.working_days import calendar
from ancu.engines.rulebook import (
    Change,
    DayOff,
    Fee,
    NotInForce,
    Procedure,
    Version,
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

OWN_LISTS = ("form.", "procedure.", "check.", "fees.", "calendar.holidays")


def limits_on(day: date) -> list[Version]:
    """Limits, fines, symbols and other rules in force that have no list of their own."""
    found = []
    for rule in rules().values():
        if rule.id.startswith(OWN_LISTS):
            continue
        try:
            found.append(rule.as_of(day))
        except NotInForce:
            continue
    return found


def forms_on(day: date) -> list[Version]:
    """The version of each form that is filled in on that day."""
    found = []
    for code in form_codes():
        try:
            found.append(as_of(f"form.{code}", day))
        except NotInForce:
            continue
    return found


def fees_on(day: date) -> tuple[Version | None, tuple[Fee, ...]]:
    """The fee table and where it stands; nothing when none was in force."""
    try:
        return as_of("fees.immigration", day), tuple(fees(day).values())
    except NotInForce:
        return None, ()


def fees_of(procedure: Procedure, day: date) -> tuple[Fee, ...]:
    """Every line a procedure can come to; nothing when no table was in force."""
    try:
        return fee_table(procedure, day)
    except NotInForce:
        return ()


def holidays_of(year: int) -> tuple[list[DayOff], list[date]]:
    """Days off of a year, and the weekends that are worked instead."""
    return [one for day, one in sorted(days_off().items()) if day.year == year], sorted(
        day for day in worked_weekends() if day.year == year
    )


def holidays_known() -> tuple[date, date]:
    """The first and the last day for which the rulebook has holidays: outside of them no deadline is counted."""
    return calendar().first, calendar().last


def holidays_lack(day: date) -> bool:
    """Whether the day lies outside of what the rulebook knows of holidays."""
    first, last = holidays_known()
    return not first <= day <= last


def working_day(start: date, days: int) -> date:
    """By the office's own calendar: the working day so many working days after ``start``."""
    return calendar().add_working_days(start, days)


def told(values: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    """The numbers and words of a rule one by one, for lists: ``hours: 12``; tables are counted."""
    for key, value in values.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            yield from told(value, f"{name}.")
        elif isinstance(value, list | tuple):
            plain = all(isinstance(item, str | int | date) for item in value)
            yield name, ", ".join(str(item) for item in value) if plain else str(len(value))
        else:
            yield name, str(value)


def as_data(day: date) -> dict[str, Any]:
    """Everything in force on a day, for programs."""
    table, lines = fees_on(day)
    off, worked = holidays_of(day.year)
    return {
        "on": day.isoformat(),
        "procedures": [procedure_data(procedure, day) for procedure in procedures_on(day)],
        "forms": [{"code": one.rule.removeprefix("form."), **version_data(one)} for one in forms_on(day)],
        "fees": {
            **(version_data(table) if table else {}),
            "lines": [fee_data(fee) for fee in lines],
        },
        "limits": [{"rule": one.rule, **version_data(one), "values": dict(told(one.values))} for one in limits_on(day)],
        "holidays": [
            {"on": one.on.isoformat(), "kind": one.kind, "name_vi": one.name_vi, "name_en": one.name_en} for one in off
        ],
        "holidays_known": dict(zip(("from", "until"), (one.isoformat() for one in holidays_known()), strict=True)),
        "worked_weekends": [one.isoformat() for one in worked],
        "changes": [change_data(change) for change in changes_after(day)],
    }


def version_data(version: Version) -> dict[str, Any]:
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
    return {"code": fee.code, "name_vi": fee.name_vi, "name_en": fee.name_en, "usd": fee.usd}


def change_data(change: Change) -> dict[str, Any]:
    return {
        "on": change.on.isoformat(),
        "rule": change.rule,
        "title_vi": change.title_vi,
        "title_en": change.title_en,
        "replaced": change.replaced,
        "version": change.version,
    }


def procedure_data(procedure: Procedure, day: date) -> dict[str, Any]:
    """A procedure for programs, without its forms' fields (see ``form_data``)."""
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
        "components": [component_data(one) for one in procedure.components],
        "fees": [fee_data(fee) for fee in fees_of(procedure, day)],
        "article_vi": procedure.article_vi,
        "article_en": procedure.article_en,
        "source_vi": procedure.source_vi,
        "source_en": procedure.source_en,
        "confidence": procedure.confidence,
    }


def component_data(component: Any) -> dict[str, Any]:
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
    """The forms of a procedure with every field."""
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
    shown, required = field.shown_if, field.required_if
    return {
        "key": field.key,
        "kind": field.kind,
        "label_vi": field.label_vi,
        "label_en": field.label_en,
        "required": field.required,
        "required_if": {key: list(values) for key, values in required.any_of.items()} if required else None,
        "shown_if": {key: list(values) for key, values in shown.any_of.items()} if shown else None,
        "max_length": field.max_length,
        "choices": [one.code for one in field.choices],
        "columns": [field_data(column) for column in field.columns],
    }
