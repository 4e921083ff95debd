"""Open readers to compare with. Run in an environment of its own, with the reader's name, or `--list`.

- `rapidocr`: general OCR, its text normalised. Lines are kept that are 26 to 48 characters long once spaces are dropped
  and look-alikes of the filler made one. The picture is tried upright, and turned when the check digits do not hold.
- `fastmrz`: its net for the zone, then tesseract. Its own training data for tesseract (`mrz`) are used where they are
  installed, else Debian's `eng`.

What they say is cut or filled to the nearest length, and digits and letters are put where the format has them. The
pictures' paths come on standard input; a list in JSON goes out.
"""

import importlib.util
import json
import os
import shutil
import sys
import time

import cv2

LIKE = str.maketrans({"«": "<<", "‹": "<", "《": "<<", "〈": "<", "＜": "<", "{": "<", "(": "<", "[": "<"})
WEIGHTS = (7, 3, 1)


def normal(text):
    """Return the text in capitals, with only the characters that a zone may have."""
    normalized = text.upper().translate(LIKE).replace(" ", "")
    return "".join(c for c in normalized if c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<")


def fitted(text):
    """Return a line of text cut or filled with ``<`` to the nearest width of a zone: 30, 36 or 44."""
    width = min((30, 36, 44), key=lambda w: abs(w - len(text)))
    return text[:width].ljust(width, "<")


def check(text):
    """Return the check digit of a text of a machine-readable zone."""
    return str(sum((0 if c == "<" else int(c, 36)) * WEIGHTS[i % 3] for i, c in enumerate(text)) % 10)


def digits(text):
    """Return the text with letters replaced by the digits they resemble, such as O by 0."""
    return text.translate(str.maketrans("OQDIZSBG", "00012586"))


def letters(text):
    """Return the text with digits replaced by the letters they resemble, such as 0 by O."""
    return text.translate(str.maketrans("01258", "OIZSB"))


def mended(lines):
    """Return a zone's lines with lookalikes replaced: by digits where only digits may stand, else by letters."""
    if len(lines) == 3:
        first, two, three = lines
        two = digits(two[:7]) + two[7] + digits(two[8:15]) + letters(two[15:18]) + two[18:29] + digits(two[29])
        return [first[:14] + digits(first[14]) + first[15:], two, letters(three)]
    first, two = lines
    two = two[:9] + digits(two[9]) + letters(two[10:13]) + digits(two[13:20]) + two[20] + digits(two[21:28]) + two[28:]
    return [letters(first), two]


def holds(lines):
    """Whether the check digits of these lines of a zone hold."""
    if len(lines) == 3:
        first, two, _ = lines
        parts = [(first[5:14], first[14]), (two[:6], two[6]), (two[8:14], two[14])]
        parts.append((first[5:] + two[:7] + two[8:15] + two[18:29], two[29]))
    else:
        first, two = lines
        parts = [(two[:9], two[9]), (two[13:19], two[19]), (two[21:27], two[27])]
        if first[0] != "V":
            parts.append((two[:10] + two[13:20] + two[21:-1], two[-1]))
    return all(check(text) == sign for text, sign in parts)


def chosen(texts):
    """Return the lines of text that are the zone: the last three of 30 characters, or two of one length.

    Empty if there is none.
    """
    long = [fitted(text) for text in texts if 26 <= len(text) <= 48 and "<" in text]
    if len(long) >= 3 and all(len(text) == 30 for text in long[-3:]):
        return mended(long[-3:])
    if len(long) >= 2 and len(long[-1]) == len(long[-2]):
        return mended(long[-2:])
    return []


def rapidocr():
    """Return a function that reads a zone's lines from the picture at a path with RapidOCR."""
    from rapidocr import RapidOCR

    engine = RapidOCR()

    def once(image):
        """Return the lines of the zone that RapidOCR reads in an image."""
        result = engine(image)
        if result.txts is None:
            return []
        rows = sorted(zip([box[:, 1].mean() for box in result.boxes], map(normal, result.txts), strict=True))
        return chosen([text for _, text in rows])

    return lambda path: turning(once, path)


def fastmrz():
    """Return a function that reads a zone's lines from the picture at a path with FastMRZ."""
    import pytesseract
    from fastmrz import FastMRZ

    engine = FastMRZ()
    if "mrz" not in pytesseract.get_languages():
        original = pytesseract.pytesseract.image_to_string
        pytesseract.pytesseract.image_to_string = pytesseract.image_to_string = lambda image, lang, config: original(
            image, lang="eng", config=config
        )

    def once(image):
        """Return the lines of the zone that FastMRZ reads in an image."""
        text = engine._get_roi(engine_says(engine, image), image)
        return chosen([normal(line) for line in text.split("\n")])

    return lambda path: turning(once, path)


def engine_says(engine, image):
    """Return the raw output of FastMRZ's neural net for an image."""
    engine.net.setInput(engine._process_image(image))
    return engine.net.forward()


def turning(once, path):
    """Return the zone's lines that ``once`` reads in the picture at ``path``, rotated until check digits hold.

    If they never hold, the last reading.
    """
    image = cv2.imread(path)
    lines = []
    for turns in (None, cv2.ROTATE_180, cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_90_COUNTERCLOCKWISE):
        lines = once(image if turns is None else cv2.rotate(image, turns))
        if lines and holds(lines):
            break
    return lines


READERS = {"rapidocr": rapidocr, "fastmrz": fastmrz}


def installed():
    """Return the names of the other zone readers that are installed here, to compare ours with."""
    tesseract = shutil.which("tesseract") is not None
    return [name for name in READERS if importlib.util.find_spec(name) and (tesseract or name == "rapidocr")]


def main():
    """Print the zones that another reader, compared with ours, reads in pictures named on standard input."""
    if sys.argv[1] == "--list":
        print(*installed())
        return
    read = READERS[sys.argv[1]]()
    answers = []
    for path in sys.stdin.read().split("\n"):
        began, used = time.perf_counter(), sum(os.times()[:4])  # tesseract is a process of its own
        try:
            lines = read(path)
        except Exception:  # what another's program does with a picture it cannot take is no reason to stop
            lines = []
        spent = time.perf_counter() - began
        valid = bool(lines and holds(lines))
        answers.append({"lines": lines, "valid": valid, "seconds": spent, "processor": sum(os.times()[:4]) - used})
    print(json.dumps(answers))


if __name__ == "__main__":
    main()
