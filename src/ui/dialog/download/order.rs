//! What the form asks for: a download with all that it needs, checked.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::automation::{Composer, Form};
use crate::codec::byte_order::ByteOrder;
use crate::codec::framing::{Framing, Width};
use crate::i18n::{Lang, Text, compose_error};
use crate::journal::Recorder;
use crate::proto::tftp::name::local_name;
use crate::service::download::{DownloadConfig, Ending, Existing, Prefix};
use crate::settings::{DownloadEnding, DownloadLength, DownloadRequest, DownloadSettings};
use crate::ui::addresses::remote_host;
use crate::ui::dialog::transfer::is_folder;

/// What a file is called that has no other name.
const NAMELESS: &str = "download.bin";

/// A download that is to be started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// The server, as typed.
    pub server: String,
    /// Its port.
    pub port: u16,
    /// How it is asked.
    pub request: DownloadRequest,
    /// What for, as typed.
    pub asked: String,
    bytes: Vec<u8>,
    ending: Ending,
    patience: Duration,
    /// The file here.
    pub local: PathBuf,
    existing: Existing,
    /// Whether all bytes go into a log.
    pub trace: bool,
}

impl Order {
    /// What the settings ask for, or which of them is wrong.
    pub fn new(settings: &DownloadSettings, downloads: &Path, lang: Lang) -> Result<Self, String> {
        let refused = |text: Text| text.text(lang).to_owned();
        let server = settings.server.trim();
        if server.is_empty() {
            return Err(refused(Text::TftpNoServer));
        }
        remote_host(server, lang)?;
        if asked(settings).is_empty() {
            match settings.request {
                DownloadRequest::Name => return Err(refused(Text::DownloadNoName)),
                DownloadRequest::Text | DownloadRequest::Hex => return Err(refused(Text::DownloadNoContent)),
                DownloadRequest::Nothing => {}
            }
        }
        let mut local = place(settings, downloads);
        if local.is_dir() {
            local = local.join(name(settings));
        }
        Ok(Self {
            server: server.to_owned(),
            port: settings.port,
            request: settings.request,
            asked: asked(settings).to_owned(),
            bytes: request(settings, lang)?,
            ending: ending(settings),
            patience: Duration::from_secs(settings.timeout_s.into()),
            local,
            existing: Existing::Refuse,
            trace: settings.trace,
        })
    }

    /// The same once more.
    #[must_use]
    pub fn again(&self, existing: Existing) -> Self {
        Self { existing, ..self.clone() }
    }

    /// What the list calls it: the file's name here.
    pub fn title(&self) -> String {
        self.local.file_name().map_or_else(|| NAMELESS.to_owned(), |name| name.to_string_lossy().into_owned())
    }

    /// The pause that ends it, if one does.
    pub fn idle(&self) -> Option<Duration> {
        match self.ending {
            Ending::Idle(pause) => Some(pause),
            Ending::Close | Ending::Length(_) => None,
        }
    }

    /// For the service.
    pub fn config(&self, trace: Option<Arc<Recorder>>) -> DownloadConfig {
        DownloadConfig {
            server: self.server.clone(),
            port: self.port,
            request: self.bytes.clone(),
            ending: self.ending,
            patience: self.patience,
            local: self.local.clone(),
            existing: self.existing,
            trace,
        }
    }
}

/// What is asked for, as typed.
fn asked(settings: &DownloadSettings) -> &str {
    match settings.request {
        DownloadRequest::Name => settings.name.trim(),
        DownloadRequest::Text => &settings.content,
        DownloadRequest::Hex => settings.content.trim(),
        DownloadRequest::Nothing => "",
    }
}

/// The bytes of the request, or what is wrong with it.
pub fn request(settings: &DownloadSettings, lang: Lang) -> Result<Vec<u8>, String> {
    let (form, escapes, line_end) = match settings.request {
        DownloadRequest::Name => (Form::Ascii, false, settings.line_end.bytes()),
        DownloadRequest::Text => (Form::Ascii, true, settings.line_end.bytes()),
        DownloadRequest::Hex => (Form::Hex, false, &b""[..]),
        DownloadRequest::Nothing => return Ok(Vec::new()),
    };
    let (charset, framing) = (settings.encoding, &Framing::AsRead);
    let composer = Composer { form, charset, escapes, template: false, append: &[], framing };
    let mut bytes = composer.bytes(asked(settings)).map_err(|error| compose_error(lang, &error))?;
    bytes.extend_from_slice(line_end);
    Ok(bytes)
}

fn ending(settings: &DownloadSettings) -> Ending {
    let number = |width, order| Prefix::Number { width, order };
    match settings.ending {
        DownloadEnding::Close => Ending::Close,
        DownloadEnding::Idle => Ending::Idle(Duration::from_secs(settings.idle_s.into())),
        DownloadEnding::Length => Ending::Length(match settings.length {
            DownloadLength::One => number(Width::One, ByteOrder::Big),
            DownloadLength::TwoLittle => number(Width::Two, ByteOrder::Little),
            DownloadLength::TwoBig => number(Width::Two, ByteOrder::Big),
            DownloadLength::FourLittle => number(Width::Four, ByteOrder::Little),
            DownloadLength::FourBig => number(Width::Four, ByteOrder::Big),
            DownloadLength::EightLittle => number(Width::Eight, ByteOrder::Little),
            DownloadLength::EightBig => number(Width::Eight, ByteOrder::Big),
            DownloadLength::Line => Prefix::Line,
        }),
    }
}

/// The file's name here unless the person types another: the last component of the name that is asked for, the same of
/// the last word of a text.
fn name(settings: &DownloadSettings) -> String {
    let asked = asked(settings);
    let name = match settings.request {
        DownloadRequest::Name => asked,
        DownloadRequest::Text => asked.split_whitespace().next_back().unwrap_or_default(),
        DownloadRequest::Hex | DownloadRequest::Nothing => "",
    };
    if name.is_empty() { NAMELESS.to_owned() } else { local_name(name) }
}

/// Where the file goes: to the folder of downloads, to a folder that was typed with its separator, or as typed.
pub fn place(settings: &DownloadSettings, downloads: &Path) -> PathBuf {
    let typed = settings.save_to.trim();
    if typed.is_empty() {
        return downloads.join(name(settings));
    }
    let local = Path::new(typed);
    if is_folder(typed) { local.join(name(settings)) } else { local.to_owned() }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use super::*;
    use crate::codec::Charset;
    use crate::settings::DownloadLineEnd;

    fn settings() -> DownloadSettings {
        let (server, name) = (" 10.0.0.1 ".to_owned(), "图片/照片.jpg".to_owned());
        DownloadSettings { server, name, ..DownloadSettings::default() }
    }

    fn order(settings: &DownloadSettings) -> Result<Order, String> {
        Order::new(settings, Path::new("downloads"), Lang::ZhCn)
    }

    #[test]
    fn a_name_is_sent_in_its_encoding_with_its_line_end() {
        let settings = DownloadSettings {
            encoding: Charset::Gbk,
            line_end: DownloadLineEnd::CrLf,
            name: "中.c".to_owned(),
            ..settings()
        };
        let order = order(&settings).unwrap();
        assert_eq!((order.bytes.as_slice(), order.server.as_str()), (&b"\xd6\xd0.c\r\n"[..], "10.0.0.1"));
        assert_eq!(order.title(), "中.c");
    }

    #[test]
    fn texts_have_escapes_and_hex_is_hex() {
        let with = |request, content: &str| DownloadSettings { request, content: content.to_owned(), ..settings() };
        let text = order(&with(DownloadRequest::Text, r"GET a\tb.txt\n")).unwrap();
        assert_eq!(text.bytes, b"GET a\tb.txt\n");
        let hex = order(&with(DownloadRequest::Hex, "01 02 ff")).unwrap();
        assert_eq!((hex.bytes.as_slice(), hex.title().as_str()), (&[1, 2, 255][..], NAMELESS));
        assert!(order(&with(DownloadRequest::Hex, "0g")).unwrap_err().starts_with("第 1 行第 2 列"));
        let nothing = order(&with(DownloadRequest::Nothing, "x")).unwrap();
        assert!(nothing.bytes.is_empty() && nothing.asked.is_empty());
    }

    #[test]
    fn a_file_goes_where_it_was_said() {
        for (typed, place) in [
            ("", Path::new("downloads").join("照片.jpg")),
            ("out/", Path::new("out").join("照片.jpg")),
            ("out/a.jpg", PathBuf::from("out/a.jpg")),
        ] {
            let settings = DownloadSettings { save_to: typed.to_owned(), ..settings() };
            assert_eq!(order(&settings).unwrap().local, place, "{typed}");
        }
        let text = DownloadSettings {
            request: DownloadRequest::Text,
            content: "get ../../etc/passwd".to_owned(),
            ..settings()
        };
        assert_eq!(order(&text).unwrap().local, Path::new("downloads").join("passwd"));
    }

    #[test]
    fn what_is_missing_is_said() {
        let refused = |settings: DownloadSettings| order(&settings).unwrap_err();
        assert_eq!(refused(DownloadSettings { server: String::new(), ..settings() }), "请填写服务器");
        assert_eq!(refused(DownloadSettings { name: String::new(), ..settings() }), "请填写文件名");
        let empty = DownloadSettings { request: DownloadRequest::Hex, ..settings() };
        assert_eq!(refused(empty), "请填写要发送的内容");
        assert!(refused(DownloadSettings { server: "ftp://a".to_owned(), ..settings() }).contains("ftp://a"));
    }

    #[test]
    fn the_length_has_its_format() {
        let of = |ending, length| ending_of(&DownloadSettings { ending, length, ..settings() });
        let four = Prefix::Number { width: Width::Four, order: ByteOrder::Little };
        assert_eq!(of(DownloadEnding::Length, DownloadLength::FourLittle), Ending::Length(four));
        assert_eq!(of(DownloadEnding::Length, DownloadLength::Line), Ending::Length(Prefix::Line));
        assert_eq!(of(DownloadEnding::Idle, DownloadLength::Line), Ending::Idle(Duration::from_secs(3)));
        assert_eq!(of(DownloadEnding::Close, DownloadLength::Line), Ending::Close);
    }

    fn ending_of(settings: &DownloadSettings) -> Ending {
        order(settings).unwrap().ending
    }
}
