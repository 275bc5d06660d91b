//! Tables: a command per row.
//!
//! Columns are found by the names in the first row, in Chinese or English, in any order; without names they are data;
//! name and data; or name, type and data. Fields are separated by commas, semicolons or tabs (what Excel writes depends
//! on the country; a first line `sep=;` says it), and quoted as in RFC 4180.

mod records;

use super::collect::{Collected, short};
use super::{ImportError, ImportErrorKind, Unusable};
use crate::automation::command::{Group, QuickCommand};
use crate::automation::{Form, Message};
use crate::codec::{Charset, escape};
use records::Record;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Group,
    Name,
    Type,
    Data,
    Charset,
    Delay,
    Comment,
}

/// The names of columns.
const NAMES: [(Column, &[&str]); 7] = [
    (Column::Group, &["group", "分组", "组"]),
    (Column::Name, &["name", "title", "label", "名称", "名字", "标题", "按钮"]),
    (Column::Type, &["type", "format", "form", "类型", "格式", "hex"]),
    (
        Column::Data,
        &["data", "text", "content", "command", "payload", "message", "数据", "内容", "命令", "指令", "文本", "报文"],
    ),
    (Column::Charset, &["charset", "encoding", "编码"]),
    (Column::Delay, &["delay", "delay_ms", "interval", "延时", "延迟", "间隔", "延时ms", "间隔ms"]),
    (Column::Comment, &["comment", "remark", "note", "description", "备注", "注释", "说明"]),
];

impl Column {
    fn named(name: &str) -> Option<Self> {
        let name = name.trim().to_lowercase();
        NAMES.iter().find(|(_, names)| names.contains(&name.as_str())).map(|(column, _)| *column)
    }
}

/// Which field is what.
struct Columns(Vec<Option<Column>>);

impl Columns {
    /// From a first row that names most of them; `text` alone may be a type.
    fn named(record: &Record) -> Option<Self> {
        let columns: Vec<Option<Column>> = record.fields.iter().map(|name| Column::named(name)).collect();
        let known = columns.iter().flatten().count();
        (columns.contains(&Some(Column::Data)) && 2 * known > columns.len()).then_some(Self(columns))
    }

    /// Of a table without names.
    fn usual(count: usize) -> Self {
        let columns: &[Column] = match count {
            0 | 1 => &[Column::Data],
            2 => &[Column::Name, Column::Data],
            _ => &[Column::Name, Column::Type, Column::Data],
        };
        Self(columns.iter().copied().map(Some).collect())
    }

    fn field<'r>(&self, record: &'r Record, column: Column) -> Option<&'r str> {
        let at = self.0.iter().position(|found| *found == Some(column))?;
        record.fields.get(at).map(String::as_str)
    }
}

pub(super) fn import(text: &str, name: &str) -> Result<Collected, ImportError> {
    let records = records::read(text)?;
    let Some(first) = records.first() else { return Err(ImportErrorKind::Nothing.into()) };
    let named = Columns::named(first);
    let widest = records.iter().map(|record| record.fields.len()).max().unwrap_or(0);
    if named.is_none() && widest < 2 {
        return Err(ImportError::at(first.line, ImportErrorKind::Unknown));
    }
    let skipped = usize::from(named.is_some());
    let columns = named.unwrap_or_else(|| Columns::usual(widest));
    let mut collected = Collected::default();
    let mut names: Vec<String> = Vec::new();
    for record in &records[skipped..] {
        let group = columns.field(record, Column::Group).map(str::trim).filter(|group| !group.is_empty());
        let group = group.unwrap_or(if name.is_empty() { "CSV" } else { name });
        let at = if let Some(at) = names.iter().position(|known| known == group) {
            at
        } else {
            names.push(group.to_owned());
            collected.group(Group::named(group))?
        };
        match command(&columns, record) {
            Ok(Some(command)) => collected.add(at, record.line, command)?,
            Ok(None) => {}
            Err(why) => collected.leave_out(record.line, why),
        }
    }
    Ok(collected)
}

/// A row's command; `None`: it is empty.
fn command(columns: &Columns, record: &Record) -> Result<Option<QuickCommand>, Unusable> {
    let field = |column| columns.field(record, column).unwrap_or_default();
    let text = columns.field(record, Column::Data).ok_or(Unusable::NoData)?;
    if text.is_empty() {
        return Ok(None);
    }
    let form = form(field(Column::Type).trim())?;
    let charset = charset(field(Column::Charset).trim())?;
    // Who writes a table by hand means CR LF by \r\n; but a backslash may be one.
    let escapes = escape::unescape(text, charset).is_ok();
    let message = Message { text: text.to_owned(), form, charset, escapes, ..Message::default() };
    let mut command = QuickCommand::new(field(Column::Name).trim(), message);
    field(Column::Comment).trim().clone_into(&mut command.comment);
    let delay = field(Column::Delay).trim();
    if !delay.is_empty() {
        let ms = delay.trim_end_matches("ms").trim().parse().map_err(|_| Unusable::Number(short(delay)))?;
        command.step.delay_ms = Some(ms);
    }
    Ok(Some(command))
}

fn form(word: &str) -> Result<Form, Unusable> {
    match word.to_lowercase().as_str() {
        "" | "a" | "t" | "s" | "n" | "0" | "no" | "false" | "text" | "txt" | "ascii" | "asc" | "str" | "string"
        | "文本" | "字符串" | "字符" | "否" => Ok(Form::Ascii),
        "h" | "x" | "y" | "1" | "yes" | "true" | "hex" | "十六进制" | "16进制" | "是" => Ok(Form::Hex),
        _ => Err(Unusable::Type(short(word))),
    }
}

fn charset(word: &str) -> Result<Charset, Unusable> {
    if word.is_empty() {
        return Ok(Charset::Utf8);
    }
    let plain = |name: &str| name.to_lowercase().replace(['-', '_', ' '], "");
    let known = Charset::ALL.into_iter().find(|charset| plain(charset.label()) == plain(word));
    let known = known.filter(|charset| *charset != Charset::Auto);
    known.ok_or_else(|| Unusable::Charset(short(word)))
}
