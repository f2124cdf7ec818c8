"""People: proposed, joined, admitted by check words, closed, restored."""

import pytest

from intake.domain.problems import Problem
from intake.services import audit, keys, signin, staff
from intake.services.staff import Joined
from intake.store import Session
from intake.store.office import keychains
from intake.store.office import staff as accounts
from tests.support.staffed import CHEAP, StaffedOffice


def _propose(office: StaffedOffice, session: Session, name: str = "hana", *roles: str) -> str:
    desk = office.desk(session, "emil")
    return staff.propose(session, desk=desk, name=name, roles=roles or ("reviewer",), now=office.clock.now)


def _join(office: StaffedOffice, session: Session, name: str = "hana", *roles: str) -> Joined:
    code = _propose(office, session, name, *roles)
    joined = staff.join(session, code=code, now=office.clock.now, cost=CHEAP)
    office.people[name] = joined
    return joined


def _admit(office: StaffedOffice, session: Session, joined: Joined, chain: str = "work", by: str = "amina") -> None:
    desk = office.desk(session, by, "work", chain)
    words = " ".join(joined.words)
    keys.admit(session, desk=desk, chain=chain, name=joined.name, words=words, now=office.clock.now)


def test_somebody_who_joined_signs_in_but_opens_nothing_until_admitted(office: StaffedOffice) -> None:
    with office.store.office() as session:
        joined = _join(office, session)
        assert office.desk(session, "hana").work is None
        _admit(office, session, joined)
        assert office.desk(session, "hana").work is not None


def test_a_joining_code_works_once_and_not_after_three_days(office: StaffedOffice) -> None:
    with office.store.office() as session:
        code = _propose(office, session)
        staff.join(session, code=code.lower().replace("-", " "), now=office.clock.now, cost=CHEAP)
        with pytest.raises(Problem, match=r"422\.83"):
            staff.join(session, code=code, now=office.clock.now, cost=CHEAP)
        late = _propose(office, session, "ines")
        with pytest.raises(Problem, match=r"422\.83"):
            staff.join(session, code=late, now=office.clock.move(hours=72), cost=CHEAP)


def test_whoever_proposes_never_sees_what_the_person_signs_in_with(office: StaffedOffice) -> None:
    with office.store.office() as session:
        _propose(office, session)
        account = accounts.named(session, "hana")
    assert account is not None
    assert (account.state, account.public, account.secrets) == ("proposed", b"", b"")
    assert signin.unlock(account, "") is None


def test_other_check_words_admit_nobody(office: StaffedOffice) -> None:
    with office.store.office() as session:
        _join(office, session)
        desk, words = office.desk(session, "amina"), " ".join(office.people["bruno"].words)
        with pytest.raises(Problem, match=r"422\.82"):
            keys.admit(session, desk=desk, chain="work", name="hana", words=words, now=office.clock.now)
        assert office.desk(session, "hana").work is None


def test_a_key_swapped_in_the_table_between_joining_and_admitting_is_noticed(office: StaffedOffice) -> None:
    with office.store.office() as session:
        joined, thief = _join(office, session), _join(office, session, "ines")
        swapped = accounts.get(session, thief.id)
        assert swapped is not None
        accounts.change(session, joined.id, public=swapped.public)
        with pytest.raises(Problem, match=r"422\.82"):
            _admit(office, session, joined)


def test_an_administrator_is_never_admitted_to_keys(office: StaffedOffice) -> None:
    with office.store.office() as session, pytest.raises(Problem, match=r"422\.85"):
        _admit(office, session, office.people["emil"])


def test_only_an_administrator_proposes_and_closes_where_there_is_one(office: StaffedOffice) -> None:
    with office.store.office() as session:
        desk = office.desk(session, "amina")
        with pytest.raises(Problem, match=r"403\.10"):
            staff.propose(session, desk=desk, name="hana", roles=("reviewer",), now=office.clock.now)
        with pytest.raises(Problem, match=r"403\.10"):
            staff.close(session, desk=desk, name="bruno", now=office.clock.now)


def test_a_name_that_is_taken_and_a_role_that_is_none_are_refused(office: StaffedOffice) -> None:
    with office.store.office() as session:
        for name in (" Bruno ", "x", "y" * 41):
            with pytest.raises(Problem, match=r"422\.81"):
                _propose(office, session, name)
        with pytest.raises(Problem, match=r"422\.95"):
            _propose(office, session, "hana", "king")


def test_closing_ends_grants_at_once_and_says_what_to_rotate(office: StaffedOffice) -> None:
    with office.store.office() as session:
        held = staff.close(session, desk=office.desk(session, "emil"), name="bruno", now=office.clock.now)
        assert held == ("sign", "work")
        assert keys.held_by(session, office=office.made.office, holder=office.people["bruno"].id) == set()
        found = {one.name: one.state for one in staff.listing(session, office=office.made.office)}
        assert found["bruno"] == "closed"
        with pytest.raises(Problem, match=r"422\.92"):
            staff.close(session, desk=office.desk(session, "emil"), name="bruno", now=office.clock.now)


def test_after_closing_and_rotating_an_old_grant_put_back_into_the_table_opens_nothing(office: StaffedOffice) -> None:
    bruno, chain = office.people["bruno"], {"office": office.made.office, "chain": "work"}
    with office.store.office() as session:
        account = accounts.get(session, bruno.id)
        granted = keychains.granted(session, **chain, holder=bruno.id)
        assert account is not None
        assert granted is not None
        staff.close(session, desk=office.desk(session, "emil"), name="bruno", now=office.clock.now)
        keys.rotate(session, desk=office.desk(session, "amina"), chain="work", now=office.clock.now)
        accounts.change(session, bruno.id, state="joined", public=account.public, secrets=account.secrets)
        accounts.change(session, bruno.id, salt=account.salt)
        keychains.grant(session, **chain, holder=bruno.id, sealed=granted)
        with pytest.raises(Problem, match=r"422\.12"):
            office.desk(session, "bruno")


def test_a_forgotten_passphrase_is_restored_by_a_colleague_with_the_same_grants(office: StaffedOffice) -> None:
    with office.store.office() as session:
        code = staff.restore(session, desk=office.desk(session, "amina"), name="bruno", now=office.clock.now)
        assert keys.held_by(session, office=office.made.office, holder=office.people["bruno"].id) == set()
        office.people["bruno"] = staff.join(session, code=code, now=office.clock.now, cost=CHEAP)
        assert office.desk(session, "bruno").work is None
        _admit(office, session, office.people["bruno"])
        assert office.desk(session, "bruno").work is not None


def test_nobody_restores_a_colleague_who_holds_more_than_they_do(office: StaffedOffice) -> None:
    with office.store.office() as session, pytest.raises(Problem, match=r"403\.21"):
        staff.restore(session, desk=office.desk(session, "bruno"), name="amina", now=office.clock.now)


def test_nobody_takes_over_an_administrator_s_account_by_restoring_it(office: StaffedOffice) -> None:
    """It holds no keys, so anybody would hold "the same" ones; the joining code is as good as the account."""
    with office.store.office() as session:
        for name in ("dele", "farah", "gita"):
            with pytest.raises(Problem, match=r"403\.10"):
                staff.restore(session, desk=office.desk(session, name), name="emil", now=office.clock.now)
        account = accounts.named(session, "emil")
    assert account is not None
    assert account.state == "joined"


@pytest.mark.parametrize(("by", "name"), [("bruno", "emil"), ("emil", "gita")])
def test_an_account_without_keys_is_restored_by_a_holder_of_sign_or_an_administrator(
    office: StaffedOffice, by: str, name: str
) -> None:
    with office.store.office() as session:
        code = staff.restore(session, desk=office.desk(session, by), name=name, now=office.clock.now)
        assert staff.join(session, code=code, now=office.clock.now, cost=CHEAP).name == name


def test_an_administrator_changes_roles_but_neither_their_own_nor_into_an_administrator_with_keys(
    office: StaffedOffice,
) -> None:
    with office.store.office() as session:
        admin, now = office.desk(session, "emil"), office.clock.now
        staff.change_roles(session, desk=admin, name="gita", roles=("administrator", "auditor"), now=now)
        account = accounts.named(session, "gita")
        assert account is not None
        assert account.roles == "administrator auditor"
        for by, name, roles, code in (
            ("emil", "emil", ("reviewer",), "422.92"),
            ("emil", "bruno", ("administrator",), "422.100"),
            ("emil", "bruno", ("king",), "422.95"),
            ("emil", "bruno", (), "422.95"),
            ("amina", "bruno", ("auditor",), "403.10"),
        ):
            with pytest.raises(Problem, match=code.replace(".", r"\.")):
                staff.change_roles(session, desk=office.desk(session, by), name=name, roles=roles, now=now)


def test_every_act_about_people_is_in_the_audit_chain(office: StaffedOffice) -> None:
    with office.store.office() as session:
        _admit(office, session, _join(office, session))
        staff.close(session, desk=office.desk(session, "emil"), name="hana", now=office.clock.now)
        acts = [entry.act for entry in audit.read(session, desk=office.desk(session, "dele"))]
    assert acts[-4:] == ["proposed", "joined", "admitted", "closed"]
