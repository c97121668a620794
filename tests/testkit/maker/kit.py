"""The payload of the testkit's sessions: the type `Kit` of README.md, in postcard's encoding.

struct Kit {
    user: Option<String>,
    admin: bool,
    initial: char,
    role: Role,
    tags: Vec<String>,
    marks: Vec<()>,
    notes: BTreeMap<String, u8>,
    level: i16,
    blob: bytes,
    tree: Option<Box<Node>>,
}
enum Role { Guest, Member(u32), Owner { since: u64 } }
struct Node { next: Option<Box<Node>> }
"""

from format_1 import write_varint


def text(characters: str) -> bytes:
    """A string."""
    data = characters.encode()
    return write_varint(len(data)) + data


FIELDS = {
    "user": b"\x01" + text("ann"),
    "admin": b"\x00",
    "initial": text("å"),
    "role": b"\x01" + write_varint(7000),
    "tags": b"\x02" + text("new") + text(""),
    "marks": b"\x03",
    "notes": b"\x01" + text("size") + b"\x2a",
    "level": write_varint(599),  # -300
    "blob": b"\x04\xde\xad\xbe\xef",
    "tree": b"\x01\x01\x00",
}


def payload(**changed: bytes) -> bytes:
    """A session of ann's; fields that are given stand in it as they are given."""
    assert set(changed) <= set(FIELDS)
    return b"".join((FIELDS | changed).values())
