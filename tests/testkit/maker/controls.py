"""Cookies that open. A reader that refuses everything fails here."""

from format_1 import Names

from . import kit
from .base import (
    CREATED,
    GENERATION,
    IDLE,
    INLINE,
    ISSUED,
    LIFETIME,
    LIMITS,
    NOW,
    PADDED,
    RECORD_KIND,
    RETIRED,
    UNTIL,
    Cases,
    one_key,
    plaintext,
    record,
    reference,
    schema,
    shelf,
    value,
    varints,
)


def add(cases: Cases) -> None:
    inline(cases)
    at_the_edge_of_time(cases)
    in_a_store(cases)


def inline(cases: Cases) -> None:
    cases.opened("control-inline", "A sound cookie, with its data inside.", value())
    padded = plaintext(INLINE | PADDED)
    cases.opened("control-padded", "A sound cookie, padded.", value(padded))
    one = plaintext(INLINE | PADDED, data=schema() + kit.payload() + b"\x80")
    cases.opened("control-padding-of-one-byte", "Padding of one byte is padding.", value(one))
    long = plaintext(INLINE | PADDED, data=schema() + kit.payload() + b"\x80" + bytes(1500))
    cases.opened("control-padding-of-1501-bytes", "No block size is asked for.", value(long))
    everything = plaintext(INLINE | LIMITS | PADDED | GENERATION | UNTIL)
    cases.opened(
        "control-every-flag", "Own limits, padding, generation and until.", value(everything)
    )
    until = plaintext(INLINE | UNTIL)
    cases.opened(
        "control-until-without-generation", "Each may follow without the other.", value(until)
    )
    keys = [one_key("b"), one_key("a")]
    cases.opened(
        "control-second-key", "Sealed under a key that no longer seals.", value(), keys=keys
    )
    last = [one_key("a", open_until=NOW + 1), one_key("b")]
    cases.opened(
        "control-last-second-of-a-key", "The key's end is a second away.", value(), keys=last
    )
    short = value(names=Names("s"))
    cases.opened(
        "control-short-name-no-context", "A name of one byte.", short, cookie_name="s", context=""
    )
    name, context = "n" * 96, "é" * 60
    longest = value(names=Names(name, context))
    cases.opened(
        "control-longest-name-and-context",
        "A name of 96 bytes and a context of 120, not all ASCII.",
        longest,
        cookie_name=name,
        context=context,
    )
    spelled = kit.payload(level=b"\xd7\x84\x00", marks=b"\x83\x00")
    cases.opened(
        "control-payload-numbers-in-a-longer-spelling",
        "Postcard allows a payload's numbers more bytes than they need.",
        value(plaintext(data=schema() + spelled)),
    )
    deepest = kit.payload(tree=b"\x01" * 31 + b"\x00")
    cases.opened(
        "control-deepest-payload", "64 levels of nesting are allowed.", value(with_payload(deepest))
    )
    empty = kit.payload(marks=b"\x80\x80\x04")
    cases.opened(
        "control-most-empty-elements",
        "65,536 elements without bytes are allowed.",
        value(with_payload(empty)),
    )
    twice = kit.payload(notes=b"\x02\x01a\x01\x01a\x02")
    cases.opened(
        "control-map-key-twice",
        "Of a key that occurs twice, the last counts.",
        value(with_payload(twice)),
    )


def with_payload(payload: bytes) -> bytes:
    return plaintext(data=schema() + payload)


def at_the_edge_of_time(cases: Cases) -> None:
    ahead = plaintext(numbers=varints(NOW + 60, 0))
    cases.opened(
        "control-a-minute-ahead", "Issued 60 s in the future: clocks differ.", value(ahead)
    )
    lifetime = plaintext(numbers=varints(NOW - LIFETIME + 1, LIFETIME - 61))
    cases.opened(
        "control-last-second-of-lifetime", "The session's end is a second away.", value(lifetime)
    )
    idle = plaintext(numbers=varints(NOW - IDLE, 1))
    cases.opened(
        "control-last-second-of-idle",
        "The idle timeout is a second away.",
        value(idle),
        fate="refreshed",
    )
    half = plaintext(numbers=varints(NOW - IDLE // 2, 0))
    cases.opened(
        "control-half-of-idle", "Half the idle timeout has passed.", value(half), fate="refreshed"
    )
    before = plaintext(numbers=varints(NOW - IDLE // 2 + 1, 0))
    cases.opened("control-a-second-before-half-of-idle", "Not sealed again yet.", value(before))
    remembered = plaintext(
        INLINE | LIMITS, varints(NOW - 20 * 86400, 19 * 86400, 40 * 86400, 30 * 86400)
    )
    cases.opened(
        "control-own-limits-are-longer",
        "Remembered for longer than the app's limits.",
        value(remembered),
    )
    last = plaintext(INLINE | LIMITS, varints(NOW - 34_559_999, 34_559_999, 2**64 - 1, 2**64 - 1))
    cases.opened(
        "control-last-second-of-400-days", "Its own lifetime counts as 400 days.", value(last)
    )
    first = plaintext(numbers=varints(0, 0))
    cases.opened(
        "control-at-the-beginning-of-time", "Created at 0, opened at 0.", value(first), now=0
    )


def in_a_store(cases: Cases) -> None:
    cases.opened(
        "control-record", "A reference, and its record.", reference(), store=shelf(record())
    )
    retired = record(plaintext(RETIRED | GENERATION | UNTIL))
    cases.opened(
        "control-retired-record", "A retired record is read.", reference(), store=shelf(retired)
    )
    other = shelf(record(key="b"))
    keys = [one_key("a"), one_key("b")]
    cases.opened(
        "control-record-under-another-key",
        "Cookie and record may be sealed under different keys.",
        reference(),
        store=other,
        keys=keys,
    )
    newer = varints(CREATED, ISSUED - CREATED, 9, NOW + 1)
    newer_record = record(plaintext(RECORD_KIND | GENERATION | UNTIL, newer))
    cases.opened(
        "control-newer-record-in-its-last-second",
        "A parallel request wrote it, and it ends in a second.",
        reference(),
        store=shelf(newer_record),
    )
    small = record()
    cases.opened(
        "control-store-is-not-asked",
        "A cookie with its data inside needs no record.",
        value(),
        store=shelf(small),
    )
