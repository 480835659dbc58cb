//! What a real JavaScript parser says about the code of one expression: whether it is one, and what is wrong where.

use std::num::NonZero;
use std::rc::Rc;
use std::sync::{Mutex, PoisonError};
use std::thread;

use oxc_allocator::Allocator;
use oxc_ast::ast::{Expression, Program, Statement};
use oxc_semantic::SemanticBuilder;
use oxc_span::{GetSpan, SourceType};

use super::known::Known;
use super::names::{FreeName, free_names, plain_path};
use super::weight::{MAX_BRACKETS, MAX_WEIGHT, weight};

/// What is known about the code of one expression.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parsed {
    /// Why it is no expression, in the order of the places; empty if it is one.
    pub errors: Vec<SyntaxError>,
    /// The names that it takes from outside, in the order of the places. Empty if there are errors.
    pub names: Vec<FreeName>,
    /// Whether it is no expression, but statements of which the last has a value.
    pub is_statements: bool,
}

/// Something that is no JavaScript.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SyntaxError {
    /// The byte of the code.
    pub offset: usize,
    /// What is wrong there.
    pub message: String,
}

/// The stack of a thread that parses: enough for the deepest tree that [`MAX_WEIGHT`] lets through, in a debug build too.
/// Only what is used of it costs memory.
pub(crate) const STACK: usize = 256 << 20;
/// The deepest tree that a thread of unknown stack may meet.
const SMALL_WEIGHT: usize = 64;

/// A parser of expressions. [`with_parsers`] makes them, since one needs a thread with a large stack.
pub struct Parser {
    arena: Allocator,
    source: String,
    max_weight: usize,
    known: Known,
    // The thread's stack stays behind when a value moves to another one.
    not_send: std::marker::PhantomData<*const ()>,
}

/// Runs `work` on up to `count` threads at the same time, each with a parser of its own, and gives back what they made.
pub fn with_parsers<T: Send>(count: usize, work: impl Fn(&mut Parser) -> T + Sync) -> Vec<T> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    thread::scope(|scope| {
        let work = &work;
        let threads: Vec<_> = (0..cores.min(count))
            .filter_map(|_| {
                let run = move || work(&mut Parser::new(MAX_WEIGHT));
                let builder = thread::Builder::new().stack_size(STACK);
                builder.spawn_scoped(scope, run).ok()
            })
            .collect();
        if threads.is_empty() {
            return vec![work(&mut Parser::new(SMALL_WEIGHT))];
        }
        threads
            .into_iter()
            .map(|thread| thread.join().expect("parsing does not panic"))
            .collect()
    })
}

/// Runs `work` once, with a parser.
pub fn with_parser<T: Send>(work: impl FnOnce(&mut Parser) -> T + Send) -> T {
    let work = Mutex::new(Some(work));
    let once = |parser: &mut Parser| {
        let work = work.lock().unwrap_or_else(PoisonError::into_inner).take();
        work.map(|work| work(parser))
    };
    let mut done = with_parsers(1, once).into_iter().flatten();
    done.next().expect("one thread does it, whichever it is")
}

impl Parser {
    fn new(max_weight: usize) -> Self {
        Self {
            arena: Allocator::new(),
            source: String::new(),
            max_weight,
            known: Known::default(),
            not_send: std::marker::PhantomData,
        }
    }

    /// Parses the code of one expression: what stands between `${` and `}`. It is parsed once, however often it is met.
    pub fn parse(&mut self, code: &str) -> Rc<Parsed> {
        if let Some(parsed) = self.known.find(code) {
            return parsed;
        }
        let parsed = Rc::new(self.parse_anew(code));
        self.known.keep(code, &parsed);
        parsed
    }

    fn parse_anew(&mut self, code: &str) -> Parsed {
        if let Some(name) = plain_path(code) {
            return Parsed {
                names: vec![name],
                ..Parsed::default()
            };
        }
        if code.trim().is_empty() {
            let message = "an expression is expected, found nothing".to_owned();
            return Parsed {
                errors: vec![SyntaxError { offset: 0, message }],
                ..Parsed::default()
            };
        }
        if let Some(error) = self.too_deep(code) {
            return Parsed {
                errors: vec![error],
                ..Parsed::default()
            };
        }
        // In parentheses it is an expression and nothing else; the line break ends a comment in its last line.
        self.source.clear();
        self.source.push('(');
        self.source.push_str(code);
        self.source.push_str("\n)");
        let parsed = self.parse_as(SourceType::script(), code, shape_error);
        if parsed.errors.is_empty() {
            return parsed;
        }
        // `await` is a word of modules, and an odd name everywhere else.
        if code.contains("await") {
            let awaiting = self.parse_as(SourceType::mjs(), code, shape_error);
            if awaiting.errors.is_empty() {
                return awaiting;
            }
        }
        // As statements: a blank instead of the parenthesis, so that the places stay.
        self.source.clear();
        self.source.push(' ');
        self.source.push_str(code);
        let statements = self.parse_as(SourceType::script(), code, no_value);
        match statements.errors.is_empty() {
            true => Parsed {
                is_statements: true,
                ..statements
            },
            false => parsed,
        }
    }

    fn too_deep(&self, code: &str) -> Option<SyntaxError> {
        let (brackets, weight) = weight(code);
        let message = if brackets > MAX_BRACKETS {
            format!("the code is nested deeper than {MAX_BRACKETS} levels")
        } else if weight > self.max_weight {
            format!(
                "one statement holds more than {} operators",
                self.max_weight
            )
        } else {
            return None;
        };
        Some(SyntaxError { offset: 0, message })
    }

    fn parse_as(&mut self, kind: SourceType, code: &str, shape_error: ShapeError) -> Parsed {
        self.arena.reset();
        let result = oxc_parser::Parser::new(&self.arena, &self.source, kind).parse();
        let mut errors: Vec<_> = result
            .diagnostics
            .errors()
            .map(|it| error(it, code))
            .collect();
        if errors.is_empty() {
            errors.extend(shape_error(&result.program, code, self.source.len()));
        }
        let mut names = Vec::new();
        if errors.is_empty() && !result.panicked {
            let built = SemanticBuilder::new()
                .with_build_nodes(true)
                .with_check_syntax_error(true)
                .build(&result.program);
            errors.extend(built.diagnostics.errors().map(|it| error(it, code)));
            if errors.is_empty() {
                names = free_names(&built.semantic);
            }
        } else if errors.is_empty() {
            errors.push(SyntaxError {
                offset: 0,
                message: "the code cannot be read".to_owned(),
            });
        }
        errors.sort();
        Parsed {
            errors,
            names,
            is_statements: false,
        }
    }
}

/// What is wrong with the shape of code that is JavaScript: the program, its code, and the length of what was parsed.
type ShapeError = fn(&Program, &str, usize) -> Option<SyntaxError>;

/// An error of the parser, with its place in `code` instead of the code in parentheses.
fn error(diagnostic: &oxc_diagnostics::OxcDiagnostic, code: &str) -> SyntaxError {
    let labels = diagnostic.labels.as_slice();
    let offset = labels.first().map_or(0, |label| label.offset() as usize);
    let message = diagnostic.message.trim_end_matches('.');
    let mut letters = message.chars();
    let first = letters.next().map(|it| it.to_ascii_lowercase());
    SyntaxError {
        offset: inner(offset, code),
        message: first.into_iter().chain(letters).collect(),
    }
}

/// The place in `code` of an offset in the code in parentheses.
fn inner(offset: usize, code: &str) -> usize {
    code.floor_char_boundary(offset.saturating_sub(1))
}

/// Whether the code left the parentheses that it was put in, as `a) + (b` does, or is empty.
fn shape_error(program: &Program, code: &str, length: usize) -> Option<SyntaxError> {
    let wrong = |offset: usize, message: &str| {
        Some(SyntaxError {
            offset: inner(offset, code),
            message: message.to_owned(),
        })
    };
    let Some(Statement::ExpressionStatement(statement)) = program.body.first() else {
        return wrong(0, "an expression is expected");
    };
    match &statement.expression {
        Expression::ParenthesizedExpression(whole) if whole.span.end as usize == length => None,
        other => {
            let text = &code[..inner(other.span().end as usize, code)];
            wrong(text.find(')').map_or(0, |at| at + 1), "unexpected token")
        }
    }
}

/// Whether the last of several statements is no expression, so that the whole has no value.
fn no_value(program: &Program, code: &str, _length: usize) -> Option<SyntaxError> {
    match program.body.last() {
        Some(Statement::ExpressionStatement(_)) => None,
        _ => Some(SyntaxError {
            offset: code.len(),
            message: "an expression is expected".to_owned(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parsed(code: &str) -> Parsed {
        with_parser(|parser| Parsed::clone(&parser.parse(code)))
    }

    #[test]
    fn code_that_is_no_expression_is_an_error_at_its_place() {
        for (code, offset) in [
            ("", 0),
            (" ", 0),
            ("a +", 3),
            ("a b", 2),
            ("const a = 1", 0),
            ("a) + (b", 1),
            ("f(a,, b)", 4),
            ("(() => {\n  retrun 1;\n})()", 17),
            ("`${a b}`", 5),
            ("a..b", 2),
            ("(() => { let a; let a })()", 13),
            ("/* a", 0),
        ] {
            let parsed = parsed(code);
            let offsets: Vec<_> = parsed.errors.iter().map(|error| error.offset).collect();
            assert_eq!(
                offsets.first(),
                Some(&offset),
                "{code}: {:?}",
                parsed.errors
            );
        }
    }

    #[test]
    fn statements_with_a_value_are_told_apart() {
        let code = "\n const f = () => { return a.b; };\n [...c, f()]\n";
        let parsed = parsed(code);
        assert!(parsed.is_statements && parsed.errors.is_empty());
        let names: Vec<_> = parsed.names.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["a", "c"]);
        for (code, is_statements) in [
            ("a; b", true),
            ("a", false),
            ("{a}", false),
            ("return a", false),
        ] {
            assert_eq!(
                super::tests::parsed(code).is_statements,
                is_statements,
                "{code}"
            );
        }
    }

    #[test]
    fn code_that_is_made_to_nest_is_refused_or_parsed() {
        for part in [
            "!",
            "a+",
            "a?b:",
            "a=>",
            "a=",
            "new ",
            "typeof ",
            "a.b.",
            "a()",
            "a[0]",
            "a``",
            "a**",
            "`${",
            "(",
            "[",
            "{a:",
            "a\n+",
            "a??",
            "a,",
            "function(){",
        ] {
            for count in [255, 11_900, 100_000] {
                parsed(&format!("{}a", part.repeat(count)));
                parsed(&format!("(() => {{ {} }})()", part.repeat(count)));
            }
        }
        for part in [
            "if(a)",
            "if(a)b;else ",
            "if(a){}else ",
            "a:",
            "while(a)",
            "for(;;)",
            "do ",
        ] {
            for count in [1000, 3_900, 11_900] {
                parsed(&format!("(() => {{ {}; }})()", part.repeat(count)));
            }
        }
    }

    proptest! {
        #![proptest_config(crate::cases::cases(256))]

        #[test]
        fn any_text_is_parsed_without_panic(text in any::<String>()) {
            parsed(&text);
        }

        #[test]
        fn offsets_are_places_of_the_text(text in "[ab.?!+`${}()'\"/*\\\\é;,=>\n ]{0,40}") {
            let Parsed { errors, names, .. } = parsed(&text);
            prop_assert!(errors.iter().all(|it| text.is_char_boundary(it.offset)));
            prop_assert!(names.iter().all(|it| text[it.offset..].starts_with(&it.name)));
        }
    }
}
