"""The 500 saved cases that both twins of the questionnaire must pass: 400 rules, 100 whole forms, always the same."""

import json
from random import Random
from typing import Any

from tests.support.forms import form_case, in_python, rule_case

RULES, FORMS = 400, 100
HINT = "tests/vectors/rules.json is not what `python -m tests.vectors.rules` writes"


def cases() -> list[dict[str, Any]]:
    """Each case with what must come out of it."""
    chance = Random("intake rules 1")
    found = [rule_case(chance) for _ in range(RULES)] + [form_case(chance) for _ in range(FORMS)]
    return [{**case, "expect": in_python(case)} for case in found]


def text() -> str:
    """The file, one case a line."""
    return "[\n" + ",\n".join(json.dumps(case, ensure_ascii=True, separators=(",", ":")) for case in cases()) + "\n]\n"


if __name__ == "__main__":
    from tests.vectors.fixed import HERE

    (HERE / "rules.json").write_text(text(), "utf-8")
