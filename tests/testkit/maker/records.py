"""References, and what the store holds for them. The cookie is sound in every case."""

from typing import Any

from format_1 import COOKIE, Names

from . import fields, kit, payloads
from .base import (
    CONTEXT,
    CREATED,
    ENDED,
    GENERATION,
    INLINE,
    ISSUED,
    LIMITS,
    NAME,
    NOW,
    OTHER_ID,
    PADDED,
    RECORD_KIND,
    REFERENCE,
    RETIRED,
    UNKNOWN,
    UNTIL,
    Cases,
    flip,
    one_key,
    plaintext,
    record,
    reference,
    schema,
    shelf,
    token,
    varints,
)

FULL = RECORD_KIND | GENERATION | UNTIL


def add(cases: Cases) -> None:
    cases.inside("reference-without-a-store", "The reader has no store.", "no_store", reference())
    missing(cases)
    tokens(cases)
    plaintexts(cases)
    generations(cases)
    data(cases)


def refused(
    cases: Cases, slug: str, what: str, reason: str, sealed: bytes | None, **settings: Any
) -> None:
    """The record that the cookie refers to is this one."""
    cases.inside(slug, what, reason, reference(), store=shelf(sealed), **settings)


def missing(cases: Cases) -> None:
    refused(cases, "record-missing", "The store has no record.", "record_missing", None)
    elsewhere = shelf(record(), session_id=OTHER_ID)
    what = "The store has a record of another session alone."
    cases.inside("record-of-another-session", what, "record_missing", reference(), store=elsewhere)
    word = record(plaintext(ENDED | GENERATION | UNTIL))
    refused(cases, "record-ended", "Word that the session was ended.", "record_missing", word)
    padded = record(plaintext(ENDED | GENERATION | UNTIL | PADDED))
    refused(cases, "record-ended-padded", "The same, padded.", "record_missing", padded)
    for slug, until in {"now": NOW, "a-second-ago": NOW - 1, "at-0": 0}.items():
        over = record(plaintext(FULL, varints(CREATED, 0, 3, until)))
        what = f"The record's end was {slug.replace('-', ' ')}, whatever the store says."
        refused(cases, f"record-until-{slug}", what, "record_missing", over)
    old = record(plaintext(FULL, varints(CREATED, 0, 1, NOW)))
    refused(
        cases, "record-until-now-and-older", "Its end goes before its age.", "record_missing", old
    )
    retired = record(plaintext(RETIRED | GENERATION | UNTIL, varints(CREATED, 0, 3, NOW)))
    refused(
        cases,
        "record-retired-until-now",
        "The grace of a retired record is over.",
        "record_missing",
        retired,
    )


def tokens(cases: Cases) -> None:
    sound = record()
    refused(cases, "record-empty", "A record of no bytes.", "malformed", b"")
    refused(cases, "record-of-one-byte", "A record of its format byte.", "malformed", b"\x01")
    refused(cases, "record-of-44-bytes", "A record of a byte too few.", "malformed", sound[:44])
    for byte in (0x00, 0x02, 0xFF):
        what = f"Its format byte is {byte:02x}."
        refused(
            cases, f"record-format-{byte:02x}", what, "unknown_format", bytes([byte]) + sound[1:]
        )
    for name, position in {"nonce": 5, "flags": 29, "payload": -17, "tag": -1}.items():
        what = f"A bit of its {name} is flipped."
        refused(cases, f"record-{name}-flipped", what, "tampered", flip(sound, position))
    refused(cases, "record-cut", "Its last byte is lost.", "tampered", sound[:-1])
    refused(cases, "record-extended", "A zero behind it.", "tampered", sound + b"\x00")
    refused(
        cases,
        "record-in-base64",
        "In base64, as a cookie has it.",
        "unknown_format",
        b"AQ" + b"A" * 60,
    )
    refused(
        cases, "record-unknown-key", "Sealed under an unknown key.", "unknown_key", record(key="b")
    )
    other = record(key="b")
    keys = [one_key("a"), one_key("b", revoked=True)]
    refused(
        cases, "record-revoked-key", "Sealed under a revoked key.", "revoked_key", other, keys=keys
    )
    keys = [one_key("a"), one_key("b", open_until=NOW)]
    refused(
        cases,
        "record-ended-key",
        "Sealed under a key that has ended.",
        "ended_key",
        other,
        keys=keys,
    )
    swapped = record(plaintext(FULL, session_id=OTHER_ID))
    refused(
        cases, "record-swapped", "Another session's record is in its place.", "tampered", swapped
    )
    swapped = record(plaintext(ENDED | GENERATION | UNTIL, session_id=OTHER_ID))
    what = "Word that another session was ended is in its place."
    refused(cases, "record-swapped-for-an-end", what, "tampered", swapped)
    cookie = token(plaintext(FULL), purpose=COOKIE)
    refused(
        cases,
        "record-sealed-as-a-cookie",
        "A record's plaintext, sealed as a cookie.",
        "tampered",
        cookie,
    )
    refused(
        cases, "record-is-an-inline-cookie", "A cookie's token in the store.", "tampered", token()
    )
    elsewhere = record(names=Names("__Host-admin", CONTEXT))
    refused(cases, "record-of-another-name", "Of another cookie name.", "tampered", elsewhere)
    elsewhere = record(names=Names(NAME, "blog"))
    refused(cases, "record-of-another-context", "Of another context.", "tampered", elsewhere)
    small = shelf(
        record(plaintext(FULL, data=schema() + kit.payload(blob=b"\xa0\x1f" + bytes(4000)))),
        max_record=4093,
    )
    what = "Larger than the app's limit: the request fails, the cookie stays."
    cases.inside("record-too-large", what, "store", reference(), store=small)


def plaintexts(cases: Cases) -> None:
    for kind in (INLINE, REFERENCE):
        flags = kind | GENERATION | (UNTIL if kind == INLINE else 0)
        name = fields.KIND_NAMES[kind]
        what = f"Kind {kind} ({name}), sealed as a record."
        refused(cases, f"record-kind-{name}", what, "malformed", record(plaintext(flags)))
    for kind in (5, 6, 7):
        sealed = record(plaintext(kind | GENERATION | UNTIL, data=schema() + kit.payload()))
        refused(cases, f"record-kind-{kind}", f"A record of kind {kind}.", "unknown_format", sealed)
    sealed = record(plaintext(FULL | UNKNOWN))
    refused(cases, "record-flag-80", "A record with flag 80.", "unknown_format", sealed)
    for kind in (RECORD_KIND, RETIRED, ENDED):
        name = fields.KIND_NAMES[kind]
        for flags, has in ((0, "neither"), (GENERATION, "generation"), (UNTIL, "until")):
            for more, suffix in ((0, ""), (LIMITS, "-with-limits"), (PADDED, "-padded")):
                content = plaintext(kind | flags | more)
                what = f"Kind {kind} ({name}) that has of generation and until: {has}."
                slug = f"record-{name}-with-{has}-alone{suffix}"
                refused(cases, slug, what, "malformed", record(content))
    zero = record(plaintext(FULL, varints(CREATED, 0, 0, NOW + 9)))
    refused(cases, "record-generation-0", "Write 0: the first is 1.", "malformed", zero)
    rest = record(plaintext(ENDED | GENERATION | UNTIL, data=schema() + kit.payload()))
    refused(cases, "record-ended-with-data", "Word of an end, with data.", "malformed", rest)
    overlong = varints(CREATED, 0, 3) + b"\x80\x00"
    refused(
        cases,
        "record-until-overlong",
        "Until: 0 in two bytes.",
        "malformed",
        record(plaintext(FULL, overlong)),
    )
    padding = record(plaintext(FULL | PADDED, data=schema() + kit.payload() + b"\x80\x00\x01"))
    refused(cases, "record-padding-not-zero", "Padding that is not zero.", "malformed", padding)
    overflow = record(plaintext(FULL, varints(2**64 - 1, 1, 3, NOW + 9)))
    refused(cases, "record-issued-overflows", "Its times overflow.", "malformed", overflow)


def generations(cases: Cases) -> None:
    for seen, found in ((3, 2), (3, 1), (2**64 - 1, 2**64 - 2)):
        cookie = reference(varints(CREATED, ISSUED - CREATED, seen))
        sealed = record(plaintext(FULL, varints(CREATED, 0, found, NOW + 9)))
        what = f"The browser has seen write {seen}, the store has write {found}."
        slug = f"record-rolled-back-from-{seen}-to-{found}"
        cases.inside(slug, what, "rolled_back", cookie, store=shelf(sealed))
    old = record(plaintext(FULL, varints(CREATED, 0, 1, NOW + 9), bytes(4) + b"\x00"))
    refused(
        cases,
        "record-rolled-back-of-a-foreign-schema",
        "Its age goes before its schema.",
        "rolled_back",
        old,
    )


def data(cases: Cases) -> None:
    foreign = record(plaintext(FULL, data=bytes(4) + kit.payload()))
    refused(
        cases,
        "record-foreign-schema",
        "Of a schema that the reader does not know.",
        "foreign_schema",
        foreign,
    )
    wrong = payloads.wrong()
    for name in (
        "empty",
        "trailing-zero",
        "last-byte-lost",
        "bool-2",
        "list-of-units-of-2-to-64-less-1",
    ):
        what, payload = wrong[name]
        sealed = record(plaintext(FULL, data=schema() + payload))
        refused(cases, f"record-payload-{name}", f"In a record. {what}", "malformed", sealed)
    deep = record(plaintext(FULL, data=schema() + kit.payload(tree=b"\x01" * 20_000 + b"\x00")))
    refused(
        cases,
        "record-payload-nested-20000-deep",
        "20,000 nodes, one inside the other.",
        "malformed",
        deep,
    )
