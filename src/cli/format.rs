//! Which command has a result in which form.

use anyhow::Result;

use super::args::{Cli, Command, Format};
use super::exit::{Ending, Exit};

/// Refuses a form that the result of this command does not have.
pub fn check(cli: &Cli) -> Result<()> {
    let (command, format) = (&cli.command, cli.global.format);
    let wrong = |message: &str| Err(Ending::new(Exit::Usage, message).into());
    let is_validate = matches!(command, Command::Validate(_));
    match format {
        Format::Sarif | Format::Github | Format::Junit if !is_validate => {
            wrong("`--format sarif`, `github` and `junit` are for `validate`")
        }
        Format::GitlabTerraform if !matches!(command, Command::Plan(_) | Command::Show(_)) => {
            wrong("`--format gitlab-terraform` is for `plan` and `show`")
        }
        Format::Markdown | Format::Html if !has_page(command) => {
            wrong("`--format markdown` and `--format html` are for plans, reports and findings")
        }
        _ => Ok(()),
    }
}

/// What an import did and what a rule is about are no documents of the renderer.
fn has_page(command: &Command) -> bool {
    match command {
        Command::Import(_) => false,
        Command::Validate(args) => args.explain.is_none(),
        _ => true,
    }
}
