"""Several cookies of our name in one request."""

from . import kit
from .base import (
    CREATED,
    GENERATION,
    INLINE,
    ISSUED,
    NOW,
    OPENED,
    OTHER_ID,
    Cases,
    cookie,
    plaintext,
    record,
    reference,
    schema,
    shelf,
    value,
    varints,
)

DAMAGED = value()[:-6] + "AAAAAA"
OURS = cookie(value(), OPENED)
BAD = cookie(DAMAGED, "tampered")
UNKNOWN = cookie(value(key="b"), "unknown_key")
BROKEN = cookie("not a token", "malformed")
LATER = cookie("Ag", "unknown_format")


def named(
    user: str, numbers: bytes, flags: int = INLINE, session_id: bytes = b""
) -> dict[str, str]:
    """A sound cookie of this user's."""
    data = schema() + kit.payload(user=b"\x01" + kit.text(user))
    content = plaintext(flags, numbers, data, **({"session_id": session_id} if session_id else {}))
    return cookie(value(content), OPENED)


def add(cases: Cases) -> None:
    opened(cases)
    other = named("bob", varints(CREATED, 0), session_id=OTHER_ID)
    for slug, cookies in {
        "": [OURS, other],
        "-reversed": [other, OURS],
        "-and-a-bad-one": [OURS, BAD, other],
    }.items():
        what = "Two sessions under one name: one may be planted."
        cases.several(f"two-sessions{slug}", what, "duplicate", cookies)
    third = named("eve", varints(CREATED, 1), session_id=bytes(16))
    cases.several("three-sessions", "Three of them.", "duplicate", [OURS, other, third])
    refers = cookie(reference(session_id=OTHER_ID), OPENED)
    what = "One in its cookie, one in the store, and the ids differ."
    cases.several(
        "two-sessions-one-in-the-store", what, "duplicate", [OURS, refers], store=shelf(record())
    )
    nothing_opens(cases)


def opened(cases: Cases) -> None:
    def control(slug: str, what: str, cookies: list[dict[str, str]], user: str = "ann") -> None:
        cases.several(f"control-{slug}", what, OPENED, cookies, opens={"user": user})

    control("a-bad-one-first", "A damaged cookie does not hide the sound one.", [BAD, OURS])
    control("a-bad-one-last", "In either order.", [OURS, BAD])
    control("three-bad-ones-first", "The fourth is looked at.", [BAD, UNKNOWN, BROKEN, OURS])
    control("a-session-twice", "One session, sent twice.", [OURS, OURS])
    late = named("late", varints(CREATED, NOW - CREATED))
    control("the-latest-counts", "Of one session, the latest counts.", [OURS, late], "late")
    control("the-latest-counts-reversed", "In either order.", [late, OURS], "late")
    seen = named("seen", varints(CREATED, ISSUED - CREATED - 5, 2), INLINE | GENERATION)
    control(
        "the-latest-write-counts",
        "The write that it has seen goes before the time.",
        [late, seen],
        "seen",
    )
    control("the-latest-write-counts-reversed", "In either order.", [seen, late], "seen")
    expired = named("old", varints(CREATED - 14 * 86400, 0), session_id=OTHER_ID)
    control("an-expired-one", "An expired session of another id is no duplicate.", [expired, OURS])
    fifth = named("bob", varints(CREATED, 0), session_id=OTHER_ID)
    control("five-cookies", "The fifth is not looked at.", [OURS, BAD, BAD, BAD, fifth])


def nothing_opens(cases: Cases) -> None:
    def refused(slug: str, what: str, reason: str, cookies: list[dict[str, str]]) -> None:
        cases.several(slug, what, reason, cookies)

    refused(
        "kept-goes-before-cleared",
        "A reason to keep goes before a reason to clear.",
        "unknown_key",
        [BAD, UNKNOWN],
    )
    refused("kept-goes-before-cleared-reversed", "In either order.", "unknown_key", [UNKNOWN, BAD])
    refused(
        "kept-among-four",
        "The third of four is a reason to keep.",
        "unknown_format",
        [BAD, BROKEN, LATER, BAD],
    )
    refused(
        "two-reasons-to-keep",
        "Of two reasons to keep, the first.",
        "unknown_format",
        [LATER, UNKNOWN],
    )
    refused(
        "two-reasons-to-clear", "Of two reasons to clear, the first.", "tampered", [BAD, BROKEN]
    )
    refused(
        "the-fifth-is-not-looked-at",
        "Four bad ones hide the fifth.",
        "tampered",
        [BAD, BAD, BAD, BAD, OURS],
    )
    refused("a-hundred-copies", "A hundred damaged cookies.", "tampered", [BAD] * 100)
