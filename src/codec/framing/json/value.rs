//! One JSON value, byte by byte.

use crate::codec::framing::{MAX_JSON_DEPTH, Problem};

/// A value that is being read.
#[derive(Clone, Debug, Default)]
pub(super) struct Value {
    /// The arrays and objects that are open.
    open: Vec<Container>,
    expect: Expect,
}

/// What a byte means for a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// It belongs to it.
    More,
    /// It is its last.
    Ends,
    /// The value has ended before it.
    EndsBefore,
    /// It can't be there; it was not taken in.
    Wrong(Problem),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Container {
    Array,
    Object,
}

/// What may come next, besides white space.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Expect {
    #[default]
    Value,
    /// A value, or the end of an empty array.
    FirstElement,
    /// A member's name, or the end of an empty object.
    FirstName,
    Name,
    Colon,
    /// A comma, or the end of the array or object.
    Comma,
    /// More of a string.
    Text {
        is_name: bool,
        escape: Escape,
    },
    /// More of a number.
    Number(Digits),
    /// The rest of `true`, `false` or `null`.
    Literal(&'static [u8]),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Escape {
    None,
    /// After a backslash.
    Backslash,
    /// So many hexadecimal digits are missing.
    Unicode(u8),
}

/// Which part of a number was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Digits {
    Minus,
    Zero,
    Integer,
    Point,
    Fraction,
    E,
    Sign,
    Exponent,
}

impl Value {
    /// How many arrays and objects are open.
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    /// Whether it is a number that needs no more digits, and nothing around it.
    pub(super) fn may_end(&self) -> bool {
        self.open.is_empty() && matches!(self.expect, Expect::Number(digits) if digits.may_end())
    }

    /// How many of these bytes continue a string and nothing else.
    pub(super) fn plain(&self, input: &[u8]) -> usize {
        if !matches!(self.expect, Expect::Text { escape: Escape::None, .. }) {
            return 0;
        }
        let is_special = |byte: &u8| *byte < b' ' || matches!(*byte, b'"' | b'\\');
        input.iter().position(is_special).unwrap_or(input.len())
    }

    /// Takes in the next byte.
    pub(super) fn step(&mut self, byte: u8) -> Step {
        match self.expect {
            Expect::Text { is_name, escape } => self.text(is_name, escape, byte),
            Expect::Number(digits) => self.number(digits, byte),
            Expect::Literal([first, rest @ ..]) if *first == byte => match rest {
                [] => self.complete(),
                _ => self.go_on(Expect::Literal(rest)),
            },
            Expect::Literal(_) => Step::Wrong(Problem::Malformed),
            _ if matches!(byte, b' ' | b'\t' | b'\r' | b'\n') => Step::More,
            _ => self.token(byte),
        }
    }

    /// A byte between strings, numbers and literals.
    fn token(&mut self, byte: u8) -> Step {
        let inside = self.open.last();
        match (self.expect, byte) {
            (Expect::FirstElement, b']') | (Expect::FirstName, b'}') => self.close(),
            (Expect::Comma, b']') if inside == Some(&Container::Array) => self.close(),
            (Expect::Comma, b'}') if inside == Some(&Container::Object) => self.close(),
            (Expect::Comma, b',') if inside == Some(&Container::Array) => self.go_on(Expect::Value),
            (Expect::Comma, b',') => self.go_on(Expect::Name),
            (Expect::Colon, b':') => self.go_on(Expect::Value),
            (Expect::FirstName | Expect::Name, b'"') => self.begin_text(true),
            (Expect::Value | Expect::FirstElement, b'"') => self.begin_text(false),
            (Expect::Value | Expect::FirstElement, _) => self.begin(byte),
            _ => Step::Wrong(Problem::Malformed),
        }
    }

    fn begin(&mut self, byte: u8) -> Step {
        match byte {
            b'[' => self.enter(Container::Array, Expect::FirstElement),
            b'{' => self.enter(Container::Object, Expect::FirstName),
            b't' => self.go_on(Expect::Literal(b"rue")),
            b'f' => self.go_on(Expect::Literal(b"alse")),
            b'n' => self.go_on(Expect::Literal(b"ull")),
            b'-' => self.go_on(Expect::Number(Digits::Minus)),
            b'0' => self.go_on(Expect::Number(Digits::Zero)),
            b'1'..=b'9' => self.go_on(Expect::Number(Digits::Integer)),
            _ => Step::Wrong(Problem::Malformed),
        }
    }

    fn begin_text(&mut self, is_name: bool) -> Step {
        self.go_on(Expect::Text { is_name, escape: Escape::None })
    }

    fn enter(&mut self, container: Container, expect: Expect) -> Step {
        if self.open.len() == MAX_JSON_DEPTH {
            return Step::Wrong(Problem::TooDeep { max: MAX_JSON_DEPTH });
        }
        self.open.push(container);
        self.go_on(expect)
    }

    fn close(&mut self) -> Step {
        self.open.pop();
        self.complete()
    }

    fn go_on(&mut self, expect: Expect) -> Step {
        self.expect = expect;
        Step::More
    }

    /// A value is complete, this one or one inside of it.
    fn complete(&mut self) -> Step {
        if self.open.is_empty() { Step::Ends } else { self.go_on(Expect::Comma) }
    }

    fn text(&mut self, is_name: bool, escape: Escape, byte: u8) -> Step {
        let escape = match (escape, byte) {
            (Escape::None, b'"') if is_name => return self.go_on(Expect::Colon),
            (Escape::None, b'"') => return self.complete(),
            (Escape::None, b'\\') => Escape::Backslash,
            (Escape::None, b' '..) | (Escape::Backslash, b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {
                Escape::None
            }
            (Escape::Backslash, b'u') => Escape::Unicode(4),
            (Escape::Unicode(1), _) if byte.is_ascii_hexdigit() => Escape::None,
            (Escape::Unicode(missing), _) if byte.is_ascii_hexdigit() => Escape::Unicode(missing - 1),
            _ => return Step::Wrong(Problem::Malformed),
        };
        self.go_on(Expect::Text { is_name, escape })
    }

    fn number(&mut self, digits: Digits, byte: u8) -> Step {
        match digits.with(byte) {
            Some(digits) => self.go_on(Expect::Number(digits)),
            None if !digits.may_end() => Step::Wrong(Problem::Malformed),
            None if self.open.is_empty() => Step::EndsBefore,
            None => {
                self.expect = Expect::Comma;
                self.step(byte)
            }
        }
    }
}

impl Digits {
    /// What the number is with one more byte.
    fn with(self, byte: u8) -> Option<Self> {
        match (self, byte) {
            (Self::Minus, b'0') => Some(Self::Zero),
            (Self::Minus, b'1'..=b'9') | (Self::Integer, b'0'..=b'9') => Some(Self::Integer),
            (Self::Zero | Self::Integer, b'.') => Some(Self::Point),
            (Self::Point | Self::Fraction, b'0'..=b'9') => Some(Self::Fraction),
            (Self::Zero | Self::Integer | Self::Fraction, b'e' | b'E') => Some(Self::E),
            (Self::E, b'+' | b'-') => Some(Self::Sign),
            (Self::E | Self::Sign | Self::Exponent, b'0'..=b'9') => Some(Self::Exponent),
            _ => None,
        }
    }

    fn may_end(self) -> bool {
        matches!(self, Self::Zero | Self::Integer | Self::Fraction | Self::Exponent)
    }
}
