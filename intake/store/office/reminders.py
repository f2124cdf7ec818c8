"""Which day each person was last reminded of what is due. One row a person, written over: no history of it is kept."""

from sqlalchemy import Column, PrimaryKeyConstraint, Table, Text, or_, update

from intake.store.database import Session, insert
from intake.store.office.face import metadata

reminders = Table(
    "reminders",
    metadata,
    Column("office", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("tried", Text, nullable=False),
    Column("mail", Text, nullable=False),  # sent | failed, or empty while it is being tried
    PrimaryKeyConstraint("office", "person"),
)


def take(session: Session, *, office: str, person: str, day: str, now: str, again: str) -> bool:
    """Take the reminder of a day: once for each, or anew when it did not go out and was last tried before `again`."""
    taken = insert(session, reminders).values(office=office, person=person, day=day, tried=now, mail="")
    done = session.execute(
        taken.on_conflict_do_update(
            index_elements=["office", "person"],
            set_={"day": day, "tried": now, "mail": ""},
            where=or_(reminders.c.day < day, (reminders.c.mail != "sent") & (reminders.c.tried < again)),
        ).returning(reminders.c.person)
    )
    return done.first() is not None


def note(session: Session, *, office: str, person: str, mail: str) -> None:
    """What became of it."""
    session.execute(
        update(reminders).where(reminders.c.office == office, reminders.c.person == person).values(mail=mail)
    )
