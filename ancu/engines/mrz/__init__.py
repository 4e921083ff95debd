"""The machine-readable zone of passports, identity cards and visas (ICAO Doc 9303), read from a picture.

    reading = read(image)             # bytes of a JPEG, PNG or WebP; raises Unreadable(code)
    read_all(image)                   # and those of other holders in the same picture
    reading.certain                   # only then may a program take the values without a person looking
    reading.fields["surname"], reading.doubts, reading.crops

Pure Python on the CPU: two small nets of our own (`models/`, see `models/README.md`), trained on drawn pictures by
`benchmarks.mrz.train_finder` and `train_reader`. No service is called, no database, nothing is stored or logged.
"""

from ancu.engines.mrz.engine import read, read_all, read_pixels, warm_up
from ancu.engines.mrz.layout import LAYOUTS, check_digit, checks
from ancu.engines.mrz.model import CERTAIN, CharacterDoubt, CheckDigit, Unreadable, ZoneAlternative, ZoneReading
from ancu.engines.mrz.values import values

__all__ = [
    "CERTAIN",
    "LAYOUTS",
    "CharacterDoubt",
    "CheckDigit",
    "Unreadable",
    "ZoneAlternative",
    "ZoneReading",
    "check_digit",
    "checks",
    "read",
    "read_all",
    "read_pixels",
    "values",
    "warm_up",
]
