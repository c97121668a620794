//! The same sessions, sealed by sealed-session and by its peers, in one program.

pub mod lanes;
pub mod peers;
pub mod race;
pub mod routes;
pub mod section;
pub mod session;
pub mod svg;
pub mod tokens;
pub mod touch;
pub mod version;
