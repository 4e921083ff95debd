"""Documents set with typst, whatever their text holds: fonts for the scripts of the world, and a sign for the rest.

    compile_document(template, data, images={"qr": svg}) -> bytes of a tagged PDF
    printable("张伟 \\x00 …") -> the text as the fonts can show it

Be Vietnam Pro and Tinos (the measures of Times New Roman; both OFL, Tinos cut down to Latin, Greek and Cyrillic) are
here; the Noto fonts of all other scripts come with the packages manimgx-fonts and manimgx-fonts-cjk. Templates take the
families to use from `page.typ`.
"""

from ancu.engines.typesetting.document import ROOT, compile_document, compile_picture, with_any_text
from ancu.engines.typesetting.fonts import font_book, serif_bold_width
from ancu.engines.typesetting.text import SUBSTITUTE, office_name, printable

__all__ = [
    "ROOT", "SUBSTITUTE", "compile_document", "compile_picture", "font_book", "office_name", "printable",
    "serif_bold_width", "with_any_text",
]  # fmt: skip
