"""What an office writes often: its own and those of above, filled in, changed before it is sent, no format string."""

import pytest
from django.http import Http404

from ancu.apps.audit.models import Event
from ancu.apps.messaging import rules, selectors, services
from ancu.apps.messaging.models import Message, ReplyTemplate
from ancu.core.errors import Conflict, Forbidden

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
LIST = "/messages/templates/"


def text(response):
    return response.content.decode()


def keep(world, name="olga", title="Nhắc khai báo", body="Kính gửi {nội dung}", **more):
    return services.save_template(actor=world.actor(name), title=title, body=body, **more)


def offered(world, name, kind="lodging"):
    return [reply_template.title for reply_template in selectors.templates_to_use(world.actor(name), kind)]


def test_an_office_uses_its_own_and_those_of_above(world):
    keep(world, "quynh", "Của tỉnh")
    keep(world, "olga", "Của xã")
    keep(world, "olga", "Hồ sơ", kind="dossier")
    assert offered(world, "olga") == ["Của tỉnh", "Của xã"]
    assert offered(world, "olga", "dossier") == ["Của tỉnh", "Của xã", "Hồ sơ"]
    assert offered(world, "pavel") == ["Của tỉnh"]
    assert offered(world, "quynh") == ["Của tỉnh"]
    assert offered(world, "alice") == []


def test_only_its_own_agency_changes_it(world):
    above, own = keep(world, "quynh", "Của tỉnh"), keep(world)
    with pytest.raises(Forbidden):
        keep(world, "olga", template_id=above.pk)
    with pytest.raises(Forbidden):
        services.remove_template(actor=world.actor("olga"), template_id=above.pk)
    for name in ("quynh", "pavel"):
        with pytest.raises(Http404):
            keep(world, name, template_id=own.pk)
    with pytest.raises(Forbidden):
        keep(world, "alice")
    changed = keep(world, "olga", body="Lời mới", template_id=own.pk)
    assert (changed.pk, changed.body) == (own.pk, "Lời mới")
    services.remove_template(actor=world.actor("olga"), template_id=own.pk)
    assert offered(world, "olga") == ["Của tỉnh"]
    with pytest.raises(Conflict):
        services.remove_template(actor=world.actor("olga"), template_id=own.pk)
    acts = Event.objects.filter(subject_type="messaging.replytemplate").order_by("id").values_list("act", flat=True)
    assert [*acts] == [f"messaging.template_{act}" for act in ("saved", "saved", "saved", "removed")]


def test_a_title_is_there_once_until_it_is_removed(world):
    first = keep(world)
    with pytest.raises(Conflict):
        keep(world)
    keep(world, "quynh")
    services.remove_template(actor=world.actor("olga"), template_id=first.pk)
    keep(world)
    assert ReplyTemplate.objects.count() == 3


@pytest.mark.parametrize(
    ("body", "filled_in"),
    [
        ("{subject}, {Nội dung}, { office }", "S, S, {officer}"),
        (
            "{0}{subject.__class__}{subject!r}%(subject)s{unknown}",
            "{0}{subject.__class__}{subject!r}%(subject)s{unknown}",
        ),
        ("{{subject}} {", "{S} {"),
        ("", ""),
    ],
)
def test_blanks_are_filled_once_and_nothing_else_is(body, filled_in):
    values = {"subject": "S", "officer": "O", "office": "{officer}", "today": "1/1"}
    assert rules.fill_template(body, values) == filled_in


def test_it_is_put_below_what_is_typed_and_nothing_is_sent(world):
    template = keep(world, body="Về {nội dung}: {cán bộ}, {cơ quan}")
    url = f"/messages/lodging/{world.lodging.pk}/main"
    form_data = {"act": "template", "template": template.pk, "body": "<b>Chào</b>"}
    for headers in ({}, HTMX):
        page = text(world.client("olga").post(url, form_data, headers=headers))
        assert "&lt;b&gt;Chào&lt;/b&gt;\n\nVề Mai Châu Lodge: Olga, Công an xã Mai Hạ</textarea>" in page
    assert not Message.objects.exists()
    for wrong in ("", "x", "0"):
        assert world.client("olga").post(url, form_data | {"template": wrong}).status_code in {200, 404}


def test_the_other_side_neither_sees_nor_uses_it(world):
    template = keep(world)
    url = f"/messages/lodging/{world.lodging.pk}/main"
    alice = world.client("alice")
    assert "Nhắc khai báo" not in text(alice.get(url))
    assert alice.post(url, {"act": "template", "template": template.pk}).status_code == 403
    assert world.client("pavel").post(url, {"act": "template", "template": template.pk}).status_code == 404
    counterpart_page = f"/messages/lodging/{world.other_lodging.pk}/main"
    assert world.client("pavel").post(counterpart_page, {"act": "template", "template": template.pk}).status_code == 404


def test_the_pages(world):
    olga = world.client("olga")
    assert "No templates yet" in text(olga.get(LIST))
    wrong = olga.post(f"{LIST}new/", {"title": "", "body": "kept", "kind": ""})
    assert wrong.status_code == 422 and "Give it a title." in text(wrong) and "kept</textarea>" in text(wrong)
    assert olga.post(f"{LIST}new/", {"title": "x", "body": "y", "kind": "nonsense"}).status_code == 422
    assert olga.post(f"{LIST}new/", {"title": "Nhắc", "body": "Xin khai báo.", "kind": "lodging"})["location"] == LIST
    assert "already" in text(olga.post(f"{LIST}new/", {"title": "Nhắc", "body": "x", "kind": ""}))
    template = ReplyTemplate.objects.get()
    assert "Xin khai báo." in text(olga.get(f"{LIST}{template.pk}/"))
    assert olga.post(f"{LIST}{template.pk}/", {"title": "Nhắc lại", "body": "x", "kind": ""})["location"] == LIST
    assert "Nhắc lại" in text(olga.get(LIST))
    assert olga.post(f"{LIST}{template.pk}/remove/")["location"] == LIST
    assert "Nhắc lại" not in text(olga.get(LIST))


@pytest.mark.parametrize("count", [1, 3])
def test_query_counts(world, count, expect_queries):
    for number in range(count):
        keep(world, title=f"Mẫu {number}")
    olga = world.client("olga")
    olga.get(LIST)
    with expect_queries():  # session, user, memberships; templates
        assert olga.get(LIST).status_code == 200
