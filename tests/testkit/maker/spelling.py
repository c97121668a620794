"""The text of a value: base64url, and what browsers and proxies do to it."""

import base64

from format_1 import base64url_encode

from . import kit
from .base import Cases, plaintext, schema, token, value

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def sound(remainder: int) -> str:
    """A sound value whose token's length has this remainder by 3. It has a `-` and a `_`."""
    for more in range(1000):
        user = b"\x01" + kit.text("ann" + "n" * more)
        content = plaintext(data=schema() + kit.payload(user=user))
        text = value(content)
        if (len(content) + 45) % 3 == remainder and "-" in text and "_" in text:
            return text
    raise AssertionError


def add(cases: Cases) -> None:
    lengths(cases)
    alphabet(cases)
    white_space(cases)
    trailing_bits(cases)
    other_encodings(cases)
    sizes(cases)


def lengths(cases: Cases) -> None:
    """A token has 45 bytes at least, which are 60 characters."""
    text = value()
    for length in range(63):
        cut = text[:length]
        spare = {0: 0, 2: 4, 3: 2}.get(length % 4)
        canonical = spare is not None and (not cut or ALPHABET.index(cut[-1]) % 2**spare == 0)
        reason = "tampered" if length >= 60 and canonical else "malformed"
        what = f"A sound value, cut off after {length} characters."
        cases.token(f"cut-after-{length:02}-characters", what, reason, cut)
    text = sound(0)
    for cut in (1, 2, 3, 4):
        what = f"A sound value without its last {cut} characters."
        kept = text[:-cut]
        spare = {0: 0, 2: 4, 3: 2}.get(len(kept) % 4)
        canonical = spare is not None and ALPHABET.index(kept[-1]) % 2**spare == 0
        cases.token(f"without-its-last-{cut}", what, "tampered" if canonical else "malformed", kept)
    for count in (1, 4, 64):
        reason = "malformed" if count % 4 == 1 else "tampered"
        what = f"A sound value, and {count} times the letter A behind it."
        cases.token(f"extended-by-{count}", what, reason, text + "A" * count)
    cases.token(
        "first-character-lost",
        "A sound value without its first character.",
        "malformed",
        sound(0)[1:],
    )
    cases.token("first-four-lost", "A sound value without its first four characters.", *shifted())
    cases.token("twice-in-a-row", "A sound value, and the same once more.", "tampered", text + text)


def shifted() -> tuple[str, str]:
    """Without four characters the fourth byte of a token is taken for its format."""
    text = sound(0)[4:]
    assert base64.urlsafe_b64decode(text)[0] != 1
    return "unknown_format", text


def alphabet(cases: Cases) -> None:
    one, two, none = sound(1), sound(2), sound(0)
    cases.token(
        "padding-one", "One `=` at the end, where base64 would pad.", "malformed", two + "="
    )
    cases.token("padding-two", "`==` at the end, where base64 would pad.", "malformed", one + "==")
    cases.token(
        "padding-one-of-two", "One `=` where base64 would have two.", "malformed", one + "="
    )
    cases.token("padding-where-none-is-due", "`=` behind a whole group.", "malformed", none + "=")
    cases.token("padding-group", "`====` behind a whole group.", "malformed", none + "====")
    cases.token("padding-at-the-front", "`=` before the value.", "malformed", "=" + none)
    cases.token(
        "padding-in-the-middle", "`=` in the middle.", "malformed", none[:40] + "=" + none[41:]
    )
    cases.token("padding-percent-encoded", "`%3D` at the end.", "malformed", two + "%3D")
    standard = none.translate(str.maketrans("-_", "+/"))
    cases.token(
        "alphabet-of-plain-base64", "`+` and `/` in place of `-` and `_`.", "malformed", standard
    )
    cases.token("alphabet-plus", "One `+` in place of `-`.", "malformed", none.replace("-", "+", 1))
    cases.token(
        "alphabet-slash", "One `/` in place of `_`.", "malformed", none.replace("_", "/", 1)
    )
    middle = len(none) // 2
    names = {
        ".": "dot", ",": "comma", "~": "tilde", ":": "colon", "!": "bang", "*": "star", "%": "percent",
        "\\": "backslash", '"': "quote", "'": "apostrophe", "<": "angle", "@": "at",
    }  # fmt: skip
    for character, name in names.items():
        damaged = none[:middle] + character + none[middle + 1 :]
        cases.token(f"alphabet-{name}", f"A `{character}` in the middle.", "malformed", damaged)
    cases.token("quoted", "In quotes, as a cookie value may be.", "malformed", f'"{none}"')
    cases.token("quoted-at-the-front", "A quote that is not closed.", "malformed", f'"{none}')
    escaped = none.replace("-", "%2D").replace("_", "%5F")
    cases.token("percent-encoded", "`-` and `_` percent-encoded.", "malformed", escaped)
    cases.token(
        "signed-suffix",
        "A dot and a signature behind it, as others do.",
        "malformed",
        none + ".c2ln",
    )
    for name, raw in {
        "utf-8-letter": "é".encode(),
        "full-width-letter": "Ａ".encode(),
        "latin-1-byte": b"\xe9",
        "byte-ff": b"\xff",
        "no-break-space": b"\xc2\xa0",
        "byte-order-mark": b"\xef\xbb\xbf",
        "delete": b"\x7f",
        "nul": b"\x00",
    }.items():
        what = f"Not ASCII, or not visible: {raw.hex()} before the value."
        cases.token(f"bytes-{name}", what, "malformed", raw + none.encode())
    cases.token("bytes-nul-behind", "A NUL behind the value.", "malformed", none.encode() + b"\x00")


def white_space(cases: Cases) -> None:
    text = sound(0)
    for name, space in {"space": " ", "tab": "\t", "line-feed": "\n", "line-end": "\r\n"}.items():
        cases.token(
            f"{name}-before", f"White space ({name}) before the value.", "malformed", space + text
        )
        cases.token(
            f"{name}-inside",
            f"White space ({name}) inside.",
            "malformed",
            text[:60] + space + text[60:],
        )
        cases.token(
            f"{name}-behind", f"White space ({name}) behind the value.", "malformed", text + space
        )


def trailing_bits(cases: Cases) -> None:
    for remainder, spare in ((1, 4), (2, 2)):
        text = sound(remainder)
        last = ALPHABET.index(text[-1])
        for bit in range(spare):
            other = text[:-1] + ALPHABET[last | 1 << bit]
            what = f"Unused bit {bit} of the last character is set; {remainder} bytes in its group."
            cases.token(f"unused-bit-{bit}-of-{spare}", what, "malformed", other)
        other = text[:-1] + ALPHABET[last | (2**spare - 1)]
        cases.token(f"all-{spare}-unused-bits", "All unused bits are set.", "malformed", other)


def other_encodings(cases: Cases) -> None:
    text = sound(0)
    cases.token("in-lower-case", "A sound value in lower case.", "unknown_format", text.lower())
    twice = base64url_encode(text.encode()[: len(text) // 3 * 3])
    cases.token("encoded-twice", "Base64 of base64.", "unknown_format", twice)
    hexadecimal = (token() + bytes(-len(token()) % 6)).hex()
    cases.token("in-hexadecimal", "A token in hexadecimal.", "unknown_format", hexadecimal)
    cases.token("raw-token", "A token that nobody encoded.", "malformed", token())
    cases.token(
        "web-token", "A JSON web token.", "malformed", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbm4ifQ."
    )
    cases.token("word-deleted", "What some apps set to remove a cookie.", "malformed", "deleted")
    cases.token("word-null", "What some scripts send for nothing.", "unknown_format", "null")
    cases.token(
        "uuid",
        "An id of another library.",
        "unknown_format",
        "3f2b8c1e-9d4a-4c6f-8b7e-1a2b3c4d5e6f",
    )


def sizes(cases: Cases) -> None:
    cases.token("size-4096", "The largest value that is decoded.", "unknown_format", "A" * 4096)
    cases.token("size-4097", "One more.", "too_large", "A" * 4097)
    cases.token("size-64-kib", "64 KiB.", "too_large", "A" * 65536)
    cases.token("size-4097-not-base64", "Too large goes before malformed.", "too_large", "=" * 4097)
    cases.token(
        "size-4097-bytes-in-utf-8", "Bytes count, not characters.", "too_large", "é".encode() * 2049
    )
    large = value(plaintext() + bytes(3072))
    assert len(large) > 4096
    cases.token("size-authentic-but-too-large", "Authentic, and too large.", "too_large", large)
    filled = "AQ" + "A" * 4094
    cases.token("size-4096-of-format-1", "4096 characters of our format.", "unknown_key", filled)
