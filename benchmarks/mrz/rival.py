"""An open reader to compare with: `rapidocr`'s general OCR, its text normalised. Run in an environment of its own.

The pictures' paths come on standard input; a list in JSON goes out. Lines are kept that are 26 to 48 characters long
once spaces are dropped and look-alikes of the filler made one; they are cut or filled to the nearest length, and digits
and letters put where the format has them. The picture is tried upright, and turned when the check digits do not hold.
"""

import json
import sys
import time

import cv2
from rapidocr import RapidOCR

LIKE = str.maketrans({"«": "<<", "‹": "<", "《": "<<", "〈": "<", "＜": "<", "{": "<", "(": "<", "[": "<"})
WEIGHTS = (7, 3, 1)


def normal(text):
    kept = text.upper().translate(LIKE).replace(" ", "")
    return "".join(c for c in kept if c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<")


def fitted(text):
    width = min((30, 36, 44), key=lambda w: abs(w - len(text)))
    return text[:width].ljust(width, "<")


def check(text):
    return str(sum((0 if c == "<" else int(c, 36)) * WEIGHTS[i % 3] for i, c in enumerate(text)) % 10)


def digits(text):
    return text.translate(str.maketrans("OQDIZSBG", "00012586"))


def letters(text):
    return text.translate(str.maketrans("01258", "OIZSB"))


def mended(lines):
    """Digits where the format has digits, letters where it has letters."""
    if len(lines) == 3:
        one, two, three = lines
        two = digits(two[:7]) + two[7] + digits(two[8:15]) + letters(two[15:18]) + two[18:29] + digits(two[29])
        return [one[:14] + digits(one[14]) + one[15:], two, letters(three)]
    one, two = lines
    two = two[:9] + digits(two[9]) + letters(two[10:13]) + digits(two[13:20]) + two[20] + digits(two[21:28]) + two[28:]
    return [letters(one), two]


def holds(lines):
    if len(lines) == 3:
        one, two, _ = lines
        parts = [(one[5:14], one[14]), (two[:6], two[6]), (two[8:14], two[14])]
        parts.append((one[5:] + two[:7] + two[8:15] + two[18:29], two[29]))
    else:
        one, two = lines
        parts = [(two[:9], two[9]), (two[13:19], two[19]), (two[21:27], two[27])]
        if one[0] != "V":
            parts.append((two[:10] + two[13:20] + two[21:-1], two[-1]))
    return all(check(text) == sign for text, sign in parts)


def zone(engine, image):
    found = engine(image)
    if found.txts is None:
        return []
    boxes = sorted(zip([box[:, 1].mean() for box in found.boxes], map(normal, found.txts), strict=True))
    long = [fitted(text) for _, text in boxes if 26 <= len(text) <= 48 and "<" in text]
    if len(long) >= 3 and all(len(text) == 30 for text in long[-3:]):
        return mended(long[-3:])
    if len(long) >= 2 and len(long[-1]) == len(long[-2]):
        return mended(long[-2:])
    return []


def main():
    engine = RapidOCR()
    told = []
    for path in sys.stdin.read().split("\n"):
        image = cv2.imread(path)
        began, used = time.perf_counter(), time.process_time()
        lines = []
        for turns in (None, cv2.ROTATE_180, cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_90_COUNTERCLOCKWISE):
            lines = zone(engine, image if turns is None else cv2.rotate(image, turns))
            if lines and holds(lines):
                break
        spent = time.perf_counter() - began
        valid = bool(lines and holds(lines))
        told.append({"lines": lines, "valid": valid, "seconds": spent, "processor": time.process_time() - used})
    print(json.dumps(told))


if __name__ == "__main__":
    main()
