//! The two languages.

use serde::{Deserialize, Serialize};

/// A language of the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Lang {
    /// Simplified Chinese.
    #[serde(rename = "zh-CN")]
    ZhCn,
    /// English.
    #[serde(rename = "en")]
    En,
}

impl Lang {
    /// Both, in the order in which the menu shows them.
    pub const ALL: [Self; 2] = [Self::ZhCn, Self::En];

    /// The language for a locale name of any system (`zh_CN.UTF-8`, `zh-Hant-TW`, `en-US`): Chinese for every `zh`,
    /// English for all others.
    pub fn from_locale(locale: &str) -> Self {
        let language = locale.split(['-', '_', '.', '@']).next().unwrap_or_default();
        if language.eq_ignore_ascii_case("zh") { Self::ZhCn } else { Self::En }
    }

    /// The language of the system's user.
    pub fn system() -> Self {
        sys_locale::get_locale().map_or(Self::En, |locale| Self::from_locale(&locale))
    }

    /// Its tag, as in the settings and on the command line.
    pub fn tag(self) -> &'static str {
        match self {
            Self::ZhCn => "zh-CN",
            Self::En => "en",
        }
    }

    /// Its name in itself, as a menu of languages shows it.
    pub fn own_name(self) -> &'static str {
        match self {
            Self::ZhCn => "简体中文",
            Self::En => "English",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_chinese_locale_is_chinese() {
        for locale in ["zh", "zh-CN", "zh_CN.UTF-8", "zh_TW", "zh-Hant-HK", "ZH_cn", "zh.UTF-8", "zh@pinyin"] {
            assert_eq!(Lang::from_locale(locale), Lang::ZhCn, "{locale}");
        }
    }

    #[test]
    fn every_other_locale_is_english() {
        for locale in ["", "C", "POSIX", "en-US", "de_DE.UTF-8", "ja", "zha", "zhx-CN", "中文"] {
            assert_eq!(Lang::from_locale(locale), Lang::En, "{locale}");
        }
    }
}
