"""Dates are written as readers of the language do, and typed dd/mm/yyyy as in the others."""

DATE_FORMAT = SHORT_DATE_FORMAT = "Y년 n월 j일"
DATETIME_FORMAT = SHORT_DATETIME_FORMAT = "Y년 n월 j일 H:i"
TIME_FORMAT = "H:i"
DATE_INPUT_FORMATS = ["%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y"]
NUMBER_GROUPING = 3
