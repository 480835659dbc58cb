//! Folded blocks: their author chose where the lines break, and keeps the choice.

use crate::definition::source::{Kind, parse};
use crate::definition::write::scalar::block_header;
use crate::definition::write::tree::Tree;

/// A text that stands folded on these lines, without their common indentation; or, where the lines do not say it any
/// more without that, the text.
pub(super) fn folded<'a>(text: &str, lines: impl Iterator<Item = &'a str>) -> Tree {
    let lines: Vec<_> = lines.map(str::trim_end).collect();
    let filled = lines
        .iter()
        .rposition(|line| !line.is_empty())
        .map_or(0, |last| last + 1);
    let indents = lines[..filled].iter().filter(|line| !line.is_empty());
    let indent = indents
        .map(|line| line.len() - line.trim_start_matches(' ').len())
        .min();
    let indent = indent.unwrap_or(0);
    let mut lines: Vec<_> = (lines[..filled].iter())
        .map(|line| line.get(indent..).unwrap_or_default().to_owned())
        .collect();
    let kept = text.len() - text.trim_end_matches('\n').len();
    lines.extend((1..kept).map(|_| String::new()));
    match block_header(text) {
        Some(header) => {
            let tree = Tree::Lines(format!(">{header}"), lines);
            match says(&tree, text) {
                true => tree,
                false => Tree::Text(text.to_owned()),
            }
        }
        None => Tree::Text(text.to_owned()),
    }
}

fn says(tree: &Tree, text: &str) -> bool {
    let document = Tree::Block(vec![("text".to_owned(), tree.clone())]).document();
    let source = parse("", &document);
    let found = source.documents.first().and_then(|node| node.value("text"));
    found.is_some_and(|node| node.kind == Kind::Text(text.to_owned()))
}
