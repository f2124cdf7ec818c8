"""Raw deflate (RFC 1951) of our own: the vectors must be the same bytes whichever zlib is installed.

One block with the fixed codes; a match is the last place where the same three bytes began a step. Plain, and good
enough: what must inflate far, inflates far.
"""

LONGEST, FARTHEST, LEAST = 258, 32768, 3

# RFC 1951, 3.2.5: the first length, or distance, of each code, and how many extra bits follow it.
LENGTHS = tuple(zip(
    (3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258),
    (0,) * 8 + (1,) * 4 + (2,) * 4 + (3,) * 4 + (4,) * 4 + (5,) * 4 + (0,),
    strict=True,
))  # fmt: skip
DISTANCES = ((1, 0), (2, 0), *(
    (1 + (2 + half) * 2**bits, bits) for bits in range(14) for half in (0, 1)
))  # fmt: skip


class _Bits:
    """Bits as deflate lays them: from the lowest of each byte."""

    def __init__(self) -> None:
        self.done, self.held, self.count = bytearray(), 0, 0

    def put(self, value: int, bits: int) -> None:
        self.held |= value << self.count
        self.count += bits
        while self.count >= 8:
            self.done.append(self.held & 255)
            self.held, self.count = self.held >> 8, self.count - 8

    def put_code(self, code: int, bits: int) -> None:
        """Huffman codes are laid from their highest bit."""
        self.put(int(f"{code:0{bits}b}"[::-1], 2), bits)

    def symbol(self, symbol: int) -> None:
        """A literal, a length or the end, in the fixed codes (3.2.6)."""
        if symbol < 144:
            self.put_code(0x30 + symbol, 8)
        elif symbol < 256:
            self.put_code(0x190 + symbol - 144, 9)
        elif symbol < 280:
            self.put_code(symbol - 256, 7)
        else:
            self.put_code(0xC0 + symbol - 280, 8)

    def end(self) -> bytes:
        return bytes(self.done) + (bytes([self.held]) if self.count else b"")


def deflate(data: bytes) -> bytes:
    """A whole stream of one last block."""
    out, seen, at = _Bits(), dict[bytes, int](), 0
    out.put(0b011, 3)
    while at < len(data):
        three = data[at : at + LEAST]
        before = seen.get(three, -FARTHEST - 1)
        seen[three] = at
        length = _match(data, before, at) if at - before <= FARTHEST else 0
        if length >= LEAST:
            _lay(out, length, at - before)
            at += length
        else:
            out.symbol(data[at])
            at += 1
    out.symbol(256)
    return out.end()


def stored(data: bytes) -> bytes:
    """A block that is not the last and not compressed; it ends at a whole byte."""
    size = len(data).to_bytes(2, "little")
    return b"\0" + size + bytes(255 - byte for byte in size) + data


def _match(data: bytes, before: int, at: int) -> int:
    length, most = 0, min(LONGEST, len(data) - at)
    while length < most and data[before + length] == data[at + length]:
        length += 1
    return length


def _lay(out: _Bits, length: int, distance: int) -> None:
    number, (first, extra) = next(each for each in reversed(list(enumerate(LENGTHS))) if each[1][0] <= length)
    out.symbol(257 + number)
    out.put(length - first, extra)
    number, (first, extra) = next(each for each in reversed(list(enumerate(DISTANCES))) if each[1][0] <= distance)
    out.put_code(number, 5)
    out.put(distance - first, extra)
