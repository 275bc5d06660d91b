//! llcom's quick-send lists.
//!
//! JSON in UTF-8. From the public repository chenxuuu/llcom:
//! - An exported list (`.lclst`; `quicksend_0.json` of the Avalonia version) is an array of entries.
//! - The settings (`Settings.QuickSend.cs`) have ten lists under `quickSendList`, named by `quickListName0` to `9`;
//!   older ones had one, `quickSend`. `encoding` is the code page of texts, `extraEnter` adds CR LF to everything.
//! - An entry (`ToSendData.cs`) has `text`, `hex`, and in `commit` what stands on its button (发送 where nobody named
//!   it). The Avalonia version (`QuickSendViewModel.cs`) begins the names with capitals. Some variants have
//!   `appendCrlf` and keep the lists' names in `quickListNames`. Escapes are not understood in texts.

use serde_json::{Map, Value};

use super::collect::Collected;
use super::{ImportError, ImportErrorKind, Unusable};
use crate::automation::command::{Group, QuickCommand};
use crate::automation::{Form, Message};
use crate::codec::Charset;
use crate::codec::append::Block;

/// What stands on a button that nobody named.
const UNNAMED: [&str; 4] = ["发送", "Send", "?!", ""];

pub(super) fn import(text: &str, name: &str) -> Result<Collected, ImportError> {
    let root: Value = serde_json::from_str(text).map_err(|error| {
        // The words end with the place, which is told apart.
        let words = error.to_string();
        let words = words.split(" at line ").next().unwrap_or_default().to_owned();
        ImportError::at(error.line().max(1), ImportErrorKind::Json(words))
    })?;
    let name = if name.is_empty() { "llcom" } else { name };
    let (lists, settings, from) = match &root {
        Value::Array(list) => (vec![list], None, 0),
        Value::Object(settings) => {
            let (key, lists) = lists(settings).ok_or(ImportErrorKind::NoList)?;
            (lists, Some(settings), place_of_key(text, key))
        }
        _ => return Err(ImportErrorKind::NoList.into()),
    };
    let usual = Usual::of(settings);
    let mut lines = Lines::new(text, from);
    let mut collected = Collected::default();
    let mut last_line = 1;
    for (number, list) in lists.into_iter().enumerate() {
        let listed = settings.map_or_else(|| name.to_owned(), |settings| list_name(settings, number, name));
        let group = collected.group(Group::named(listed))?;
        for entry in list {
            let Value::Object(entry) = entry else {
                collected.leave_out(last_line, Unusable::NotACommand);
                continue;
            };
            last_line = lines.next_object();
            match command(entry, &usual) {
                Some(command) if command.message.text.is_empty() => {}
                Some(command) => collected.add(group, last_line, command)?,
                None => collected.leave_out(last_line, Unusable::NotACommand),
            }
        }
    }
    Ok(collected)
}

/// What the settings say for every entry.
struct Usual {
    charset: Charset,
    newline: bool,
}

impl Usual {
    fn of(settings: Option<&Map<String, Value>>) -> Self {
        let value = |name| settings.and_then(|settings| field(settings, name));
        let code_page = value("encoding").and_then(Value::as_u64).unwrap_or(65_001);
        let newline = value("extraEnter").and_then(Value::as_bool).unwrap_or(false);
        Self { charset: charset_of(code_page), newline }
    }
}

/// The charset of a Windows code page; UTF-8 for those that are not known.
fn charset_of(code_page: u64) -> Charset {
    match code_page {
        932 => Charset::ShiftJis,
        936 => Charset::Gbk,
        949 | 51_949 => Charset::EucKr,
        950 => Charset::Big5,
        1200 => Charset::Utf16Le,
        1201 => Charset::Utf16Be,
        1252 => Charset::Windows1252,
        20_127 => Charset::Ascii,
        20_936 => Charset::Gb2312,
        28_591 => Charset::Latin1,
        20_932 | 51_932 => Charset::EucJp,
        54_936 => Charset::Gb18030,
        _ => Charset::Utf8,
    }
}

/// A value by its name, whatever the case of its letters.
fn field<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    object.get(name).or_else(|| object.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value))
}

/// The lists of the settings, and the name that they stand under.
fn lists(settings: &Map<String, Value>) -> Option<(&'static str, Vec<&Vec<Value>>)> {
    if let Some(Value::Array(lists)) = field(settings, "quickSendList") {
        return Some(("quickSendList", lists.iter().filter_map(Value::as_array).collect()));
    }
    let list = field(settings, "quickSend")?.as_array()?;
    Some(("quickSend", vec![list]))
}

fn list_name(settings: &Map<String, Value>, number: usize, file: &str) -> String {
    let of_all = || field(settings, "quickListNames")?.as_array()?.get(number);
    let name = field(settings, &format!("quickListName{number}")).or_else(of_all).and_then(Value::as_str);
    name.filter(|name| !name.trim().is_empty()).map_or_else(|| format!("{file} {number}"), str::to_owned)
}

fn command(entry: &Map<String, Value>, usual: &Usual) -> Option<QuickCommand> {
    let text = match field(entry, "text")? {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        _ => return None,
    };
    let flag = |name| field(entry, name).and_then(Value::as_bool);
    let form = if flag("hex").unwrap_or(false) { Form::Hex } else { Form::Ascii };
    let newline = flag("appendCrlf").unwrap_or(usual.newline);
    let append = if newline { vec![Block::CrLf] } else { Vec::new() };
    let message = Message { text, form, charset: usual.charset, escapes: false, append, ..Message::default() };
    let name = field(entry, "commit").and_then(Value::as_str).unwrap_or_default().trim();
    Some(QuickCommand::new(if UNNAMED.contains(&name) { "" } else { name }, message))
}

/// Where a name stands that is followed by a colon.
fn place_of_key(text: &str, key: &str) -> usize {
    let lower = text.to_ascii_lowercase();
    let quoted = format!("\"{}\"", key.to_ascii_lowercase());
    let mut from = 0;
    while let Some(found) = lower[from..].find(&quoted) {
        let end = from + found + quoted.len();
        if lower[end..].trim_start().starts_with(':') {
            return end;
        }
        from = end;
    }
    0
}

/// The lines in which the objects of a JSON text begin, those inside of others left out.
struct Lines<'a> {
    rest: std::iter::Peekable<std::slice::Iter<'a, u8>>,
    line: usize,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str, from: usize) -> Self {
        let line = text[..from].matches('\n').count() + 1;
        Self { rest: text.as_bytes()[from..].iter().peekable(), line }
    }

    /// The line of the next one; goes on after its end.
    fn next_object(&mut self) -> usize {
        let (mut begins, mut depth) = (self.line, 0_usize);
        while let Some(byte) = self.rest.next() {
            match byte {
                b'\n' => self.line += 1,
                b'"' => self.skip_string(),
                b'{' => {
                    if depth == 0 {
                        begins = self.line;
                    }
                    depth += 1;
                }
                b'}' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        break;
                    }
                }
                _ => {}
            }
        }
        begins
    }

    /// A string of JSON has no line feed in it.
    fn skip_string(&mut self) {
        while let Some(byte) = self.rest.next() {
            match byte {
                b'\\' => {
                    self.rest.next();
                }
                b'"' => return,
                _ => {}
            }
        }
    }
}
