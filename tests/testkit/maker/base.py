"""What all cases share: keys, times, the session in the cookie, and how a case is written down."""

import hashlib
import re
from dataclasses import dataclass, field
from typing import Any

from format_1 import (
    COOKIE,
    RECORD,
    Names,
    base64url_encode,
    derive_record_key,
    seal_plaintext,
    write_varint,
)

from . import kit

NOW = 1_800_000_000
CREATED, ISSUED = NOW - 3600, NOW - 60
LIFETIME, IDLE = 14 * 24 * 60 * 60, 24 * 60 * 60
MAX_U64 = 2**64 - 1
LABEL = "testkit"
NAME, CONTEXT = "__Host-session", "shop"
NAMES = Names(NAME, CONTEXT)
SESSION_ID = bytes(range(0xA0, 0xB0))
OTHER_ID = bytes(range(0x50, 0x60))
LIMITS, PADDED, GENERATION, UNTIL, UNKNOWN = 0x08, 0x10, 0x20, 0x40, 0x80
INLINE, REFERENCE, RECORD_KIND, RETIRED, ENDED = range(5)
OPENED = "opened"

CLEARED_REASONS = (
    "expired_idle expired_lifetime tampered malformed too_large revoked_key record_missing"
).split()


def secret(name: str) -> bytes:
    """A key that depends on a name alone."""
    return hashlib.sha256(f"sealed-session testkit key {name}".encode()).digest()


def schema(label: str = LABEL) -> bytes:
    """The four bytes of a label, as the crate derives them. Readers need not know how."""
    parts = b"".join(
        len(part).to_bytes(8, "big") + part
        for part in (b"sealed-session/1 schema label", label.encode())
    )
    return hashlib.sha256(parts).digest()[:4]


def varints(*numbers: int) -> bytes:
    return b"".join(write_varint(number) for number in numbers)


def plaintext(
    flags: int = INLINE,
    numbers: bytes | None = None,
    data: bytes | None = None,
    session_id: bytes = SESSION_ID,
) -> bytes:
    """A plaintext of these flags, whether they go together or not."""
    if numbers is None:
        numbers = varints(CREATED, ISSUED - CREATED)
        numbers += varints(2_592_000, 604_800) if flags & LIMITS else b""
        numbers += varints(3) if flags & GENERATION else b""
        numbers += varints(NOW + 1_000_000) if flags & UNTIL else b""
    if data is None:
        data = schema() + kit.payload() if flags & 7 in (INLINE, RECORD_KIND, RETIRED) else b""
        data += b"\x80\x00\x00" if flags & PADDED else b""
    return bytes([flags]) + session_id + numbers + data


def token(
    content: bytes | None = None,
    key: str = "a",
    names: Names = NAMES,
    purpose: str = COOKIE,
) -> bytes:
    """A token around a plaintext, sound in every other respect. The nonce depends on all of it."""
    content = plaintext() if content is None else content
    seed = [b"nonce", content, key.encode(), repr(names).encode(), purpose.encode()]
    nonce = hashlib.sha256(b"|".join(seed)).digest()[:24]
    return seal_plaintext(content, purpose, secret(key), nonce, names)


def value(content: bytes | None = None, **bound: Any) -> str:
    """As `token`, as a cookie value."""
    return base64url_encode(token(content, **bound))


def reference(numbers: bytes | None = None, session_id: bytes = SESSION_ID) -> str:
    """A cookie that refers to the record of its session; it has seen write 3."""
    return value(plaintext(REFERENCE | GENERATION, numbers, session_id=session_id))


def record(content: bytes | None = None, **bound: Any) -> bytes:
    """The bytes of a record, write 3 of its session."""
    if content is None:
        content = plaintext(RECORD_KIND | GENERATION | UNTIL)
    return token(content, purpose=RECORD, **bound)


def shelf(sealed: bytes | None, session_id: bytes = SESSION_ID, **more: Any) -> dict[str, Any]:
    """A store with one record, or with none."""
    records = {} if sealed is None else {derive_record_key(session_id): sealed.hex()}
    return {"max_record": 65536, "records": records} | more


def flip(data: bytes, position: int, mask: int = 0x01) -> bytes:
    """`data` with one byte changed."""
    changed = bytearray(data)
    changed[position] ^= mask
    return bytes(changed)


@dataclass
class Case:
    """One file."""

    slug: str
    what: str
    reason: str
    cookies: list[dict[str, str]]
    fate: str
    settings: dict[str, Any] = field(default_factory=dict)
    opens: dict[str, Any] | None = None

    def document(self, number: int) -> dict[str, Any]:
        """What stands in the file."""
        document: dict[str, Any] = {
            "number": number,
            "name": self.slug,
            "what": self.what,
            "cookie_name": NAME,
            "context": CONTEXT,
            "now": NOW,
            "lifetime": LIFETIME,
            "idle": IDLE,
            "keys": [one_key("a")],
            "schema": schema().hex(),
            "label": LABEL,
            "store": None,
        }
        unknown = set(self.settings) - set(document)
        assert not unknown, f"{self.slug}: {unknown}"
        document |= self.settings
        return document | {
            "cookies": self.cookies,
            "reason": self.reason,
            "fate": self.fate,
            "opens": self.opens,
        }


def one_key(name: str, revoked: bool = False, open_until: int | None = None) -> dict[str, Any]:
    """A key of the reader's ring. The first that is not revoked and has not ended seals."""
    return {"secret": secret(name).hex(), "revoked": revoked, "open_until": open_until}


def cookie(sent: str | bytes, judged: str) -> dict[str, str]:
    """A cookie value, and what opening its token alone comes to: times, record and data aside."""
    if isinstance(sent, bytes):
        return {"hex": sent.hex(), "token": judged}
    return {"text": sent, "token": judged}


class Cases:
    """All cases, in the order of their numbers."""

    def __init__(self) -> None:
        self.all: list[Case] = []

    def add(self, case: Case) -> None:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", case.slug), case.slug
        assert case.what.endswith("."), case.slug
        assert case.slug not in {other.slug for other in self.all}, case.slug
        self.all.append(case)

    def token(self, slug: str, what: str, reason: str, sent: str | bytes, **settings: Any) -> None:
        """A cookie whose token does not open. `bytes` are those of the value, not of the token."""
        self.add(Case(slug, what, reason, [cookie(sent, reason)], fate_of(reason), settings))

    def inside(self, slug: str, what: str, reason: str, sent: str, **settings: Any) -> None:
        """A cookie whose token opens, and is refused for what it holds or refers to."""
        self.add(Case(slug, what, reason, [cookie(sent, OPENED)], fate_of(reason), settings))

    def several(
        self, slug: str, what: str, reason: str, cookies: list[dict[str, str]], **settings: Any
    ) -> None:
        """Several cookies of one name."""
        opens = settings.pop("opens", None)
        self.add(Case(slug, what, reason, cookies, fate_of(reason), settings, opens))

    def opened(
        self,
        slug: str,
        what: str,
        sent: str,
        user: str = "ann",
        fate: str = "kept",
        **settings: Any,
    ) -> None:
        """A control: a cookie that opens. Who refuses everything fails here."""
        judged, opens = [cookie(sent, OPENED)], {"user": user}
        self.add(Case(slug, what, OPENED, judged, fate, settings, opens))


def fate_of(reason: str) -> str:
    """The table of reasons in docs/behaviour.md, for a handler that does not write."""
    return "cleared" if reason in CLEARED_REASONS else "kept"
