from ancu.apps.surveys.models.paper import PrintRun, ReadingDoubt, Scan, ScannedPage, SurveyPaper, SurveySheet
from ancu.apps.surveys.models.response import SurveyCode, SurveyResponse
from ancu.apps.surveys.models.survey import Survey, SurveyChannel, SurveyVersion

__all__ = [
    "PrintRun",
    "ReadingDoubt",
    "Scan",
    "ScannedPage",
    "Survey",
    "SurveyChannel",
    "SurveyCode",
    "SurveyPaper",
    "SurveyResponse",
    "SurveySheet",
    "SurveyVersion",
]  # fmt: skip
