//! What a process gains in memory by sessions.

use peers::peers::Refused;
use peers::session::{Sample, Shop};

use crate::keepers::{Keeper, Make, Visit};

/// Sessions before the first look, at most: by then threads, caches and the heap have what they need.
const WARM_UP: u64 = 10_000;
/// Sessions that are read back in the end.
const READ_BACK: u64 = 16;

/// Bytes that so many sessions take. The process should not have measured anything before.
pub(crate) fn measure(make: Make, count: u64) -> Result<i64, Refused> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let _entered = runtime.enter();
    drop(begin(make, WARM_UP.min(count / 10))?);
    let before = resident()?;
    let mut begun = begin(make, count)?;
    let gained = resident()? - before;
    // After the look, as it allocates.
    begun.read_back()?;
    Ok(gained)
}

/// Sessions, and the cookies of a few of their users.
struct Begun {
    keeper: Box<dyn Keeper>,
    cookies: Vec<(u64, String)>,
}

impl Begun {
    fn read_back(&mut self) -> Result<(), Refused> {
        for (user, cookie) in &self.cookies {
            self.keeper.visit(Visit::Return(*user), Some(cookie))?;
        }
        Ok(())
    }
}

/// Begins sessions of so many users, each of whom has to get a cookie.
fn begin(make: Make, count: u64) -> Result<Begun, Refused> {
    let sample = typical()?;
    let every = (count / READ_BACK).max(1);
    let mut begun = Begun { keeper: make()?, cookies: Vec::new() };
    for user in 1..=count {
        let visit = Visit::Begin(Shop { user_id: user, ..sample.clone() });
        let cookie = begun.keeper.visit(visit, None)?.ok_or("a session without a cookie")?;
        if user.is_multiple_of(every) {
            begun.cookies.push((user, cookie));
        }
    }
    Ok(begun)
}

fn typical() -> Result<Shop, Refused> {
    let sample = Sample::all().into_iter().find(|sample| sample.label == "typical");
    Ok(sample.and_then(|sample| sample.shop).ok_or("no typical session")?.as_ref().clone())
}

/// What this process has in memory, in bytes.
fn resident() -> Result<i64, Refused> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS: is this Linux?")?;
    let kib: i64 = line.trim().trim_end_matches("kB").trim_end().parse()?;
    Ok(kib * 1024)
}
