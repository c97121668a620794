//! The messages that wait to be read.

use std::slice;
use std::vec;

use serde::{Deserialize, Serialize};

use super::Category;

/// A flash message: what it is about, and its text.
///
/// The text is kept as it is. It is no HTML: whatever shows it escapes it, as template engines do by themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    category: Category,
    text: String,
}

impl Message {
    /// A message, for tests of your templates; those of a session come from [`Flash`](crate::Flash).
    pub fn new(category: impl Into<Category>, text: impl Into<String>) -> Self {
        Self { category: category.into().normal(), text: text.into() }
    }

    /// What it is about.
    #[must_use]
    pub fn category(&self) -> &Category {
        &self.category
    }

    /// Its text, to be escaped by whatever shows it.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// Flash messages in their order: a field of a session type, and what [`Flash::take`](crate::Flash::take) returns.
///
/// As a field it costs one byte while no message waits, and a message of a usual category two bytes more than its text.
///
/// ```
/// use sealed_session::Messages;
///
/// let mut messages = Messages::default();
/// messages.push("success", "saved");
/// for message in &messages {
///     println!("[{}] {}", message.category(), message.text());
/// }
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Messages(Vec<Message>);

impl Messages {
    /// Adds a message. Unlike [`Flash::push`](crate::Flash::push) it does not look whether the session still fits into its cookie.
    pub fn push(&mut self, category: impl Into<Category>, text: impl Into<String>) {
        self.add(Message::new(category, text));
    }

    pub(super) fn add(&mut self, message: Message) {
        self.0.push(message);
    }

    /// Takes out those that are `wanted`. Both keep their order.
    pub(super) fn take_if(&mut self, wanted: impl Fn(&Message) -> bool) -> Self {
        let (taken, left) = std::mem::take(&mut self.0).into_iter().partition(wanted);
        self.0 = left;
        Self(taken)
    }

    /// The messages, the oldest first.
    pub fn iter(&self) -> slice::Iter<'_, Message> {
        self.0.iter()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl IntoIterator for Messages {
    type Item = Message;
    type IntoIter = vec::IntoIter<Message>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Messages {
    type Item = &'a Message;
    type IntoIter = slice::Iter<'a, Message>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
