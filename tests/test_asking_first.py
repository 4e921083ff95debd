"""An act that cannot be undone asks first, by the one component for it, with or without scripts."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template
from django.urls import NoReverseMatch, get_resolver

TEMPLATES = sorted(Path(settings.BASE_DIR, "ancu").rglob("templates/**/*.html"))
# What nobody can take back, by the name of its address. An act with a form of its own page, where a reason is written,
# stands here only when the reason can be left out.
FINAL = {
    "accounts:end-membership",
    "accounts:revoke",
    "accounts:revoke-token",
    "community:account-step",
    "dossiers:appointment-cancel",
    "dossiers:mandate-revoke",
    "dossiers:withdraw",
    "dossiers:worker-remove",
    "lodging:revoke-token",
    "messaging:template-remove",
    "oversight:notice-end",
    "oversight:plan-drop",
    "programs:end",
    "programs:rotate",
    "stays:confirmation-refuse",
    "stays:confirmation-revoke",
    "stays:cut_off",
    "stays:withdraw",
    "surveys:close",
    "surveys:remove-question",
    "tips:end",
    "tips:forward",
    "tips:rotate",
    "tips:share",
}
HARMLESS = (
    "'community:account-step' programme.pk account.pk 'approve'",
    "'community:account-step' programme.pk account.pk 'refuse'",
)
FORM = re.compile(
    r"""<form[^>]*action="\{% url (?P<target>['"]?[\w:-]+['"]?[^%]*)%\}"[^>]*>(?P<inside>.*?)</form>""", re.DOTALL
)


def test_every_final_act_is_known_by_its_name() -> None:
    unknown = [name for name in FINAL if not _exists(name)]
    assert not unknown


def _exists(name: str) -> bool:
    space, _colon, view = name.partition(":")
    resolver = get_resolver()
    try:
        _prefix, below = resolver.namespace_dict[space]
    except KeyError as missing:
        raise NoReverseMatch(name) from missing
    return view in below.reverse_dict


def test_no_template_sends_a_final_act_at_the_first_touch() -> None:
    at_once = [
        f"{path.relative_to(settings.BASE_DIR)}: {form['target'].strip()}"
        for path in TEMPLATES
        for form in FORM.finditer(path.read_text(encoding="utf-8"))
        if _is_final(form["target"]) and "{% confirm " not in form["inside"]
    ]
    assert not at_once


def _is_final(target: str) -> bool:
    name = target.split(maxsplit=1)[0].strip("'\"")
    return (name in FINAL or name == "revoke_name") and not target.strip().startswith(HARMLESS)


@pytest.mark.parametrize("url", ["", "/stays/7/withdraw/"])
def test_the_component_acts_at_the_second_touch_alone(url: str) -> None:
    source = "{% load ui %}{% confirm 'Revoke' 'Revoke it?' 'For good.' url=url of='key A' name='act' value='yes' %}"
    page = Template(source).render(Context({"url": url, "csrf_token": "t"}))
    assert re.match(r'\s*<details class="confirm" data-menu>', page)  # closed
    summary, _end, body = page.partition("</summary>")
    assert "key A" in summary and "submit" not in summary
    assert 'type="submit" name="act" value="yes">Revoke</button>' in body and "For good." in body
    assert ("csrfmiddlewaretoken" in body) == bool(url)
    assert ("disabled hidden" in body) == (not url)  # the button that Enter would press in a form around it
