"""How often something was tried at the internet-facing side, counted across workers and servers."""

from intake.store.counting import counters
from intake.store.inbound.face import metadata

limits = counters(metadata)
