"""A select of many options is written without a template for each, and says the same."""

import pytest
from django import forms
from django.test import SimpleTestCase
from django.utils.translation import gettext_lazy as _

from ancu.core.forms import SearchSelect
from ancu.core.forms.choices import OtherNames

CHOICES = [("", ""), ("DEU", "Đức"), ("FRA", '<Pháp> & "Co"'), (None, "none"), (7, _("other"))]
ALIASES = {"DEU": OtherNames(('Germany "D"', "Deutschland"), ("D", "DE")), "7": OtherNames(("seven",))}


class ByTemplates(SearchSelect):
    def render(self, *args, **kwargs):
        return forms.Select.render(self, *args, **kwargs)


@pytest.mark.parametrize("value", ["DEU", "FRA", "", None, 7, "7", "nothing known", ["FRA"]])
def test_it_says_what_the_templates_say(value):
    attrs = {"id": "id_x", "required": True, "class": "form-select", "aria-describedby": "id_x_help"}
    written, drawn = (
        kind(choices=CHOICES, aliases=lambda: ALIASES).render("x", value, attrs) for kind in (SearchSelect, ByTemplates)
    )
    SimpleTestCase().assertHTMLEqual(written, drawn)
    assert written.count("selected") == drawn.count("selected")


def test_no_option_is_chosen_by_itself():
    assert (
        SearchSelect(choices=[("1", "A"), ("2", "B")])
        .render("x", None)
        .startswith('<select data-combobox="" name="x"><option value="" selected></option><option value="1">')
    )


def test_groups_of_options_are_drawn_by_the_templates():
    written = SearchSelect(choices=[("Asia", [("JPN", "Nhật Bản")])]).render("x", "JPN")
    assert "<optgroup" in written and "selected" in written
