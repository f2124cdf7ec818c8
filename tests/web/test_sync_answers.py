"""What a phone is answered that asks with a number."""

from intake.services.asking import TRIES_A_PHONE
from intake.store import Store
from intake.store.inbound import answers
from tests.support.phone import Answer, Phone, TestOffice

AT, OTHER = "a" * 43, "b" * 43


def lay(store: Store, name: str = "k.one") -> None:
    with store.inbound() as session:
        answers.replace(session, office="office", deposit=name, lines=[(AT, b"sealed")])


def ask(phone: Phone, **body: object) -> Answer:
    return phone.post("/sync/v1/answers", body, **phone.bearer)


def code(answer: Answer) -> str:
    return str(answer.json["type"].rpartition("/")[2])


def test_a_phone_learns_where_to_look_and_then_looks(phone: Phone, store: Store) -> None:
    assert code(ask(phone)) == "404.14"
    lay(store)
    assert ask(phone).json == {"deposit": "k.one"}
    assert ask(phone, deposit="k.one", locator=AT).json == {"deposit": "k.one", "sealed": "c2VhbGVk"}
    lay(store, "k.two")
    assert ask(phone, deposit="k.one", locator=AT).json == {"deposit": "k.two"}
    assert code(ask(phone, deposit="k.two", locator=OTHER)) == "404.14"
    assert code(ask(phone, deposit="k.two", locator="short")) == "400.1"


def test_too_many_numbers_are_refused_in_words_and_only_looking_counts(phone: Phone, store: Store) -> None:
    lay(store)
    for _ in range(TRIES_A_PHONE):
        assert ask(phone).status == 200
        assert code(ask(phone, deposit="k.one", locator=OTHER)) == "404.14"
    refused = ask(phone, deposit="k.one", locator=AT)
    assert (code(refused), refused.json["title"]) == ("429.2", "Too many numbers were asked for. Wait a while.")
    assert int(refused.headers["retry-after"]) > 0


def test_a_stranger_and_a_withdrawn_phone_are_told_nothing(phone: Phone, office: TestOffice, store: Store) -> None:
    lay(store)
    stranger = phone.post("/sync/v1/answers", {}, Authorization="Bearer nobody")
    assert code(stranger) == "401.1"
    office.withdraw(store, phone)
    assert code(ask(phone)) == "403.4"
