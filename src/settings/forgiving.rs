//! Reading values that a person may have edited: a wrong value costs that value, not the file.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

/// An integer that takes the nearest value when the file's does not fit.
pub(super) trait Saturate {
    fn saturate(value: i64) -> Self;
}

macro_rules! saturate {
    ($($int:ty)+) => {
        $(impl Saturate for $int {
            fn saturate(value: i64) -> Self {
                Self::try_from(value).unwrap_or(if value < 0 { Self::MIN } else { Self::MAX })
            }
        })+
    };
}
saturate!(u8 u16 u32);

/// For `deserialize_with`: an integer, the nearest that fits.
pub(super) fn saturated<'de, D: Deserializer<'de>, T: Saturate>(from: D) -> Result<T, D::Error> {
    i64::deserialize(from).map(T::saturate)
}

/// For `deserialize_with`: one of an enum's words; an unknown one (of a newer version, or misspelt) is the default.
pub(super) fn known_word<'de, D, T>(from: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned + Default,
{
    let value = toml::Value::deserialize(from)?;
    Ok(T::deserialize(value).unwrap_or_default())
}

/// For `deserialize_with`: a list; what is not understood in it is left out.
pub(super) fn known_items<'de, D, T>(from: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    let values = Vec::<toml::Value>::deserialize(from)?;
    Ok(values.into_iter().filter_map(|value| T::deserialize(value).ok()).collect())
}

/// A number in its range; not-a-number is the default.
pub(super) fn finite(value: f32, min: f32, max: f32, default: f32) -> f32 {
    if value.is_nan() { default } else { value.clamp(min, max) }
}
