"""Reads and writes tokens of wire format 1, from docs/format.md alone.

    python format_1.py tests/vectors/format-1.json     check every published vector
    python format_1.py open --secret HEX --name NAME [--context C] VALUE     look into a value
    python format_1.py open --record --secret HEX --name NAME [--context C] HEX     or a record

This is the specification once more, as a program: it shares no code with the crate, and it is
meant to be ported. The first half is the format, in the order of the document; the second half
checks it against the vectors. Not for production: nothing here runs in constant time except the
cipher itself.
"""

import argparse
import base64
import hmac
import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FORMAT = 0x01
KEY_ID_LENGTH, NONCE_LENGTH, TAG_LENGTH = 4, 24, 16
HEADER_LENGTH = 1 + KEY_ID_LENGTH + NONCE_LENGTH
SESSION_ID_LENGTH, SCHEMA_LENGTH = 16, 4
MAX_VALUE, MAX_RECORD = 4096, 65536
MAX_COOKIE_NAME, MAX_CONTEXT = 96, 120
MAX_U64 = 2**64 - 1
MAX_CLOCK_SKEW = 60
MAX_LIFETIME = 400 * 24 * 60 * 60
KIND_BITS = 0x07
FLAG_OWN_LIMITS, FLAG_PADDED, FLAG_GENERATION, FLAG_UNTIL = 0x08, 0x10, 0x20, 0x40
COOKIE, RECORD = "cookie", "record"  # the purposes


class Refused(Exception):
    """A value that does not open. Section 6."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class RequestFails(Refused):
    """A session that cannot be had now. The cookie is not to blame, so it is kept. Section 6."""


# --- Section 1: cookie value, record and token ---------------------------------------------------


def base64url_encode(data: bytes) -> str:
    """Base64url without padding. Section 1."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def base64url_decode(text: str) -> bytes:
    """Strict base64url: for any bytes, exactly one text is accepted. Section 1.

    A port has to check that its library is this strict; many skip line breaks or ignore the
    unused bits of the last character.
    """
    if not re.fullmatch(r"[A-Za-z0-9_-]*", text) or len(text) % 4 == 1:
        raise Refused("malformed")
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if base64url_encode(data) != text:  # the unused bits of the last character are not zero
        raise Refused("malformed")
    return data


# --- Section 2: keys -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Key:
    """A secret, and whether it still opens tokens. Sections 2 and 6."""

    secret: bytes
    revoked: bool = False
    open_until: int | None = None

    def __post_init__(self) -> None:
        if len(self.secret) != 32:
            raise ValueError("a secret is 32 bytes")


def hkdf_sha256(secret: bytes, info: bytes, length: int) -> bytes:
    """HKDF-SHA256 with an empty salt, RFC 5869. Section 2."""
    pseudorandom_key = hmac.digest(b"", secret, "sha256")
    output = block = b""
    counter = 1
    while len(output) < length:
        block = hmac.digest(pseudorandom_key, block + info + bytes([counter]), "sha256")
        output += block
        counter += 1
    return output[:length]


def derive_seal_key(secret: bytes) -> bytes:
    """The key that seals. Section 2."""
    return hkdf_sha256(secret, b"sealed-session/1 seal", 32)


def derive_key_id(secret: bytes) -> bytes:
    """The public name of a key. Section 2."""
    return hkdf_sha256(secret, b"sealed-session/1 key id", KEY_ID_LENGTH)


# --- Section 3: cipher ---------------------------------------------------------------------------


def derive_one_time_key(seal_key: bytes, nonce: bytes) -> bytes:
    """The key `Kx` that XAES-256-GCM derives from the first half of the nonce. Section 3."""

    def encrypt_block(block: bytes) -> bytes:
        encryptor = Cipher(algorithms.AES(seal_key), modes.ECB()).encryptor()
        return encryptor.update(block) + encryptor.finalize()

    def block_key(prefix: bytes) -> bytes:
        block = int.from_bytes(prefix + nonce[:12], "big")
        return encrypt_block((block ^ k1).to_bytes(16, "big"))

    l_block = int.from_bytes(encrypt_block(bytes(16)), "big")
    k1 = (l_block << 1) & (2**128 - 1)
    if l_block >> 127:
        k1 ^= 0x87
    return block_key(b"\x00\x01\x58\x00") + block_key(b"\x00\x02\x58\x00")


def encrypt(seal_key: bytes, nonce: bytes, plaintext: bytes, aad: bytes) -> bytes:
    """XAES-256-GCM: returns ciphertext ‖ tag. Section 3."""
    return AESGCM(derive_one_time_key(seal_key, nonce)).encrypt(nonce[12:], plaintext, aad)


def decrypt(seal_key: bytes, nonce: bytes, sealed: bytes, aad: bytes) -> bytes:
    """XAES-256-GCM: opens ciphertext ‖ tag. Section 3."""
    try:
        return AESGCM(derive_one_time_key(seal_key, nonce)).decrypt(nonce[12:], sealed, aad)
    except InvalidTag:
        raise Refused("tampered") from None


# --- Section 4: associated data ------------------------------------------------------------------


@dataclass(frozen=True)
class Names:
    """What tokens are bound to, besides key and purpose. Section 4."""

    cookie_name: str
    context: str = ""


def associated_data(key_id: bytes, purpose: str, names: Names) -> bytes:
    """The five parts that a token is bound to. Section 4.

    A name or a context that is too long is a mistake of the caller, not of the token.
    """
    name, context = names.cookie_name.encode("ascii"), names.context.encode("utf-8")
    if len(name) > MAX_COOKIE_NAME or len(context) > MAX_CONTEXT:
        raise ValueError("cookie name or context too long")
    key_part = bytes([FORMAT]) + key_id
    parts = [b"sealed-session/1", key_part, purpose.encode("ascii"), name, context]
    return b"".join(len(part).to_bytes(2, "big") + part for part in parts)


# --- Section 5: plaintext ------------------------------------------------------------------------


@dataclass(frozen=True)
class Limits:
    """Lifetime and idle timeout in seconds. Section 5."""

    lifetime: int
    idle: int


class Kind(IntEnum):
    """What a plaintext is. Section 5."""

    INLINE = 0
    REFERENCE = 1
    RECORD = 2
    RETIRED = 3
    ENDED = 4


@dataclass(frozen=True)
class Rule:
    """One row of the table of kinds; `None` where a field may follow or not. Section 5."""

    purpose: str
    generation: bool | None
    until: bool | None
    data: bool


KINDS: dict[int, Rule] = {
    Kind.INLINE: Rule(COOKIE, generation=None, until=None, data=True),
    Kind.REFERENCE: Rule(COOKIE, generation=True, until=False, data=False),
    Kind.RECORD: Rule(RECORD, generation=True, until=True, data=True),
    Kind.RETIRED: Rule(RECORD, generation=True, until=True, data=True),
    Kind.ENDED: Rule(RECORD, generation=True, until=True, data=False),
}


@dataclass(frozen=True)
class Data:
    """What a session holds. The payload is not interpreted, see section 7."""

    schema: bytes
    payload: bytes


@dataclass(frozen=True)
class Opened:
    """What a token holds, `None` for what it has not. Section 5."""

    session_id: bytes
    created: int
    issued: int
    own_limits: Limits | None = None
    data: Data | None = None
    kind: Kind = Kind.INLINE
    generation: int | None = None
    until: int | None = None


def write_varint(number: int) -> bytes:
    """An unsigned 64-bit number, in as few bytes as it needs. Section 5."""
    if not 0 <= number <= MAX_U64:
        raise ValueError("not an unsigned 64-bit number")
    output = bytearray()
    while number >= 0x80:
        output.append(number & 0x7F | 0x80)
        number >>= 7
    output.append(number)
    return bytes(output)


class Bytes:
    """Takes fields off the front of some bytes. Sections 5 and 7."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def take(self, length: int) -> bytes:
        """The next `length` bytes."""
        if length > len(self.data):
            raise Refused("malformed")
        taken, self.data = self.data[:length], self.data[length:]
        return taken

    def varint(self) -> int:
        """The next number: at most 64 bits, in its shortest form. Section 5."""
        number = 0
        for shift in range(0, 70, 7):
            byte = self.take(1)[0]
            number |= (byte & 0x7F) << shift
            if byte < 0x80:
                if number > MAX_U64 or (byte == 0 and shift > 0):
                    break
                return number
        raise Refused("malformed")


def pad(plaintext: bytes, multiple: int) -> bytes:
    """Adds one byte 80, and zeros up to a multiple of so many bytes. Section 5."""
    padded = plaintext + b"\x80"
    return padded + bytes(-len(padded) % multiple)


def unpad(rest: bytes) -> bytes:
    """Takes the padding off what follows the schema, or the last number if there is no schema."""
    stripped = rest.rstrip(b"\x00")
    if not stripped.endswith(b"\x80"):
        raise Refused("malformed")
    return stripped[:-1]


def write_plaintext(content: Opened, padded_to: int) -> bytes:
    """The plaintext; it is padded if `padded_to` is more than 1. Section 5."""
    if len(content.session_id) != SESSION_ID_LENGTH:
        raise ValueError("a session id is 16 bytes")
    flags = int(content.kind)
    fields = [
        content.session_id,
        write_varint(content.created),
        write_varint(content.issued - content.created),
    ]
    if content.own_limits is not None:
        flags |= FLAG_OWN_LIMITS
        limits = (content.own_limits.lifetime, content.own_limits.idle)
        fields += [write_varint(number) for number in limits]
    if content.generation is not None:
        flags |= FLAG_GENERATION
        fields.append(write_varint(content.generation))
    if content.until is not None:
        flags |= FLAG_UNTIL
        fields.append(write_varint(content.until))
    if content.data is not None:
        if len(content.data.schema) != SCHEMA_LENGTH:
            raise ValueError("a schema is 4 bytes")
        fields += [content.data.schema, content.data.payload]
    if padded_to > 1:
        flags |= FLAG_PADDED
    plaintext = bytes([flags]) + b"".join(fields)
    return pad(plaintext, padded_to) if padded_to > 1 else plaintext


def read_plaintext(plaintext: bytes, purpose: str) -> Opened:
    """The parts of a plaintext, or `malformed`. Section 5."""
    reader = Bytes(plaintext)
    flags = reader.take(1)[0]
    rule = KINDS.get(flags & KIND_BITS)
    known = KIND_BITS | FLAG_OWN_LIMITS | FLAG_PADDED | FLAG_GENERATION | FLAG_UNTIL
    if flags & ~known or rule is None:
        raise Refused("unknown_format")
    if rule.purpose != purpose:
        raise Refused("malformed")
    for flag, follows in ((FLAG_GENERATION, rule.generation), (FLAG_UNTIL, rule.until)):
        if follows is not None and bool(flags & flag) != follows:
            raise Refused("malformed")
    session_id = reader.take(SESSION_ID_LENGTH)
    created = reader.varint()
    issued = created + reader.varint()
    if issued > MAX_U64:
        raise Refused("malformed")
    own_limits = None
    if flags & FLAG_OWN_LIMITS:
        lifetime = reader.varint()
        own_limits = Limits(lifetime, idle=reader.varint())
    generation = reader.varint() if flags & FLAG_GENERATION else None
    if generation == 0:
        raise Refused("malformed")
    until = reader.varint() if flags & FLAG_UNTIL else None
    schema = reader.take(SCHEMA_LENGTH) if rule.data else b""
    rest = unpad(reader.data) if flags & FLAG_PADDED else reader.data
    if rest and not rule.data:
        raise Refused("malformed")
    data = Data(schema, rest) if rule.data else None
    kind = Kind(flags & KIND_BITS)
    return Opened(session_id, created, issued, own_limits, data, kind, generation, until)


# --- Section 6: opening --------------------------------------------------------------------------

PayloadCheck = Callable[[bytes], object]
"""Raises `Refused("malformed")` if the payload is not exactly one value of its shape."""

Store = Callable[[str], bytes | None]
"""The record under a record key, if there is one."""


@dataclass(frozen=True)
class App:
    """What a reader knows, besides the value. Section 6."""

    keys: Sequence[Key]
    names: Names
    lifetime: int
    idle: int
    schemas: Mapping[bytes, PayloadCheck]
    store: Store | None = None
    max_record: int = MAX_RECORD


@dataclass(frozen=True)
class Session:
    """A session that opened: its cookie, and the data from wherever they were. Section 6."""

    cookie: Opened
    data: Data


def open(value: str, app: App, now: int) -> Session:
    """Opens a cookie value, or raises `Refused` with the reason. Section 6, in its order."""
    cookie = read_plaintext(unseal_value(value, app.keys, app.names, now), COOKIE)
    check_times(cookie, now, app.lifetime, app.idle)
    data = cookie.data
    if data is None:
        if app.store is None:
            raise Refused("no_store")
        data = open_record(cookie, app.store, app, now)
    if data.schema not in app.schemas:
        raise Refused("foreign_schema")
    app.schemas[data.schema](data.payload)
    return Session(cookie, data)


def derive_record_key(session_id: bytes) -> str:
    """What a store finds the record of a session by. Section 6."""
    return hmac.digest(b"sealed-session/1 record", session_id, "sha256")[:16].hex()


def open_record(cookie: Opened, store: Store, app: App, now: int) -> Data:
    """The data of the session that a reference belongs to. Section 6, the second table."""
    sealed = store(derive_record_key(cookie.session_id))
    if sealed is None:
        raise Refused("record_missing")
    if len(sealed) > app.max_record:
        raise RequestFails("store")
    record = read_plaintext(unseal(sealed, RECORD, app.keys, app.names, now), RECORD)
    assert record.generation is not None and record.until is not None
    assert cookie.generation is not None
    if record.session_id != cookie.session_id:
        raise Refused("tampered")
    if record.data is None or now >= record.until:  # the session was ended, or the record ends
        raise Refused("record_missing")
    if record.generation < cookie.generation:
        raise RequestFails("rolled_back")
    return record.data


def unseal_value(value: str, keys: Sequence[Key], names: Names, now: int) -> bytes:
    """The plaintext of a cookie value. Section 6, the first table up to `tampered`."""
    if len(value.encode()) > MAX_VALUE:
        raise Refused("too_large")
    return unseal(base64url_decode(value), COOKIE, keys, names, now)


def unseal(token: bytes, purpose: str, keys: Sequence[Key], names: Names, now: int) -> bytes:
    """The plaintext of a token. Section 6, what both tables have in common."""
    if not token:
        raise Refused("malformed")
    if token[0] != FORMAT:
        raise Refused("unknown_format")
    if len(token) < HEADER_LENGTH + TAG_LENGTH:
        raise Refused("malformed")
    key_id, nonce = token[1 : 1 + KEY_ID_LENGTH], token[1 + KEY_ID_LENGTH : HEADER_LENGTH]
    key = next((key for key in keys if derive_key_id(key.secret) == key_id), None)
    if key is None:
        raise Refused("unknown_key")
    if key.revoked:
        raise Refused("revoked_key")
    if key.open_until is not None and now >= key.open_until:
        raise Refused("ended_key")
    aad = associated_data(key_id, purpose, names)
    return decrypt(derive_seal_key(key.secret), nonce, token[HEADER_LENGTH:], aad)


def check_times(content: Opened, now: int, lifetime: int, idle: int) -> None:
    """Whether the session has begun and has not ended. Section 6.

    `lifetime` and `idle` are the app's; the session's own take their place.
    """

    def add(time: int, seconds: int) -> int:
        return min(time + seconds, MAX_U64)

    limits = content.own_limits or Limits(lifetime, idle)
    if content.issued > add(now, MAX_CLOCK_SKEW):
        raise Refused("not_yet_valid")
    if now >= add(content.created, min(limits.lifetime, MAX_LIFETIME)):
        raise Refused("expired_lifetime")
    if now >= add(content.issued, limits.idle):
        raise Refused("expired_idle")


def seal(content: Opened, secret: bytes, nonce: bytes, names: Names, padded_to: int = 1) -> bytes:
    """The token of a session's cookie or record: opening, the other way. Sections 1 to 5.

    The caller draws the nonce at random, 24 bytes for every token; it is an argument only so that
    a published token can be made again.
    """
    plaintext = write_plaintext(content, padded_to)
    return seal_plaintext(plaintext, KINDS[content.kind].purpose, secret, nonce, names)


def write_value(token: bytes) -> str:
    """The cookie value of a token. Section 1."""
    value = base64url_encode(token)
    if len(value) > MAX_VALUE:
        raise ValueError("no reader opens a value of more than 4096 characters")
    return value


def seal_plaintext(
    plaintext: bytes, purpose: str, secret: bytes, nonce: bytes, names: Names
) -> bytes:
    """The token around a plaintext. Sections 1 to 4."""
    if len(nonce) != NONCE_LENGTH:
        raise ValueError("a nonce is 24 bytes")
    key_id = derive_key_id(secret)
    sealed = encrypt(
        derive_seal_key(secret), nonce, plaintext, associated_data(key_id, purpose, names)
    )
    return bytes([FORMAT]) + key_id + nonce + sealed


# --- Section 7: payload --------------------------------------------------------------------------


def any_payload(payload: bytes) -> bytes:
    """For a schema whose payloads are not looked into. Section 7."""
    return payload


def read_values(payload: bytes) -> list[tuple[str, bytes]]:
    """The entries of a key-value session, each value as MessagePack. Section 7."""
    reader, entries = Bytes(payload), []
    for _ in range(reader.varint()):
        try:
            key = reader.take(reader.varint()).decode("utf-8")
        except UnicodeDecodeError:
            raise Refused("malformed") from None
        entries.append((key, reader.take(reader.varint())))
    if reader.data:
        raise Refused("malformed")
    return entries


# --- Checks against the vectors ------------------------------------------------------------------

MIN_TOKENS, MIN_REFUSALS = 50, 160
FILE_FIELDS = "encoding format idle lifetime refusals specification tokens".split()
TOKEN_FIELDS = (
    "aad ciphertext context cookie_name created generation issued key_id kind name nonce"
    " one_time_key opens_at own_limits padded_to payload plaintext purpose record record_key schema"
    " seal_key secret session_id tag token until value"
).split()
REFUSAL_FIELDS = "context cookie_name keys name now reason schemas store value".split()
LIFETIME, IDLE = 14 * 24 * 60 * 60, 24 * 60 * 60  # the app's settings in the vectors

FAILURES = ("rolled_back", "store")  # of the request, not of the cookie

Case = dict[str, Any]


class Failed(Exception):
    """A check that did not pass."""


class Checks:
    """Counts checks; the first that fails ends the run with the name of its case."""

    def __init__(self) -> None:
        self.count = 0
        self.case = "the file"

    def group(self, name: str, check: Callable[..., None], cases: Sequence[Case] = ()) -> None:
        """Checks these cases, or what needs no case, and prints a line."""
        before, self.case = self.count, name
        self.equal("different names", len(cases), len({case.get("name") for case in cases}))
        for case in cases:
            self.case = f"{name}: {case.get('name')}"
            check(self, case)
        if not cases:
            check(self)
        print(f"{name}: {self.count - before} checks")

    def equal(self, what: str, expected: object, found: object) -> None:
        """One check. Bytes are shown in hex."""
        self.count += 1
        if type(expected) is not type(found) or expected != found:
            shown = [x.hex() if isinstance(x, bytes) else repr(x) for x in (expected, found)]
            raise Failed(f"{what}: expected {shown[0]}, found {shown[1]}")

    def opens(self, expected: object, function: Callable[..., object], *arguments: Any) -> None:
        """One check: the function gives exactly this content."""
        try:
            found = function(*arguments)
        except Refused as refused:
            raise Failed(f"expected to open, refused as {refused.reason}") from None
        self.equal("content", expected, found)

    def refused(
        self, what: str, reason: str, function: Callable[..., object], *arguments: Any
    ) -> None:
        """One check: the function refuses these arguments for this reason."""
        self.count += 1
        try:
            function(*arguments)
        except Refused as refused:
            if refused.reason != reason or isinstance(refused, RequestFails) != (
                reason in FAILURES
            ):
                raise Failed(f"{what}: expected {reason}, found {refused.reason}") from None
        else:
            raise Failed(f"{what}: expected {reason}, but it opened")


def content_of(case: Case) -> Opened:
    """The inputs of a published token."""
    data = None
    if case["schema"] is not None:
        data = Data(bytes.fromhex(case["schema"]), bytes.fromhex(case["payload"]))
    return Opened(
        session_id=bytes.fromhex(case["session_id"]),
        created=case["created"],
        issued=case["issued"],
        own_limits=Limits(**case["own_limits"]) if case["own_limits"] is not None else None,
        data=data,
        kind=Kind(case["kind"]),
        generation=case["generation"],
        until=case["until"],
    )


def names_of(case: Case) -> Names:
    """What a published token is bound to."""
    return Names(case["cookie_name"], case["context"])


def app_of(case: Case, record: Case | None) -> App:
    """The reader of a published cookie, with the record that a reference leads to."""
    cases = [case] if record is None else [case, record]
    keys = [Key(bytes.fromhex(secret)) for secret in sorted({x["secret"] for x in cases})]
    schemas = {bytes.fromhex(x["schema"]): any_payload for x in cases if x["schema"] is not None}
    store: Store | None = None
    if record is not None:
        store = {record["record_key"]: bytes.fromhex(record["token"])}.get
    return App(keys, names_of(case), LIFETIME, IDLE, schemas, store)


def check_token(checks: Checks, case: Case) -> None:
    """Every intermediate value of a published token, in both directions."""
    checks.equal("fields", TOKEN_FIELDS, sorted(case))
    content, names, purpose = content_of(case), names_of(case), case["purpose"]
    secret, nonce = bytes.fromhex(case["secret"]), bytes.fromhex(case["nonce"])

    # Made from its inputs.
    seal_key, key_id = derive_seal_key(secret), derive_key_id(secret)
    aad = associated_data(key_id, purpose, names)
    plaintext = write_plaintext(content, case["padded_to"])
    sealed = encrypt(seal_key, nonce, plaintext, aad)
    checks.equal("purpose", KINDS[content.kind].purpose, purpose)
    checks.equal("seal_key", case["seal_key"], seal_key.hex())
    checks.equal("key_id", case["key_id"], key_id.hex())
    checks.equal("aad", case["aad"], aad.hex())
    checks.equal("plaintext", case["plaintext"], plaintext.hex())
    checks.equal("one_time_key", case["one_time_key"], derive_one_time_key(seal_key, nonce).hex())
    checks.equal("ciphertext", case["ciphertext"], sealed[:-TAG_LENGTH].hex())
    checks.equal("tag", case["tag"], sealed[-TAG_LENGTH:].hex())
    token = seal(content, secret, nonce, names, case["padded_to"])
    checks.equal("token", case["token"], token.hex())
    checks.equal("value", case["value"], write_value(token) if purpose == COOKIE else None)
    record_key = derive_record_key(content.session_id) if content.generation else None
    checks.equal("record_key", case["record_key"], record_key)

    # Taken apart again.
    pieces = [f"{FORMAT:02x}", *(case[x] for x in ("key_id", "nonce", "ciphertext", "tag"))]
    checks.equal("pieces of the token", case["token"], "".join(pieces))
    opened = unseal(token, purpose, [Key(secret)], names, now=0)
    checks.equal("plaintext of the token", case["plaintext"], opened.hex())
    checks.opens(content, read_plaintext, opened, purpose)
    other = RECORD if purpose == COOKIE else COOKIE
    checks.refused("unseal", "tampered", unseal, token, other, [Key(secret)], names, 0)
    checks.refused("read_plaintext", "malformed", read_plaintext, opened, other)


def check_opening(checks: Checks, case: Case, record: Case | None) -> None:
    """A published cookie opens when it should, a reference with its record."""
    content, app = content_of(case), app_of(case, record)
    checks.equal("token of the value", case["token"], base64url_decode(case["value"]).hex())
    checks.equal("has a record", content.kind == Kind.REFERENCE, record is not None)
    data = content.data if record is None else content_of(record).data
    assert data is not None and case["opens_at"]
    for now in case["opens_at"]:
        checks.opens(Session(content, data), open, case["value"], app, now)


def check_record(checks: Checks, case: Case) -> None:
    """A published record opens when it should, for a reference of its session."""
    record = content_of(case)
    assert record.generation is not None and record.until is not None and case["opens_at"]
    app, now = app_of(case, case), case["opens_at"][0]
    cookie = replace(record, kind=Kind.REFERENCE, until=None, data=None)

    def opened(cookie: Opened, now: int, app: App = app) -> Data:
        assert app.store is not None
        return open_record(cookie, app.store, app, now)

    for now in [*case["opens_at"], record.until - 1]:
        checks.opens(record.data, opened, cookie, now)
    checks.opens(record.data, opened, replace(cookie, generation=1), now)
    if record.generation < MAX_U64:
        later = replace(cookie, generation=record.generation + 1)
        checks.refused("a later cookie", "rolled_back", opened, later, now)
    checks.refused("at its end", "record_missing", opened, cookie, record.until)
    stranger = replace(cookie, session_id=bytes(16))
    checks.refused("a stranger", "record_missing", opened, stranger, now)
    swapped = replace(app, store=lambda _: bytes.fromhex(case["token"]))
    checks.refused("swapped", "tampered", opened, stranger, now, swapped)
    size = len(case["token"]) // 2
    checks.opens(record.data, opened, cookie, now, replace(app, max_record=size))
    small = replace(app, max_record=size - 1)
    checks.refused("too large", "store", opened, cookie, now, small)


def check_ended(checks: Checks, case: Case) -> None:
    """A published word that a session was ended: no reference of this session opens."""
    word, sealed = content_of(case), bytes.fromhex(case["token"])
    checks.equal("opens_at", [], case["opens_at"])
    assert word.generation is not None and word.until is not None
    for generation in (1, word.generation, MAX_U64):
        cookie = replace(word, kind=Kind.REFERENCE, generation=generation, until=None)
        for now in (word.until - 1, word.until):
            app = app_of(case, case)
            checks.refused("ended", "record_missing", open_record, cookie, app.store, app, now)
            stranger = replace(cookie, session_id=bytes(16))
            arguments = (stranger, lambda _: sealed, app, now)
            checks.refused("swapped", "tampered", open_record, *arguments)


def check_refusal(checks: Checks, case: Case) -> None:
    """The reason of a published refusal."""
    checks.equal("fields", REFUSAL_FIELDS, sorted(case))
    keys = [Key(bytes.fromhex(k["secret"]), k["revoked"], k["open_until"]) for k in case["keys"]]
    schemas = {bytes.fromhex(schema): any_payload for schema in case["schemas"]}
    store: Store | None = None
    if case["store"] is not None:
        store = {key: bytes.fromhex(record) for key, record in case["store"].items()}.get
    app = App(keys, names_of(case), LIFETIME, IDLE, schemas, store)
    checks.refused("open", case["reason"], open, case["value"], app, case["now"])


def check_flipped_bits(checks: Checks, case: Case) -> None:
    """No token opens after one of its bits was flipped, and each reason is that of its place."""
    token, names, purpose = bytes.fromhex(case["token"]), names_of(case), case["purpose"]
    keys = [Key(bytes.fromhex(case["secret"]))]
    opened = bytes.fromhex(case["plaintext"])
    checks.opens(opened, unseal, token, purpose, keys, names, 0)
    for bit in range(8 * len(token)):
        flipped = bytearray(token)
        flipped[bit // 8] ^= 0x80 >> bit % 8
        reason = "unknown_format" if bit < 8 else "unknown_key" if bit < 40 else "tampered"
        checks.refused(f"bit {bit}", reason, unseal, bytes(flipped), purpose, keys, names, 0)


def check_cut_plaintexts(checks: Checks, case: Case) -> None:
    """Section 5: a plaintext that ends too early. Without padding, only the payload may be cut."""
    plaintext, content = bytes.fromhex(case["plaintext"]), content_of(case)
    length = len(content.data.payload) if content.data is not None else 0
    for end in range(len(plaintext) - length):
        what = f"cut at {end}"
        checks.refused(what, "malformed", read_plaintext, plaintext[:end], case["purpose"])


def respellings(value: str) -> Iterator[str]:
    """Values that a lenient decoder takes for the same token. None is what a writer makes."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    unused = {0: 0, 2: 4, 3: 2}[len(value) % 4]
    last = alphabet.index(value[-1])
    for bits in range(1, 2**unused):
        yield value[:-1] + alphabet[last | bits]
    for padding in ("=", "==", "===", "%3D", "A==="):
        yield value + padding
    for junk in (" ", "\t", "\r", "\n", "\r\n", "\0", ".", '"', "\u200b", "\ufeff"):
        for place in (0, 1, 4, len(value) // 2, len(value)):
            yield value[:place] + junk + value[place:]
    yield chr(ord(value[0]) + 0xFEE0) + value[1:]  # a full-width letter
    if re.search("[-_]", value):
        yield value.replace("-", "+").replace("_", "/")
        yield value.replace("-", "%2D").replace("_", "%5F")


def check_respellings(checks: Checks, case: Case) -> None:
    """Every token has exactly one spelling."""
    value, app = case["value"], app_of(case, None)
    for other in respellings(value):
        reason = "too_large" if len(other.encode()) > MAX_VALUE else "malformed"
        checks.refused(f"spelled {other!r}", reason, open, other, app, case["opens_at"][0])


def check_order(checks: Checks) -> None:
    """Section 6, step by step: a case that many steps refuse is mended one step at a time."""
    schema, now, secret = b"\1\2\3\4", 1_800_000_000, bytes(range(32))
    names, nonce = Names("n", "c"), bytes(24)
    data = Data(schema, b"\x00")
    content = Opened(bytes(16), created=now - 2 * LIFETIME, issued=now + 61, data=data)
    key = Key(secret, revoked=True, open_until=now)
    # What is sealed is broken as well, but only a reader of the right context can see that.
    broken = b"\x80" + write_plaintext(content, 1)[1:]
    token = seal_plaintext(broken, COOKIE, secret, nonce, names)
    app = App([Key(bytes(32))], replace(names, context="another"), LIFETIME, IDLE, {})

    def expect(reason: str, value: str) -> None:
        checks.refused(reason, reason, open, value, app, now)

    def sealed(content: Opened, **changes: Any) -> str:
        return write_value(seal(replace(content, **changes), secret, nonce, names))

    expect("too_large", "=" * (MAX_VALUE + 1))
    expect("malformed", "=" * MAX_VALUE)
    expect("unknown_format", base64url_encode(b"\x02"))
    expect("malformed", base64url_encode(token[: HEADER_LENGTH + TAG_LENGTH - 1]))
    value = base64url_encode(token)
    expect("unknown_key", value)
    app = replace(app, keys=[Key(bytes(32)), key])
    expect("revoked_key", value)
    app = replace(app, keys=[replace(key, revoked=False)])
    expect("ended_key", value)
    app = replace(app, keys=[replace(key, revoked=False, open_until=now + 1)])
    expect("tampered", value)
    app = replace(app, names=names)
    expect("unknown_format", value)
    # The flag is mended; now a padding is announced that is not there.
    cut = b"\x10" + write_plaintext(content, 1)[1:]
    expect("malformed", base64url_encode(seal_plaintext(cut, COOKIE, secret, nonce, names)))
    reference = replace(content, kind=Kind.REFERENCE, generation=5, data=None)
    good: Case = {"created": now + 1 - LIFETIME, "issued": now + 1 - IDLE}
    for cookie in (content, reference):
        expect("not_yet_valid", sealed(cookie))
        expect("expired_lifetime", sealed(cookie, issued=now - IDLE))
        expect("expired_idle", sealed(cookie, created=now + 1 - LIFETIME, issued=now - IDLE))
    expect("no_store", sealed(reference, **good))
    bad = Data(schema, b"\x01")
    expect("foreign_schema", sealed(content, **good, data=bad))
    app = replace(app, schemas={schema: read_values})
    expect("malformed", sealed(content, **good, data=bad))
    for opens in (good, good | {"issued": now + 60}, good | {"own_limits": Limits(LIFETIME, IDLE)}):
        cookie = replace(content, **opens)
        checks.opens(Session(cookie, data), open, sealed(cookie), app, now)


def check_order_of_records(checks: Checks) -> None:
    """Section 6, the second table: as above, with a good reference and the record mended."""
    schema, now, names, nonce = b"\1\2\3\4", 1_800_000_000, Names("n", "c"), bytes(24)
    secret, other = bytes(range(32)), bytes(range(1, 33))
    reference = Opened(bytes(16), now, now, kind=Kind.REFERENCE, generation=5)
    value = write_value(seal(reference, secret, nonce, names))
    # The times of a record do not matter, so they are wrong throughout.
    record = Opened(
        b"another session!",
        created=7,
        issued=2**50,
        own_limits=Limits(0, 0),
        data=Data(schema, b"\x01"),
        kind=Kind.RECORD,
        generation=4,
        until=now,
    )
    key = Key(other, revoked=True, open_until=now)
    good_key = Key(secret)
    app = App([good_key], names, LIFETIME, IDLE, {}, max_record=200)

    def sealed(record: Opened, purpose: str = RECORD) -> bytes:
        return seal_plaintext(write_plaintext(record, 1), purpose, other, nonce, names)

    def expect(reason: str, stored: bytes | None) -> None:
        having = replace(app, store=lambda key: stored if key == record_key else None)
        checks.refused(reason, reason, open, value, having, now)

    record_key = "d02681125c0e33ed4f05557b06597836"  # of sixteen bytes 00
    checks.equal("record key", record_key, derive_record_key(bytes(16)))
    expect("record_missing", None)
    expect("store", bytes(201))
    expect("malformed", b"")
    expect("unknown_format", bytes(200))
    expect("malformed", b"\x01" * (HEADER_LENGTH + TAG_LENGTH - 1))
    expect("unknown_key", sealed(record, COOKIE))
    app = replace(app, keys=[good_key, key])
    expect("revoked_key", sealed(record, COOKIE))
    app = replace(app, keys=[good_key, replace(key, revoked=False)])
    expect("ended_key", sealed(record, COOKIE))
    app = replace(app, keys=[good_key, replace(key, revoked=False, open_until=now + 1)])
    expect("tampered", sealed(record, COOKIE))
    unknown = b"\x85" + write_plaintext(record, 1)[1:]
    expect("unknown_format", seal_plaintext(unknown, RECORD, other, nonce, names))
    for kind in (Kind.INLINE, Kind.REFERENCE):
        expect("malformed", sealed(replace(record, kind=kind)))
    expect("tampered", sealed(record))
    ended = replace(record, kind=Kind.ENDED, data=None, until=now + 1)
    expect("tampered", sealed(ended))
    record = replace(record, session_id=bytes(16))
    expect("record_missing", sealed(record))
    expect("record_missing", sealed(replace(ended, session_id=bytes(16))))
    record = replace(record, until=now + 1)
    expect("rolled_back", sealed(record))
    record = replace(record, generation=5)
    expect("foreign_schema", sealed(record))
    app = replace(app, schemas={schema: read_values})
    expect("malformed", sealed(record))
    good = Data(schema, b"\x00")
    record = replace(record, data=good)
    for kind in (Kind.RECORD, Kind.RETIRED):
        for generation in (5, 6, MAX_U64):
            opens = sealed(replace(record, kind=kind, generation=generation))
            having = replace(app, store={record_key: opens}.get)
            checks.opens(Session(reference, good), open, value, having, now)


def check_flags(checks: Checks) -> None:
    """Section 5: each of the 256 flags, with the fields that they announce, for each purpose."""
    # In words of the page: which flags each kind has, besides own limits and padding.
    allowed = {
        COOKIE: {0x00, 0x20, 0x40, 0x60, 0x21},
        RECORD: {0x62, 0x63, 0x64},
    }
    for flags in range(256):
        fields = bytes([flags]) + bytes(16) + b"\x05\x06"
        fields += b"\x07\x08" if flags & 0x08 else b""
        fields += b"\x09" if flags & 0x20 else b""
        fields += b"\x0a" if flags & 0x40 else b""
        has_data = flags & 0x07 not in (1, 4)
        fields += b"\1\2\3\4payload" if has_data else b""
        fields += b"\x80\x00" if flags & 0x10 else b""
        for purpose, known in allowed.items():
            if flags & ~0x18 not in known:
                reason = "unknown_format" if flags & 0x80 or flags & 0x07 > 4 else "malformed"
                checks.refused(f"{flags:02x}", reason, read_plaintext, fields, purpose)
                continue
            content = Opened(
                bytes(16),
                created=5,
                issued=11,
                own_limits=Limits(7, 8) if flags & 0x08 else None,
                data=Data(b"\1\2\3\4", b"payload") if has_data else None,
                kind=Kind(flags & 0x07),
                generation=9 if flags & 0x20 else None,
                until=10 if flags & 0x40 else None,
            )
            checks.opens(content, read_plaintext, fields, purpose)


def check_cipher(checks: Checks) -> None:
    """Section 3: the vectors of C2SP. The first bit of `L` is 0 in the first, 1 in the second."""
    nonce, plaintext = b"ABCDEFGHIJKLMNOPQRSTUVWX", b"XAES-256-GCM"
    first = "ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271"
    checks.equal("first", first, encrypt(b"\x01" * 32, nonce, plaintext, b"").hex())
    second = "986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d"
    aad = b"c2sp.org/XAES-256-GCM"
    checks.equal("second", second, encrypt(b"\x03" * 32, nonce, plaintext, aad).hex())
    checks.equal("opened", plaintext, decrypt(b"\x03" * 32, nonce, bytes.fromhex(second), aad))


def check_numbers(checks: Checks) -> None:
    """Section 5: varints at their edges."""
    edges = {0: "00", 127: "7f", 128: "8001", 2**63: "80" * 9 + "01", MAX_U64: "ff" * 9 + "01"}
    for number, encoded in edges.items():
        checks.equal("written", encoded, write_varint(number).hex())
        checks.equal("read", number, Bytes(bytes.fromhex(encoded)).varint())
    refused = ("", "80", "80" * 9, "80" * 9 + "02", "ff" * 9 + "7f", "80" * 10 + "00", "8000")
    for encoded in refused:
        checks.refused(encoded, "malformed", Bytes(bytes.fromhex(encoded)).varint)


def check_ends(checks: Checks) -> None:
    """Section 6: the last second in which a session opens, and the first in which it does not."""
    cases: list[tuple[int, int, Limits | None, int, str]] = [
        (1000, 2000, None, 1940, "not_yet_valid"),
        (1000, 1000 + LIFETIME - 1, None, 1000 + LIFETIME, "expired_lifetime"),
        (1000, 2000, None, 2000 + IDLE, "expired_idle"),
        (1000, 1005, Limits(10, 10), 1010, "expired_lifetime"),
        (1000, 1001, Limits(100, 10), 1011, "expired_idle"),
        (0, 9, Limits(34_560_001, MAX_U64), 34_560_000, "expired_lifetime"),
        (MAX_U64 - 9, MAX_U64, Limits(MAX_U64, MAX_U64), MAX_U64, "expired_lifetime"),
    ]
    for created, issued, limits, end, reason in cases:
        content = Opened(bytes(16), created, issued, limits, Data(bytes(4), b""))
        opens, refused = (end, end - 1) if reason == "not_yet_valid" else (end - 1, end)
        checks.opens(None, check_times, content, opens, LIFETIME, IDLE)
        checks.refused(f"at {refused}", reason, check_times, content, refused, LIFETIME, IDLE)


def check_values(checks: Checks) -> None:
    """Section 7: the entries of a key-value session, and payloads that are none."""
    payload = b"\x02" + b"\x01a" + b"\x01\xc3" + b"\x02\xc3\xbc" + b"\x03\xa2hi"
    checks.equal("entries", [("a", b"\xc3"), ("ü", b"\xa2hi")], read_values(payload))
    checks.equal("no entries", [], read_values(b"\x00"))
    bad = [payload[:n] for n in range(len(payload))] + [payload + b"\x00", b"\x01\x01\xff\x00"]
    for other in bad:
        checks.refused(other.hex(), "malformed", read_values, other)


def check_file(path: Path) -> str:
    """Checks all that a vectors file holds, and returns the line that says so."""
    vectors: Case = json.loads(path.read_text(encoding="utf-8"))
    checks = Checks()
    try:
        checks.equal("fields", FILE_FIELDS, sorted(vectors))
        checks.equal("format", FORMAT, vectors["format"])
        checks.equal("limits", [LIFETIME, IDLE], [vectors["lifetime"], vectors["idle"]])
        tokens, refusals = vectors["tokens"], vectors["refusals"]
        if len(tokens) < MIN_TOKENS or len(refusals) < MIN_REFUSALS:
            raise Failed(f"only {len(tokens)} tokens and {len(refusals)} refusals")
        cookies = [case for case in tokens if case["purpose"] == COOKIE]
        kept = [case for case in tokens if case["purpose"] == RECORD]
        records = [case for case in kept if case["kind"] != Kind.ENDED]
        words = [case for case in kept if case["kind"] == Kind.ENDED]
        named = {case["name"]: case for case in records}

        def check_cookie(checks: Checks, case: Case) -> None:
            check_opening(checks, case, named[case["record"]] if case["record"] else None)

        kinds = {case["kind"]: case for case in reversed(tokens)}
        checks.equal("kinds", sorted(KINDS), sorted(kinds))
        one_of_each = list(kinds.values())
        checks.group("tokens", check_token, tokens)
        checks.group("opening cookies", check_cookie, cookies)
        checks.group("opening records", check_record, records)
        checks.group("ended sessions", check_ended, words)
        checks.group("refusals", check_refusal, refusals)
        checks.group("flipped bits", check_flipped_bits, one_of_each)
        checks.group("other spellings", check_respellings, cookies)
        unpadded = [case for case in tokens if case["padded_to"] == 1]
        checks.group("section 5, cut short", check_cut_plaintexts, unpadded)
        checks.group("section 5, flags", check_flags)
        checks.group("section 3, cipher", check_cipher)
        checks.group("section 5, numbers", check_numbers)
        checks.group("section 6, order", check_order)
        checks.group("section 6, order of records", check_order_of_records)
        checks.group("section 6, ends", check_ends)
        checks.group("section 7, key-value sessions", check_values)
    except Exception as error:
        problem = str(error) if isinstance(error, Failed) else repr(error)
        raise Failed(f"{checks.case}: {problem}") from error
    counts = f"{len(tokens)} tokens, {len(refusals)} refusals, {checks.count} checks"
    return f"format {FORMAT}: {counts}: all passed"


# --- Command line --------------------------------------------------------------------------------


def show(arguments: Sequence[str]) -> str:
    """The parts of one value or record as JSON. Times and schema are shown, not checked."""
    parser = argparse.ArgumentParser(prog="format_1.py open")
    parser.add_argument("--secret", required=True, help="in hex, or - to read it from stdin")
    parser.add_argument("--name", required=True, help="the cookie's name, with its prefix")
    parser.add_argument("--context", default="")
    parser.add_argument("--record", action="store_true", help="a record in hex, not a cookie")
    parser.add_argument("value")
    options = parser.parse_args(arguments)
    secret = sys.stdin.readline() if options.secret == "-" else options.secret
    keys, names = [Key(bytes.fromhex(secret))], Names(options.name, options.context)
    if options.record:
        purpose, token = RECORD, bytes.fromhex(options.value)
        plaintext = unseal(token, purpose, keys, names, now=0)
    else:
        purpose, plaintext = COOKIE, unseal_value(options.value, keys, names, now=0)
    content = read_plaintext(plaintext, purpose)
    parts = vars(content) | {
        "kind": content.kind.name.lower(),
        "record_key": derive_record_key(content.session_id),
        "padded": bool(plaintext[0] & FLAG_PADDED),
    }
    return json.dumps(parts, indent=2, default=lambda x: x.hex() if type(x) is bytes else vars(x))


def main(arguments: Sequence[str]) -> int:
    """`open …` looks into one value or record; anything else is the path of a vectors file."""
    try:
        if arguments[:1] == ["open"]:
            print(show(arguments[1:]))
        elif len(arguments) == 1:
            print(check_file(Path(arguments[0])))
        else:
            print(__doc__, file=sys.stderr)
            return 2
    except Refused as refused:
        print(f"refused: {refused.reason}", file=sys.stderr)
        return 1
    except (Failed, OSError, ValueError) as error:
        print(f"failed: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
