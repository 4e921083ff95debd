"""Comparing and finding people by name, birth date, sex and nationality, with reasons a person can check.

    compare(Person("NGUYEN THI MINH KHAI", "1984-03-08"), Person("Minh Khai Nguyen", "1984-08-03"))
        -> Comparison(score=0.98, reasons=(Reason("words_agree", …), Reason("birth_near", …)))

    Index(people).search(person)  -> [Found(place, person, comparison), …], the likeliest first, in milliseconds

Pure Python, no database, nothing kept. What names say is weighed alike for all people: a nationality only counts as
equal or not, never for what it is. Data: `card.toml` holds the points (see `benchmarks.names.fit`), `common.py` the
words that say little, `surnames.py` the families by which a romanisation is known.
"""

from ancu.engines.names.card import Comparison, compare, score
from ancu.engines.names.features import Person
from ancu.engines.names.index import Index, PersonMatch
from ancu.engines.names.reasons import Reason

__all__ = ["Comparison", "Index", "Person", "PersonMatch", "Reason", "compare", "score"]
