"""Numbers as people type them: in Vietnamese 500.000 is half a million."""

from decimal import Decimal

import pytest
from django import forms
from django.utils import translation

from ancu.core.forms import Form
from ancu.core.forms.numbers import DecimalField, WholeNumberField


class AmountForm(Form):
    much = WholeNumberField(min_value=1)
    share = DecimalField(places=1, required=False)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("500.000", 500_000), ("1.000", 1000), ("1,000", 1000), (" 12 ", 12), ("4 092 000", 4_092_000),
     ("12.000.000", 12_000_000), ("12.5", None), ("1.00.000", None), ("-5", None), ("mười", None), ("1e3", None),
     ("9" * 17, None)],
)  # fmt: skip
def test_a_whole_number(typed, expected):
    form = AmountForm({"much": typed})
    assert (form.cleaned_data["much"] if form.is_valid() else None) == expected
    assert bool(form.errors.get("much")) == (expected is None)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("12,5", "12.5"),
        ("12.5", "12.5"),
        ("1.000", "1000"),
        ("1.000,5", "1000.5"),
        ("95", "95"),
        ("1,25", None),
        ("x", None),
    ],
)
def test_a_number_with_one_place(typed, expected):
    form = AmountForm({"much": "1", "share": typed})
    assert (str(form.cleaned_data["share"]) if form.is_valid() else None) == expected


def test_what_is_known_is_shown_grouped_and_is_no_change():
    form = AmountForm({"much": "1.500.000", "share": "95,0"}, initial={"much": 1_500_000, "share": Decimal("95.0")})
    assert form.is_valid() and form.changed_data == []
    bound_form = AmountForm(initial={"much": 1_500_000, "share": Decimal("95.0")})
    with translation.override("en"):
        assert [field.value() for field in bound_form] == ["1,500,000", "95"]
    with translation.override("vi"):
        assert [field.value() for field in bound_form] == ["1.500.000", "95"]
    assert isinstance(bound_form.fields["much"].widget, forms.TextInput)
