"""The officer's list and the lodging's own page, as each persona meets them."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from ancu.apps.audit.models import Event
from ancu.apps.lodging import selectors, services
from ancu.apps.lodging.models import ApiToken, Establishment
from ancu.apps.lodging.tests.factories import make_establishment
from ancu.apps.lodging.tests.test_registration import answers
from ancu.core.errors import Forbidden

pytestmark = pytest.mark.django_db


def test_pages_by_key_show_everything_once(world):
    for number in range(7):
        make_establishment(
            world.lodging.business, world.units.commune, name="Same name" if number % 2 else f"N{number}"
        )
    keys, after = [], ""
    while True:
        page = selectors.page_by_name(selectors.visible_to(world.actor("quynh")), after=after, size=2)
        keys += [row.pk for row in page.rows]
        after = page.after
        if not after:
            break
    assert len(keys) == len(set(keys)) == 9


@pytest.mark.parametrize("count", [1, 3])
def test_my_lodging_costs_the_same(world, count, expect_queries):
    for number in range(count - 1):
        make_establishment(world.lodging.business, world.units.commune)
        services.create_token(world.actor("alice"), establishment=world.lodging, name=f"PMS {number}")
    client = world.client("alice")
    # session, user, memberships; lodgings, people, invitations, tokens; the conversation: its lodging, the thread
    with expect_queries():
        client.get("/lodgings/mine")


@pytest.mark.parametrize("page", ["/lodgings/", "/lodgings/approvals"])
def test_lists_are_the_offices(world, page):
    assert world.client("alice").get(page).status_code == 403
    assert world.client().get(page).status_code == 302
    assert world.client("olga").post(page).status_code == 405


def test_detail(world):
    path = f"/lodgings/{world.lodging.pk}"
    assert "017180001234" in world.client("olga").get(path).content.decode()
    assert world.client("pavel").get(path).status_code == 404
    assert world.client("alice").get(path).status_code == 403
    assert world.client("olga").post(path).status_code == 405


def test_mine_is_for_lodgings(world):
    assert "Invite someone" in world.client("alice").get("/lodgings/mine").content.decode()
    colleague = world.client("bob").get("/lodgings/mine").content.decode()
    assert "Mai Châu Lodge" in colleague and "Invite someone" not in colleague and "bob@example.test" not in colleague
    assert world.client("olga").get("/lodgings/mine").status_code == 403
    assert world.client("alice").post("/lodgings/mine").status_code == 405


def test_the_manager_edits_and_history_remembers(world):
    path = f"/lodgings/{world.lodging.pk}/edit"
    page = world.client("alice").get(path)
    assert "commune" not in page.context["form"].fields  # an active lodging stays where it was confirmed
    data = answers(name="Mai Châu Lodge & Spa", rooms="14")
    assert world.client("alice").post(path, data)["location"] == "/lodgings/mine"
    world.lodging.refresh_from_db()
    assert (world.lodging.name, world.lodging.rooms) == ("Mai Châu Lodge & Spa", 14)
    assert world.lodging.locality == world.units.former_commune
    assert "spa" in world.lodging.search_key
    event = Event.objects.get(act="lodging.updated")
    assert {"name", "rooms"} <= set(event.details["fields"])
    assert world.lodging.events.order_by("pgh_id").first().name == "Mai Châu Lodge"


def test_a_returned_lodging_may_correct_its_commune(world):
    lodging = make_establishment(world.lodging.business, world.units.elsewhere, status="returned")
    world.client("alice").post(f"/lodgings/{lodging.pk}/edit", answers(commune="Mai Hạ"))
    lodging.refresh_from_db()
    assert lodging.unit == world.units.commune


@pytest.mark.parametrize(("name", "status"), [("bob", 403), ("charlie", 404), ("olga", 403)])
@pytest.mark.parametrize("act", ["edit", "resubmit", "tokens"])
def test_only_the_manager_acts(world, name, status, act):
    lodging = make_establishment(
        world.lodging.business, world.units.commune, status="returned" if act == "resubmit" else "active"
    )
    assert world.client(name).post(f"/lodgings/{lodging.pk}/{act}", {"token-name": "x"}).status_code == status
    lodging.refresh_from_db()
    assert lodging.status != "pending" and not ApiToken.objects.exists()


def test_an_older_page_does_not_restore_what_another_saved(world):
    path, client = f"/lodgings/{world.lodging.pk}/edit", world.client("alice")
    version = str(client.get(path).context["version"])
    posted = answers(rooms="12", beds="24")
    client.post(path, posted)
    old = posted | {"version": str(client.get(path).context["version"])}
    assert version != old["version"]
    client.post(path, old | {"beds": "30"})
    assert client.post(path, old | {"phone": "0912345678"}).status_code == 302
    world.lodging.refresh_from_db()
    assert (world.lodging.beds, world.lodging.phone[-8:]) == (30, "12345678")
    page = client.post(path, old | {"beds": "26", "rooms": "13"})
    body = page.content.decode()
    assert page.status_code == 409 and "<ins>30</ins>" in body and 'value="26"' in body and 'value="13"' in body
    world.lodging.refresh_from_db()
    assert (world.lodging.beds, world.lodging.rooms) == (30, 12)
    form = page.context["form"]
    current = old | {"beds": "26", "phone": form["phone"].value(), "version": str(page.context["version"])}
    assert client.post(path, current).status_code == 302
    world.lodging.refresh_from_db()
    assert (world.lodging.beds, world.lodging.phone[-8:]) == (26, "12345678")


def test_a_closed_lodging_is_not_edited(world):
    lodging = make_establishment(world.lodging.business, world.units.commune, status="closed")
    assert world.client("alice").get(f"/lodgings/{lodging.pk}/edit").status_code == 403


def test_choosing_a_lodging(world):
    second = make_establishment(world.lodging.business, world.units.commune)
    client = world.client("alice")
    assert client.get("/lodgings/mine").context["establishment"] == world.lodging
    assert client.post(f"/lodgings/{second.pk}/choose").status_code == 302
    assert client.get("/lodgings/mine").context["establishment"] == second
    assert client.post(f"/lodgings/{world.other_lodging.pk}/choose").status_code == 404
    assert client.get(f"/lodgings/{second.pk}/choose").status_code == 405


def test_a_token_is_shown_once_and_only_its_digest_is_kept(world):
    client = world.client("alice", new_session=True)
    page = client.post(f"/lodgings/{world.lodging.pk}/tokens", {"token-name": "Phần mềm lễ tân"})
    secret = page.context["secret"]
    assert f'data-copy="{secret}"' in page.content.decode() and "no-store" in page["cache-control"]
    assert secret not in client.get("/lodgings/mine").content.decode()
    token = ApiToken.objects.get()
    assert secret not in str(ApiToken.objects.values().get())
    actor = selectors.actor_for_token(secret)
    assert (actor.establishment_id, actor.token_id, actor.kind) == (world.lodging.pk, token.pk, "token")
    assert selectors.actor_for_token(secret + "x") is None
    assert client.post(f"/lodgings/tokens/{token.pk}/revoke").status_code == 302
    assert selectors.actor_for_token(secret) is None


def test_a_token_is_its_own_lodgings_only(world):
    second = make_establishment(world.lodging.business, world.units.commune)
    _token, secret = services.create_token(world.actor("alice"), establishment=world.lodging, name="PMS")
    program = selectors.actor_for_token(secret)
    assert list(selectors.visible_to(program)) == [world.lodging]
    assert second not in selectors.establishments_of(program)


def test_a_token_needs_a_name_and_a_strangers_cannot_be_revoked(world):
    assert world.client("alice", new_session=True).post(f"/lodgings/{world.lodging.pk}/tokens", {}).status_code == 422
    token, _secret = services.create_token(world.actor("alice"), establishment=world.lodging, name="PMS")
    assert world.client("charlie").post(f"/lodgings/tokens/{token.pk}/revoke").status_code == 404
    assert world.client("bob").post(f"/lodgings/tokens/{token.pk}/revoke").status_code == 403
    assert world.client("alice", new_session=True).get(f"/lodgings/tokens/{token.pk}/revoke").status_code == 405
    token.refresh_from_db()
    assert token.revoked_at is None


def test_no_token_for_a_lodging_that_may_not_declare(world):
    lodging = make_establishment(world.lodging.business, world.units.commune, status="pending")
    with pytest.raises(Forbidden):
        services.create_token(world.actor("alice"), establishment=lodging, name="PMS")


def test_last_use_is_a_day(world):
    token, _secret = services.create_token(world.actor("alice"), establishment=world.lodging, name="PMS")
    services.note_token_use(token.pk)
    token.refresh_from_db()
    assert token.last_used_on is not None


def run(*arguments):
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_list_establishments_puts_an_active_hotel_first(world):
    Establishment.objects.filter(pk=world.other_lodging.pk).update(kind="homestay", code="HB-000000")
    rows = json.loads(run("list_establishments", "--json"))
    assert rows[0] == {
        "code": world.lodging.code, "name": "Mai Châu Lodge", "kind": "hotel", "unit": "Xã Mai Hạ", "status": "active"
    }  # fmt: skip
    assert rows[1]["code"] == "HB-000000"
    assert run("list_establishments").splitlines()[0].split("\t")[0] == world.lodging.code


def test_create_api_token_prints_it_once(world):
    secret = run("create_api_token", "--establishment", world.lodging.code.lower()).strip()
    assert selectors.actor_for_token(secret).establishment_id == world.lodging.pk
    with pytest.raises(CommandError):
        run("create_api_token", "--establishment", "HB-XXX")
