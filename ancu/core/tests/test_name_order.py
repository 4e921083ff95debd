"""People's names in the order of a Vietnamese list."""

from random import Random

from ancu.core.db.name_order import by_name, name_order


def test_given_name_comes_first_then_family_name_then_the_middle_one() -> None:
    names = ["Nguyễn Thị An", "Bùi Văn Bình", "Bùi Thị An", "Bùi Đức An"]
    assert sorted(names, key=name_order) == ["Bùi Đức An", "Bùi Thị An", "Nguyễn Thị An", "Bùi Văn Bình"]


def test_letters_follow_the_vietnamese_alphabet() -> None:
    letters = "A Ă Â B C D Đ E Ê G H I K L M N O Ô Ơ P Q R S T U Ư V X Y"
    names = [f"Lê Văn {letter}" for letter in letters.split()]
    assert sorted(Random(1).sample(names, len(names)), key=name_order) == names


def test_tones_decide_between_equal_letters() -> None:
    names = ["Ma", "Mà", "Mả", "Mã", "Má", "Mạ", "Man", "Mân"]
    assert sorted(Random(1).sample(names, len(names)), key=name_order) == names


def test_a_name_typed_with_composed_or_single_signs_has_the_same_place() -> None:
    assert name_order("Đinh Thị Hạnh") == name_order("Đinh Thị Ha\u0323nh") == name_order("ĐINH  THỊ HẠNH")


def test_any_text_has_a_place_and_namesakes_follow_their_ids() -> None:
    assert by_name([(3, "Bùi Thị An"), (4, "王伟"), (2, "Bùi Thị An"), (1, ""), (5, "Müller")]) == [
        (1, ""), (2, "Bùi Thị An"), (3, "Bùi Thị An"), (5, "Müller"), (4, "王伟")]  # fmt: skip
