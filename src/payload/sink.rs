//! Where the writer's bytes go.

use postcard::ser_flavors::Flavor;

use super::unordered::sort_pieces;

/// A postcard flavor that knows how many bytes it has taken.
pub(super) trait Sink: Flavor {
    /// Grows by one with every byte written.
    fn position(&self) -> usize;

    /// Sorts what was written from the first of these positions on, in pieces that begin at each of them.
    fn sort(&mut self, starts: &[usize]);
}

/// Appends the bytes to a vector.
pub(super) struct Append<'a>(pub(super) &'a mut Vec<u8>);

impl Flavor for Append<'_> {
    type Output = ();

    #[inline]
    fn try_extend(&mut self, data: &[u8]) -> postcard::Result<()> {
        self.0.extend_from_slice(data);
        Ok(())
    }

    #[inline]
    fn try_push(&mut self, data: u8) -> postcard::Result<()> {
        self.0.push(data);
        Ok(())
    }

    fn finalize(self) -> postcard::Result<()> {
        Ok(())
    }
}

impl Sink for Append<'_> {
    #[inline]
    fn position(&self) -> usize {
        self.0.len()
    }

    fn sort(&mut self, starts: &[usize]) {
        sort_pieces(self.0, starts);
    }
}

/// Counts the bytes and drops them.
#[derive(Default)]
pub(super) struct Count(usize);

impl Flavor for Count {
    type Output = usize;

    #[inline]
    fn try_extend(&mut self, data: &[u8]) -> postcard::Result<()> {
        self.0 += data.len();
        Ok(())
    }

    #[inline]
    fn try_push(&mut self, _data: u8) -> postcard::Result<()> {
        self.0 += 1;
        Ok(())
    }

    fn finalize(self) -> postcard::Result<usize> {
        Ok(self.0)
    }
}

impl Sink for Count {
    #[inline]
    fn position(&self) -> usize {
        self.0
    }

    fn sort(&mut self, _starts: &[usize]) {}
}

/// Compares the bytes with others. Fails with the first that differs.
pub(super) struct Compare<'a> {
    with: &'a [u8],
    taken: usize,
    sorted: bool,
}

impl<'a> Compare<'a> {
    pub(super) fn new(with: &'a [u8]) -> Self {
        Self { with, taken: 0, sorted: false }
    }

    /// Whether what was written are these bytes, as far as this can tell: what has to be sorted it has not kept.
    pub(super) fn is_equal(&self) -> bool {
        self.taken == self.with.len() && !self.sorted
    }
}

impl Flavor for Compare<'_> {
    type Output = ();

    #[inline]
    fn try_extend(&mut self, data: &[u8]) -> postcard::Result<()> {
        let equal = self.with.get(self.taken..).is_some_and(|rest| rest.starts_with(data));
        self.taken += data.len();
        if equal { Ok(()) } else { Err(postcard::Error::SerializeBufferFull) }
    }

    #[inline]
    fn try_push(&mut self, data: u8) -> postcard::Result<()> {
        self.try_extend(&[data])
    }

    fn finalize(self) -> postcard::Result<()> {
        Ok(())
    }
}

impl Sink for Compare<'_> {
    #[inline]
    fn position(&self) -> usize {
        self.taken
    }

    fn sort(&mut self, starts: &[usize]) {
        self.sorted |= starts.len() > 1;
    }
}
