"""The office: from the queue to the card in the hand, with a supplement, an opinion, a refusal and a batch."""

from datetime import timedelta

from ancu.apps.dossiers.enums import Proposal, State
from ancu.apps.dossiers.models import Dossier, Opinion
from ancu.core import clock
from e2e.walk import Walk
from e2e.walks.kit import Demo, part
from e2e.walks.made import (
    APPROVER,
    ASSESSOR,
    COMMUNE,
    COMPANY,
    INTAKE,
    accepted,
    jpeg,
    proposed,
    sent_by_company,
    stamp,
)

BLURRED, WHY = "Trang thứ hai bị mờ.", "Giấy phép lao động không có trong sổ của cơ quan cấp."


def state(dossier: Dossier) -> str:
    return Dossier.objects.get(pk=dossier.pk).state


def opened(walk: Walk, dossier: Dossier, act: str = "") -> None:
    walk.go(f"/office/dossiers/{dossier.number}/{act}")


@part
def from_queue_to_hand(demo: Demo) -> None:
    dossier = sent_by_company(demo)
    a_supplement(demo, dossier)
    an_opinion(demo, dossier)
    decided(demo, dossier)
    handed_over(demo, dossier)


def a_supplement(demo: Demo, dossier: Dossier) -> None:
    with demo.person(INTAKE, size="1280") as ines:
        ines.go(f"/office/dossiers/?q={dossier.number}")
        ines.look()
        ines.follow(ines.page.locator(f"main a[href*='{dossier.number}']").first)
        ines.look()
        ines.follow(ines.button("It is here"))
        for _paper in range(dossier.components.count() - 1):
            ines.follow(ines.page.locator("main button[value=accepted]"))
        ines.page.locator("main summary", has_text=ines.say("Return it")).click()
        ines.follow(ines.page.locator("main button[value=returned]"))
        demo.seen("a paper is returned with a reason only", ines.page.locator("main .err").count())
        ines.page.locator("main select[name=reason_code]").select_option("unreadable")
        ines.fill(reason=BLURRED)
        ines.follow(ines.page.locator("main button[value=returned]"))
        ines.follow(ines.link("Request a supplement"))
        ines.follow(ines.button("Show the letter"))
        demo.seen("the letter is shown before it goes", BLURRED in ines.page.inner_text("main"))
        ines.look()
        ines.follow(ines.button("Send the request"))
    demo.seen("the clock stands", state(dossier) == State.SUPPLEMENT)
    with demo.person(COMPANY) as ramon:
        ramon.go(f"/dossiers/{dossier.number}/")
        demo.seen("the company reads what to mend", BLURRED in ramon.page.inner_text("main"))
        ramon.look()
        ramon.follow(ramon.link("Add the papers"))
        key = dossier.components.get(state="returned").key
        with ramon.page.expect_navigation():
            ramon.page.locator(f"#paper-{key} input[type=file]").set_input_files(jpeg("lai.jpg"))
        ramon.go(f"/dossiers/{dossier.number}/send")
        ramon.page.locator("[name=true]").check()
        ramon.follow(ramon.page.locator("main form.card-asked button"))
        ramon.look()
    demo.seen("the supplement has come", state(dossier) == State.RESUBMITTED)


def an_opinion(demo: Demo, dossier: Dossier) -> None:
    with demo.person(INTAKE, size="1280") as ines:
        opened(ines, dossier, "ask")
        ines.look()
        ines.page.locator("select[name=of]").select_option(label="Công an xã Mai Hạ", force=True)
        ines.fill(
            question="Người này có ở tại địa chỉ đã khai không?",
            answer_by=f"{clock.today() + timedelta(days=5):%d/%m/%Y}",
        )
        ines.follow(ines.page.locator("main form.card button.btn-primary"))
    asked = Opinion.objects.filter(dossier=dossier).latest("id")
    demo.four_ways("opinion", f"/office/opinions/{asked.pk}", COMMUNE)
    with demo.person(COMMUNE) as officer:
        officer.go("/office/opinions/")
        demo.seen("the commune finds the question", officer.page.locator(f"main a[href$='/{asked.pk}']").count())
        officer.go(f"/office/opinions/{asked.pk}")
        officer.fill(answer="Có, ở từ tháng trước.")
        officer.follow(officer.button("Give this opinion"))
        officer.look()
        demo.seen(
            "it does not read the dossier itself",
            officer.status_of(f"/office/dossiers/{dossier.number}/") in {403, 404},
        )
    with demo.person(INTAKE, size="1280") as ines:
        opened(ines, dossier)
        demo.seen("the answer stands in the dossier", "Có, ở từ tháng trước." in ines.page.inner_text("#opinions"))


def decided(demo: Demo, dossier: Dossier) -> None:
    with demo.person(INTAKE, size="1280") as ines:
        opened(ines, dossier)
        ines.follow(ines.page.locator("main button[value=accepted]"))
        ines.follow(ines.button("Accept as complete"))
    demo.seen("complete, the working days run", state(dossier) == State.ACCEPTED)
    with demo.person(ASSESSOR, size="1280") as selma:
        opened(selma, dossier, "assess")
        selma.look()
        selma.page.locator("main label", has=selma.page.locator("[value=approve]")).click()
        selma.fill(reason="Đủ điều kiện.")
        selma.follow(selma.page.locator("main form.card button.btn-primary"))
        demo.seen("who proposed does not decide", not selma.link("Approve").count())
        selma.look()
    with demo.person(APPROVER, size="1280") as dora:
        opened(dora, dossier)
        dora.look()
        dora.follow(dora.link("Approve"))
        dora.look()
        dora.follow(dora.button("Approve"))
    demo.seen("approved by another person", state(dossier) == State.APPROVED)


def handed_over(demo: Demo, dossier: Dossier) -> None:
    card = f"TRC{stamp()}"
    with demo.person(INTAKE, size="1280") as ines:
        opened(ines, dossier, "result")
        ines.fill(number=card)
        ines.page.set_input_files("main input[name=scan]", jpeg("the.jpg"))
        ines.follow(ines.button("Enter the result"))
        demo.seen("the fee comes first", ines.link("Take the fee").count())
        ines.look()
        ines.follow(ines.link("Take the fee"))
        ines.fill(payer="Công ty")
        ines.follow(ines.page.locator("main form.card [type=submit]"))
        ines.look()
        opened(ines, dossier, "deliver")
        ines.fill(received_by="ADAMS CLAIRE", proof_number=dossier.document_number)
        ines.page.locator("main label:has([name=proof][value=identity])").click()
        ines.follow(ines.button("Hand it over"))
        ines.look()
    demo.seen("handed over", state(dossier) == State.DELIVERED)
    the_same_number_again(demo, card, dossier)
    with demo.person(COMPANY) as ramon:
        ramon.go(f"/dossiers/{dossier.number}/")
        demo.seen(
            "the company sees card and bearer",
            all(one in ramon.page.inner_text("main") for one in (card, "ADAMS CLAIRE")),
        )
        ramon.look()
    demo.four_ways("delivered", f"/dossiers/{dossier.number}/", COMPANY)


def the_same_number_again(demo: Demo, card: str, bearer: Dossier) -> None:
    from ancu.apps.dossiers.services import handling
    from e2e.walks.made import actor

    other = proposed(sent_by_company(demo))
    handling.approve(actor(APPROVER), dossier=other)
    with demo.person(INTAKE) as ines:
        opened(ines, other, "result")
        ines.fill(number=card.lower())
        ines.follow(ines.button("Enter the result"))
        demo.seen(
            "a card is entered once",
            bearer.number in ines.page.inner_text("main .err"),
            ines.page.inner_text("main .err"),
        )
        ines.look()


@part
def refused(demo: Demo) -> None:
    dossier = proposed(sent_by_company(demo), Proposal.REFUSE)
    with demo.person(APPROVER, size="1280") as dora:
        opened(dora, dossier, "refuse")
        dora.fill(reason="")  # the proposal's
        dora.follow(dora.page.locator("main form.card button.btn-danger"))
        demo.seen("not without a reason", state(dossier) == State.ASSESSED)
        dora.look()
        dora.fill(reason=WHY)
        dora.follow(dora.page.locator("main form.card button.btn-danger"))
    with demo.person(COMPANY) as ramon:
        ramon.go(f"/dossiers/{dossier.number}/")
        text = ramon.page.inner_text("main section[aria-labelledby=ended]")
        demo.seen("he reads the reason and its article", WHY in text and "Điều" in text, text[:250])
        ramon.look()
    with demo.person(ASSESSOR) as selma:
        demo.seen("whoever comes too late is told", selma.status_of(f"/office/dossiers/{dossier.number}/assess") == 409)
    demo.four_ways("refused", f"/dossiers/{dossier.number}/", COMPANY)


@part
def approved_together(demo: Demo) -> None:
    both = [proposed(sent_by_company(demo)) for _ in range(2)]
    with demo.person(APPROVER, size="1280") as dora:
        dora.go("/office/dossiers/?state=assessed&procedure=trc_organisation")
        dora.look()
        for dossier in both:
            box = dora.page.locator(f"input[name=dossier][value='{dossier.number}']")
            demo.seen("a like case can be chosen", box.count())
            box.check()
        demo.keep(dora.page, "batch-vi-1280")
        dora.follow(dora.button("Approve those chosen…"))
        dora.follow(dora.button("Approve"))
        demo.seen(
            "both are approved at once",
            [state(one) for one in both] == [State.APPROVED] * 2,
            dora.page.locator(".alert, .toast").all_inner_texts(),
        )
        dora.look()


@part
def other_ends(demo: Demo) -> None:
    for act, end in (("not-accept", State.NOT_ACCEPTED), ("transfer", State.TRANSFERRED)):
        dossier = sent_by_company(demo)
        with demo.person(INTAKE, size="1280") as ines:
            opened(ines, dossier, act)
            ines.look()
            ines.fill(reason="Việc này do Cục Quản lý xuất nhập cảnh giải quyết.")
            ines.follow(ines.page.locator("main form.card button[type=submit], main form.card button.btn").first)
        demo.seen(f"{act}", state(dossier) == end, state(dossier))
    dossier = sent_by_company(demo)
    with demo.person(COMPANY) as ramon:
        ramon.go(f"/dossiers/{dossier.number}/")
        ramon.page.locator("main summary", has_text=ramon.say("Take the dossier back")).first.click()
        ramon.fill(reason="Người lao động đã về nước.")
        ramon.confirm("Take it back")
        ramon.look()
    demo.seen("taken back by the company", state(dossier) == State.WITHDRAWN)


@part
def assigned_and_found(demo: Demo) -> None:
    dossier = accepted(sent_by_company(demo))
    with demo.person(ASSESSOR, size="1280") as selma:
        opened(selma, dossier)
        if selma.button("Take it myself").count():
            selma.follow(selma.button("Take it myself"))
        demo.seen("taken with one button", Dossier.objects.get(pk=dossier.pk).assigned_to.email == ASSESSOR)
        for query in (
            "state=",
            "due=late&state=",
            "officer=me",
            "officer=none&state=",
            "procedure=visa&state=",
            "q=adams",
            "q=ad",
        ):
            selma.go(f"/office/dossiers/?{query}")
            selma.look()
        selma.go("/office/dossiers/?state=")
        states = [
            " ".join(one.split()) for one in selma.page.locator("main tbody tr td:nth-child(4)").all_inner_texts()
        ]
        demo.seen(
            "no result stands before what is undecided", not any("kết quả" in one for one in states[:20]), states[:3]
        )
        selma.go("/office/promises")
        selma.look()
        demo.seen("how often the expected date held", "%" in selma.page.inner_text("main"))
