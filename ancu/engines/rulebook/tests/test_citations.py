"""Citations in both languages; what says more than a citation stays as it was written."""

import pytest

from ancu.engines.rulebook import cite, procedures_on
from ancu.engines.rulebook.tests.test_charges import NOW


@pytest.mark.parametrize(
    ("vi", "en"),
    [
        ("Điều 36, 37", "Article 36, 37"),
        ("Điều 36, khoản 1 Luật 47/2014/QH13", "Article 36, clause 1 Law 47/2014/QH13"),
        ("điểm b khoản 1 Điều 45", "point b clause 1 Article 45"),
        ("Nghị định 82/2015/NĐ-CP; Điều 35 Luật 47/2014/QH13", "Decree 82/2015/NĐ-CP; Article 35 Law 47/2014/QH13"),
        ("Thông tư 22/2023/TT-BCA", "Circular 22/2023/TT-BCA"),
        ("Điều 19 Luật 47/2014/QH13 (sửa đổi đến Luật 118/2025/QH15)",
         "Article 19 Law 47/2014/QH13 (as amended up to Law 118/2025/QH15)"),
    ],
)  # fmt: skip
def test_a_citation_is_said_in_either_language(vi: str, en: str) -> None:
    assert (cite(vi, "en") or "").lower() == en.lower()
    assert (cite(en, "vi") or "").lower() == vi.lower()


@pytest.mark.parametrize("text", ["Hộ chiếu không còn giá trị theo Điều 9", "See the decision of 2 May", "Quy chế"])
def test_more_than_a_citation_is_left_to_its_author(text: str) -> None:
    assert cite(text, "en") is None and cite(text, "vi") is None


def test_the_articles_of_every_procedure_are_citations() -> None:
    for procedure in procedures_on(NOW):
        english = cite(procedure.article_vi, "en")
        assert english is not None and "Điều" not in english
