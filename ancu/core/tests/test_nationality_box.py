"""What a typed text means in the box of nationalities; ``e2e/test_combobox.py`` asks a browser the same."""

import pytest
from django.utils.html import escape
from django.utils.translation import override

from ancu.core.forms import Form, SearchSelect
from ancu.core.forms.choices import OtherNames, UnmatchedText, exact_value
from ancu.core.forms.countries import NationalityField, foreign_choices, nationality_aliases

EXPECTED = {  # a text, and the nationality that it names alone; None: none or several
    "Mỹ": "USA", "mỹ": "USA", "my": "USA", "MY": None, "USA": "USA", "us": "USA", "U.S.": "USA", "Hoa Kỳ": "USA",
    "Anh": "GBR", "UK": "GBR", "uk": "GBR", "England": "GBR", "vuong quoc anh": "GBR", "GBR": "GBR",
    "Pháp": "FRA", "phap": "FRA", "france": "FRA", "FR": "FRA", "Đức": "DEU", "duc": "DEU", "D": "DEU", "d": None,
    "Hàn": "KOR", "han": "KOR", "Hàn Quốc": "KOR", "korea": "KOR", "Trung": "CHN", "trung quoc": "CHN", "PRC": "CHN",
    "Nga": "RUS", "nga": "RUS", "NGA": None, "Nhật": "JPN", "jp": "JPN", "Ý": "ITA", "Áo": "AUT", "ao": "AUT",
    "AO": None, "Úc": "AUS", "Lào": "LAO", "lao": "LAO", "Nam": None, "NAM": "NAM", "nam phi": "ZAF", "  Pháp  ": "FRA",
    "Niger": "NER", "Guinea": "GIN", "Congo": None, "congo": None, "Sing": "SGP", "Đài": "TWN", "Thái": "THA",
    "Atlantis": None, "": None, "-": None, "DRC": "COD", "Cộng hòa Congo": "COG",
    "Cộng hoà Congo": "COG", "Cộng hoà Dân chủ Congo": "COD", "CHDC Congo": "COD", "Kinshasa": "COD",
    "Vương quốc Campuchia": "KHM", "Cộng hòa Nam Phi": "ZAF", "Cộng hòa Dominicana": "DOM", "Cộng hòa Ấn Độ": "IND",
     "Congo - Brazzaville": "COG", "Ph": None, "Hoa Kỳ.": "USA",
}  # fmt: skip


def nationality_named(text: str) -> str | None:
    return exact_value(text, foreign_choices(), nationality_aliases())


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("text", EXPECTED)
def test_a_name_an_alias_or_a_code_names_one_nationality_or_none(text, language):
    with override(language):
        assert nationality_named(text) == EXPECTED[text]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_nationality_is_named_by_its_label(language):
    with override(language):
        assert [value for value, label in foreign_choices() if value and nationality_named(label) != value] == []


def test_the_frequent_ones_come_first_and_the_rest_by_name():
    with override("vi"):
        labels = [label for _value, label in foreign_choices()]
    assert labels[:3] == ["", "Hàn Quốc", "Trung Quốc"]
    assert labels.index("Ấn Độ") < labels.index("Afghanistan") < labels.index("Áo") < labels.index("Bỉ")
    assert "Việt Nam" not in labels


class NationalityForm(Form):
    nationality = NationalityField(foreign=True)


def answered(**data):
    with override("vi"):
        form = NationalityForm(data)
        form.is_valid()
        return form.cleaned_data.get("nationality"), " ".join(form.errors.get("nationality", [])), str(form)


def test_the_text_of_the_box_is_what_counts():
    assert answered(nationality="FRA")[0] == "FRA"  # no script: no box
    assert answered(nationality="FRA", **{"nationality-text": "Pháp"})[0] == "FRA"
    assert answered(nationality="AFG", **{"nationality-text": "Pháp"})[0] == "FRA"
    assert answered(nationality="", **{"nationality-text": "mỹ"})[0] == "USA"
    assert answered(nationality="FRA", **{"nationality-text": " "})[1]  # emptied: nothing was chosen


@pytest.mark.parametrize("text", ["Atlantis", "MY", "FRA'><script>", "d"])
def test_a_text_that_names_nothing_is_an_error_and_stays_in_the_box(text):
    value, error, page = answered(nationality="FRA", **{"nationality-text": text})
    assert value is None
    assert f"“{text}”" in error
    assert "selected" in page and ' value="FRA" selected' not in page
    assert f'data-typed="{escape(text)}"' in page


def test_two_options_of_one_label_are_told_apart_by_the_value():
    officers = SearchSelect(choices=[("", ""), ("3", "Nguyễn Văn An"), ("4", "Nguyễn Văn An"), ("5", "Trần Thị Bình")])

    def sent(value, text):
        return officers.value_from_datadict({"who": value, "who-text": text}, {}, "who")

    assert sent("4", "Nguyễn Văn An") == "4"
    assert sent("5", "nguyen van an") == UnmatchedText("nguyen van an")  # which of the two?
    assert sent("3", "tran thi binh") == "5"
    assert str(sent("", "3")) not in {"3", "4", "5"}  # an id is no name


def test_names_are_found_in_groups_of_options_too():
    grouped = SearchSelect(choices=[("Asia", [("JPN", "Nhật Bản")])], aliases={"JPN": OtherNames(("Japan",), ("JP",))})
    for text in ("japan", "JP", "nhat ban"):
        assert grouped.value_from_datadict({"x": "", "x-text": text}, {}, "x") == "JPN"
