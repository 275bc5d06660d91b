//! What `{var:name}` stands for in a tab's templates.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

/// The most variables of a tab.
pub const MAX_VARIABLES: usize = 100;
/// The longest name of a variable, in characters.
pub const MAX_VARIABLE_NAME_CHARS: usize = 64;
/// The longest value of a variable, in characters.
pub const MAX_VARIABLE_CHARS: usize = 4096;

/// Why a variable can't have a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VariableNameError {
    /// There is nothing but blanks.
    #[error("a variable needs a name")]
    Empty,
    /// It ends a template's field before its end.
    #[error("a variable's name has no braces")]
    Braces,
    /// It is longer than [`MAX_VARIABLE_NAME_CHARS`].
    #[error("a variable's name has at most {MAX_VARIABLE_NAME_CHARS} characters")]
    TooLong,
}

/// A variable's name as typed, without the blanks around it, as a template reads it.
pub fn variable_name(typed: &str) -> Result<&str, VariableNameError> {
    let name = typed.trim();
    if name.is_empty() {
        Err(VariableNameError::Empty)
    } else if name.contains(['{', '}']) {
        Err(VariableNameError::Braces)
    } else if name.chars().count() > MAX_VARIABLE_NAME_CHARS {
        Err(VariableNameError::TooLong)
    } else {
        Ok(name)
    }
}

/// For `deserialize_with`: the variables that can be used, as many as there may be.
pub(super) fn known_variables<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<String, String>, D::Error> {
    let toml::Value::Table(table) = toml::Value::deserialize(from)? else { return Ok(BTreeMap::new()) };
    let usable = table.into_iter().filter_map(|(name, value)| {
        let toml::Value::String(value) = value else { return None };
        let name = variable_name(&name).ok()?.to_owned();
        Some((name, value.chars().take(MAX_VARIABLE_CHARS).collect()))
    });
    Ok(usable.take(MAX_VARIABLES).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use super::*;
    use crate::settings::SendSettings;

    #[test]
    fn variables_come_back_and_damaged_ones_are_left_out() {
        let variables = [("name", "值\n\t\"{}\""), ("a b.c", ""), ("键", " x ")];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let send = SendSettings { variables, ..SendSettings::default() };
        assert_eq!(toml::from_str::<SendSettings>(&toml::to_string(&send).unwrap()).unwrap(), send);

        let read = |text: &str| toml::from_str::<SendSettings>(text).unwrap().variables;
        let long = "n".repeat(65);
        let text = format!("[variables]\nkept = \"x\"\nnumber = 5\n\"\" = \"\"\n\"a}}b\" = \"\"\n{long} = \"\"\n");
        assert_eq!(read(&text), [("kept".to_owned(), "x".to_owned())].into());
        assert!(read("variables = [1]").is_empty());
        let lines: Vec<_> = (0..200).map(|n| format!("v{n} = '{}'", "长".repeat(5000))).collect();
        let many = read(&format!("[variables]\n{}", lines.join("\n")));
        assert_eq!(many.len(), MAX_VARIABLES);
        assert!(many.values().all(|value| value.chars().count() == MAX_VARIABLE_CHARS));
    }
}
