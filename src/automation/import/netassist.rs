//! `NetAssist`'s settings.
//!
//! An INI file in GBK; each line of its section `[SHORTCUT]` is a quick command, `name=HEX`. (From a program that reads
//! it: `LegacyConfigImporter.cs` of the public repository of `DeviceDebugStudio`.)

use super::ImportError;
use super::collect::Collected;
use crate::automation::command::{Group, QuickCommand};
use crate::automation::{Form, Message};

/// Whether this line begins the quick commands.
pub(super) fn is_section(line: &str) -> bool {
    line.eq_ignore_ascii_case("[shortcut]")
}

pub(super) fn import(text: &str, name: &str) -> Result<Collected, ImportError> {
    let mut collected = Collected::default();
    let group = collected.group(Group::named(if name.is_empty() { "NetAssist" } else { name }))?;
    let mut inside = false;
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.starts_with('[') {
            inside = is_section(line);
        }
        let Some((name, data)) = line.split_once('=').filter(|_| inside && !line.starts_with(';')) else { continue };
        let text = data.trim().to_owned();
        if !text.is_empty() {
            let message = Message { text, form: Form::Hex, ..Message::default() };
            collected.add(group, index + 1, QuickCommand::new(name.trim(), message))?;
        }
    }
    Ok(collected)
}
