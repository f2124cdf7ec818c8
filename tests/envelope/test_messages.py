import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.domain.problems import Problem
from intake.envelope.messages import Message, open_message, seal_message
from tests.vectors.fixed import MESSAGE_KEY, MESSAGES
from tests.vectors.message import CONTENT, DEVICE


def sealed(content: object = CONTENT, *, number: int = 1, office: str = "o1", day: str = "2026-11-22") -> bytes:
    return seal_message(
        MESSAGE_KEY.public, MESSAGES, office=office, device=DEVICE, number=number, day=day, content=content
    )


def opened(blob: bytes, *, number: int = 1, last: int = 0) -> Message:
    return open_message(
        MESSAGE_KEY.seed, blob, message_sign_key=MESSAGES.public, office="o1", device=DEVICE, number=number, last=last
    )


def test_a_message_comes_back() -> None:
    assert opened(sealed()) == Message("o1", 1, "2026-11-22", CONTENT)


def test_messages_of_about_the_same_length_look_the_same_length() -> None:
    assert len(sealed({"text": "oui"})) == len(sealed({"text": "non!"}))


@pytest.mark.parametrize("number", [0, -1, 2**53])
def test_numbers_begin_at_one_and_stay_whole_in_a_browser(number: int) -> None:
    with pytest.raises(Problem, match=r"^422\.15$"):
        sealed(number=number)


def test_the_largest_number_can_be_sent() -> None:
    assert opened(sealed(number=2**53 - 1), number=2**53 - 1).number == 2**53 - 1


@pytest.mark.parametrize("office", ["", "o1\nx"])
def test_an_office_is_one_line(office: str) -> None:
    with pytest.raises(Problem, match=r"^422\.15$"):
        sealed(office=office)


@pytest.mark.parametrize("content", [["list"], "text", None])
def test_what_a_phone_would_refuse_is_not_sent(content: object) -> None:
    with pytest.raises(Problem, match=r"^422\.14$"):
        sealed(content)


@pytest.mark.parametrize("day", ["22.11.2026", "2026-11-22T10:00:00Z", ""])
def test_a_day_that_a_phone_would_refuse_is_not_sent(day: str) -> None:
    with pytest.raises(Problem, match=r"^422\.15$"):
        sealed(day=day)


@settings(max_examples=30)
@given(st.binary(max_size=1300))
def test_other_bytes_are_a_problem_and_nothing_else(blob: bytes) -> None:
    with pytest.raises(Problem, match=r"^422\.12$"):
        opened(blob)
