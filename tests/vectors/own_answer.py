"""Cases of numbers that people keep and of their answers: `python -m tests.vectors.own_answer` writes them anew."""

import json
from typing import Any

from intake.domain import own_answer
from intake.domain.problems import Problem
from intake.envelope import own_answers
from intake.envelope.encoding import b64u
from tests.vectors.fixed import HERE

PATH = HERE / "own_answer.json"
TENS = ("0000000000", "9999999999", "1234567890", "8100000042", "0070070070", "5553141592")
SHAPES = (own_answer.USUAL_SHAPE, "+243 ### ### ### ###", "0## ### ### ## ##", "(###) ###-######")
CONTENT = {"day": "2026-11-22", "first": "ar", "said": {"ar": "هناك من يعمل عليه.", "en": "Somebody is working on it."}}


def numbers() -> list[dict[str, Any]]:
    return [{"ten": ten, "number": own_answer.make(ten)} for ten in TENS]


def typed() -> list[dict[str, Any]]:
    """What somebody may type, and the number that it is, None for none."""
    number = own_answer.make("1234567890")
    arabic = number.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    persian = number.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    texts = [
        (number, SHAPES[0]),
        (own_answer.shaped(number), SHAPES[0]),
        (f" {number[:6]}-{number[6:]}\t", SHAPES[0]),
        (arabic, SHAPES[0]),
        (persian, SHAPES[0]),
        (own_answer.shaped(number, SHAPES[1]), SHAPES[1]),
        (number, SHAPES[1]),
        (number[:-1], SHAPES[0]),
        (number + "0", SHAPES[0]),
        (number[::-1], SHAPES[0]),
        ("12345678", SHAPES[0]),
        ("", SHAPES[0]),
        ("nothing", SHAPES[0]),
        (f"{number[:10]}00", SHAPES[0]),
        (f"999{number}", SHAPES[0]),
    ]
    return [{"text": text, "shape": shape, "number": _number(text, shape)} for text, shape in texts]


def _number(text: str, shape: str) -> str | None:
    try:
        return own_answer.typed(text, shape)
    except Problem:
        return None


def shown() -> list[dict[str, Any]]:
    number = own_answer.make("8100000042")
    return [{"number": number, "shape": shape, "shown": own_answer.shaped(number, shape)} for shape in SHAPES]


def sealed(kept: str = "") -> list[dict[str, Any]]:
    """One answer; sealing draws a nonce, so its bytes are kept once they are made."""
    key, office, deposit = bytes(range(32)), "north", "0123456789abcdef.deposit"
    code = own_answer.make("1234567890")
    bound: dict[str, Any] = {"office": office, "deposit": deposit}
    stretched = own_answers.stretch(code, office=office)
    blob = kept or b64u(own_answers.seal_answer(key, stretched, CONTENT, **bound))
    return [
        {
            "code": code,
            "key": b64u(key),
            **bound,
            "stretched": b64u(stretched),
            "locator": own_answers.locator(key, stretched, **bound),
            "sealed": blob,
            "content": CONTENT,
        }
    ]


def text(kept: str = "") -> str:
    cases = {"numbers": numbers(), "typed": typed(), "shown": shown(), "sealed": sealed(kept)}
    return json.dumps(cases, indent=1) + "\n"


if __name__ == "__main__":
    PATH.write_text(text(json.loads(PATH.read_text())["sealed"][0]["sealed"] if PATH.exists() else ""), "utf-8")
