//! SHA-256 as people compare it.

use std::fmt::Write;

/// Two lower-case hexadecimal digits for each byte.
pub(super) fn hex_digits(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut digits, byte| {
        let _ = write!(digits, "{byte:02x}"); // a String takes everything
        digits
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn digits_are_as_people_compare_them() {
        assert_eq!(super::hex_digits(&[0, 0x0f, 0xff]), "000fff");
    }
}
