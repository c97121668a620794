"""Numbers behind a sound seal: their spelling, their size, and the times that they tell."""

from .base import (
    CREATED,
    GENERATION,
    IDLE,
    INLINE,
    ISSUED,
    LIFETIME,
    LIMITS,
    MAX_U64,
    NOW,
    REFERENCE,
    UNTIL,
    Cases,
    plaintext,
    shelf,
    value,
    varints,
)

MAX = b"\xff" * 9 + b"\x01"


def add(cases: Cases) -> None:
    spellings(cases)
    sums(cases)
    generations(cases)
    times(cases)


def spellings(cases: Cases) -> None:
    wrong = {
        "overlong-0": ("0 in two bytes.", b"\x80\x00"),
        "overlong-1": ("1 in two bytes.", b"\x81\x00"),
        "overlong-in-10-bytes": ("5 in ten bytes.", b"\x85" + b"\x80" * 8 + b"\x00"),
        "65-bits": ("2 to the power of 64.", b"\x80" * 9 + b"\x02"),
        "70-bits": ("Ten bytes, all bits set.", b"\xff" * 9 + b"\x7f"),
        "11-bytes": ("Eleven bytes.", b"\x80" * 10 + b"\x01"),
        "unterminated": ("It goes on for 40 bytes.", b"\xff" * 40),
    }
    fields = {
        "created": (INLINE, b"", varints(0)),
        "age": (INLINE, varints(CREATED), b""),
        "lifetime": (INLINE | LIMITS, varints(CREATED, 0), varints(0)),
        "idle": (INLINE | LIMITS, varints(CREATED, 0, 0), b""),
        "generation": (INLINE | GENERATION, varints(CREATED, 0), b""),
        "until": (INLINE | UNTIL, varints(CREATED, 0), b""),
    }
    for field, (flags, before, after) in fields.items():
        for name, (what, number) in wrong.items():
            content = plaintext(flags, before + number + after)
            cases.token(
                f"{field}-{name}", f"{field.capitalize()}: {what}", "malformed", value(content)
            )
    cut = plaintext(REFERENCE | GENERATION, varints(CREATED, 0) + b"\x83", data=b"")
    cases.token(
        "reference-generation-cut",
        "A reference that ends in its generation.",
        "malformed",
        value(cut),
    )


def sums(cases: Cases) -> None:
    for name, created, age in (
        ("created-at-its-maximum", MAX_U64, 1),
        ("age-at-its-maximum", 1, MAX_U64),
        ("both-at-their-maximum", MAX_U64, MAX_U64),
        ("by-one-second", MAX_U64 - ISSUED + 1, ISSUED),
    ):
        content = plaintext(numbers=varints(created, age))
        what = f"Created and age make more than 64 bits: {name.replace('-', ' ')}."
        cases.token(f"issued-overflows-{name}", what, "malformed", value(content))


def generations(cases: Cases) -> None:
    zero = plaintext(INLINE | GENERATION, varints(CREATED, 0, 0))
    cases.token("generation-0", "Write 0 of a record: the first is 1.", "malformed", value(zero))
    reference = plaintext(REFERENCE | GENERATION, varints(CREATED, 0, 0), data=b"")
    cases.token(
        "reference-generation-0",
        "A reference to write 0.",
        "malformed",
        value(reference),
        store=shelf(None),
    )


def times(cases: Cases) -> None:
    def refused(
        slug: str, what: str, reason: str, numbers: bytes, flags: int = INLINE, **settings: object
    ) -> None:
        cases.inside(slug, what, reason, value(plaintext(flags, numbers)), **settings)

    refused(
        "issued-61-s-ahead", "Issued 61 s in the future.", "not_yet_valid", varints(NOW + 61, 0)
    )
    refused(
        "issued-ahead-of-its-beginning",
        "Begun now, issued 61 s ahead.",
        "not_yet_valid",
        varints(NOW, 61),
    )
    refused(
        "issued-a-year-ahead", "Issued a year ahead.", "not_yet_valid", varints(CREATED, 31_536_000)
    )
    refused("issued-at-the-maximum", "Issued at 2^64 - 1.", "not_yet_valid", varints(0, MAX_U64))
    refused("created-at-the-maximum", "Begun at 2^64 - 1.", "not_yet_valid", MAX + b"\x00")
    own = varints(NOW + 61, 0, 0, 0)
    what = "Ahead of the clock, with limits of 0: the clock goes first."
    refused("issued-ahead-with-limits-of-0", what, "not_yet_valid", own, INLINE | LIMITS)
    refused(
        "issued-with-now-at-0",
        "A clock that stands at 0.",
        "not_yet_valid",
        varints(CREATED, 0),
        now=0,
    )

    refused(
        "lifetime-ends-now",
        "The lifetime ends now.",
        "expired_lifetime",
        varints(NOW - LIFETIME, LIFETIME - 5),
    )
    refused(
        "lifetime-ended",
        "It ended a second ago.",
        "expired_lifetime",
        varints(NOW - LIFETIME - 1, LIFETIME),
    )
    refused(
        "lifetime-and-idle-ended",
        "Both ended: lifetime goes first.",
        "expired_lifetime",
        varints(NOW - LIFETIME, 0),
    )
    refused("created-at-0", "Begun and issued at 0.", "expired_lifetime", varints(0, 0))
    shorter = {"lifetime": 3600}
    numbers = varints(CREATED, ISSUED - CREATED)
    refused(
        "lifetime-was-shortened",
        "The app has shortened it since.",
        "expired_lifetime",
        numbers,
        **shorter,
    )
    refused(
        "lifetime-of-its-own-ends-now",
        "Its own ends now.",
        "expired_lifetime",
        varints(CREATED, 0, 3600, 9**9),
        8,
    )
    refused(
        "lifetime-of-its-own-is-0", "Its own is 0.", "expired_lifetime", varints(NOW, 0, 0, 100), 8
    )
    capped = varints(NOW - 34_560_000, 34_560_000 - 5, MAX_U64, MAX_U64)
    refused(
        "lifetime-of-its-own-above-400-days",
        "It counts as 400 days.",
        "expired_lifetime",
        capped,
        8,
    )
    capped = varints(NOW - 34_560_000, 34_560_000 - 5, 34_560_001, MAX_U64)
    refused(
        "lifetime-of-400-days-and-a-second", "It counts as 400 days.", "expired_lifetime", capped, 8
    )

    refused(
        "idle-ends-now",
        "The idle timeout has just passed.",
        "expired_idle",
        varints(NOW - IDLE - 7, 7),
    )
    refused("idle-ended", "It passed a second ago.", "expired_idle", varints(NOW - IDLE - 1, 0))
    refused(
        "idle-was-shortened", "The app has shortened it since.", "expired_idle", numbers, idle=60
    )
    refused(
        "idle-of-its-own-ends-now",
        "Its own has just passed.",
        "expired_idle",
        varints(CREATED, 0, 9**9, 3600),
        8,
    )
    refused("idle-of-its-own-is-0", "Its own is 0.", "expired_idle", varints(NOW, 0, 100, 0), 8)

    last = varints(MAX_U64, 0, MAX_U64, MAX_U64)
    refused(
        "now-at-the-maximum", "Nothing opens at 2^64 - 1.", "expired_lifetime", last, 8, now=MAX_U64
    )
    refused(
        "now-at-the-maximum-app-limits",
        "Nor by the app's limits.",
        "expired_lifetime",
        MAX + b"\x00",
        now=MAX_U64,
    )
    nearly = varints(MAX_U64 - 2_592_000, 0, 34_560_000, 2_592_000)
    refused(
        "now-at-the-maximum-of-both",
        "Both sums stop there.",
        "expired_lifetime",
        nearly,
        8,
        now=MAX_U64,
    )
