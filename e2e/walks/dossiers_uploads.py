"""Papers as people really send them: too large, of another kind, locked, cut off, a bomb, twice, over a broken line."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import NamedTemporaryFile
from typing import Any

import pikepdf
from playwright.sync_api import Page, Route, expect

from ancu.apps.dossiers.enums import Filer
from ancu.apps.dossiers.models import Dossier
from ancu.engines.papers.tests import samples
from e2e.walk import Walk
from e2e.walks.kit import Demo, part
from e2e.walks.made import CARD, COMPANY, drafted, jpeg, tidied

KEY = "passport"


def file(name: str, data: bytes, kind: str = "application/pdf") -> dict[str, Any]:
    return {"name": name, "mimeType": kind, "buffer": data}


@contextmanager
def at_the_papers(demo: Demo, size: str = "360") -> Iterator[tuple[Walk, Dossier]]:
    dossier = drafted(COMPANY, CARD, Filer.ORGANISATION, papers=False)
    with demo.person(COMPANY, size=size) as walk:
        walk.page.set_default_timeout(60_000)
        walk.go(f"/dossiers/{dossier.number}/papers")
        yield walk, dossier
    tidied(dossier, COMPANY)


def zone(page: Page) -> Any:
    return page.locator(f"#paper-{KEY}")


def refused(demo: Demo, walk: Walk, dossier: Dossier, what: str, sent: dict[str, Any]) -> None:
    """Told in the paper's own place, and what lies there already stays."""
    held = dossier.components.get(key=KEY).file_id
    walk.go(f"/dossiers/{dossier.number}/papers")
    zone(walk.page).locator("input[type=file]").set_input_files(sent)
    told = zone(walk.page).locator(".err, .tone-bad").first
    expect(told).to_be_visible(timeout=90_000)
    words = " ".join(told.inner_text().split())
    demo.seen(f"{what}: told", len(words) > 10, words)
    demo.seen(f"{what}: what was there stays", dossier.components.get(key=KEY).file_id == held)
    demo.keep(walk.page, f"refused-{what.replace(' ', '-')}-vi-360")


def taken(walk: Walk, sent: dict[str, Any]) -> None:
    with walk.page.expect_navigation():
        zone(walk.page).locator("input[type=file]").set_input_files(sent)
    expect(zone(walk.page).locator(".pages img").first).to_be_visible()


def heavy(megabytes: int) -> bytes:
    """A PDF with so much in it that no packing makes smaller."""
    document = samples.pdf()
    picture = pikepdf.Stream(document, os.urandom(megabytes * 1024 * 1024))
    document.pages[0].obj.Resources.Ballast = document.make_indirect(picture)
    return samples.saved(document)


def locked() -> bytes:
    return samples.saved(samples.pdf(), encryption=pikepdf.Encryption(owner="chủ", user="mật khẩu"))


@part
def what_is_refused(demo: Demo) -> None:
    with at_the_papers(demo) as (walk, dossier):
        taken(walk, jpeg("ho-chieu.jpg"))
        whole = samples.saved(samples.pdf())
        for what, sent in {
            "too large": file("lon.pdf", heavy(26)),
            "another kind": file("ghi-chu.pdf", "Tôi là một tệp văn bản.".encode()),
            "a program by a picture's name": file("anh.jpg", b"MZ" + os.urandom(4000), "image/jpeg"),
            "locked": file("khoa.pdf", locked()),
            "cut off": file("cut.pdf", whole[: len(whole) // 2]),
            "empty": file("rong.pdf", b""),
            "a bomb of a picture": file("bom.png", samples.png_bomb(), "image/png"),
            "a bomb of a PDF": file("bom.pdf", samples.stream_bomb(400)),
        }.items():
            refused(demo, walk, dossier, what, sent)
        walk.look()


@part
def what_is_taken(demo: Demo) -> None:
    with at_the_papers(demo) as (walk, dossier):
        taken(walk, file("hộ chiếu.pdf", samples.saved(samples.pdf())))
        pages = dossier.components.get(key=KEY).pages
        walk.go(f"/dossiers/{dossier.number}/papers")
        taken(walk, {**jpeg("hộ chiếu.pdf"), "mimeType": "application/pdf"})
        demo.seen(
            "a picture that calls itself a PDF is taken, behind the pages that are there",
            dossier.components.get(key=KEY).pages == pages + 1,
        )


@part
def twenty_five_megabytes(demo: Demo) -> None:
    """As large as a paper may be, over a line that drops in the middle and a page that is opened anew."""
    sent = list[int]()
    with at_the_papers(demo) as (walk, dossier), NamedTemporaryFile(suffix=".pdf") as large:
        large.write(heavy(24))
        large.flush()
        cut = True

        def line(route: Route) -> None:
            if route.request.method == "PATCH":
                sent.append(int(route.request.headers["upload-offset"]))
                if cut and len(sent) > 16:
                    route.abort()
                    return
            route.continue_()

        walk.page.route("**/files/uploads/*", line)
        zone(walk.page).locator("input[type=file]").set_input_files(large.name)
        walk.page.wait_for_function("() => document.querySelector('#paper-passport [data-paper-progress]').value >= 25")
        expect(zone(walk.page).locator("[data-paper-text]")).to_contain_text("%")
        demo.keep(walk.page, "line-dropped-vi-360")
        walk.page.reload()
        cut, before = False, len(sent)
        expect(zone(walk.page).locator("[data-paper-text]")).to_contain_text("%")
        told = zone(walk.page).locator("[data-paper-text]").inner_text()
        demo.seen("how much is kept is said", "%" in told, told)
        with walk.page.expect_navigation(timeout=120_000):
            zone(walk.page).locator("input[type=file]").set_input_files(large.name)
        demo.seen("nothing goes twice", min(sent[before:], default=0) >= 14 * 512 * 1024, sent[before : before + 1])
        walk.page.wait_for_load_state()
        held = dossier.components.get(key=KEY).file
        demo.seen("the whole file is there", held is not None, zone(walk.page).inner_text()[:200])
