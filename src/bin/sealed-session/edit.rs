//! One edit of a key file, from the text to the disk.

use sealed_session::{Error, Key, KeyReport, Keyring, Timestamp};

use crate::change::{Added, Change, Ending};
use crate::document::{Document, NewKey};
use crate::failure::{Exit, Failure};
use crate::file::KeyFile;
use crate::moment;
use crate::output::{Answer, printable};

/// One edit of a key file, and what is to be said of it.
pub(crate) struct Edit<'a> {
    file: &'a KeyFile,
    document: Document,
    change: Change,
}

impl<'a> Edit<'a> {
    /// # Errors
    /// When the file is not TOML.
    pub(crate) fn new(file: &'a KeyFile) -> Result<Self, Failure> {
        let document = Document::parse(file.text()).map_err(|failure| failure.of(&file.path))?;
        Ok(Self { file, document, change: Change::of(&file.path) })
    }

    /// The keys as they stand in the document now.
    pub(crate) fn keyring(&self) -> Result<Keyring, Error> {
        Keyring::from_file_text(&self.file.path, &self.document.text())
    }

    /// Whether some key seems fit to seal, also where the keyring does not load.
    pub(crate) fn may_seal(&self, now: Timestamp) -> bool {
        self.document.may_seal(now)
    }

    /// Adds a key, under today's date if it has no label.
    pub(crate) fn add(&mut self, label: Option<String>, seal_from: Timestamp, now: Timestamp) -> Result<(), Failure> {
        let labels = self.document.labels();
        let label = match label {
            Some(label) if labels.contains(&label.as_str()) => {
                return Err(Failure::Refused(format!("there is a key with the label {label:?}: choose another")));
            }
            Some(label) => label,
            None => free_label(&labels, &moment::day(now)),
        };
        let new = NewKey { label, key: Key::generate()?, seal_from };
        self.document.add(&new);
        self.change.added = Some(Added::of(&new));
        Ok(())
    }

    /// Ends a key at `until`, unless it ends earlier or begins to seal only after the new one.
    pub(crate) fn end_before(&mut self, key: &KeyReport, seal_from: Timestamp, until: Timestamp) {
        let Some(label) = key.label.as_deref() else { return };
        if let Some(later) = key.seal_from.filter(|from| *from > seal_from) {
            self.note(&format!("{label} seals from {}, after the new key: it stays as it is", moment::show(later)));
        } else if key.open_until.is_none_or(|end| end > until) {
            self.document.end(label, until);
            self.change.ending.push(Ending { label: label.to_owned(), open_until: moment::show(until) });
        }
    }

    /// Says whether there was something to revoke.
    pub(crate) fn revoke(&mut self, label: &str) -> Result<bool, Failure> {
        let revoked = self.document.revoke(label).ok_or_else(|| {
            let labels = printable(&self.document.labels().join(", "));
            Failure::Refused(format!(
                "{}: no key has the label {label:?}: there are {labels}",
                self.file.path.display()
            ))
        })?;
        self.change.revoked.extend(revoked.then(|| label.to_owned()));
        Ok(revoked)
    }

    /// Something that an operator should know.
    pub(crate) fn note(&mut self, note: &str) {
        self.change.notes.push(note.to_owned());
    }

    /// Writes nothing, because there is nothing to do.
    pub(crate) fn unchanged(mut self, note: String) -> Result<Answer, Failure> {
        self.change.notes.push(note);
        Answer::new(&self.change, Exit::Fine)
    }

    /// Writes the file. For an edit whose [`Edit::keyring`] loads.
    pub(crate) fn write(mut self) -> Result<Answer, Failure> {
        let notes = self.file.replace(&self.document.text())?;
        self.change.notes.extend(notes);
        Answer::new(&self.change, Exit::Fine)
    }

    /// Writes the file although it does not load.
    pub(crate) fn write_broken(mut self, error: &Error) -> Result<Answer, Failure> {
        let notes = self.file.replace(&self.document.text())?;
        self.change.notes.extend(notes);
        self.note(&format!(
            "but the file does not load here; apps that cannot load it either go on with the keys they have: {error}"
        ));
        Answer::new(&self.change, Exit::Problem)
    }
}

/// The day, with a number behind it if that is taken.
fn free_label(labels: &[&str], day: &str) -> String {
    let numbered = (2..).map(|number: u64| format!("{day}-{number}"));
    let mut candidates = std::iter::once(day.to_owned()).chain(numbered);
    candidates.find(|label| !labels.contains(&label.as_str())).unwrap_or_default()
}
