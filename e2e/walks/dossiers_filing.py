"""The applicant and the sponsor: the questions, what is filled in already, the check, the signature, sending."""

import re
from datetime import timedelta

from playwright.sync_api import expect

from ancu.apps.accounts.models import User
from ancu.apps.dossiers.enums import Filer, State
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors.public import look_up_code, sign_path
from ancu.apps.stays.models import OPEN, Stay
from ancu.apps.stays.selectors.receipts import stay_receipt_code
from ancu.core import clock
from ancu.core.forms import NO_SUCH_DAY
from ancu.engines.rulebook import as_of, get_procedure
from e2e.walk import Walk
from e2e.walks.kit import Demo, part
from e2e.walks.made import CARD, COMPANY, HUSBAND, TEACHER, drafted, stamp, tidied


def latest(email: str) -> Dossier:
    return Dossier.objects.filter(filed_by__email=email).latest("id")


def beginning(walk: Walk) -> None:
    """The questions of somebody whose wife wants to stay longer."""
    walk.go("/dossiers/new")
    for query in ("filer=citizen", "wish=extension", "holds=visa"):
        walk.follow(walk.page.locator(f'main ul.rows a[href$="{query}"]'))
    walk.look()
    walk.follow(walk.page.locator('main ul.rows a[href*="stay_extension"]'))


@part
def triage(demo: Demo) -> None:
    with demo.person() as walk:
        beginning(walk)
        text = walk.page.inner_text("main")
        demo.seen("what it costs stands at the end of the questions", "USD" in text)
        demo.seen("by law five working days", walk.say("By law") in text and "5 ngày làm việc" in text)
        demo.seen("how long it honestly takes now", re.search(r"khoảng \d+ ngày", text), text[:400])
        demo.seen("a stranger is offered an account", walk.link("Open an account").count())


@part
def prefill_from_a_stay(demo: Demo) -> None:
    stay = Stay.objects.filter(OPEN, establishment__sandbox=False, sex="F").order_by("-id")[0]
    with demo.person(TEACHER) as walk:
        beginning(walk)
        walk.fill(receipt="XN-0000-0000")
        walk.follow(walk.button("Begin"))
        demo.seen("a wrong receipt is told beside its field", "QR" in walk.page.inner_text(".err"))
        walk.look()
        walk.fill(receipt=stay_receipt_code(stay).lower())
        for choice in ("new", "foreigner"):
            walk.page.locator(f"main label:has([value={choice}])").first.click()
        walk.follow(walk.button("Begin"))
        said = (
            walk.page.locator("[name=full_name]").input_value(),
            walk.page.locator("[name=passport_number]").input_value(),
        )
        demo.seen("the form knows the guest of the receipt", said == (stay.full_name, stay.document_number), said)
        dossier = latest(TEACHER)
        demo.seen("and where he stays", stay.establishment.name in str(dossier.answers["NA5"]["stay_address"]))
        walk.look()
    tidied(dossier, TEACHER)


@part
def prefill_from_an_earlier_dossier(demo: Demo) -> None:
    with demo.person(TEACHER, size="1280", lang="en") as walk:
        beginning(walk)
        earlier = walk.page.locator("main label:has([name=person])").first
        name = earlier.inner_text().strip()
        earlier.click()
        walk.follow(walk.button("Begin"))
        demo.seen(
            "the form knows whom one filed for before",
            walk.page.locator("[name=full_name]").input_value() == name,
            name,
        )
        labels = walk.page.locator("main .part").first.inner_text()
        demo.seen("labels in both languages", "Họ" in labels and "name" in labels.lower(), labels[:80])
    tidied(latest(TEACHER), TEACHER)


@part
def written_and_kept(demo: Demo) -> None:
    dossier = drafted(TEACHER, "stay_extension", Filer.CITIZEN, papers=False)
    path = f"/dossiers/{dossier.number}/step/1"
    with demo.person(TEACHER) as walk:
        walk.go(path)
        walk.fill(occupation="Giáo viên tiếng Anh")
        expect(walk.page.locator("[data-autosave-text]")).not_to_be_empty()
        walk.page.reload()
        demo.seen(
            "what was typed is there again",
            walk.page.locator("[name=occupation]").input_value() == "Giáo viên tiếng Anh",
        )
        empty = walk.page.locator("select[name=passport_kind] option[value='']").inner_text()
        demo.seen("a list says that nothing is chosen", empty == walk.say("Choose"), empty)
        walk.fill(passport_expiry="31/02/2030")
        walk.follow(walk.button("Save and go on"))
        for when in ("sent", "opened again"):
            told = walk.page.locator("#id_passport_expiry_error").inner_text()
            demo.seen(f"a day no calendar has, {when}", walk.say(str(NO_SUCH_DAY)) in told or "lịch" in told, told)
            walk.go(path)
        walk.look()
    tidied(dossier, TEACHER)


def found_by_the_check(demo: Demo, email: str, dossier: Dossier, wanted: str) -> None:
    """A dossier that came to stand under the other sponsor's procedure (a rule changed, or its filer's kind)."""
    Dossier.objects.filter(pk=dossier.pk).update(procedure=wanted)
    rule = as_of("check.sponsor_kind", clock.today())
    with demo.person(email) as walk:
        walk.go(f"/dossiers/{dossier.number}/check")
        line = walk.page.locator("main .findings li", has_text=str(rule.values["what_vi"]))
        told = line.inner_text() if line.count() else walk.page.inner_text("main")[:300]
        for name, words in {
            "what": rule.values["what_vi"],
            "how": rule.values["how_vi"],
            "article": rule.article_vi,
        }.items():
            demo.seen(f"{wanted} by {dossier.filer}: {name}", str(words) in told, "" if str(words) in told else told)
        demo.seen("it cannot be sent", not walk.page.locator("main a.btn-primary[href$='/send']").count())
        walk.look()
    Dossier.objects.filter(pk=dossier.pk).update(procedure=dossier.procedure)
    tidied(dossier, email)


@part
def sponsor_and_form(demo: Demo) -> None:
    found_by_the_check(demo, TEACHER, drafted(TEACHER, "trc_individual", Filer.CITIZEN, papers=False), CARD)
    found_by_the_check(demo, COMPANY, drafted(COMPANY, CARD, Filer.ORGANISATION, papers=False), "trc_individual")
    with demo.person(TEACHER) as walk:
        walk.go(f"/dossiers/new/{CARD}")
        demo.seen("a person is told that the organisation files NA6", walk.link("Register your organisation").count())
        demo.seen("and cannot begin it as himself", walk.status_of(f"/dossiers/new/{CARD}?filer=citizen") == 404)


@part
def checks(demo: Demo) -> None:
    """One wrong answer for each check an officer would make, each told with its article."""
    today = clock.today()
    wrong = {
        "passport_margin": {"passport_expiry": today + timedelta(days=100)},
        "stay_still_valid": {"permitted_until": today - timedelta(days=3)},
        "symbol_purpose": {"purpose": "work"},
        "relationship": {"relationship": "grandparent"},
    }
    for code, given in wrong.items():
        rule = as_of(f"check.{code}", today)
        answers = {key: value if isinstance(value, str) else value.isoformat() for key, value in given.items()}
        procedure = next(one for one in ("stay_extension", "visa") if code in get_procedure(one, today).checks)
        dossier = drafted(TEACHER, procedure, Filer.CITIZEN, **answers)
        with demo.person(TEACHER) as walk:
            walk.go(f"/dossiers/{dossier.number}/check")
            found = [" ".join(one.split()) for one in walk.page.locator("main .findings li").all_inner_texts()]
            told = [one for one in found if str(rule.values["why_vi"]) in one and rule.article_vi in one]
            demo.seen(f"found: {rule.title_vi}", told, told[0][:200] if told else found)
        tidied(dossier, TEACHER)


@part
def signed_and_sent(demo: Demo) -> None:
    sponsor = User.objects.get(email=HUSBAND)
    dossier = drafted(TEACHER, "stay_extension", Filer.CITIZEN, relative_name=sponsor.full_name)
    path = f"/dossiers/{dossier.number}"
    with demo.person(TEACHER) as her, demo.person(HUSBAND, size="1280", lang="en") as him:
        her.go(f"{path}/check")
        her.fill(email=HUSBAND)
        her.follow(her.page.locator("#sign button[type=submit]"))
        her.look()
        him.go(f"{path}/signature")
        demo.seen(
            "the sponsor reads the form and the papers",
            him.page.locator("main dl.facts").count() and him.link("Open").count(),
        )
        him.look()
        him.follow(him.button("Sign"))
        demo.seen("a signature without agreeing is refused in words", him.page.locator(".err").count())
        him.page.locator("main [name=agrees]").check()
        him.follow(him.button("Sign"))
        him.sees(him.say("You signed on %(when)s.", when="").split("%")[0][:12])
        her.go(f"{path}/step/1")
        her.fill(occupation="Giáo viên")
        her.follow(her.button("Save and go on"))
        him.go(f"{path}/signature")
        demo.seen(
            "after a change he is shown what changed",
            him.page.locator("ul.changes li").count() == 1,
            him.page.inner_text("ul.changes"),
        )
        him.page.locator("main [name=agrees]").check()
        him.follow(him.button("Sign"))
        sent_by(demo, her, dossier.number)
    demo.seen("it is with the office", Dossier.objects.get(pk=dossier.pk).state == State.SUBMITTED)
    demo.four_ways("signature-signed", f"{path}/signature", HUSBAND)
    demo.four_ways("sent", f"{path}/sent", TEACHER)


def sent_by(demo: Demo, filer: Walk, number: str) -> None:
    filer.go(f"/dossiers/{number}/send")
    filer.page.locator("[name=true]").check()
    filer.follow(filer.button("Send the dossier"))
    shown = filer.page.inner_text("main")
    demo.seen("sent: number, code, what follows", number in shown and look_up_code(number) in shown)
    filer.look()


@part
def a_sponsor_without_an_account(demo: Demo) -> None:
    dossier, address = drafted(TEACHER, "stay_extension", Filer.CITIZEN), f"vo-{stamp()}@giadinh.example"
    with demo.person(TEACHER) as her:
        her.go(f"/dossiers/{dossier.number}/check")
        her.fill(email=address)
        her.follow(her.page.locator("#sign button[type=submit]"))
    link = sign_path(Dossier.objects.get(pk=dossier.pk))
    demo.four_ways("invited", link)
    demo.four_ways("invited-wrong", link, prepare=lambda page: page.locator("main form [type=submit]").click())
    with demo.person() as him:
        him.go(link)
        demo.seen("the link shows nothing of the dossier", dossier.full_name not in him.page.inner_text("main"))
        him.fill(full_name="NGUYỄN VĂN HẢI", phone="0912 345 678", password="một-mật-khẩu-dài-2026")
        him.follow(him.page.locator("main form [type=submit]"))
        demo.seen(
            "he reads and may sign at once",
            him.path().endswith("/signature") and him.button("Sign").count(),
            him.path(),
        )
        him.look()
    demo.seen("a wrong link is nothing", link_status(demo, link[:-3] + "xyz") == 404)
    tidied(dossier, TEACHER)


def link_status(demo: Demo, path: str) -> int:
    with demo.person() as walk:
        return walk.status_of(path)


@part
def looked_up(demo: Demo) -> None:
    dossier = Dossier.objects.filter(state=State.ACCEPTED).order_by("-id")[0]
    with demo.person() as walk:
        walk.go("/d/")
        walk.look()
        walk.fill(number=dossier.number.lower(), code="AAAA AAAA")
        walk.follow(walk.page.locator("main form [type=submit]"))
        demo.seen("a wrong code is answered in words", walk.page.locator("main .alert, main .err").count())
        walk.look()
        walk.fill(number=dossier.number.lower(), code=look_up_code(dossier.number).lower())
        walk.follow(walk.page.locator("main form [type=submit]"))
        text = walk.page.inner_text("main")
        demo.seen(
            "where it stands, and nobody's name",
            dossier.full_name not in text and walk.page.locator("main .steps").count(),
        )
        walk.look()


@part
def refusal_read(demo: Demo) -> None:
    dossier = Dossier.objects.filter(filed_by__email=TEACHER, state=State.REFUSED).order_by("id")[0]
    with demo.person(TEACHER) as walk:
        walk.go(f"/dossiers/{dossier.number}/")
        ended = walk.page.locator("main section[aria-labelledby=ended]").inner_text()
        demo.seen(
            "she reads why, and by which article", dossier.reason in ended and dossier.article in ended, ended[:200]
        )
        notice = walk.page.locator("main section[aria-labelledby=ended] a[href$='.pdf']").first.get_attribute("href")
        demo.seen("the notice is a PDF", walk.status_of(str(notice)) == 200)
