"""The company: its program, its legal file, what is filled in from it, the passport's way to the office."""

from playwright.sync_api import expect

from ancu.apps.dossiers.enums import Filer, LegalFileState
from ancu.apps.dossiers.models import Dossier, LegalFile
from e2e.walks.kit import Demo, part
from e2e.walks.made import (
    ADMINISTRATOR,
    CARD,
    COMPANY,
    INTAKE,
    Program,
    drafted,
    jpeg,
    registered,
    request_of,
    sent_by_company,
    stamp,
    tidied,
)


@part
def program(demo: Demo) -> None:
    api, reference = Program(demo), f"NS-{stamp()}"
    status, told = api.get("procedures?on=2026-11-24")
    card = next(one for one in told["procedures"] if one["code"] == CARD)
    demo.seen(
        "GET procedures: papers, fees, days", status == 200 and card["components"] and card["fees"], sorted(card)[:8]
    )
    status, told = api.get(f"procedures/{CARD}")
    demo.seen(
        "GET one procedure: its forms", status == 200 and [one["code"] for one in told["forms"]] == ["NA6", "NA8"]
    )
    body = request_of(reference, **registered(), passport_number=f"P{stamp()}")
    status, _tried = api.post("dossiers", body | {"dry_run": True})
    demo.seen(
        "POST only tried out keeps nothing",
        status == 200 and not Dossier.objects.filter(client_reference__reference=reference).exists(),
        status,
    )
    status, told = api.post("dossiers", body | {"send": True, "statement": True})
    demo.seen("POST files and sends", (status, told.get("status")) == (201, "submitted"), told.get("errors"))
    number = told["dossier"]["number"]
    status, again = api.post("dossiers", body | {"send": True, "statement": True})
    demo.seen(
        "the same again is the same dossier",
        (status, again["created"], again["dossier"]["number"]) == (200, False, number),
    )
    status, listed = api.get(f"dossiers?client_reference={reference}")
    demo.seen("GET lists it", [one["number"] for one in listed["dossiers"]] == [number])
    status, one = api.get(f"dossiers/{number}")
    demo.seen("GET reads it: what comes next", [step["what"] for step in one["next"]] == ["bring", "pay"], one["next"])
    body["answers"]["NA8"]["passport_expiry"] = "31/02/2031"
    status, told = api.post("dossiers", body | {"client_reference": f"{reference}-2"})
    demo.seen(
        "a wrong answer is told in both languages",
        status == 422 and all(told["errors"][0][name] for name in ("message_vi", "message_en")),
        told["errors"],
    )
    status, told = api.post("dossiers", body | {"client_reference": f"{reference}-3", "procedure": "trc_individual"})
    demo.seen("relatives' form is no organisation's to file", status == 422, told["errors"][0]["message_vi"])


@part
def legal_file(demo: Demo) -> None:
    with demo.person(COMPANY) as walk:
        walk.go("/dossiers/legal-file")
        walk.look()
        demo.seen("versions with their state", walk.page.locator("main .chip").count())
    waiting = LegalFile.objects.filter(state=LegalFileState.SUBMITTED).order_by("id")
    if waiting:
        with demo.person(INTAKE, size="1280") as officer:
            officer.go(f"/office/legal-files/{waiting[0].pk}")
            officer.look()
            demo.seen("an officer may approve or return it", officer.page.locator("main details.confirm").count())


@part
def prefill_from_the_legal_file(demo: Demo) -> None:
    with demo.person(COMPANY, size="1280") as walk:
        walk.go(f"/dossiers/new/{CARD}?filer=organisation")
        if walk.page.locator("main label:has([value=new])").count():
            walk.page.locator("main label:has([value=new])").click()
        walk.follow(walk.button("Begin"))
        dossier = Dossier.objects.filter(filed_by__email=COMPANY).latest("id")
        file = LegalFile.objects.filter(organisation=dossier.organisation, state=LegalFileState.APPROVED).latest(
            "version"
        )
        said = {
            name: walk.page.locator(f"main [name={name}]").input_value()
            for name in ("organisation_name", "organisation_address")
        }
        demo.seen("name and address of the legal file", list(said.values()) == [file.name, file.address], said)
        demo.seen("signer and his office", file.signatory_name in str(dossier.answers["NA6"]))
        walk.look()
        tidied(dossier, COMPANY)
        draft = drafted(COMPANY, CARD, Filer.ORGANISATION, papers=False)
        walk.go(f"/dossiers/{draft.number}/step/2")
        walk.look()
        walk.go(f"/dossiers/{draft.number}/papers")
        with walk.page.expect_navigation():
            walk.page.locator("#paper-photo input[type=file]").set_input_files(jpeg("anh.jpg"))
        walk.page.wait_for_load_state("networkidle")
        told = walk.page.inner_text("#paper-photo")
        demo.seen(
            "a photo without a face is objected to",
            walk.page.locator("#paper-photo .err, #paper-photo .note-warn").count(),
            told[:200],
        )
        tidied(draft, COMPANY)


@part
def passport_by_appointment(demo: Demo) -> None:
    dossier = sent_by_company(demo)
    path = f"/dossiers/{dossier.number}"
    with demo.person(COMPANY) as walk:
        walk.go(f"{path}/appointment")
        walk.look()
        walk.follow(walk.page.locator("main .slot-days a").first)
        walk.look()
        walk.follow(walk.page.locator("main button[name=slot]").first)
        walk.sees(walk.say("Your appointment"))
        demo.seen("the time as a calendar file", walk.status_of(f"{path}/appointment.ics") == 200)
        walk.look()
        demo.four_ways("appointment-booked", f"{path}/appointment", COMPANY)
        walk.confirm("Cancel it")
        demo.seen(
            "cancelled in words",
            walk.say("The appointment is cancelled; its place is free for others.") in walk.page.inner_text("body"),
        )
        walk.fill(tracking_number="??")
        walk.page.locator("#post [type=submit]").click()
        expect(walk.page.locator("#post .err")).to_be_visible()
        walk.look()
        walk.fill(tracking_number=f"EH{stamp()}VN")
        walk.follow(walk.page.locator("#post [type=submit]"))
        demo.seen("the post's number is noted", "EH" in walk.page.inner_text("main"))
        walk.go(f"{path}/")
        walk.look()
    with demo.person(INTAKE, size="1280") as officer:
        officer.go(f"/office/dossiers/{dossier.number}/")
        officer.follow(officer.button("It is here"))
        officer.look()
        demo.seen("the passport has come", not officer.button("It is here").count())


@part
def documents(demo: Demo) -> None:
    with demo.person(COMPANY) as walk:
        sent = Dossier.objects.filter(filed_by__email=COMPANY, submitted_at__isnull=False)
        for dossier in sent.order_by("state", "-id").distinct("state"):
            walk.go(f"/dossiers/{dossier.number}/")
            links = [one.get_attribute("href") for one in walk.page.locator("main a[href$='.pdf']").all()]
            bad = [link for link in links if walk.status_of(str(link)) != 200]
            demo.seen(f"{dossier.state}: {len(links)} documents", links and not bad, bad)


@part
def rulebook_page(demo: Demo) -> None:
    with demo.person(ADMINISTRATOR, size="1280") as walk:
        walk.go("/office/rulebook")
        walk.look()
        demo.seen("what changes next", walk.say("What changes next") in walk.page.inner_text("main"))
        walk.fill(on="02/05/2019")
        walk.follow(walk.button("Show this day"))
        demo.seen("another day, another law", "47/2014" in walk.page.inner_text("main"))
        walk.look()
