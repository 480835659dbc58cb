//! Inputs made by changing seeds at random: each is a function of its number, so a failure can be seen again.

use std::fs;

use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng};

use crate::support::project;

/// No input is longer, so that what takes long is slow and not just large.
const MAX_BYTES: usize = 64 << 10;

/// The seeds of a folder of `tests/fuzz`: their names and bytes, by name.
pub fn seeds(folder: &str) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(project("tests/fuzz").join(folder)).unwrap();
    let mut seeds: Vec<_> = entries
        .map(|entry| entry.unwrap())
        .map(|entry| {
            (
                entry.file_name().into_string().unwrap(),
                fs::read(entry.path()).unwrap(),
            )
        })
        .collect();
    seeds.sort();
    seeds
}

/// The source of chance for the input of this number.
pub fn chance(number: u64) -> TestRng {
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&number.to_le_bytes());
    TestRng::from_seed(RngAlgorithm::ChaCha, &seed)
}

/// `seed` with one to eight changes, seldom more.
pub fn changed(seed: &[u8], others: &[(String, Vec<u8>)], chance: &mut TestRng) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    let most = match below(chance, 16) {
        0 => 64,
        _ => 8,
    };
    for _ in 0..=below(chance, most) {
        change(&mut bytes, others, chance);
        bytes.truncate(MAX_BYTES);
    }
    bytes
}

fn change(bytes: &mut Vec<u8>, others: &[(String, Vec<u8>)], chance: &mut TestRng) {
    let at = below(chance, bytes.len() + 1);
    let length = short(chance).min(bytes.len() - at);
    let word = WORDS[below(chance, WORDS.len())].as_bytes();
    match below(chance, 9) {
        0 => drop(bytes.drain(at..at + length)),
        1 => insert(bytes, at, word),
        2 => drop(bytes.splice(at..at + length, word.iter().copied())),
        3 => {
            let piece = bytes[at..at + length].to_vec();
            let to = below(chance, bytes.len() + 1);
            insert(bytes, to, &piece);
        }
        4 => {
            let other = &others[below(chance, others.len())].1;
            let from = below(chance, other.len() + 1);
            let piece = &other[from..(from + short(chance)).min(other.len())];
            insert(bytes, at, piece);
        }
        5 => bytes.truncate(at),
        6 => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << below(chance, 8);
            }
        }
        7 => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte = b" \n{}[]:,'\"`$#&*-/\\"[below(chance, 18)];
            }
        }
        // Depth and number: what bombs are made of.
        _ => {
            let times = match below(chance, 64) {
                0 => 20_000,
                1..8 => 500,
                _ => 16,
            };
            insert(bytes, at, &word.repeat(1 + below(chance, times)));
        }
    }
}

fn insert(bytes: &mut Vec<u8>, at: usize, piece: &[u8]) {
    let piece = &piece[..piece.len().min(MAX_BYTES)];
    bytes.splice(at..at, piece.iter().copied());
}

/// Mostly a few bytes, at times some hundred.
fn short(chance: &mut TestRng) -> usize {
    let most = [4, 16, 64, 512][below(chance, 4)];
    below(chance, most)
}

/// An index below `end`, which is not 0.
pub fn below(chance: &mut TestRng, end: usize) -> usize {
    usize::try_from(chance.next_u64() % end as u64).unwrap()
}

/// What YAML, JSON, JavaScript and the format itself give a meaning to.
const WORDS: [&str; 96] = [
    "${",
    "}",
    "${}",
    "$",
    "@{",
    "@@{",
    "@{region}",
    "`",
    "'",
    "\"",
    "''",
    "\\",
    "\\u{",
    "\\u00",
    "\u{2028}",
    "\u{feff}",
    "\u{1f600}",
    "\0",
    "\t",
    "\r",
    "\r\n",
    "\n",
    "\n\n",
    "\n  ",
    "\n      ",
    " ",
    ": ",
    ":",
    "- ",
    "? ",
    ", ",
    "#",
    " #",
    "[",
    "]",
    "{",
    "(",
    ")",
    "{{",
    "}}",
    "&a ",
    "*a",
    "*name",
    "<<: *name",
    "!!str ",
    "!!binary ",
    "!t ",
    "|",
    "|-\n ",
    ">",
    ">2-\n",
    "---\n",
    "...\n",
    "%YAML 1.3\n",
    "~",
    "null",
    "true",
    "0x",
    "1e999",
    "-.inf",
    "0o7",
    "9999999999999999999",
    "name: ",
    "components: ",
    "queries: ",
    "js: ",
    "file: ",
    "{file: part.yaml}",
    "at: ",
    "grid: ",
    "children: ",
    "events: ",
    "properties: ",
    "key: ",
    "# ddapps: allow undefined-name because x\n",
    "=>",
    "(a) => ",
    "//",
    "/*",
    "*/",
    "/",
    "/[",
    "?.",
    "...",
    "!",
    "-",
    "a+",
    "await ",
    "async ",
    "new ",
    "typeof ",
    "if (a) ",
    "else ",
    "class {",
    "function ",
    "in ",
];
