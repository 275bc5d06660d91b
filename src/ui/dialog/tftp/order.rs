//! What the form asks for: a transfer with all that it needs, checked.

use std::num::{NonZeroU8, NonZeroU16};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::codec::Charset;
use crate::i18n::{Lang, Text};
use crate::journal::Recorder;
use crate::proto::tftp::{BlockSize, Direction, Mode, Patience};
use crate::service::tftp::{Existing, Options, TransferConfig};
use crate::settings::{TftpDirection, TftpMode, TftpSettings};
use crate::ui::addresses::remote_host;
use crate::ui::dialog::transfer::is_folder;

/// A transfer that is to be started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// The server, as typed.
    pub server: String,
    /// Its port.
    pub port: u16,
    /// Which way the file goes.
    pub direction: Direction,
    /// The file's name on the server.
    pub remote: String,
    charset: Charset,
    /// The file here.
    pub local: PathBuf,
    mode: Mode,
    options: Options,
    patience: Patience,
    existing: Existing,
    /// Whether every packet goes into a log.
    pub trace: bool,
}

impl Order {
    /// What the settings ask for, or which of them is wrong.
    pub fn new(settings: &TftpSettings, downloads: &Path, lang: Lang) -> Result<Self, String> {
        let refused = |text: Text| text.text(lang).to_owned();
        let server = settings.server.trim();
        if server.is_empty() {
            return Err(refused(Text::TftpNoServer));
        }
        remote_host(server, lang)?;
        let remote = remote_name(settings);
        let (direction, local) = match settings.direction {
            TftpDirection::Download if remote.is_empty() => return Err(refused(Text::TftpNoRemote)),
            TftpDirection::Download => (Direction::Download, place(settings, downloads)),
            TftpDirection::Upload if settings.source.trim().is_empty() => return Err(refused(Text::TftpNoSource)),
            TftpDirection::Upload => (Direction::Upload, PathBuf::from(settings.source.trim())),
        };
        let timeout = NonZeroU8::new(settings.timeout_s);
        let usual = Patience::default();
        Ok(Self {
            server: server.to_owned(),
            port: settings.port,
            direction,
            remote,
            charset: settings.encoding,
            local,
            mode: match settings.mode {
                TftpMode::Octet => Mode::Octet,
                TftpMode::Netascii => Mode::Netascii,
            },
            options: options(settings, timeout),
            patience: Patience {
                first: timeout.map_or(usual.first, |seconds| Duration::from_secs(seconds.get().into())),
                retries: settings.retries,
            },
            existing: Existing::Refuse,
            trace: settings.trace,
        })
    }

    /// The same once more.
    #[must_use]
    pub fn again(&self, existing: Existing) -> Self {
        Self { existing, ..self.clone() }
    }

    /// For the service.
    pub fn config(&self, trace: Option<Arc<Recorder>>) -> TransferConfig {
        TransferConfig {
            port: self.port,
            charset: self.charset,
            existing: self.existing,
            mode: self.mode,
            options: self.options,
            patience: self.patience,
            trace,
            ..TransferConfig::new(&self.server, self.direction, &self.remote, self.local.clone())
        }
    }
}

/// The options; values out of their range do not come here, since the form refuses them.
fn options(settings: &TftpSettings, timeout: Option<NonZeroU8>) -> Options {
    let block_size = BlockSize::new(settings.block_size).unwrap_or(BlockSize::DEFAULT);
    let window_size = NonZeroU16::new(settings.window_size).unwrap_or(NonZeroU16::MIN);
    if settings.plain { Options::Plain } else { Options::Ask { block_size, window_size, timeout, size: settings.size } }
}

/// The file's name on the server; an upload without one takes the local file's.
pub fn remote_name(settings: &TftpSettings) -> String {
    let typed = settings.remote.trim();
    if settings.direction == TftpDirection::Upload && typed.is_empty() {
        let name = Path::new(settings.source.trim()).file_name();
        return name.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    }
    typed.to_owned()
}

/// Where a download is kept: in the folder of downloads, in a folder that was typed with its separator, or as typed.
pub fn place(settings: &TftpSettings, downloads: &Path) -> PathBuf {
    let (typed, remote) = (settings.save_to.trim(), settings.remote.trim());
    if typed.is_empty() {
        return TransferConfig::place_in(downloads, remote);
    }
    let local = Path::new(typed);
    if is_folder(typed) { TransferConfig::place_in(local, remote) } else { local.to_owned() }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use super::*;

    fn settings() -> TftpSettings {
        TftpSettings {
            server: " 10.0.0.1 ".to_owned(),
            remote: "images/固件.bin".to_owned(),
            ..TftpSettings::default()
        }
    }

    fn order(settings: &TftpSettings) -> Result<Order, String> {
        Order::new(settings, Path::new("downloads"), Lang::ZhCn)
    }

    #[test]
    fn a_download_goes_where_it_was_said() {
        for (typed, place) in [
            ("", Path::new("downloads").join("固件.bin")),
            ("out/", Path::new("out").join("固件.bin")),
            ("out/a.bin", PathBuf::from("out/a.bin")),
        ] {
            let settings = TftpSettings { save_to: typed.to_owned(), ..settings() };
            assert_eq!(order(&settings).unwrap().local, place, "{typed}");
        }
        assert_eq!(order(&settings()).unwrap().server, "10.0.0.1");
    }

    #[test]
    fn an_upload_has_the_local_name_unless_another_was_typed() {
        let mut settings =
            TftpSettings { direction: TftpDirection::Upload, source: "in/a.bin".to_owned(), ..settings() };
        assert_eq!(order(&settings).unwrap().remote, "images/固件.bin");
        settings.remote.clear();
        assert_eq!(order(&settings).unwrap().remote, "a.bin");
        settings.source.clear();
        assert_eq!(order(&settings).unwrap_err(), "请选择要上传的本地文件");
    }

    #[test]
    fn what_is_missing_is_said() {
        assert_eq!(order(&TftpSettings { server: String::new(), ..settings() }).unwrap_err(), "请填写服务器");
        assert_eq!(order(&TftpSettings { remote: String::new(), ..settings() }).unwrap_err(), "请填写远程文件");
        assert!(order(&TftpSettings { server: "tftp://a".to_owned(), ..settings() }).unwrap_err().contains("tftp://a"));
    }

    #[test]
    fn options_are_asked_for_unless_it_is_to_be_plain() {
        let mut settings = TftpSettings { timeout_s: 3, ..settings() };
        let asked = order(&settings).unwrap();
        let Options::Ask { block_size, window_size, timeout, size } = asked.options else { panic!("{asked:?}") };
        assert_eq!((block_size.get(), window_size.get(), timeout.map(NonZeroU8::get), size), (1428, 16, Some(3), true));
        assert_eq!(asked.patience, Patience { first: Duration::from_secs(3), retries: 5 });
        settings.plain = true;
        assert_eq!(order(&settings).unwrap().options, Options::Plain);
    }
}
