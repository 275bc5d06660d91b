//! The pictures in FeiQ's texts: 96 emoticon codes, and markers of images that come in datagrams of their own.
//!
//! The codes are those on which public clients for FeiQ agree, in the order of its panel; `/:)` and `/:love` are known
//! from captures. What each picture shows is said in our words.

use super::image::ImageId;

/// A code that stands for a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Emoticon {
    /// As it stands in the text.
    pub code: &'static str,
    /// What it shows, in Chinese.
    pub zh: &'static str,
    /// What it shows, in English.
    pub en: &'static str,
}

const fn emoticon(code: &'static str, zh: &'static str, en: &'static str) -> Emoticon {
    Emoticon { code, zh, en }
}

/// Every code known, in the order of FeiQ's panel.
pub const EMOTICONS: [Emoticon; 96] = [
    emoticon("/:)", "微笑", "smile"),
    emoticon("/:~", "撇嘴", "pout"),
    emoticon("/:*", "色", "lovestruck"),
    emoticon("/:|", "发呆", "blank look"),
    emoticon("/8-)", "得意", "smug"),
    emoticon("/:<", "流泪", "tears"),
    emoticon("/:$", "害羞", "shy"),
    emoticon("/:X", "闭嘴", "lips sealed"),
    emoticon("/:Z", "睡", "asleep"),
    emoticon("/:'(", "大哭", "crying"),
    emoticon("/:-|", "尴尬", "awkward"),
    emoticon("/:@", "发怒", "angry"),
    emoticon("/:P", "调皮", "tongue out"),
    emoticon("/:D", "呲牙", "grin"),
    emoticon("/:O", "惊讶", "surprised"),
    emoticon("/<rotate>", "转圈", "spinning"),
    emoticon("/:(", "难过", "sad"),
    emoticon("/:+", "酷", "cool"),
    emoticon("/:lenhan", "冷汗", "cold sweat"),
    emoticon("/:Q", "抓狂", "frantic"),
    emoticon("/:T", "吐", "sick"),
    emoticon("/;P", "偷笑", "chuckle"),
    emoticon("/;-D", "可爱", "cute"),
    emoticon("/;d", "白眼", "eye roll"),
    emoticon("/;o", "傲慢", "haughty"),
    emoticon("/:g", "饥饿", "hungry"),
    emoticon("/|-)", "困", "drowsy"),
    emoticon("/:!", "惊恐", "terrified"),
    emoticon("/:L", "流汗", "sweating"),
    emoticon("/:>", "憨笑", "silly smile"),
    emoticon("/;bin", "大兵", "soldier"),
    emoticon("/:fw", "飞吻", "blown kiss"),
    emoticon("/;fd", "奋斗", "striving"),
    emoticon("/:-S", "咒骂", "cursing"),
    emoticon("/;?", "疑问", "puzzled"),
    emoticon("/;x", "嘘", "hush"),
    emoticon("/;@", "晕", "dizzy"),
    emoticon("/:8", "折磨", "tormented"),
    emoticon("/;!", "衰", "down on luck"),
    emoticon("/!!!", "骷髅", "skull"),
    emoticon("/:xx", "敲打", "knock on the head"),
    emoticon("/:bye", "再见", "bye"),
    emoticon("/:csweat", "擦汗", "wiping sweat"),
    emoticon("/:knose", "抠鼻", "picking nose"),
    emoticon("/:applause", "鼓掌", "applause"),
    emoticon("/:cdale", "糗大了", "mortified"),
    emoticon("/:huaixiao", "坏笑", "sly grin"),
    emoticon("/:shake", "发抖", "shivering"),
    emoticon("/:lhenhen", "左哼哼", "huff to the left"),
    emoticon("/:rhenhen", "右哼哼", "huff to the right"),
    emoticon("/:yawn", "哈欠", "yawn"),
    emoticon("/:snooty", "鄙视", "contempt"),
    emoticon("/:chagrin", "委屈", "wronged"),
    emoticon("/:kcry", "快哭了", "about to cry"),
    emoticon("/:yinxian", "阴险", "crafty"),
    emoticon("/:qinqin", "亲亲", "kiss on the cheek"),
    emoticon("/:xiaren", "吓", "frightened"),
    emoticon("/:kelin", "可怜", "pitiful"),
    emoticon("/:caidao", "菜刀", "cleaver"),
    emoticon("/:xig", "西瓜", "watermelon"),
    emoticon("/:bj", "啤酒", "beer"),
    emoticon("/:basketball", "篮球", "basketball"),
    emoticon("/:pingpong", "乒乓", "table tennis"),
    emoticon("/:jump", "跳跳", "jumping"),
    emoticon("/:coffee", "咖啡", "coffee"),
    emoticon("/:eat", "饭", "meal"),
    emoticon("/:pig", "猪头", "pig"),
    emoticon("/:rose", "玫瑰", "rose"),
    emoticon("/:fade", "凋谢", "withered flower"),
    emoticon("/:kiss", "示爱", "lips"),
    emoticon("/:heart", "爱心", "heart"),
    emoticon("/:break", "心碎", "broken heart"),
    emoticon("/:cake", "蛋糕", "cake"),
    emoticon("/:shd", "闪电", "lightning"),
    emoticon("/:bomb", "炸弹", "bomb"),
    emoticon("/:dao", "刀", "dagger"),
    emoticon("/:footb", "足球", "football"),
    emoticon("/:piaocon", "瓢虫", "ladybird"),
    emoticon("/:shit", "便便", "poo"),
    emoticon("/:oh", "怄火", "sulking"),
    emoticon("/:moon", "月亮", "moon"),
    emoticon("/:sun", "太阳", "sun"),
    emoticon("/;gift", "礼物", "gift"),
    emoticon("/:hug", "拥抱", "hug"),
    emoticon("/:strong", "强", "thumbs up"),
    emoticon("/;weak", "弱", "thumbs down"),
    emoticon("/:share", "握手", "handshake"),
    emoticon("/:shl", "胜利", "victory"),
    emoticon("/:baoquan", "抱拳", "fist in palm"),
    emoticon("/:cajole", "勾引", "beckoning"),
    emoticon("/:quantou", "拳头", "fist"),
    emoticon("/:chajin", "差劲", "lousy"),
    emoticon("/:aini", "爱你", "love you"),
    emoticon("/:sayno", "NO", "no"),
    emoticon("/:sayok", "OK", "OK"),
    emoticon("/:love", "爱情", "love"),
];

/// A piece of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span<'a> {
    /// Text as it is.
    Plain(&'a str),
    /// A picture of FeiQ's own.
    Emoticon(&'static Emoticon),
    /// An image of the sender's.
    Image(ImageId),
}

/// Divides a text at its pictures. Of codes that begin alike, such as `/:8` and `/:xx`, the longest that fits counts.
pub fn spans(text: &str) -> impl Iterator<Item = Span<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        if let Some((picture, after)) = take_picture(rest) {
            rest = after;
            return Some(picture);
        }
        let plain = rest
            .match_indices('/')
            .map(|(at, _)| at)
            .find(|at| take_picture(&rest[*at..]).is_some())
            .unwrap_or(rest.len());
        let (before, after) = rest.split_at(plain);
        rest = after;
        Some(Span::Plain(before))
    })
}

/// The picture at the beginning of a text, and what follows it.
fn take_picture(text: &str) -> Option<(Span<'_>, &str)> {
    if !text.starts_with('/') {
        return None;
    }
    if let Some((image, rest)) = ImageId::take_marker(text) {
        return Some((Span::Image(image), rest));
    }
    let longest = EMOTICONS.iter().filter(|known| text.starts_with(known.code)).max_by_key(|known| known.code.len())?;
    Some((Span::Emoticon(longest), &text[longest.code.len()..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pictures in brackets.
    fn shown(text: &str) -> String {
        spans(text)
            .map(|span| match span {
                Span::Plain(plain) => plain.to_owned(),
                Span::Emoticon(emoticon) => format!("[{}]", emoticon.en),
                Span::Image(id) => format!("[{id}]"),
            })
            .collect()
    }

    #[test]
    fn texts_with_pictures() {
        assert_eq!(shown("你好/:)"), "你好[smile]");
        assert_eq!(shown("/:love/:)/"), "[love][smile]/");
        assert_eq!(shown("//:shit/:shd/:sh"), "/[poo][lightning]/:sh");
        assert_eq!(shown("看/~#>00ab12cd<B~。/~#>00ab12c"), "看[00ab12cd]。/~#>00ab12c");
        assert_eq!(shown("http://a/b"), "http://a/b");
        assert_eq!(spans("").count(), 0);
    }

    #[test]
    fn plain_text_is_one_piece() {
        assert_eq!(spans("a/b/c//").collect::<Vec<_>>(), [Span::Plain("a/b/c//")]);
    }

    #[test]
    fn codes_are_unique_and_ascii() {
        for (at, known) in EMOTICONS.iter().enumerate() {
            assert!(known.code.is_ascii() && known.code.starts_with('/'));
            assert!(EMOTICONS[..at].iter().all(|other| other.code != known.code), "{}", known.code);
        }
    }
}
