"""Paper questionnaires: laid out, printed, and read again from scans and phone photos. No Django, no database.

    sheet = lay_out(questionnaire, language="both")   # once a version; sheet.layout is kept as JSON
    pdf = print_sheets(sheet, range(1, 201), secret=key)            # one numbered sheet per respondent
    for page in read(data, [sheet.layout], secret=key):             # PDF, TIFF, JPEG, PNG, HEIC; page by page
        page.marks, page.writings, page.problem
    whole = collate(pages, [sheet.layout], serials=range(1, 201))   # each sheet once; what is double, missing, strange

Every page carries six squares that say where it lies, and a QR code: version, serial, page and a check made with
``secret``, so that a code that was not printed here is told from ours. Each box is read as empty, crossed, ticked,
filled or corrected (a mark struck out past both sides of its box, as the sheet explains) with a confidence; what is
not certain comes with its picture for a person to decide, and is never counted before. Handwriting is never guessed at:
it comes as a picture to be keyed. Files of strangers are opened in a process of their own (``sandbox``).
"""

from ancu.engines.omr.collating import collate
from ancu.engines.omr.layout import lay_out
from ancu.engines.omr.model import (
    CHOSEN,
    REFUSALS,
    UNREAD,
    BadQuestionnaire,
    Box,
    BoxMark,
    Choice,
    ChoiceGroup,
    Collation,
    Duplicate,
    Layout,
    PageReading,
    PrintedSheet,
    Question,
    Questionnaire,
    QuestionSection,
    SheetAnswers,
    SheetsRefused,
    Words,
    Writing,
    WritingArea,
)
from ancu.engines.omr.printing import print_sheets
from ancu.engines.omr.sandbox import read

__all__ = [
    "CHOSEN",
    "REFUSALS",
    "UNREAD",
    "BadQuestionnaire",
    "Box",
    "BoxMark",
    "Choice",
    "ChoiceGroup",
    "Collation",
    "Duplicate",
    "Layout",
    "PageReading",
    "PrintedSheet",
    "Question",
    "QuestionSection",
    "Questionnaire",
    "SheetAnswers",
    "SheetsRefused",
    "Words",
    "Writing",
    "WritingArea",
    "collate",
    "lay_out",
    "print_sheets",
    "read",
]
