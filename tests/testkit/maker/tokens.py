"""The parts of a token: format, key id, nonce, ciphertext, tag. Damaged, cut or exchanged."""

import hashlib

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from format_1 import (
    COOKIE,
    associated_data,
    base64url_encode,
    derive_key_id,
    derive_seal_key,
    encrypt,
)

from .base import (
    CREATED,
    NAMES,
    NOW,
    OTHER_ID,
    Cases,
    flip,
    one_key,
    plaintext,
    secret,
    token,
    varints,
)

NONCE, CIPHERTEXT = 5, 29


def add(cases: Cases) -> None:
    formats(cases)
    key_ids(cases)
    flips(cases)
    cuts(cases)
    splices(cases)
    other_ciphers(cases)
    keys(cases)


def refused(
    cases: Cases, slug: str, what: str, reason: str, damaged: bytes, **settings: object
) -> None:
    cases.token(slug, what, reason, base64url_encode(damaged), **settings)


def formats(cases: Cases) -> None:
    sound = token()
    for byte in (0x00, 0x02, 0x03, 0x11, 0x80, 0x81, 0xFF):
        what = f"A sound token whose format byte is {byte:02x}."
        refused(cases, f"format-{byte:02x}", what, "unknown_format", bytes([byte]) + sound[1:])
    key_id, nonce = derive_key_id(secret("a")), sound[NONCE:CIPHERTEXT]
    aad = associated_data(key_id, COOKIE, NAMES).replace(b"\x01" + key_id, b"\x02" + key_id)
    later = (
        b"\x02" + key_id + nonce + encrypt(derive_seal_key(secret("a")), nonce, plaintext(), aad)
    )
    refused(cases, "format-02-authentic", "Format 02, and sealed as such.", "unknown_format", later)
    refused(
        cases,
        "format-01-in-format-02",
        "Sealed as format 02, sent as 01.",
        "tampered",
        b"\x01" + later[1:],
    )
    refused(cases, "format-01-alone", "A token of its format byte.", "malformed", b"\x01")
    refused(
        cases,
        "format-02-alone",
        "The format is judged before the length.",
        "unknown_format",
        b"\x02",
    )
    refused(cases, "format-ff-short", "44 bytes of another format.", "unknown_format", b"\xff" * 44)
    refused(
        cases, "format-01-short", "44 bytes of our format: a byte too few.", "malformed", sound[:44]
    )


def key_ids(cases: Cases) -> None:
    sound = token()
    for byte in range(4):
        what = f"A bit of byte {byte} of the key id is flipped."
        refused(cases, f"key-id-byte-{byte}-flipped", what, "unknown_key", flip(sound, 1 + byte))
    for name, key_id in {"zero": bytes(4), "ff": b"\xff" * 4}.items():
        what = f"A key id of {name} bytes."
        refused(cases, f"key-id-{name}", what, "unknown_key", sound[:1] + key_id + sound[5:])
    reversed_id = sound[:1] + sound[1:5][::-1] + sound[5:]
    refused(
        cases, "key-id-reversed", "The key id in the other byte order.", "unknown_key", reversed_id
    )
    exchanged = sound[:1] + derive_key_id(secret("b")) + sound[5:]
    both = [one_key("a"), one_key("b")]
    what = "The key id is that of another live key."
    refused(cases, "key-id-exchanged", what, "tampered", exchanged, keys=both)
    zeros = sound[:1] + derive_key_id(secret("a")) + bytes(40)
    refused(
        cases,
        "key-id-and-zeros",
        "The shortest token, all zeros but for its head.",
        "tampered",
        zeros,
    )


def flips(cases: Cases) -> None:
    sound = token()
    last = len(sound) - 1
    places = {
        "nonce-first-bit": (NONCE, 0x80),
        "nonce-last-bit": (CIPHERTEXT - 1, 0x01),
        "nonce-byte-12": (NONCE + 11, 0x10),
        "nonce-byte-13": (NONCE + 12, 0x10),
        "flags-bit-0": (CIPHERTEXT, 0x01),
        "flags-bit-3": (CIPHERTEXT, 0x08),
        "flags-bit-7": (CIPHERTEXT, 0x80),
        "session-id-bit": (CIPHERTEXT + 1, 0x01),
        "created-bit": (CIPHERTEXT + 17, 0x02),
        "schema-bit": (CIPHERTEXT + 24, 0x01),
        "ciphertext-middle-bit": ((CIPHERTEXT + last - 16) // 2, 0x40),
        "ciphertext-last-bit": (last - 16, 0x01),
        "tag-first-bit": (last - 15, 0x80),
        "tag-middle-bit": (last - 8, 0x08),
        "tag-last-bit": (last, 0x01),
    }
    for slug, (position, mask) in places.items():
        what = f"Bit {mask:02x} of byte {position} of {len(sound)} is flipped."
        refused(cases, f"{slug}-flipped", what, "tampered", flip(sound, position, mask))


def cuts(cases: Cases) -> None:
    sound = token()
    zeros = bytes(16)
    refused(cases, "tag-zero", "A tag of zeros.", "tampered", sound[:-16] + zeros)
    refused(cases, "tag-cut-to-15", "The last byte of the tag is lost.", "tampered", sound[:-1])
    refused(
        cases, "tag-cut-to-12", "GCM knows tags of 12 bytes. We do not.", "tampered", sound[:-4]
    )
    refused(cases, "tag-lost", "No tag.", "tampered", sound[:-16])
    refused(cases, "tag-extended", "A zero behind the tag.", "tampered", sound + b"\x00")
    refused(cases, "tag-twice", "The tag, and once more.", "tampered", sound + sound[-16:])
    refused(
        cases,
        "tag-inverted",
        "Every bit of the tag is flipped.",
        "tampered",
        sound[:-16] + inverted(sound[-16:]),
    )
    refused(
        cases,
        "ciphertext-lost",
        "Head, nonce and tag, and nothing between.",
        "tampered",
        sound[:29] + sound[-16:],
    )
    shorter = sound[:-17] + sound[-16:]
    refused(
        cases,
        "ciphertext-cut-by-one",
        "The last byte of the ciphertext is lost.",
        "tampered",
        shorter,
    )
    longer = sound[:-16] + b"\x00" + sound[-16:]
    refused(cases, "ciphertext-extended", "A zero behind the ciphertext.", "tampered", longer)
    refused(
        cases,
        "ciphertext-first-lost",
        "Its first byte is lost.",
        "tampered",
        sound[:29] + sound[30:],
    )
    refused(
        cases,
        "nonce-cut",
        "The first byte of the nonce is lost.",
        "tampered",
        sound[:5] + sound[6:],
    )
    refused(
        cases,
        "nonce-extended",
        "A zero before the nonce.",
        "tampered",
        sound[:5] + b"\x00" + sound[5:],
    )
    refused(
        cases, "nonce-zero", "A nonce of zeros.", "tampered", sound[:5] + bytes(24) + sound[29:]
    )
    halves = sound[:5] + sound[17:29] + sound[5:17] + sound[29:]
    refused(
        cases,
        "nonce-halves-exchanged",
        "The halves of the nonce change places.",
        "tampered",
        halves,
    )
    swapped = sound[:40] + sound[41:42] + sound[40:41] + sound[42:]
    assert swapped != sound
    refused(cases, "neighbours-exchanged", "Two neighbours in the ciphertext.", "tampered", swapped)
    whole = sound[:29] + sound[29:-16][::-1] + sound[-16:]
    refused(cases, "ciphertext-reversed", "The ciphertext in the other order.", "tampered", whole)


def inverted(data: bytes) -> bytes:
    return bytes(byte ^ 0xFF for byte in data)


def splices(cases: Cases) -> None:
    one, other = token(), token(plaintext(session_id=OTHER_ID))
    assert len(one) == len(other)
    what = "Two sound tokens of one key, joined: "
    refused(
        cases,
        "splice-other-tag",
        what + "the tag is the other's.",
        "tampered",
        one[:-16] + other[-16:],
    )
    refused(
        cases,
        "splice-other-nonce",
        what + "the nonce is the other's.",
        "tampered",
        other[:29] + one[29:],
    )
    middle = one[:29] + other[29:-16] + one[-16:]
    refused(
        cases,
        "splice-other-ciphertext",
        what + "the ciphertext is the other's.",
        "tampered",
        middle,
    )
    refused(
        cases,
        "splice-halves",
        what + "the second half is the other's.",
        "tampered",
        one[:60] + other[60:],
    )


def other_ciphers(cases: Cases) -> None:
    """Made by somebody who has the key and got the cipher wrong: it must not open by accident."""
    nonce = hashlib.sha256(b"other ciphers").digest()[:24]
    key_id, seal_key = derive_key_id(secret("a")), derive_seal_key(secret("a"))
    aad, head = associated_data(key_id, COOKIE, NAMES), b"\x01" + key_id + nonce
    content = plaintext(numbers=varints(CREATED, 0))
    wrong = {
        "cipher-plain-aes-gcm": (
            "AES-GCM under the seal key.",
            AESGCM(seal_key).encrypt(nonce[12:], content, aad),
        ),
        "cipher-underived-key": (
            "The secret itself is the key.",
            encrypt(secret("a"), nonce, content, aad),
        ),
        "cipher-no-aad": ("No associated data.", encrypt(seal_key, nonce, content, b"")),
        "cipher-aad-without-lengths": (
            "Associated data without the lengths of its parts.",
            encrypt(
                seal_key,
                nonce,
                content,
                b"sealed-session/1\x01" + key_id + b"cookie__Host-sessionshop",
            ),
        ),
        "cipher-short-tag": (
            "A tag of zeros in its second half.",
            cut_tag(encrypt(seal_key, nonce, content, aad)),
        ),
        "cipher-none": ("The plaintext, not encrypted.", content + bytes(16)),
        "cipher-hash-as-tag": (
            "The plaintext and a hash of it.",
            content + hashlib.sha256(content).digest()[:16],
        ),
    }
    for slug, (what, sealed) in wrong.items():
        refused(cases, slug, what, "tampered", head + sealed)
    first_half = encrypt(seal_key, nonce[12:] + nonce[:12], content, aad)
    refused(
        cases,
        "cipher-nonce-halves",
        "The halves of the nonce in the other roles.",
        "tampered",
        head + first_half,
    )


def cut_tag(sealed: bytes) -> bytes:
    return sealed[:-8] + bytes(8)


def keys(cases: Cases) -> None:
    sound, other = token(), token(key="b")
    refused(
        cases, "key-unknown", "Sealed under a key that the reader has not.", "unknown_key", other
    )
    revoked = [one_key("b"), one_key("a", revoked=True)]
    refused(
        cases,
        "key-revoked",
        "Sealed under a key that is revoked.",
        "revoked_key",
        sound,
        keys=revoked,
    )
    alone = [one_key("a", revoked=True)]
    refused(
        cases,
        "key-revoked-and-the-only-one",
        "The only key is revoked.",
        "revoked_key",
        sound,
        keys=alone,
    )
    damaged = flip(sound, -1)
    what = "Under a revoked key, and damaged: the tag is not looked at."
    refused(cases, "key-revoked-and-damaged", what, "revoked_key", damaged, keys=revoked)
    for slug, end in {"now": NOW, "a-second-ago": NOW - 1, "at-0": 0}.items():
        ended = [one_key("b"), one_key("a", open_until=end)]
        what = f"The key's end was {slug.replace('-', ' ')}."
        refused(cases, f"key-ended-{slug}", what, "ended_key", sound, keys=ended)
    both = [one_key("b"), one_key("a", revoked=True, open_until=NOW - 5)]
    refused(
        cases,
        "key-revoked-and-ended",
        "Revoked goes before ended.",
        "revoked_key",
        sound,
        keys=both,
    )
    forged = sound[:1] + derive_key_id(secret("a")) + other[5:]
    refused(
        cases,
        "key-of-an-attacker",
        "Sealed under an attacker's key, with our key id.",
        "tampered",
        forged,
    )
