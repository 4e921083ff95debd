"""The proof of work of public forms: ours, fresh, solved, and once."""

import pytest
from django.core.cache import cache

from ancu.core.security import constant_time, proof_of_work
from ancu.core.security.proof_of_work import is_answer, is_solved, new_puzzle

pytestmark = pytest.mark.django_db


def solve(text: str) -> str:
    return next(str(number) for number in range(10_000_000) if is_answer(text, str(number)))


def test_a_solution_holds_once() -> None:
    cache.clear()
    text = new_puzzle()
    right = solve(text)
    assert not is_solved(text, "") and not is_solved(text, right + "0")
    assert is_solved(text, right)
    assert not is_solved(text, right)


def test_nobody_makes_puzzles_but_us(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proof_of_work, "BITS", 4)
    text = new_puzzle()
    forged = text[:-1] + ("A" if text[-1] != "A" else "B")
    assert not is_solved(forged, solve(forged))
    assert not is_solved("", solve("")) and not is_solved("x" * 200, solve("x" * 200))


def test_an_old_one_is_void(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proof_of_work, "BITS", 4)
    text = new_puzzle()
    right = solve(text)
    monkeypatch.setattr(proof_of_work, "SECONDS", -1)
    assert not is_solved(text, right)


def test_it_costs_what_it_says() -> None:
    """Of many numbers one in 2^16 fits: a puzzle that anything solves would cost nothing."""
    assert sum(is_answer("ancu", str(number)) for number in range(2**16)) <= 8


def test_answers_take_whole_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    times = iter([10.0, 10.07, 20.0, 20.41, 30.0])
    monkeypatch.setattr(constant_time.time, "monotonic", lambda: next(times))
    monkeypatch.setattr(constant_time.time, "sleep", slept.append)
    view = constant_time.constant_time(lambda request: None)  # type: ignore[arg-type,return-value]
    request = type("R", (), {"method": "POST"})()
    view(request), view(request)
    assert [round(seconds, 2) for seconds in slept] == [0.23, 0.19]
    request.method = "GET"
    view(request)
    assert len(slept) == 2
