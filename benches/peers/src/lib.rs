//! The same sessions, sealed by sealed-session and by its peers, in one program.

pub mod peers;
pub mod session;
