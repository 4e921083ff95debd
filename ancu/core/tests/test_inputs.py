"""Plain inputs are what Django's own template makes of them, to the sign."""

import pytest
from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from ancu.core.forms.inputs import Renderer

ATTRS = [
    {},
    {"required": True, "disabled": False, "maxlength": 20, "data-x": None},
    {"aria-label": '"><script>', "title": gettext_lazy("Pages"), "class": mark_safe("a&amp;b")},
]
WIDGETS = (forms.TextInput, forms.NumberInput, forms.EmailInput, forms.URLInput, forms.PasswordInput, forms.HiddenInput)


@pytest.mark.parametrize("attrs", ATTRS, ids=["none", "some", "hostile"])
@pytest.mark.parametrize("value", [None, "", 0, 1234567, 'Mùa "Dở" <b>&', mark_safe("&lt;b&gt;")], ids=repr)
@pytest.mark.parametrize("kind", WIDGETS)
def test_a_plain_input_is_what_the_template_makes(kind, value, attrs):
    drawn = [
        kind().render("a&b", value, attrs=attrs, renderer=renderer_class())
        for renderer_class in (Renderer, TemplatesSetting)
    ]
    assert drawn[0] == drawn[1]
