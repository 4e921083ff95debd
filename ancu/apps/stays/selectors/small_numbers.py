"""Figures for readers who may not open the list behind them: none under five people, nor one that can be worked out.

What is shown is rounded to fives. That alone would not do: five shown of a total of five says that the other line is
empty. So each line that is not shown is looked at as somebody would who subtracts: while the total and the other
lines leave it fewer than ``OPEN`` numbers to be, another line (the smallest), and at last the total, is not shown.
"""

from collections.abc import Mapping, Sequence

LEAST = 5
OPEN = 3
MANY = 10**9
Span = tuple[int, int]
Counts = Mapping[str, int]
Shown = dict[str, int | None]


def rounded(number: int) -> int | None:
    """To the nearest five; None when it is of fewer than five people."""
    return None if number < LEAST else max(LEAST, LEAST * round(number / LEAST))


def span(shown: int | None) -> Span:
    """The least and the most people that a shown number, or one hidden for being small, may stand for."""
    return (0, LEAST - 1) if shown is None else (max(LEAST, shown - LEAST // 2), shown + LEAST // 2)


def table(total: int, lines: Sequence[int]) -> tuple[int | None, list[int | None]]:
    """The total and its lines as they may be shown: rounded, or None."""
    shown_total, shown = rounded(total), [rounded(number) for number in lines]
    small = [place for place, value in enumerate(shown) if value is None]
    spans = [span(value) for value in shown]
    whole = span(shown_total)
    while any(_left(whole, spans, place) < OPEN for place in small):
        others = [place for place, value in enumerate(shown) if value is not None]
        if not others:
            return None, shown
        least = min(others, key=lambda place: lines[place])
        shown[least], spans[least] = None, (0, MANY)
    return shown_total, shown


def publish(
    total: Counts, tables: Mapping[str, Sequence[Counts]], above: Mapping[str, int | None] | None = None
) -> tuple[Shown, dict[str, list[Shown]]]:
    """A page's total and the lines of its tables, column by column, as they may be shown.

    ``above`` is what the page of the place above shows of this one: what is hidden there is hidden here, too. Where
    the total is not shown its lines are not, which would tell it.
    """
    shown = {name: rounded(number) for name, number in total.items()}
    told: dict[str, list[Shown]] = {}
    for kind, rows in tables.items():
        told[kind] = [{} for _row in rows]
        for name, number in total.items():
            whole, lines = table(number, [row[name] for row in rows])
            for line, value in zip(told[kind], lines, strict=True):
                line[name] = value
            if rows and whole is None:
                shown[name] = None
    if above is not None:
        shown = {name: None if above[name] is None else value for name, value in shown.items()}
    for lines_ in told.values():
        for line in lines_:
            line.update({name: None for name in line if shown[name] is None})
    return shown, told


def _left(whole: Span, spans: Sequence[Span], place: int) -> int:
    """How many numbers a line may still be when the total and the spans of the other lines are known."""
    others = [one for other, one in enumerate(spans) if other != place]
    least = max(spans[place][0], whole[0] - sum(most for _least, most in others))
    most = min(spans[place][1], whole[1] - sum(least for least, _most in others))
    return most - least + 1
