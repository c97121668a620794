"""Plaintexts behind a sound seal: flags, kinds, lengths and padding."""

from . import kit
from .base import (
    ENDED,
    GENERATION,
    INLINE,
    LIMITS,
    PADDED,
    RECORD_KIND,
    REFERENCE,
    RETIRED,
    SESSION_ID,
    UNKNOWN,
    UNTIL,
    Cases,
    plaintext,
    schema,
    shelf,
    value,
)

KIND_NAMES = ["inline", "reference", "record", "retired", "ended"]


def add(cases: Cases) -> None:
    kinds(cases)
    references(cases)
    lengths(cases)
    padding(cases)


def refused(cases: Cases, slug: str, what: str, content: bytes, reason: str = "malformed") -> None:
    """A plaintext that the token refuses once its seal is open."""
    cases.token(slug, what, reason, value(content), store=shelf(None))


def kinds(cases: Cases) -> None:
    for kind in (RECORD_KIND, RETIRED, ENDED):
        content = plaintext(kind | GENERATION | UNTIL)
        name = KIND_NAMES[kind]
        refused(
            cases, f"kind-{name}-in-a-cookie", f"Kind {kind} ({name}), sealed as a cookie.", content
        )
    for kind in (5, 6, 7):
        for flags, name in ((0, ""), (GENERATION, "-with-generation"), (0x78, "-with-every-flag")):
            content = plaintext(kind | flags, data=schema() + kit.payload())
            what = f"Kind {kind}, which there is not."
            refused(cases, f"kind-{kind}{name}", what, content, "unknown_format")
    for kind in (INLINE, REFERENCE, RECORD_KIND, 5):
        content = plaintext(kind | UNKNOWN | (GENERATION if kind == REFERENCE else 0))
        what = f"Flag 80, which there is not, with kind {kind}."
        refused(cases, f"flag-80-with-kind-{kind}", what, content, "unknown_format")
    refused(cases, "flags-ff", "All flags.", plaintext(0xFF), "unknown_format")
    refused(cases, "flag-80-alone", "A plaintext of the flag 80.", b"\x80", "unknown_format")
    refused(
        cases,
        "kind-5-alone",
        "What is unknown is said before what is missing.",
        b"\x05",
        "unknown_format",
    )


def references(cases: Cases) -> None:
    """A reference must have a generation, and must not have an until or data."""
    for more, name in ((0, ""), (LIMITS, "-with-limits"), (PADDED, "-padded")):
        for flags, rest in ((0, "neither"), (UNTIL, "until"), (GENERATION | UNTIL, "both")):
            content = plaintext(REFERENCE | flags | more)
            what = f"A reference that has of generation and until: {rest}."
            refused(cases, f"reference-with-{rest}{name}", what, content)
    for name, data in {
        "a-byte": b"\x00",
        "a-schema": schema(),
        "data": schema() + kit.payload(),
    }.items():
        content = plaintext(REFERENCE | GENERATION, data=data)
        refused(cases, f"reference-and-{name}", f"A reference with {name} behind it.", content)
    for name, data in {
        "a-byte": b"\x07\x80",
        "another-padding": b"\x80\x80\x00",
        "zeros": b"\x00\x80",
    }.items():
        content = plaintext(REFERENCE | GENERATION | PADDED, data=data)
        refused(
            cases,
            f"reference-padded-and-{name}",
            f"A reference with {name} before its padding.",
            content,
        )


def lengths(cases: Cases) -> None:
    refused(cases, "plaintext-empty", "An authentic token of nothing.", b"")
    refused(cases, "plaintext-flags-alone", "Flags, and no more.", b"\x00")
    refused(cases, "plaintext-id-cut", "15 bytes of a session id.", b"\x00" + SESSION_ID[:15])
    refused(cases, "plaintext-id-alone", "No times.", b"\x00" + SESSION_ID)
    head = plaintext(data=b"")
    refused(cases, "plaintext-created-alone", "No age.", head[:22])
    refused(cases, "plaintext-created-cut", "The first time is cut.", head[:19])
    refused(cases, "plaintext-no-schema", "Times, and no schema.", head)
    for length in (1, 3):
        content = head + schema()[:length]
        refused(cases, f"plaintext-schema-of-{length}", f"{length} bytes of a schema.", content)
    fields = {"limits": LIMITS, "generation": GENERATION, "until": UNTIL}
    for name, flag in fields.items():
        content = plaintext(INLINE | flag, numbers=plaintext(data=b"")[17:], data=b"")
        refused(
            cases, f"plaintext-{name}-missing", f"The flag of {name}, and nothing there.", content
        )
    one = plaintext(INLINE | LIMITS, numbers=plaintext(data=b"")[17:] + b"\x05", data=b"")
    refused(cases, "plaintext-one-limit", "Of two limits there is one.", one)


def padding(cases: Cases) -> None:
    data = schema() + kit.payload()
    wrong = {
        "none": ("The flag, and no padding.", data),
        "nothing-at-all": ("The flag, and nothing behind the schema.", schema()),
        "zeros-alone": ("Zeros and no 80.", data[:-3] + bytes(9)),
        "only-zeros": ("All that follows the schema is zero.", schema() + bytes(32)),
        "81": ("It begins with 81.", data + b"\x81\x00\x00"),
        "01": ("It begins with 01.", data + b"\x01\x00"),
        "last-byte-not-zero": ("Its last byte is 01.", data + b"\x80\x00\x00\x01"),
        "byte-in-the-middle": ("One of its zeros is 40.", data + b"\x80\x00\x40\x00\x00"),
        "ff": ("All its bytes are ff.", data + b"\xff" * 8),
        "pkcs-7": ("PKCS #7 in its place.", data + b"\x04" * 4),
    }
    for name, (what, rest) in wrong.items():
        refused(cases, f"padding-{name}", f"Padding. {what}", plaintext(INLINE | PADDED, data=rest))
    refused(
        cases,
        "padding-over-the-schema",
        "It begins in the schema.",
        plaintext(INLINE | PADDED, data=b"\x01\x80\x00"),
    )
