"""python -m benchmarks.answers: how many people a minute one node lets answer a survey, as browsers do it.

A house of its own: database, web server with two processes. Each person asks for eight pages or saves: the link, begin,
the first part, an answer kept, on, the second part, an answer kept, send.
"""

import argparse
import tempfile
import time
from pathlib import Path

from tests.crash.house import House, wait_until
from tests.crash.respondents import Respondent

BROWSERS = 8
AIM = 1000  # answers a minute


def measure(seconds: float) -> tuple[int, float]:
    """Let simulated people answer a survey for ``seconds``; return the number of answers and the seconds taken.

    Exits if an answer that was confirmed is not stored.
    """
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder))
        try:
            house.run("manage.py", "prepare_database", "--verbosity", "0")
            house.serve_pages()
            house.environment["BEHIND_PROXY"] = "true"
            link = house.run("-m", "tests.crash.prepare_survey").strip()
            house.start_web()
            wait_until(house.answers, 60, "the web server does not answer")
            people = [Respondent(number, house.port, link) for number in range(BROWSERS)]
            started = time.monotonic()
            for respondent in people:
                respondent.start()
            time.sleep(seconds)
            for respondent in people:
                respondent.stopping.set()
            for respondent in people:
                respondent.join(60)
            took = time.monotonic() - started
            sent = sum(person.sent for respondent in people for person in respondent.people)
            stored = house.query("SELECT count(*) FROM surveys_surveyresponse WHERE state = 'complete'")
            if not isinstance(stored, int) or stored < sent or any(respondent.complaint for respondent in people):
                raise SystemExit(f"{sent} thanked, {stored} stored, {[respondent.complaint for respondent in people]}")
            return sent, took
        finally:
            house.close()


def main() -> None:
    """Print how many survey answers a minute one server accepts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30)
    sent, took = measure(parser.parse_args().seconds)
    rate = sent / took * 60
    print(f"survey answers: {sent} in {took:.1f} s = {rate:,.0f} a minute on one node (aim {AIM:,}); none lost")


if __name__ == "__main__":
    main()
