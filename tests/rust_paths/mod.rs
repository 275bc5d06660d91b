//! The paths that a Rust source names: enough of the grammar to see through comments, literals, and nested `use` trees.

use std::iter::Peekable;
use std::vec::IntoIter;

/// One path in a source, such as `crate::net::Link`; a `use` tree gives one for each of its leaves.
pub struct Reference {
    /// Line of the path's last part, from 1.
    pub line: usize,
    /// Never empty. A glob is `*`.
    pub path: Vec<String>,
    /// Whether `as` follows.
    pub renamed: bool,
    /// How many inline modules (`mod tests { … }`) it stands in.
    pub inline_modules: usize,
}

/// Every path in the source, in order; plain names are paths of one part.
pub fn references(source: &str) -> Vec<Reference> {
    let mut tokens = tokens(source).into_iter().peekable();
    let mut found = Vec::new();
    // For each open brace, whether it is that of a module.
    let mut braces = Vec::new();
    while let Some(token) = tokens.next() {
        match token.kind {
            Kind::Name(name) if name == "mod" => {
                tokens.next_if(|token| matches!(token.kind, Kind::Name(_)));
                if tokens.next_if(|token| token.kind == Kind::Open).is_some() {
                    braces.push(true);
                }
            }
            Kind::Name(name) => {
                let known = found.len();
                path(&mut tokens, vec![name], token.line, &mut found);
                let inline_modules = braces.iter().filter(|module| **module).count();
                found[known..].iter_mut().for_each(|reference| reference.inline_modules = inline_modules);
            }
            Kind::Open => braces.push(false),
            Kind::Close => {
                braces.pop();
            }
            Kind::Colons | Kind::Star | Kind::Other => {}
        }
    }
    found
}

/// Reads on behind `parts`, the beginning of a path whose last part stands at `line`.
fn path(tokens: &mut Peekable<IntoIter<Token>>, mut parts: Vec<String>, line: usize, found: &mut Vec<Reference>) {
    let mut line = line;
    while tokens.next_if(|token| token.kind == Kind::Colons).is_some() {
        match tokens.next_if(|token| matches!(token.kind, Kind::Name(_) | Kind::Star | Kind::Open)) {
            Some(Token { kind: Kind::Name(name), line: at }) => {
                parts.push(name);
                line = at;
            }
            Some(Token { kind: Kind::Star, line: at }) => {
                parts.push("*".to_owned());
                line = at;
                break;
            }
            Some(_) => return tree(tokens, &parts, found),
            // A turbofish: what it holds are paths of their own.
            None => break,
        }
    }
    let renamed = tokens.peek().is_some_and(|token| matches!(&token.kind, Kind::Name(name) if name == "as"));
    found.push(Reference { line, path: parts, renamed, inline_modules: 0 });
}

/// Reads the branches of a `use` tree up to its closing brace.
fn tree(tokens: &mut Peekable<IntoIter<Token>>, trunk: &[String], found: &mut Vec<Reference>) {
    while let Some(token) = tokens.next() {
        let mut parts = trunk.to_vec();
        match token.kind {
            Kind::Name(name) if name == "as" => {
                tokens.next();
            }
            Kind::Name(name) => {
                parts.push(name);
                path(tokens, parts, token.line, found);
            }
            Kind::Star => {
                parts.push("*".to_owned());
                found.push(Reference { line: token.line, path: parts, renamed: false, inline_modules: 0 });
            }
            Kind::Close => return,
            Kind::Open | Kind::Colons | Kind::Other => {}
        }
    }
}

#[derive(PartialEq, Eq)]
enum Kind {
    Name(String),
    Colons,
    Open,
    Close,
    Star,
    Other,
}

struct Token {
    kind: Kind,
    line: usize,
}

fn tokens(source: &str) -> Vec<Token> {
    let mut rest = source;
    let mut line = 1;
    let mut found = Vec::new();
    while let Some(first) = rest.chars().next() {
        let (len, kind) = if let Some(len) = skipped(rest) {
            (len, None)
        } else if first == '_' || first.is_alphabetic() {
            let raw = if rest.starts_with("r#") { 2 } else { 0 };
            let len = rest[raw..].find(|c: char| c != '_' && !c.is_alphanumeric()).map_or(rest.len(), |len| raw + len);
            (len, Some(Kind::Name(rest[raw..len].to_owned())))
        } else if rest.starts_with("::") {
            (2, Some(Kind::Colons))
        } else {
            let kind = match first {
                '{' => Kind::Open,
                '}' => Kind::Close,
                '*' => Kind::Star,
                _ => Kind::Other,
            };
            (first.len_utf8(), Some(kind))
        };
        found.extend(kind.map(|kind| Token { kind, line }));
        line += rest[..len].matches('\n').count();
        rest = &rest[len..];
    }
    found
}

/// The length of the blank, comment, literal or lifetime at the start, if there is one.
fn skipped(rest: &str) -> Option<usize> {
    let first = rest.chars().next()?;
    if first.is_whitespace() {
        return Some(first.len_utf8());
    }
    if rest.starts_with("//") {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return Some(block_comment(rest));
    }
    if first.is_ascii_digit() {
        return Some(rest.find(|c: char| c != '_' && !c.is_alphanumeric()).unwrap_or(rest.len()));
    }
    let prefix = ["br", "cr", "b", "c", "r", ""].into_iter().find(|prefix| {
        rest.strip_prefix(prefix).is_some_and(|literal| {
            let quoted = if prefix.ends_with('r') { literal.trim_start_matches('#') } else { literal };
            quoted.starts_with('"') || (matches!(*prefix, "" | "b") && literal.starts_with('\''))
        })
    })?;
    let literal = &rest[prefix.len()..];
    Some(prefix.len() + if prefix.ends_with('r') { raw_string(literal) } else { quoted(literal) })
}

fn block_comment(rest: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < rest.len() {
        let step = match &rest.as_bytes()[at..] {
            [b'/', b'*', ..] => {
                depth += 1;
                2
            }
            [b'*', b'/', ..] => {
                depth -= 1;
                2
            }
            _ => 1,
        };
        at += step;
        if depth == 0 {
            break;
        }
    }
    at
}

/// From the hashes, or the quote where there are none, to the end.
fn raw_string(literal: &str) -> usize {
    let hashes = literal.find('"').unwrap_or(0);
    let end = format!("\"{}", &literal[..hashes]);
    let body = hashes + 1;
    literal[body..].find(&end).map_or(literal.len(), |at| body + at + end.len())
}

/// A string or a character; of a lifetime, only the tick.
fn quoted(literal: &str) -> usize {
    let quote = literal.as_bytes()[0];
    if quote == b'\'' {
        let mut chars = literal[1..].chars();
        let (first, second) = (chars.next(), chars.next());
        if first != Some('\\') && second != Some('\'') {
            return 1;
        }
    }
    let bytes = literal.as_bytes();
    let mut at = 1;
    while at < bytes.len() && bytes[at] != quote {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(bytes.len())
}
