"""The files that lodgings send: read to rows with positions and reasons, and written back.

    reading = read(data)                 # XML, XLSX, XLS, HTML table, CSV or JSON, told by content
    rows = interpret([{"full_name": ...}])   # a form or an API call, by the same rules
    code_lists()                          # every code with its words, versioned
    code_name("sex", "M", "en")           # the words of one code
    write_xml(guests), write_xlsx_official(guests), write_refused_xlsx(reading.rows, "vi")

Pure Python: no Django, no database, nothing of a file is ever logged.
"""

from ancu.engines.exchange.cells import is_placeholder, read_document
from ancu.engines.exchange.codes import CODES, finding, problem
from ancu.engines.exchange.dates import day_first
from ancu.engines.exchange.fields import (
    BLANKS,
    CORRECTABLE,
    DECLARATION_FIELDS,
    FIELD,
    FIELDS,
    STORED,
    ColumnReading,
    DeclarationField,
    Guest,
    TextPair,
)
from ancu.engines.exchange.lists import code_lists, code_name, code_of
from ancu.engines.exchange.model import LIMITS, DeclarationFile, Finding, GuestRow, Problem
from ancu.engines.exchange.nationality import FREQUENT as FREQUENT_NATIONALITIES
from ancu.engines.exchange.portal import PortalMessage, parse_portal_answer
from ancu.engines.exchange.reader import interpret, read, vietnam_today
from ancu.engines.exchange.schema import xml_schema
from ancu.engines.exchange.writer import write_refused_xlsx, write_xlsx_official, write_xml

__all__ = [
    "BLANKS",
    "CODES",
    "CORRECTABLE",
    "DECLARATION_FIELDS",
    "FIELD",
    "FIELDS",
    "FREQUENT_NATIONALITIES",
    "LIMITS",
    "STORED",
    "ColumnReading",
    "DeclarationField",
    "DeclarationFile",
    "Finding",
    "Guest",
    "GuestRow",
    "PortalMessage",
    "Problem",
    "TextPair",
    "code_lists",
    "code_name",
    "code_of",
    "day_first",
    "finding",
    "interpret",
    "is_placeholder",
    "parse_portal_answer",
    "problem",
    "read",
    "read_document",
    "vietnam_today",
    "write_refused_xlsx",
    "write_xlsx_official",
    "write_xml",
    "xml_schema",
]
