"""The XML Schema of declaration files, generated from the reader's list of elements.

It describes what a program should write: each element at most once, in any order. The reader takes more than it says
(unknown elements bring a notice, dates may be written otherwise), and never less.
"""

from ancu.engines.exchange.fields import PORTAL
from ancu.engines.exchange.model import LIMITS
from ancu.engines.exchange.xml_file import ELEMENTS, RECORD, ROOT

REQUIRED = frozenset(field.name for field in PORTAL if field.required)
_DAY = r"((0[1-9]|[12][0-9]|3[01])/(0[1-9]|1[0-2])/[0-9]{4})"
_KINDS = {
    "number": ("number", "<xs:pattern value='[0-9]*'/>"),
    "birth_date": ("birthDate", f"<xs:pattern value='{_DAY}|(0[1-9]|1[0-2])/[0-9]{{4}}|[0-9]{{4}}'/>"),
    "birth_precision": ("precision", "".join(f"<xs:enumeration value='{value}'/>" for value in ("", "D", "M", "Y"))),
    "sex": ("sex", "".join(f"<xs:enumeration value='{value}'/>" for value in ("", "M", "F", "X"))),
    "nationality": ("nationality", "<xs:pattern value='[A-Z][A-Z-]{0,2}'/>"),
    "arrived_on": ("day", f"<xs:pattern value='{_DAY}'/>"),
    "departed_on": ("dayOrNothing", f"<xs:pattern value='({_DAY})?'/>"),
}
_SAME = {"expected_departure": "day", "permitted_until": "dayOrNothing"}
_TEXTS = ("full_name", "document_number", "room")


def xml_schema() -> bytes:
    """Return the XML Schema (XSD 1.0) of declaration files, in UTF-8."""
    types = [_type(name, facets) for name, facets in _KINDS.values()]
    types += [_type(name, _length(name)) for name in _TEXTS]
    lines = "\n".join(_element(element, field) for element, field in ELEMENTS.items())
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">\n'
        f'<xs:element name="{ROOT}"><xs:complexType><xs:sequence>\n'
        f'<xs:element name="{RECORD}" minOccurs="1" maxOccurs="{LIMITS["rows"]}"><xs:complexType><xs:all>\n'
        f"{lines}\n</xs:all></xs:complexType></xs:element>\n"
        "</xs:sequence></xs:complexType></xs:element>\n" + "\n".join(types) + "\n</xs:schema>\n"
    ).encode()


def _element(element: str, field: str) -> str:
    """Return the line of the XML Schema that defines the ``element`` of a record for this field."""
    kind = _SAME.get(field) or (_KINDS[field][0] if field in _KINDS else field)
    return f'<xs:element name="{element}" type="{kind}" minOccurs="{int(field in REQUIRED)}"/>'


def _type(name: str, facets: str) -> str:
    """Return the definition of a simple type of the XML Schema: a text that ``facets`` restrict."""
    base = f"<xs:restriction base='xs:string'>{facets}</xs:restriction>"
    return f'<xs:simpleType name="{name}">{base}</xs:simpleType>'


def _length(field: str) -> str:
    """Return the XML Schema facets that limit the length of a field."""
    least = 1 if field in REQUIRED else 0
    return f"<xs:minLength value='{least}'/><xs:maxLength value='{LIMITS[field]}'/>"
