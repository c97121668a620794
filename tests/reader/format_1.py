"""Reads and writes tokens of wire format 1, from docs/format.md alone.

    python format_1.py tests/vectors/format-1.json     check every published vector
    python format_1.py open --secret HEX --name NAME [--context C] VALUE     look into a value

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
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FORMAT = 0x01
KEY_ID_LENGTH, NONCE_LENGTH, TAG_LENGTH = 4, 24, 16
HEADER_LENGTH = 1 + KEY_ID_LENGTH + NONCE_LENGTH
SESSION_ID_LENGTH, SCHEMA_LENGTH = 16, 4
MAX_VALUE = 4096
MAX_COOKIE_NAME, MAX_CONTEXT = 96, 120
MAX_U64 = 2**64 - 1
MAX_CLOCK_SKEW = 60
MAX_LIFETIME = 400 * 24 * 60 * 60
FLAG_OWN_LIMITS, FLAG_PADDED = 0x08, 0x10


class Refused(Exception):
    """A value that does not open. Section 6."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


# --- Section 1: cookie value and token -----------------------------------------------------------


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


def associated_data(key_id: bytes, cookie_name: str, context: str) -> bytes:
    """The five parts that a token is bound to. Section 4.

    A name or a context that is too long is a mistake of the caller, not of the token.
    """
    name, context_bytes = cookie_name.encode("ascii"), context.encode("utf-8")
    if len(name) > MAX_COOKIE_NAME or len(context_bytes) > MAX_CONTEXT:
        raise ValueError("cookie name or context too long")
    parts = [b"sealed-session/1", bytes([FORMAT]) + key_id, b"cookie", name, context_bytes]
    return b"".join(len(part).to_bytes(2, "big") + part for part in parts)


# --- Section 5: plaintext ------------------------------------------------------------------------


@dataclass(frozen=True)
class Limits:
    """Lifetime and idle timeout in seconds. Section 5."""

    lifetime: int
    idle: int


@dataclass(frozen=True)
class Opened:
    """What a token holds. Section 5; the payload is not interpreted, see section 7."""

    session_id: bytes
    created: int
    issued: int
    own_limits: Limits | None
    schema: bytes
    payload: bytes


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
    """Takes the padding off what follows the schema. Section 5."""
    stripped = rest.rstrip(b"\x00")
    if not stripped.endswith(b"\x80"):
        raise Refused("malformed")
    return stripped[:-1]


def write_plaintext(content: Opened, padded_to: int) -> bytes:
    """The plaintext; it is padded if `padded_to` is more than 1. Section 5."""
    if len(content.session_id) != SESSION_ID_LENGTH or len(content.schema) != SCHEMA_LENGTH:
        raise ValueError("a session id is 16 bytes, a schema 4")
    flags, limits = 0, b""
    if content.own_limits is not None:
        flags |= FLAG_OWN_LIMITS
        limits = write_varint(content.own_limits.lifetime) + write_varint(content.own_limits.idle)
    if padded_to > 1:
        flags |= FLAG_PADDED
    plaintext = (
        bytes([flags])
        + content.session_id
        + write_varint(content.created)
        + write_varint(content.issued - content.created)
        + limits
        + content.schema
        + content.payload
    )
    return pad(plaintext, padded_to) if padded_to > 1 else plaintext


def read_plaintext(plaintext: bytes) -> Opened:
    """The parts of a plaintext, or `malformed`. Section 5."""
    reader = Bytes(plaintext)
    flags = reader.take(1)[0]
    if flags & ~(FLAG_OWN_LIMITS | FLAG_PADDED):  # a kind other than 0, or an unknown flag
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
    schema = reader.take(SCHEMA_LENGTH)
    payload = unpad(reader.data) if flags & FLAG_PADDED else reader.data
    return Opened(session_id, created, issued, own_limits, schema, payload)


# --- Section 6: opening --------------------------------------------------------------------------

PayloadCheck = Callable[[bytes], object]
"""Raises `Refused("malformed")` if the payload is not exactly one value of its shape."""


def open(
    value: str,
    keys: Sequence[Key],
    cookie_name: str,
    context: str,
    now: int,
    lifetime: int,
    idle: int,
    schemas: Mapping[bytes, PayloadCheck],
) -> Opened:
    """Opens a cookie value, or raises `Refused` with the reason. Section 6, in its order."""
    content = read_plaintext(unseal(value, keys, cookie_name, context, now))
    check_times(content, now, lifetime, idle)
    if content.schema not in schemas:
        raise Refused("foreign_schema")
    schemas[content.schema](content.payload)
    return content


def unseal(value: str, keys: Sequence[Key], cookie_name: str, context: str, now: int) -> bytes:
    """The plaintext of a cookie value. Section 6, up to and including `tampered`."""
    if len(value.encode()) > MAX_VALUE:
        raise Refused("too_large")
    token = base64url_decode(value)
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
    aad = associated_data(key_id, cookie_name, context)
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


def seal(
    content: Opened, secret: bytes, nonce: bytes, cookie_name: str, context: str, padded_to: int = 1
) -> str:
    """The cookie value of a session: `open`, the other way. Sections 1 to 5.

    The caller draws the nonce at random, 24 bytes for every token; it is an argument only so that
    a published token can be made again.
    """
    plaintext = write_plaintext(content, padded_to)
    value = base64url_encode(seal_plaintext(plaintext, secret, nonce, cookie_name, context))
    if len(value.encode()) > MAX_VALUE:
        raise ValueError("no reader opens a value of more than 4096 characters")
    return value


def seal_plaintext(
    plaintext: bytes, secret: bytes, nonce: bytes, cookie_name: str, context: str
) -> bytes:
    """The token around a plaintext. Sections 1 to 4."""
    if len(nonce) != NONCE_LENGTH:
        raise ValueError("a nonce is 24 bytes")
    key_id = derive_key_id(secret)
    aad = associated_data(key_id, cookie_name, context)
    sealed = encrypt(derive_seal_key(secret), nonce, plaintext, aad)
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

MIN_TOKENS, MIN_REFUSALS = 12, 30
FILE_FIELDS = "encoding format idle lifetime refusals specification tokens".split()
TOKEN_FIELDS = (
    "aad ciphertext context cookie_name created issued key_id name nonce one_time_key opens_at own_limits"
    " padded_to payload plaintext schema seal_key secret session_id tag token value"
).split()
REFUSAL_FIELDS = "context cookie_name keys name now reason schemas value".split()
LIFETIME, IDLE = 14 * 24 * 60 * 60, 24 * 60 * 60  # the app's settings in the vectors

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
            if refused.reason != reason:
                raise Failed(f"{what}: expected {reason}, found {refused.reason}") from None
        else:
            raise Failed(f"{what}: expected {reason}, but it opened")


def content_of(case: Case) -> Opened:
    """The inputs of a published token."""
    return Opened(
        session_id=bytes.fromhex(case["session_id"]),
        created=case["created"],
        issued=case["issued"],
        own_limits=Limits(**case["own_limits"]) if case["own_limits"] is not None else None,
        schema=bytes.fromhex(case["schema"]),
        payload=bytes.fromhex(case["payload"]),
    )


def opener(case: Case, now: int) -> Callable[[str], Opened]:
    """Opens a value as the reader of this published token would."""
    keys = [Key(bytes.fromhex(case["secret"]))]
    schemas = {bytes.fromhex(case["schema"]): any_payload}
    names = (case["cookie_name"], case["context"])
    return lambda value: open(value, keys, *names, now, LIFETIME, IDLE, schemas)


def check_token(checks: Checks, case: Case) -> None:
    """Every intermediate value of a published token, in both directions."""
    checks.equal("fields", TOKEN_FIELDS, sorted(case))
    content, names = content_of(case), (case["cookie_name"], case["context"])
    secret, nonce = bytes.fromhex(case["secret"]), bytes.fromhex(case["nonce"])

    # Made from its inputs.
    seal_key, key_id = derive_seal_key(secret), derive_key_id(secret)
    aad, plaintext = associated_data(key_id, *names), write_plaintext(content, case["padded_to"])
    sealed = encrypt(seal_key, nonce, plaintext, aad)
    checks.equal("seal_key", case["seal_key"], seal_key.hex())
    checks.equal("key_id", case["key_id"], key_id.hex())
    checks.equal("aad", case["aad"], aad.hex())
    checks.equal("plaintext", case["plaintext"], plaintext.hex())
    checks.equal("one_time_key", case["one_time_key"], derive_one_time_key(seal_key, nonce).hex())
    checks.equal("ciphertext", case["ciphertext"], sealed[:-TAG_LENGTH].hex())
    checks.equal("tag", case["tag"], sealed[-TAG_LENGTH:].hex())
    token = seal_plaintext(plaintext, secret, nonce, *names)
    checks.equal("token", case["token"], token.hex())
    checks.equal("value", case["value"], seal(content, secret, nonce, *names, case["padded_to"]))

    # Taken apart again.
    checks.equal("token of the value", case["token"], base64url_decode(case["value"]).hex())
    pieces = [f"{FORMAT:02x}", *(case[x] for x in ("key_id", "nonce", "ciphertext", "tag"))]
    checks.equal("pieces of the token", case["token"], "".join(pieces))
    opened = unseal(case["value"], [Key(secret)], *names, now=0)
    checks.equal("plaintext of the value", case["plaintext"], opened.hex())
    checks.opens(content, read_plaintext, opened)
    for now in case["opens_at"]:
        checks.opens(content, opener(case, now), case["value"])


def check_refusal(checks: Checks, case: Case) -> None:
    """The reason of a published refusal."""
    checks.equal("fields", REFUSAL_FIELDS, sorted(case))
    keys = [Key(bytes.fromhex(k["secret"]), k["revoked"], k["open_until"]) for k in case["keys"]]
    app = [keys] + [case[x] for x in ("cookie_name", "context", "now")] + [LIFETIME, IDLE]
    schemas = {bytes.fromhex(schema): any_payload for schema in case["schemas"]}
    checks.refused("open", case["reason"], open, case["value"], *app, schemas)


def check_flipped_bits(checks: Checks, case: Case) -> None:
    """No token opens after one of its bits was flipped, and each reason is that of its place."""
    token, open_value = bytes.fromhex(case["token"]), opener(case, case["opens_at"][0])
    checks.opens(content_of(case), open_value, base64url_encode(token))
    for bit in range(8 * len(token)):
        flipped = bytearray(token)
        flipped[bit // 8] ^= 0x80 >> bit % 8
        reason = "unknown_format" if bit < 8 else "unknown_key" if bit < 40 else "tampered"
        checks.refused(f"bit {bit}", reason, open_value, base64url_encode(bytes(flipped)))


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
    value, open_value = case["value"], opener(case, case["opens_at"][0])
    for other in respellings(value):
        reason = "too_large" if len(other.encode()) > MAX_VALUE else "malformed"
        checks.refused(f"spelled {other!r}", reason, open_value, other)


def check_order(checks: Checks) -> None:
    """Section 6, step by step: a case that many steps refuse is mended one step at a time."""
    schema, now, secret = b"\1\2\3\4", 1_800_000_000, bytes(range(32))
    content = Opened(bytes(16), now - 2 * LIFETIME, now + 61, None, schema, b"\x00")
    key = Key(secret, revoked=True, open_until=now)
    schemas: dict[bytes, PayloadCheck] = {}
    # What is sealed is broken as well, but only a reader of the right context can see that.
    token = seal_plaintext(b"\x20" + write_plaintext(content, 1)[1:], secret, bytes(24), "n", "c")
    keys, context = [Key(bytes(32))], "another"

    def expect(reason: str, value: str) -> None:
        app = (keys, "n", context, now, LIFETIME, IDLE, schemas)
        checks.refused(reason, reason, open, value, *app)

    def sealed(**changes: Any) -> str:
        return seal(replace(content, **changes), secret, bytes(24), "n", "c")

    expect("too_large", "=" * (MAX_VALUE + 1))
    expect("malformed", "=" * MAX_VALUE)
    expect("unknown_format", base64url_encode(b"\x02"))
    expect("malformed", base64url_encode(token[: HEADER_LENGTH + TAG_LENGTH - 1]))
    value = base64url_encode(token)
    expect("unknown_key", value)
    keys = [Key(bytes(32)), key]
    expect("revoked_key", value)
    keys = [replace(key, revoked=False)]
    expect("ended_key", value)
    keys = [replace(key, revoked=False, open_until=now + 1)]
    expect("tampered", value)
    context = "c"
    expect("malformed", value)
    expect("not_yet_valid", sealed())
    expect("expired_lifetime", sealed(issued=now - IDLE))
    expect("expired_idle", sealed(created=now + 1 - LIFETIME, issued=now - IDLE))
    good = {"created": now + 1 - LIFETIME, "issued": now + 1 - IDLE}
    expect("foreign_schema", sealed(**good, payload=b"\x01"))
    schemas = {schema: read_values}
    expect("malformed", sealed(**good, payload=b"\x01"))
    for opens in (good, good | {"issued": now + 60}, good | {"own_limits": Limits(LIFETIME, IDLE)}):
        app = (keys, "n", context, now, LIFETIME, IDLE, schemas)
        checks.opens(replace(content, **opens), open, sealed(**opens), *app)


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
        content = Opened(bytes(16), created, issued, limits, bytes(4), b"")
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
        checks.group("tokens", check_token, tokens)
        checks.group("refusals", check_refusal, refusals)
        checks.group("flipped bits", check_flipped_bits, tokens[:1])
        checks.group("other spellings", check_respellings, tokens)
        checks.group("section 3, cipher", check_cipher)
        checks.group("section 5, numbers", check_numbers)
        checks.group("section 6, order", check_order)
        checks.group("section 6, ends", check_ends)
        checks.group("section 7, key-value sessions", check_values)
    except Exception as error:
        problem = str(error) if isinstance(error, Failed) else repr(error)
        raise Failed(f"{checks.case}: {problem}") from error
    counts = f"{len(tokens)} tokens, {len(refusals)} refusals, {checks.count} checks"
    return f"format {FORMAT}: {counts}: all passed"


# --- Command line --------------------------------------------------------------------------------


def show(arguments: Sequence[str]) -> str:
    """The parts of one value as JSON. Times and schema are shown, not checked."""
    parser = argparse.ArgumentParser(prog="format_1.py open")
    parser.add_argument("--secret", required=True, help="in hex, or - to read it from stdin")
    parser.add_argument("--name", required=True, help="the cookie's name, with its prefix")
    parser.add_argument("--context", default="")
    parser.add_argument("value")
    options = parser.parse_args(arguments)
    secret = sys.stdin.readline() if options.secret == "-" else options.secret
    keys = [Key(bytes.fromhex(secret))]
    plaintext = unseal(options.value, keys, options.name, options.context, now=0)
    parts = vars(read_plaintext(plaintext)) | {"padded": bool(plaintext[0] & FLAG_PADDED)}
    return json.dumps(parts, indent=2, default=lambda x: x.hex() if type(x) is bytes else vars(x))


def main(arguments: Sequence[str]) -> int:
    """`open …` looks into one value; anything else is the path of a vectors file."""
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
