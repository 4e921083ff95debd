"""How long a passport may be in the post."""

from dataclasses import replace
from datetime import date

import pytest

from ancu.engines.rulebook import NotInForce, RulebookError, as_of, postal_days
from ancu.engines.rulebook import postal as module

TODAY = date(2026, 11, 25)


def test_a_passport_is_expected_within_working_days() -> None:
    assert postal_days(TODAY) == 6
    with pytest.raises(NotInForce):
        postal_days(date(2017, 1, 1))


def test_no_day_at_all_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    version = as_of("postal.passport", TODAY)
    monkeypatch.setattr(module, "as_of", lambda *_: replace(version, values={**version.values, "days": 0}))
    with pytest.raises(RulebookError):
        module._postal_days.__wrapped__(module.edition(), TODAY)
