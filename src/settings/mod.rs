//! What is kept between runs: versioned toml files, written atomically and off the window's thread. The settings are one;
//! quick commands and what was sent have their own ([`Document`]), for they are large and change at other times.
//!
//! Reading forgives what a person or another version may have written: unknown fields are ignored, missing ones get
//! their defaults, numbers out of range are clamped and unknown words become the default. What can't be forgiven is
//! set aside and reported, never lost and never a reason not to start (see [`load`]).

mod chat;
mod download;
mod feiq;
mod file;
mod forgiving;
mod history;
mod older;
mod quick;
mod recent;
mod saver;
mod send_file;
mod tab;
mod tftp;
mod variables;

pub use chat::ChatSettings;
pub use download::{
    DownloadEnding, DownloadLength, DownloadLineEnd, DownloadRecord, DownloadRequest, DownloadSettings,
};
pub use feiq::{FeiqSender, FeiqSettings, FeiqVersionKind};
pub use file::{Document, FILE_NAME, Kept, Problem, SaveError, default_dir, load, load_document, save};
pub use recent::Recent;
pub use saver::Saver;
pub use send_file::{FileForm, FileLog, SendFileSettings};
pub use tab::{
    ClientSettings, GroupSettings, Mode, OptionSettings, ReceiveSettings, SendForm, SendSettings, TabSettings,
    UdpSettings, View,
};
pub use tftp::{TftpDirection, TftpMode, TftpRecord, TftpServeSettings, TftpSettings, TftpUploads};
pub use variables::{MAX_VARIABLE_CHARS, MAX_VARIABLE_NAME_CHARS, MAX_VARIABLES, VariableNameError, variable_name};

use serde::{Deserialize, Serialize};

use crate::i18n::Lang;
use forgiving::{finite, known_word, saturated};

/// The version of the file's layout that this program writes.
pub const VERSION: u32 = 1;

/// Everything that is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Version of the layout, [`VERSION`].
    version: u32,
    /// Language of the window.
    #[serde(deserialize_with = "known_word")]
    pub language: Language,
    /// Light, dark, or as the system.
    #[serde(deserialize_with = "known_word")]
    pub theme: Theme,
    /// Which key sends.
    #[serde(deserialize_with = "known_word")]
    pub send_key: SendKey,
    /// Zoom of the whole window, 0.5 to 4.
    pub zoom: f32,
    /// Whether the left column is folded away.
    pub left_folded: bool,
    /// The log's share of the height of the right side, 0.1 to 0.9.
    pub splitter: f32,
    /// Memory that the journal of a session may use, in MiB, 16 to 4096.
    #[serde(deserialize_with = "saturated")]
    pub journal_budget_mib: u32,
    /// Hosts that TCP clients connected to.
    pub recent_hosts: Recent,
    /// Remote hosts that datagrams were sent to, as typed.
    pub recent_remotes: Recent,
    /// FeiQ's window and node.
    pub feiq: FeiqSettings,
    /// TFTP's window.
    pub tftp: TftpSettings,
    /// The window of TCP file download.
    pub download: DownloadSettings,
    /// The panel of quick commands.
    pub quick: QuickSettings,
    /// Where the window was.
    pub window: WindowSettings,
    /// The sessions, in the order of their tabs.
    pub tabs: Vec<TabSettings>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            version: VERSION,
            language: Language::default(),
            theme: Theme::default(),
            send_key: SendKey::default(),
            zoom: 1.0,
            left_folded: false,
            splitter: 0.7,
            journal_budget_mib: 64,
            recent_hosts: Recent::default(),
            recent_remotes: Recent::default(),
            feiq: FeiqSettings::default(),
            tftp: TftpSettings::default(),
            download: DownloadSettings::default(),
            quick: QuickSettings::default(),
            window: WindowSettings::default(),
            tabs: Vec::new(),
        }
    }
}

impl Settings {
    /// The same with every value in its range.
    #[must_use]
    pub fn clamped(mut self) -> Self {
        let usual = Self::default();
        self.version = VERSION;
        self.zoom = finite(self.zoom, 0.5, 4.0, usual.zoom);
        self.splitter = finite(self.splitter, 0.1, 0.9, usual.splitter);
        self.journal_budget_mib = self.journal_budget_mib.clamp(16, 4096);
        self.feiq = self.feiq.clamped();
        self.tftp = self.tftp.clamped();
        self.download = self.download.clamped();
        self.quick = self.quick.clamped();
        self.window = self.window.clamped();
        self.tabs = self.tabs.into_iter().map(TabSettings::clamped).collect();
        self
    }
}

/// The panel of quick commands.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct QuickSettings {
    /// Whether it is open.
    pub open: bool,
    /// Its width beside the log, in points.
    pub width: f32,
}

impl Default for QuickSettings {
    fn default() -> Self {
        Self { open: false, width: 300.0 }
    }
}

impl QuickSettings {
    fn clamped(self) -> Self {
        Self { width: finite(self.width, 200.0, 2000.0, Self::default().width), ..self }
    }
}

/// Where the window was, in points.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct WindowSettings {
    /// Inner width.
    pub width: f32,
    /// Inner height.
    pub height: f32,
    /// Left edge; `None` lets the system place the window.
    pub x: Option<f32>,
    /// Upper edge; `None` lets the system place the window.
    pub y: Option<f32>,
    /// Whether it filled the screen.
    pub maximized: bool,
}

impl Default for WindowSettings {
    /// The classic's size.
    fn default() -> Self {
        Self { width: 834.0, height: 724.0, x: None, y: None, maximized: false }
    }
}

impl WindowSettings {
    fn clamped(mut self) -> Self {
        const FAR: f32 = 100_000.0;
        let usual = Self::default();
        self.width = finite(self.width, 400.0, 20_000.0, usual.width);
        self.height = finite(self.height, 300.0, 20_000.0, usual.height);
        self.x = self.x.filter(|x| x.abs() < FAR);
        self.y = self.y.filter(|y| y.abs() < FAR);
        self
    }
}

impl Document for Settings {
    const KEPT: Kept = Kept::Settings;
    const VERSION: u32 = VERSION;

    fn to_toml(&self) -> Result<String, toml::ser::Error> {
        toml::to_string(self)
    }

    fn from_toml(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text).map(Self::clamped)
    }
}

/// The language that a person chose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Language {
    /// As the system.
    #[default]
    #[serde(rename = "system")]
    System,
    /// Simplified Chinese.
    #[serde(rename = "zh-CN")]
    ZhCn,
    /// English.
    #[serde(rename = "en")]
    En,
}

impl Language {
    /// The language that it means on this system.
    pub fn lang(self) -> Lang {
        match self {
            Self::System => Lang::system(),
            Self::ZhCn => Lang::ZhCn,
            Self::En => Lang::En,
        }
    }
}

impl From<Lang> for Language {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::ZhCn => Self::ZhCn,
            Lang::En => Self::En,
        }
    }
}

/// The colours that a person chose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// Dark on light.
    #[default]
    Light,
    /// Light on dark.
    Dark,
    /// As the system.
    System,
}

/// The key that sends what is in the send box.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SendKey {
    /// Enter sends, Shift+Enter is a newline.
    Enter,
    /// Ctrl+Enter sends, Enter is a newline.
    #[default]
    CtrlEnter,
}

#[cfg(test)]
mod tests;
