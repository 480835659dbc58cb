//! Texts in little memory.

use std::cell::RefCell;
use std::convert::Infallible;
use std::sync::Arc;

use lz4_flex::block::{self, CompressTable, get_maximum_output_size};
use serde::Serialize;

/// A JSON text in the form of LZ4, behind its length; packed alone, the same text always becomes the same bytes.
#[derive(Clone)]
pub(super) struct Packed {
    bytes: Arc<[u8]>,
    /// What it was packed [upon](Self::upon).
    base: Option<Arc<[u8]>>,
}

impl Packed {
    /// The JSON text of a value.
    pub(super) fn of(value: &impl Serialize) -> Self {
        let write = |text: &mut Vec<u8>| serde_json::to_writer(text, value);
        Self::written(write).expect("JSON values have a JSON form")
    }

    /// Takes back what [`alone`](Self::alone) gave; `None` if that is no packed text.
    pub(super) fn from_alone(bytes: &[u8]) -> Option<Self> {
        let text = block::decompress_size_prepended(bytes).ok()?;
        let is_text = std::str::from_utf8(&text).is_ok();
        is_text.then(|| Self {
            bytes: bytes.into(),
            base: None,
        })
    }

    /// The bytes of the text, packed upon nothing.
    pub(super) fn alone(&self) -> Arc<[u8]> {
        match self.base {
            None => Arc::clone(&self.bytes),
            Some(_) => Self::of_text(&self.text()).bytes,
        }
    }

    /// A text as it is.
    fn of_text(text: &str) -> Self {
        let Ok(packed) = Self::written::<Infallible>(|to| {
            to.extend_from_slice(text.as_bytes());
            Ok(())
        });
        packed
    }

    /// The text that `write` writes, if it comes to an end.
    pub(super) fn written<E>(write: impl FnOnce(&mut Vec<u8>) -> Result<(), E>) -> Result<Self, E> {
        let pack = |scratch: &mut Scratch| {
            let written = write(&mut scratch.text);
            let packed = written.map(|()| Self {
                bytes: scratch.pack().into(),
                base: None,
            });
            scratch.clear();
            packed
        };
        SCRATCH.with_borrow_mut(pack)
    }

    /// The same text, packed as what it has more than another one; it keeps hold of that. Nothing is packed upon what is
    /// itself packed so, or a text could take many to be read.
    pub(super) fn upon(&self, other: &Self) -> Self {
        if other.base.is_some() {
            return self.clone();
        }
        let (text, base) = (self.text(), other.text());
        Self {
            bytes: block::compress_prepend_size_with_dict(text.as_bytes(), base.as_bytes()).into(),
            base: Some(Arc::clone(&other.bytes)),
        }
    }

    /// Whether one of the two was packed upon the other.
    pub(super) fn are_bound(one: &Self, other: &Self) -> bool {
        let is_upon = |one: &Self, other: &Self| {
            (one.base.as_ref()).is_some_and(|base| Arc::ptr_eq(base, &other.bytes))
        };
        is_upon(one, other) || is_upon(other, one)
    }

    pub(super) fn text(&self) -> String {
        let unpacked = match &self.base {
            None => block::decompress_size_prepended(&self.bytes),
            Some(base) => block::decompress_size_prepended(base)
                .and_then(|base| block::decompress_size_prepended_with_dict(&self.bytes, &base)),
        };
        let text = unpacked.ok().and_then(|text| String::from_utf8(text).ok());
        text.expect("only a text is ever packed")
    }
}

impl PartialEq for Packed {
    fn eq(&self, other: &Self) -> bool {
        match (&self.base, &other.base) {
            (None, None) => self.bytes == other.bytes,
            _ => Arc::ptr_eq(&self.bytes, &other.bytes) || self.text() == other.text(),
        }
    }
}

impl Eq for Packed {}

thread_local! {
    /// Thousands of texts are packed, and what that takes is much larger than what becomes of them.
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// Memory to pack in.
struct Scratch {
    text: Vec<u8>,
    packed: Vec<u8>,
    /// The length of a text decides which of the two packs it, and so what becomes of it.
    small: CompressTable,
    large: CompressTable,
}

impl Default for Scratch {
    fn default() -> Self {
        Self {
            text: Vec::new(),
            packed: Vec::new(),
            small: CompressTable::small(),
            large: CompressTable::large(),
        }
    }
}

impl Scratch {
    /// What is kept for the next text.
    const KEPT: usize = 256 << 10;

    /// The text in the form of LZ4, behind its length.
    fn pack(&mut self) -> &[u8] {
        let Self { text, packed, .. } = self;
        let table = match text.len() < usize::from(u16::MAX) {
            true => &mut self.small,
            false => &mut self.large,
        };
        let length = u32::try_from(text.len()).expect("a file and an answer have less than 4 GiB");
        let length = length.to_le_bytes();
        let most = length.len() + get_maximum_output_size(text.len());
        packed.resize(packed.len().max(most), 0);
        packed[..length.len()].copy_from_slice(&length);
        let size = block::compress_into_with_table(text, &mut packed[length.len()..], table);
        &packed[..length.len() + size.expect("there is room for the longest outcome")]
    }

    fn clear(&mut self) {
        self.text.clear();
        self.text.shrink_to(Self::KEPT);
        self.packed.truncate(Self::KEPT);
        self.packed.shrink_to(Self::KEPT);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts on both sides of the size at which another table packs.
    fn texts() -> Vec<String> {
        let lengths = [0, 3, 4, 700, 65_534, 65_535, 70_000, 300_000];
        lengths
            .map(|length| {
                (0..length)
                    .map(|at| char::from(b'a' + (at % 23) as u8))
                    .collect()
            })
            .to_vec()
    }

    #[test]
    fn a_text_comes_back_whatever_was_packed_before() {
        let first: Vec<_> = texts().iter().map(|text| Packed::of_text(text)).collect();
        for (text, first) in texts().iter().zip(&first).rev() {
            let again = Packed::of_text(text);
            assert_eq!(again.text(), *text);
            assert!(again == *first && again.bytes == first.bytes);
        }
    }

    #[test]
    fn a_text_packed_upon_another_is_the_same_text() {
        for base in texts() {
            for text in texts().into_iter().chain([format!("x{base}y")]) {
                let (base, alone) = (Packed::of_text(&base), Packed::of_text(&text));
                let upon = alone.upon(&base);
                assert_eq!(upon.text(), text);
                assert!(upon == alone && Packed::are_bound(&upon, &base));
                assert!(!Packed::are_bound(&alone, &base));
                // Nothing stands upon what stands upon another.
                assert!(alone.upon(&upon).base.is_none());
            }
        }
    }

    #[test]
    fn what_a_text_has_more_than_another_takes_little() {
        let base = Packed::of_text(&"a long text that says something ".repeat(9));
        let text = format!("{} and more", base.text());
        assert!(Packed::of_text(&text).upon(&base).bytes.len() < 30);
    }
}
