"""A button that was pressed twice does once what it says.

On a slow network people press again, and browsers send the form again. A step in something that is there already names
the version that it was made from, so its second sending is refused. What begins something new has no version: its
second sending is answered as the first was.

What was sent is remembered by this process alone, as a keyed digest, and forgotten with it. Two processes of one
office do not know of each other's, but what a browser sends twice within a breath comes over one connection.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from threading import Lock
from typing import TypeVar, cast

from flask import Flask, current_app, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from intake.web import desks

REMEMBERED = 1000

View = TypeVar("View", bound=Callable[..., object])


@dataclass
class Press:
    """One form as it was sent once: `led_to` is where its answer led, empty until it was taken."""

    taking: Lock = field(default_factory=Lock)
    led_to: str = ""


class Pressed:
    """The forms that were sent last, by their digests."""

    def __init__(self) -> None:
        self._known: OrderedDict[bytes, Press] = OrderedDict()
        self._lock = Lock()

    def of(self, digest: bytes) -> Press:
        with self._lock:
            found = self._known.setdefault(digest, Press())
            self._known.move_to_end(digest)
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
            return found


def install(app: Flask) -> None:
    app.extensions["pressed"] = Pressed()


def once(view: View) -> View:
    """Declare that the same form of the same page, sent again with the same in it, begins nothing a second time.

    The form's token is another one each time that its page is asked for, so what is meant twice is done twice.
    """

    @wraps(view)
    def answer(**given: object) -> object:
        press = cast(Pressed, current_app.extensions["pressed"]).of(_digest())
        with press.taking:
            if press.led_to:
                return redirect(press.led_to, 303)
            answered = view(**given)
            if isinstance(answered, AnyResponse) and answered.status_code == 303:
                press.led_to = answered.location or ""
            return answered

    return cast(View, answer)


def _digest() -> bytes:
    """Of whose session it is, where the form goes and all that is in it."""
    fields = [f"{name}={value}" for name, value in request.form.items(multi=True)]
    return desks.keyed("once", desks.desk().session_id, request.full_path, *fields)
