//! Reading what a person may have edited: a wrong value costs that value, not the file that it stands in.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

use crate::codec::Charset;

/// For `deserialize_with`: a value that can't be read is the default.
pub(super) fn known<'de, D: Deserializer<'de>, T: DeserializeOwned + Default>(from: D) -> Result<T, D::Error> {
    let value = toml::Value::deserialize(from)?;
    Ok(T::deserialize(value).unwrap_or_default())
}

/// For `deserialize_with`: the entries of a list that can be read.
pub(super) fn known_entries<'de, D: Deserializer<'de>, T: DeserializeOwned>(from: D) -> Result<Vec<T>, D::Error> {
    let toml::Value::Array(entries) = toml::Value::deserialize(from)? else { return Ok(Vec::new()) };
    Ok(entries.into_iter().filter_map(|entry| T::deserialize(entry).ok()).collect())
}

/// For `deserialize_with`: the encoding of something that is sent, which is never found out from bytes.
pub(super) fn sent_charset<'de, D: Deserializer<'de>>(from: D) -> Result<Charset, D::Error> {
    let charset: Charset = known(from)?;
    Ok(if charset == Charset::Auto { Charset::Utf8 } else { charset })
}

/// For `deserialize_with`: a switch that is on where nothing says otherwise.
pub(super) fn on_by_default<'de, D: Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    let value: Option<bool> = known(from)?;
    Ok(value.unwrap_or(true))
}
