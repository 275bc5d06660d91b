//! How it is said how a frame is.

use super::{Lang, Text, fill, framing_problem};
use crate::journal::framed::FrameState;

/// `incomplete`, or why bytes are no frame.
pub fn frame_text(lang: Lang, state: FrameState) -> String {
    match state {
        FrameState::Complete => String::new(),
        FrameState::Incomplete => Text::FrameOpen.text(lang).to_owned(),
        FrameState::Bad(problem) => fill(Text::FrameBad.text(lang), &[("problem", &framing_problem(lang, problem))]),
        FrameState::More { streams, bytes } => {
            fill(Text::FramesMore.text(lang), &[("streams", &streams), ("bytes", &bytes)])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::framing::Problem;

    #[test]
    fn a_bad_frame_says_why() {
        let bad = FrameState::Bad(Problem::Outside);
        assert_eq!(frame_text(Lang::ZhCn, bad), "分包：不在任何一包里的字节");
        assert_eq!(frame_text(Lang::En, bad), "Framing: bytes outside of a frame");
        let more = FrameState::More { streams: 3, bytes: 70 };
        assert_eq!(frame_text(Lang::En, more), "3 more incomplete frames, 70 bytes");
    }
}
