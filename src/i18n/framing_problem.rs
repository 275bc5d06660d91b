//! How it is said why bytes are no frame.

use super::{Lang, Text, fill};
use crate::codec::framing::Problem;

/// `a frame of 4294967295 bytes is more than the maximum of 16777216`
pub fn framing_problem(lang: Lang, problem: Problem) -> String {
    let text = match problem {
        Problem::TooLong { length, max } => {
            return fill(Text::FrameTooLong.text(lang), &[("length", &length), ("max", &max)]);
        }
        Problem::TooShort { length, min } => {
            return fill(Text::FrameTooShort.text(lang), &[("length", &length), ("min", &min)]);
        }
        Problem::NoEnd { max } => return fill(Text::FrameNoEnd.text(lang), &[("max", &max)]),
        Problem::TooDeep { max } => return fill(Text::FrameTooDeep.text(lang), &[("max", &max)]),
        Problem::EndMissing => Text::FrameEndMissing,
        Problem::Outside => Text::FrameOutside,
        Problem::Malformed => Text::FrameMalformed,
        Problem::Unfinished => Text::FrameUnfinished,
    };
    text.text(lang).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_named() {
        let problem = Problem::TooLong { length: 99, max: 16 };
        assert_eq!(framing_problem(Lang::ZhCn, problem), "整包 99 字节，超过最大值 16");
        assert_eq!(framing_problem(Lang::En, problem), "a frame of 99 bytes is more than the maximum of 16");
        assert_eq!(framing_problem(Lang::ZhCn, Problem::Outside), "不在任何一包里的字节");
    }
}
