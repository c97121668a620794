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
