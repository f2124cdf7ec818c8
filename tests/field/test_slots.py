"""Four equal slots: what a passphrase opens, what stays hidden, what is never overwritten."""

from tests.support.browser import Script

MODULES = "bytes slots keys"
COST = "const cost = { memory: 19456, passes: 2, lanes: 1 }, mine = random(32), hers = random(32);"


def run(run_js: Script, body: str) -> object:
    return run_js(MODULES, COST + body)


def test_a_passphrase_opens_the_slot_it_fits_and_another_opens_none(run_js: Script) -> None:
    body = """const { slots, index } = await fillSlot(emptySlots(cost), mine, { compartment: "a" });
        const opened = await openSlot(slots, mine);
        return [opened.content, opened.index === index, await openSlot(slots, hers)];"""
    assert run(run_js, body) == [{"compartment": "a"}, True, None]


def test_four_empty_slots_open_for_nobody(run_js: Script) -> None:
    assert run(run_js, "return openSlot(emptySlots(cost), mine)") is None


def test_used_and_empty_slots_have_one_shape(run_js: Script) -> None:
    body = """const shape = ({ salt, cost, sealed, ...rest }) =>
            [Object.keys(rest), salt.length, cost, sealed.map((blob) => blob.length)];
        const before = emptySlots(cost);
        const { slots } = await fillSlot(before, mine, { long: "x".repeat(900) });
        return [shape(before), shape(slots)];"""
    before, after = run(run_js, body)
    assert before == after
    assert len(set(before[3])) == 1
    assert len(before[3]) == 4


def test_slots_say_nothing_of_their_content(run_js: Script) -> None:
    body = """const { slots } = await fillSlot(emptySlots(cost), mine, { canary: "canary-4711" });
        return slots.sealed.map((blob) => String.fromCharCode(...blob)).join("").includes("canary");"""
    assert run(run_js, body) is False


def test_a_second_passphrase_takes_another_slot_and_both_open(run_js: Script) -> None:
    body = """const first = await fillSlot(emptySlots(cost), mine, { who: 1 });
        const second = await fillSlot(first.slots, hers, { who: 2 }, [first.index]);
        return [(await openSlot(second.slots, mine)).content, (await openSlot(second.slots, hers)).content];"""
    assert run(run_js, body) == [{"who": 1}, {"who": 2}]


def test_slots_that_are_taken_are_never_overwritten(run_js: Script) -> None:
    assert run(run_js, "return fillSlot(emptySlots(cost), mine, {}, [0, 1, 2, 3])") == {"refused": "phone.slots_full"}
    body = """const found = [];
        for (let i = 0; i < 40; i++) found.push((await fillSlot(emptySlots(cost), mine, {}, [0, 1, 3])).index);
        return found;"""
    assert set(run(run_js, body)) == {2}  # type: ignore[call-overload]


def test_a_free_slot_is_chosen_at_random(run_js: Script) -> None:
    body = """const found = [];
        for (let i = 0; i < 80; i++) found.push((await fillSlot(emptySlots(cost), mine, {})).index);
        return found;"""
    assert set(run(run_js, body)) == {0, 1, 2, 3}  # type: ignore[call-overload]


def test_a_passphrase_that_opens_a_slot_cannot_name_a_second(run_js: Script) -> None:
    body = """const { slots } = await fillSlot(emptySlots(cost), mine, {}); return fillSlot(slots, mine, {});"""
    assert run(run_js, body) == {"refused": "phone.passphrase_taken"}


def test_a_content_larger_than_its_slot_is_refused(run_js: Script) -> None:
    body = 'return fillSlot(emptySlots(cost), mine, { long: "x".repeat(1100) });'
    assert run(run_js, body) == {"refused": "phone.slot_small"}


def test_a_passphrase_is_changed_by_writing_its_slot_again(run_js: Script) -> None:
    body = """const { slots, index } = await fillSlot(emptySlots(cost), mine, { who: 1 });
        const changed = (await writeSlot(slots, hers, { who: 1 }, index)).slots;
        return [await openSlot(changed, mine), (await openSlot(changed, hers)).content];"""
    assert run(run_js, body) == [None, {"who": 1}]


def test_an_emptied_slot_opens_for_nobody(run_js: Script) -> None:
    body = """const { slots, index } = await fillSlot(emptySlots(cost), mine, {});
        return openSlot(clearSlot(slots, index), mine);"""
    assert run(run_js, body) is None


def test_the_keys_of_a_compartment_fit_into_a_slot(run_js: Script) -> None:
    body = """const { secrets } = await makeKeys();
        const content = { ...secrets, compartment: "x".repeat(36), directory: b64u(random(32)) };
        const { slots } = await fillSlot(emptySlots(cost), mine, content);
        const keys = await openKeys((await openSlot(slots, mine)).content);
        return [keys.sign.extractable, keys.draft.extractable];"""
    assert run(run_js, body) == [False, False]


def test_a_draft_opens_only_under_its_own_key_and_context(run_js: Script) -> None:
    body = """const key = await importSecret(mine), other = await importSecret(hers);
        const blob = await encrypt(key, utf8("words"), "draft/1");
        const tried = async (key, context) => decrypt(key, blob, context).then(textOf, (error) => error.code);
        return [await tried(key, "draft/1"), await tried(key, "draft/2"), await tried(other, "draft/1")];"""
    assert run(run_js, body) == ["words", "phone.unreadable", "phone.unreadable"]


def test_the_length_of_a_draft_is_blurred(run_js: Script) -> None:
    body = """const key = await importSecret(mine);
        const size = async (n) => (await encrypt(key, new Uint8Array(n), "draft")).length;
        return [await size(1000), await size(1015)];"""
    shorter, longer = run(run_js, body)  # type: ignore[misc]
    assert shorter == longer
