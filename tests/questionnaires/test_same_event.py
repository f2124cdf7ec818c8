"""What a form calls the same for everybody who was there: never who somebody is, and never her agreement."""

import pytest

from intake import questionnaires
from intake.domain import questionnaire


@pytest.mark.parametrize("form", questionnaires.published())
def test_a_form_lists_for_another_person_in_the_same_event_only_questions_it_asks_and_none_about_identity(
    form: tuple[str, int],
) -> None:
    read = questionnaires.load(*form)
    asked = {one["id"]: one for one in questionnaire.questions(read)}
    for name in read.get("same_event", []):
        assert not asked[name].get("identity"), name
        assert asked[name]["kind"] != "notice", name
        assert name not in ("may_write", "child_agrees", "carer_agrees")
