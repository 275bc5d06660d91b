//! One line on the screen.

use super::Pos;

/// What a row is, for its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// A header line.
    Header,
    /// What was received.
    Received,
    /// What was sent.
    Sent,
    /// An event.
    Event,
    /// A failure, or something that was lost.
    Error,
    /// What a payload means.
    Decoded,
    /// A blank line between records.
    Blank,
    /// Being read from the disk.
    Loading,
}

impl Class {
    /// Whether it shows bytes of a payload.
    pub fn is_payload(self) -> bool {
        matches!(self, Self::Received | Self::Sent)
    }
}

/// One line on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its colour.
    pub class: Class,
    /// Its text.
    pub text: String,
    /// The place of each character of `text`; `None` for what is only decoration.
    pub map: Vec<Option<Pos>>,
    /// Where it begins.
    pub start: Pos,
    /// The place after its last character.
    pub end: Pos,
    /// Whether a line ends here (and not just the room on the screen).
    pub ends_line: bool,
}

impl Row {
    /// The place of the character at `column`, or after the last one.
    pub fn pos_at(&self, column: usize) -> Pos {
        self.map.iter().skip(column).find_map(|p| *p).unwrap_or(self.end)
    }

    /// The text of what is in `from..to`: with the decoration between selected characters, and all of a row that is
    /// wholly selected.
    pub fn selected(&self, from: Pos, to: Pos) -> String {
        if from <= self.start && self.end <= to {
            return self.text.clone();
        }
        let inside = |pos: &Option<Pos>| pos.is_some_and(|p| from <= p && p < to);
        let Some(first) = self.map.iter().position(inside) else { return String::new() };
        let last = self.map.iter().rposition(inside).unwrap_or(first);
        self.text.chars().skip(first).take(last + 1 - first).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Row {
        let map =
            vec![Some(Pos::data(1, 4)), Some(Pos::data(1, 4)), None, Some(Pos::data(1, 5)), Some(Pos::data(1, 5))];
        let (start, end) = (Pos::data(1, 4), Pos::data(1, 6));
        Row { class: Class::Received, text: "AB CD".to_owned(), map, start, end, ends_line: true }
    }

    #[test]
    fn a_column_has_the_place_of_its_character() {
        assert_eq!(row().pos_at(1), Pos::data(1, 4));
        assert_eq!(row().pos_at(2), Pos::data(1, 5), "decoration belongs to what follows");
        assert_eq!(row().pos_at(5), Pos::data(1, 6));
    }

    #[test]
    fn a_part_is_selected_without_the_decoration_around_it() {
        assert_eq!(row().selected(Pos::data(1, 0), Pos::data(1, 5)), "AB");
        assert_eq!(row().selected(Pos::data(1, 5), Pos::end_of(1)), "CD");
        assert_eq!(row().selected(Pos::start_of(1), Pos::end_of(1)), "AB CD");
        assert_eq!(row().selected(Pos::data(1, 6), Pos::end_of(1)), "");
    }
}
