"""How somebody is reached who is not signed in: mail, a command of the operator, and for a demo a line in the log.

What goes out says that something waits and nothing else: no number, no office, no address of a page. It crosses mail
servers and telephone networks that others read, and lies on the lock screens of phones that others see.
"""

import os
import signal
import smtplib
import ssl
import subprocess
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import Literal

from intake.config import MailServer, Settings
from intake.domain.duty import Address

Outcome = Literal["sent", "failed", "none"]

SECONDS = 15  # for one step of a mail server, and for the whole command
# What a command is given of our environment, which also holds the password of the database.
KEPT = ("PATH", "HOME", "LANG", "TZ")


@dataclass(frozen=True)
class Words:
    """A message in somebody's language."""

    subject: str
    body: str


@dataclass(frozen=True)
class Ways:
    """What the operator has set. Each way tells whether it went well, and never raises."""

    mail: Callable[[str, Words, datetime], bool] | None
    command: Callable[[str], bool] | None

    def send_mail(self, to: Address, words: Words, now: datetime) -> Outcome:
        if self.mail is None or not to.mail:
            return "none"
        return "sent" if self.mail(to.mail, words, now) else "failed"

    def run_command(self, to: Address, words: Words) -> Outcome:
        """The command reads two lines: whom (the pager line of the rota), and what."""
        if self.command is None or not to.pager:
            return "none"
        return "sent" if self.command(f"{to.pager}\n{words.body}\n") else "failed"


def of(settings: Settings) -> Ways:
    """The ways that the environment sets."""
    server, command = settings.mail, settings.duty_command
    return Ways(
        mail=(lambda to, words, now: send(server, to, words, now)) if server else None,
        command=(lambda text: run(command, text)) if command else None,
    )


def written(say: Callable[[str], None]) -> Ways:
    """For a demo, whose people are invented: nothing leaves the machine."""

    def mail(to: str, words: Words, _: datetime) -> bool:
        say(f"Mail to {to} (a demo sends none): {words.subject} – {words.body}")
        return True

    def command(text: str) -> bool:
        say(f"Pager (a demo calls none): {' – '.join(text.splitlines())}")
        return True

    return Ways(mail, command)


def send(server: MailServer, to: str, words: Words, now: datetime) -> bool:
    """Hand one mail in, over TLS whose certificate was verified unless the server is this machine."""
    try:
        with _connected(server) as connection:
            if server.user:
                connection.login(server.user, server.password)
            connection.send_message(_message(server.sender, to, words, now))
    except (OSError, smtplib.SMTPException, ValueError):
        return False
    return True


def _connected(server: MailServer) -> smtplib.SMTP:
    if server.kind == "smtps":
        return smtplib.SMTP_SSL(server.host, server.port, timeout=SECONDS, context=ssl.create_default_context())
    connection = smtplib.SMTP(server.host, server.port, timeout=SECONDS)
    if server.kind == "starttls":
        try:
            connection.starttls(context=ssl.create_default_context())
        except BaseException:
            connection.close()
            raise
    return connection


def _message(sender: str, to: str, words: Words, now: datetime) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, words.subject
    message["Date"] = format_datetime(now)
    # The domain of the sender: this machine's own name would tell where the office is.
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    # Absence notes would answer, and some answer with what they quote.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(words.body + "\n")
    return message


def run(command: tuple[str, ...], text: str) -> bool:
    """Start the operator's program, without a shell, and give it the text; whatever it started ends with it."""
    environment = {name: os.environ[name] for name in KEPT if name in os.environ}
    try:
        program = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,
        )
    except OSError:
        return False
    with program:
        try:
            program.communicate(text.encode(), timeout=SECONDS)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(program.pid, signal.SIGKILL)
    return program.returncode == 0
