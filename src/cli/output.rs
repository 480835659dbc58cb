//! Where the result goes, and what it may look like there. The result goes to stdout or a file, everything else to stderr.

use std::io::{self, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};
use ddapps::model::{Finding, Texts};
use ddapps::render::{self, Document, render};

use super::args::{Color, Format, Global};
use super::destination;
use super::keys::secrets;

/// The width of a result that no terminal limits.
const PLAIN_WIDTH: usize = 120;

/// Renders a document for stdout, or for the file that `--output` names.
pub fn show(global: &Global, document: Document<'_>, full: bool) -> anyhow::Result<()> {
    result(global, &text(global, document, full))
}

/// Renders a document as `show` does, but leaves it to the caller.
pub fn text(global: &Global, document: Document<'_>, full: bool) -> String {
    let options = options(global, full, global.output.is_some());
    render(document, global.format.into(), &options)
}

/// Renders a document for stdout in another form than the one of the result.
pub fn text_as(global: &Global, document: Document<'_>, format: Format, full: bool) -> String {
    render(document, format.into(), &options(global, full, false))
}

/// Renders a document as JSON on one line, to be part of an event.
pub fn json_line(global: &Global, document: Document<'_>, full: bool) -> String {
    let options = render::Options {
        one_line: true,
        ..options(global, full, false)
    };
    render(document, render::Format::Json, &options)
}

fn options(global: &Global, full: bool, to_file: bool) -> render::Options {
    let color = match global.color {
        Color::Auto => !to_file && colors(&io::stdout()),
        color => color == Color::Always,
    };
    render::Options {
        color,
        links: color && !to_file && supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout),
        width: match to_file || !io::stdout().is_terminal() {
            true => PLAIN_WIDTH,
            false => console::Term::stdout().size().1.max(40).into(),
        },
        full,
        ..options_on_stderr(global)
    }
}

/// Hands out the result.
pub fn result(global: &Global, text: &str) -> anyhow::Result<()> {
    match &global.output {
        Some(file) => destination::write(file, text),
        None => {
            let mut out = io::stdout().lock();
            out.write_all(text.as_bytes())?;
            Ok(out.flush()?)
        }
    }
}

/// Says a line that is not the result, unless the user wants quiet. Names in it may be anybody's.
pub fn say(global: &Global, text: &str) {
    if !global.quiet {
        // Nobody reads stderr any more: nothing to be done about that.
        let _ = writeln!(io::stderr(), "{}", render::line(text));
    }
}

/// Shows what is wrong with the files: as the result in JSON, beside it in text.
pub fn findings(global: &Global, findings: &[Finding]) -> anyhow::Result<()> {
    let texts = &Texts::new();
    let document = Document::findings(findings, texts);
    if global.format != Format::Text {
        return show(global, document, false);
    }
    beside(global, document)
}

/// Shows a document as text on stderr.
pub fn beside(global: &Global, document: Document<'_>) -> anyhow::Result<()> {
    let text = render(document, render::Format::Text, &options_on_stderr(global));
    Ok(io::stderr().write_all(text.as_bytes())?)
}

/// Shows text on stderr that was rendered.
pub fn beside_text(text: &str) -> anyhow::Result<()> {
    Ok(io::stderr().write_all(text.as_bytes())?)
}

/// How text looks that goes to stderr.
pub fn options_on_stderr(global: &Global) -> render::Options {
    render::Options {
        color: colors_on_stderr(global),
        width: PLAIN_WIDTH,
        secrets: secrets(),
        ..render::Options::default()
    }
}

pub fn colors_on_stderr(global: &Global) -> bool {
    match global.color {
        Color::Auto => colors(&io::stderr()),
        color => color == Color::Always,
    }
}

/// Whether a stream shows colours: a terminal that can, unless `NO_COLOR` or `CLICOLOR_FORCE` say otherwise.
fn colors(stream: &impl anstream::stream::RawStream) -> bool {
    // `CLICOLOR_FORCE=0` forces nothing, but `anstream` takes any value for a yes.
    let forces_nothing = std::env::var_os("CLICOLOR_FORCE").is_some_and(|value| value == "0");
    match forces_nothing && !stream.is_terminal() {
        true => false,
        false => AutoStream::choice(stream) != ColorChoice::Never,
    }
}
