"""One person, many records: proposed with reasons, joined, undone; the engine that compares and finds names."""

from django.core.management import call_command

from ancu.apps.stays.models import Stay
from ancu.apps.travellers.models import Pair
from ancu.engines import names
from e2e.walks.kit import Demo, part
from e2e.walks.oversight_made import COMMUNE, LONG, OFFICER, fresh, guest

PAGE = "/office/same-person/"


@part
def compared_by_the_engine(demo: Demo) -> None:
    def person(name: str, born: str, sex: str = "M", nationality: str = "") -> names.Person:
        return names.Person(name, born, sex, nationality)

    for a, b, same in (
        (("NGUYEN THI MAI", "1990-02-03", "F", "VNM"), ("Mai Nguyễn Thị", "1990-02-03", "F", "VNM"), True),
        (("ZHANG WEI", "1985-05-05", "M", "CHN"), ("WEI ZHANG", "1985-05-05", "M", "CHN"), True),
        (("YURI IVANOV", "1971", "M", "RUS"), ("IOURI IVANOV", "1971-05-02", "M", "RUS"), True),
        (("KIM MIN JUN", "1992-01-01", "M", "KOR"), ("PARK SEO YEON", "1992-01-01", "F", "KOR"), False),
    ):
        found = names.compare(person(*a), person(*b))
        demo.seen(
            f"{a[0]} and {b[0]}: {'one' if same else 'two'}",
            (found.score > 0.5) == same,
            f"{found.score:.2f} {found.reasons}",
        )
    index = names.Index(
        [person("HOFFMANN JÖRG", "1984-03-08", "M", "DEU"), person("TANAKA YUKI", "1990-01-01", "F", "JPN")]
    )
    hits = list(index.search(person("JORG HOFMANN", "1984-03-08", "M", "DEU")))
    demo.seen("names.Index finds a misspelt name, with reasons", len(hits) == 1, hits)


@part
def proposed_joined_undone(demo: Demo) -> None:
    name = f"WAGNER {fresh()} KLAUS"
    first, second = (guest(name, birth_date="1979-04-05", document_number=f"{fresh()}{end}") for end in ("A11", "99Z7"))
    call_command("match_people", verbosity=0)
    before = Stay.objects.filter(pk__in=(first.pk, second.pk)).values_list("full_name", "document_number")
    kept = sorted(before)
    pair = Pair.objects.filter(left__full_name=name).latest("id")
    path = f"{PAGE}{pair.pk}/"
    with demo.person(COMMUNE) as walk:
        walk.go(PAGE)
        demo.seen(
            "likely ones are proposed",
            pair.state == "same" or walk.page.locator(f"main a[href='{path}']").count() == 1,
            pair.state,
        )
        walk.go(path)
        words = walk.page.inner_text("main")
        demo.seen("side by side with the reasons", first.document_number in words and second.document_number in words)
        demo.four_ways("pair-proposed", path, COMMUNE)
        if pair.state == "open":
            walk.follow(walk.button("Same person"))
        demo.seen("joined", walk.say("One person") in walk.page.inner_text("h1"))
        demo.four_ways("pair-joined", path, COMMUNE)
        walk.page.locator("main summary", has_text=walk.say("Undo the join")).click()
        walk.follow(walk.button("Undo it"))
        demo.seen("not undone without a reason", walk.page.locator("main .err").count() == 1)
        walk.look()
        walk.page.locator("main [name=undo-reason]").fill("Ảnh hộ chiếu khác nhau")
        walk.follow(walk.button("Undo it"))
        demo.seen("undone, and the reason is kept", "Ảnh hộ chiếu khác nhau" in walk.page.inner_text("main"))
    demo.seen("nothing of the stays was destroyed", sorted(before.all()) == kept, kept)
    demo.four_ways("pair-undone", path, COMMUNE)


@part
def joined_by_itself(demo: Demo) -> None:
    with demo.person(OFFICER, size="1280") as walk:
        walk.go(f"{PAGE}?state=rule")
        demo.seen(
            "certain matches joined by themselves",
            walk.page.locator("main tbody tr", has_text=walk.say("The program")).count() >= 1,
        )
        walk.look()
    demo.four_ways("pairs", PAGE, OFFICER)
    demo.four_ways("pairs-joined", f"{PAGE}?state=rule", OFFICER)
    demo.four_ways("pairs-empty", f"{PAGE}?state=officer&rule=alike", COMMUNE)


@part
def long_names(demo: Demo) -> None:
    name = LONG[:76] + fresh()[:3]
    for _ in range(2):
        guest(name, birth_date="1961-01-02")
    call_command("match_people", verbosity=0)
    pair = Pair.objects.filter(left__full_name=name).latest("id")
    demo.four_ways("pair-long-names", f"{PAGE}{pair.pk}/", COMMUNE)
    demo.four_ways("pairs-long-names", PAGE, COMMUNE)
