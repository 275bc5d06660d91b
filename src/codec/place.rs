//! Where in a typed text something is wrong.

/// Line and column, both counted from 1, of the character with this index.
pub(super) fn locate(text: &str, char_index: usize) -> (usize, usize) {
    text.chars().take(char_index).fold((1, 1), |(line, column), ch| match ch {
        '\n' => (line + 1, 1),
        _ => (line, column + 1),
    })
}

#[cfg(test)]
mod tests {
    use super::locate;

    #[test]
    fn counts_characters_and_lines() {
        assert_eq!(locate("", 0), (1, 1));
        assert_eq!(locate("你好\n世界", 1), (1, 2));
        assert_eq!(locate("你好\n世界", 4), (2, 2));
        assert_eq!(locate("\n\n", 2), (3, 1));
    }
}
