from ancu.apps.surveys.models.paper import Doubt, Paper, PrintRun, Scan, ScannedPage, Sheet
from ancu.apps.surveys.models.response import Code, Response
from ancu.apps.surveys.models.survey import Channel, Survey, Version

__all__ = [
    "Channel", "Code", "Doubt", "Paper", "PrintRun", "Response", "Scan", "ScannedPage", "Sheet", "Survey", "Version",
]  # fmt: skip
