"""What anybody sees without an account: the smallest walk, and an example of the others."""

from e2e.walks.kit import Demo, part


@part
def front(demo: Demo) -> None:
    with demo.person() as walk:
        walk.go("/")
        demo.seen("the first page has a heading", walk.page.locator("h1").count() == 1, walk.page.inner_text("h1"))
    demo.four_ways("front", "/")


@part
def officer(demo: Demo) -> None:
    with demo.person("canbo@xnc.example", size="1280") as walk:
        walk.go("/")
        demo.seen("an officer lands on what waits for him", "/accounts/" not in walk.page.url, walk.page.url)
