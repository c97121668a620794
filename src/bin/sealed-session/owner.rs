//! Who may read a key file.

#[cfg(unix)]
pub(crate) use unix::{adopt, open_to_others, tighten};

/// For the owner alone.
#[cfg(unix)]
mod unix {
    use std::fs::{File, Metadata, Permissions};
    use std::io;
    use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};

    const PRIVATE: u32 = 0o600;
    /// Anything that the group or the others may do.
    const OTHERS: u32 = 0o077;

    fn mode(old: &Metadata) -> u32 {
        old.mode() & 0o7777
    }

    /// The mode of a file that others may read or write, in octal.
    pub(crate) fn open_to_others(old: &Metadata) -> Option<String> {
        (mode(old) & OTHERS != 0).then(|| format!("{:04o}", mode(old)))
    }

    /// Gives `new` the owner of `old`, so that whoever reads the file today can read it tomorrow.
    pub(crate) fn adopt(new: &File, old: &Metadata) -> io::Result<()> {
        let own = new.metadata()?;
        if (own.uid(), own.gid()) == (old.uid(), old.gid()) {
            return Ok(());
        }
        fchown(new, Some(old.uid()), Some(old.gid()))
    }

    /// Gives `new` the mode of `old`, or takes it from others if they could read that.
    pub(crate) fn tighten(new: &File, old: &Metadata) -> io::Result<()> {
        let mode = if mode(old) & OTHERS == 0 { mode(old) } else { PRIVATE };
        new.set_permissions(Permissions::from_mode(mode))
    }
}

#[cfg(not(unix))]
pub(crate) use elsewhere::{adopt, open_to_others, tighten};

/// Other systems' access lists are left to the folder.
#[cfg(not(unix))]
mod elsewhere {
    use std::fs::{File, Metadata};
    use std::io;

    pub(crate) fn open_to_others(_: &Metadata) -> Option<String> {
        None
    }

    pub(crate) fn adopt(_: &File, _: &Metadata) -> io::Result<()> {
        Ok(())
    }

    pub(crate) fn tighten(_: &File, _: &Metadata) -> io::Result<()> {
        Ok(())
    }
}
