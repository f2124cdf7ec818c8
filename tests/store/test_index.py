"""The index: words and filters find what fits and nothing that is closed to the reader."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.domain.folding import terms
from intake.store.index import Entry, Index, Query, Sent


def entry(id: str, **changed: object) -> Entry:
    return Entry(**{"kind": "case", "id": id, "version": 1, "changed": "2026-11-22T10:00:00Z", **changed})  # type: ignore[arg-type]


def made(*entries: Entry) -> Index:
    index = Index()
    index.put(entries, turn=len(entries))
    return index


def found(index: Index, reader: str = "amina", **asked: object) -> list[str]:
    return [one.id for one in index.find(Query(reader, **asked), limit=100)]  # type: ignore[arg-type]


def test_every_word_must_fit_and_its_beginning_is_enough() -> None:
    index = made(entry("a", text="market near the river"), entry("b", text="market road"))
    assert found(index, words=("mark",)) == ["a", "b"]
    assert found(index, words=("mark", "riv")) == ["a"]
    assert found(index, words=("arket",)) == []


def test_what_is_changed_is_found_by_what_it_says_now() -> None:
    index = made(entry("a", text="market", state="open"))
    index.put([entry("a", version=2, text="river", state="closed")], turn=2)
    assert found(index, words=("market",)) == []
    assert found(index, words=("river",), state="closed") == ["a"]
    assert index.turn == 2


def test_what_is_closed_to_others_leaves_no_trace_for_them() -> None:
    index = made(entry("a", named=("bruno", "gita"), text="river"), entry("b", text="river"))
    assert found(index, "bruno", words=("river",)) == ["a", "b"]
    assert found(index, "amina", words=("river",)) == ["b"]
    assert found(index, "git") == ["b"]
    assert index.count(Query("amina")) == 1


def test_whom_a_case_is_kept_from_finds_no_trace_of_it_even_if_named() -> None:
    index = made(entry("a", named=("bruno", "gita"), hidden=("bruno",)), entry("b", hidden=("amina",)))
    assert found(index, "bruno") == ["b"]
    assert found(index, "gita") == ["a", "b"]
    assert found(index, "amina") == []


def test_days_meet_when_it_happened_and_where_that_is_not_known_when_it_came() -> None:
    index = made(
        entry("a", first="2026-11-01", last="2026-11-03", received="2026-11-20T10:00:00Z"),
        entry("b", received="2026-11-10T10:00:00Z"),
    )
    assert found(index, since="2026-11-02", until="2026-11-02") == ["a"]
    assert found(index, since="2026-11-10", until="2026-11-10") == ["b"]
    assert found(index, since="2026-11-11") == []


@pytest.mark.parametrize("words", [('a"b',), ("NEAR(",), ("*",), ("a OR b",), ("-x",), ("text:a",)])
def test_what_is_typed_is_words_and_never_the_language_of_the_index(words: tuple[str, ...]) -> None:
    index = made(entry("a", text="a b"))
    assert found(index, words=tuple(term for word in words for term in terms(word))) in ([], ["a"])


def test_a_change_that_fails_half_way_leaves_the_index_as_it_was() -> None:
    index = made(entry("a", text="market"))
    with pytest.raises(RuntimeError):
        index.put((one for one in _broken()), turn=9)
    assert (found(index), index.turn) == (["a"], 1)


def _broken() -> object:
    yield entry("b")
    raise RuntimeError


def test_what_was_dumped_is_loaded_whole() -> None:
    index = made(*(entry(str(number), text=f"word{number}", named=("amina",)) for number in range(300)))
    again = Index.load(index.dump())
    assert again.turn == 300
    assert found(again, words=("word299",)) == ["299"]
    again.put([entry("x", text="new")], turn=301)
    assert found(again, words=("new",)) == ["x"]


@pytest.mark.parametrize("content", [b"", b"not an index", Index().dump()[:2000]])
def test_what_is_no_index_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="index"):
        Index.load(content)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.text(max_size=12)), max_size=12), st.text(max_size=4))
def test_it_finds_what_looking_at_every_entry_finds(entries: list[tuple[str, str]], asked: str) -> None:
    index, latest = Index(), dict(entries)
    for id, text in entries:
        index.put([entry(id, text=" ".join(terms(text)))], turn=1)
    words = terms(asked)
    fits = {id for id, text in latest.items() if all(any(t.startswith(w) for t in terms(text)) for w in words)}
    assert set(found(index, words=tuple(words))) == fits


def test_a_walk_meets_all_that_goes_on_or_came_since_a_day_and_nothing_that_is_closed_to_the_reader() -> None:
    index = made(
        entry("old", received="2026-01-01", state="closed"),
        entry("waits", received="2026-01-01", state="open"),
        entry("new", received="2026-11-20T10:00:00Z", state="closed"),
        entry("odd", received="soon", state="closed"),
        entry("theirs", received="2026-11-20", state="open", named=("bruno",)),
    )
    walked = index.walk(("id", "state"), reader="amina", states=("open",), since="2026-11-01")
    assert sorted(walked) == [("new", "closed"), ("odd", "closed"), ("waits", "open")]
    assert sorted(index.walk(("id",), reader="bruno", states=(), since="2026-11-20")) == [
        ("new",),
        ("odd",),
        ("theirs",),
    ]


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 9)), max_size=20))
def test_what_a_phone_sent_is_counted_and_its_gaps_are_what_is_missing_below_the_highest(
    sent: list[tuple[str, int]],
) -> None:
    index = Index()
    index.put(
        (entry(f"r{k}", sent=(Sent(phone, n, "2026-11-22T10:00:00Z", n == 0),)) for k, (phone, n) in enumerate(sent)),
        turn=1,
    )
    for phone in "ab":
        numbers = {n for one, n in sent if one == phone}
        missing = [n for _, first, last in index.gaps(phone) for n in range(first, last + 1)]
        assert missing == [n for n in range(1, max(numbers, default=0)) if n not in numbers]
        came = [one for one in index.came() if one.device == phone]
        assert came == index.came(phone)
        assert [one.highest for one in came] == ([max(numbers)] if numbers else [])
        assert sum(one.reports for one in came) == len([one for one, _ in sent if one == phone])
        assert sum(count for _, count in index.days(phone)) == sum(one.reports for one in came)
        assert sum(one.aside for one in came) == sent.count((phone, 0))
    assert index.gaps() == [*index.gaps("a"), *index.gaps("b")]
    index.put([entry(f"r{k}") for k in range(len(sent))], turn=2)
    assert (index.came(), index.days("a"), index.gaps()) == ([], [], [])


def test_what_has_one_of_some_keys_is_listed_page_by_page_and_nothing_that_is_closed_to_the_reader() -> None:
    index = Index()
    index.put(
        (entry(f"c{k}", received=f"2026-11-{10 + k}", keys=("a:1", "a:2") if k % 2 else ("a:1",)) for k in range(5)),
        turn=1,
    )
    index.put([entry("shut", keys=("a:1",), named=("bruno",)), entry("other", keys=("b:1",))], turn=2)
    assert index.keys("a:") == ["a:1", "a:2"]
    asked = {"reader": "amina", "limit": 2}
    assert [index.listed(["a:1", "a:2"], offset=k, **asked)[0] for k in (0, 4)] == [5, 5]  # type: ignore[arg-type]
    found = [one.id for k in (0, 2, 4) for one in index.listed(["a:1", "a:2"], offset=k, **asked)[1]]  # type: ignore[arg-type]
    assert found == ["c0", "c1", "c2", "c3", "c4"]
    assert index.listed(["a:2"], reader="amina", limit=9, without=["c1"])[0] == 1
