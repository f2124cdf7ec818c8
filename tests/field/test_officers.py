"""Several officers on one phone: each in a compartment of their own, and another office only after being asked."""

from typing import Any

from intake.envelope import bundles, invitations
from intake.envelope.encoding import b64u
from intake.envelope.signing import SigningKey
from tests.support.scripted import PhoneInHand, ScriptedOffice, Tab, problem

OTHERS = "other words for another"

ENROL = """window.asked = [];
const invitation = phone.readInvitation(arg.link) || { code: arg.link, fingerprint: null, secret: null };
return phone.enrol({ invitation, label: "second", languages: ["fr"], passphrase: arg.words, another: true,
    joins: async ({ name }) => (window.asked.push(name), arg.joins) });"""


def join(tab: Tab, link: str, *, passphrase: str = OTHERS, joins: bool = True) -> Any:
    """Another officer uses an invitation on this phone, and says whether it joins another office."""
    found = tab(ENROL, {"link": link, "words": passphrase, "joins": joins})
    tab.settle()
    return found


def southern(office: ScriptedOffice) -> str:
    """From now on the server answers for another office; a link of that office."""
    key = SigningKey.generate()
    office.bundle = office.signed(key, office={"id": "south", "name": "South", "sign_key": b64u(key.public)})
    code = invitations.code()
    office.codes[code] = None
    return invitations.link("", code, bundles.fingerprint(key.public), invitations.secret()).split("#")[1]


def test_joining_another_office_is_asked_with_its_name_before_anything_of_it_is_kept(
    phone: PhoneInHand, office: ScriptedOffice
) -> None:
    tab = phone.enrolled()
    tab("phone.lock()")
    link = southern(office)
    assert tab("return phone.isFromOurs(phone.readInvitation(arg))", link) is False
    assert join(tab, link, joins=False) == {"refused": "officers.not_joined"}
    assert tab("return window.asked") == ["South"]
    assert [one["office"]["name"] for one in tab.state["compartments"]] == ["North"]
    assert tab("return phone._db.read(['phone'], ({ phone }) => phone.get('pending'))") is None
    assert tab.unlock(OTHERS) == {"refused": "phone.wrong"}
    tab.unlock()
    assert tab.state["office"]["name"] == "North"


def test_an_office_that_was_agreed_to_stands_beside_the_first(phone: PhoneInHand, office: ScriptedOffice) -> None:
    tab = phone.enrolled()
    tab("phone.lock()")
    assert "refused" not in join(tab, southern(office))
    assert tab.state["office"]["name"] == "South"
    assert sorted(one["office"]["name"] for one in tab.state["compartments"]) == ["North", "South"]


def test_a_second_officer_of_the_same_office_is_not_asked_about_joining(
    phone: PhoneInHand, office: ScriptedOffice
) -> None:
    tab = phone.enrolled()
    tab("phone.lock()")
    link = office.invite()
    assert tab("return phone.isFromOurs(phone.readInvitation(arg))", link) is True
    join(tab, link, joins=False)
    assert tab("return window.asked") == []
    assert len(tab.state["compartments"]) == 2


def test_an_invitation_for_another_officer_never_renews_the_first_whose_passphrase_it_happens_to_be(
    phone: PhoneInHand, office: ScriptedOffice
) -> None:
    tab = phone.enrolled()
    [first] = office.devices
    office.devices.clear()
    tab.send()
    assert tab.state["trouble"]["code"] == "401.1"
    tab("phone.lock()")
    assert join(tab, office.invite(), passphrase="four quiet river stones") == {"refused": "phone.passphrase_taken"}
    assert first not in office.devices


def test_a_phone_has_room_for_four_officers_and_each_opens_only_their_own(
    phone: PhoneInHand, office: ScriptedOffice
) -> None:
    tab = phone.enrolled()
    drafts = [tab.begin()]
    phrases = ["four quiet river stones", *(f"{OTHERS} {n}" for n in range(3))]
    for phrase in phrases[1:]:
        tab("phone.lock()")
        join(tab, office.invite(), passphrase=phrase)
        drafts.append(tab.begin())
    tab("phone.lock()")
    assert join(tab, office.invite(), passphrase="a fifth one") == {"refused": "phone.slots_full"}
    for phrase, draft in zip(phrases, drafts, strict=True):
        tab.unlock(phrase)
        assert [one["id"] for one in tab("return phone.drafts()")] == [draft]
        for other in set(drafts) - {draft}:
            assert tab("return phone.draft(arg)", other) == {"refused": "phone.unreadable"}
        tab("phone.lock()")


def test_what_waits_of_every_officer_goes_out_under_the_lock(phone: PhoneInHand, office: ScriptedOffice) -> None:
    tab = phone.enrolled()
    tab("return phone.forms('visit')")
    office.online = False
    reports = [tab.finish()]
    tab("phone.lock()")
    office.answers("PUT", ".*", problem("503.1"))
    office.online = True
    join(tab, office.invite())
    office.online = False
    reports.append(tab.finish())
    assert [one["report"] for one in tab.items] == reports[1:]
    tab("phone.lock()")
    tab.page.wait_for_function("() => window.phone.state().counts.waiting === 2")
    assert {one["report"] for one in tab.items} == set(reports)
    office.online = True
    tab.send()
    assert {envelope.report for envelope in office.envelopes} == set(reports)
    assert len({envelope.device for envelope in office.envelopes}) == 2


def test_whoever_has_joined_the_wrong_office_gives_up_only_what_is_theirs(
    phone: PhoneInHand, office: ScriptedOffice
) -> None:
    tab = phone.enrolled()
    tab("phone.lock()")
    join(tab, office.invite(typed=True))
    tab("return phone.forgotPassphrase()")
    assert [one["label"] for one in tab.state["compartments"]] == ["grey phone"]
    tab.unlock()
    assert tab.state["label"] == "grey phone"


def test_each_officer_finds_the_languages_they_chose(phone: PhoneInHand, office: ScriptedOffice) -> None:
    tab = phone.enrolled()
    tab("return phone.speaks(['ar', 'fr'])")
    tab("phone.lock()")
    join(tab, office.invite())
    assert tab.state["languages"] == ["fr"]
    tab("phone.lock()")
    tab.unlock()
    assert tab.state["languages"] == ["ar", "fr"]
