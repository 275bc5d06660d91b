//! Other people's TFTP clients, run to their end.

use std::ffi::{OsStr, OsString};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Output};

/// No transfer of these tests takes longer, on however busy a machine.
const LIMIT_SECONDS: &str = "120";

/// Whose client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `tftp` of tftp-hpa: RFC 1350 alone.
    Hpa,
    /// `atftp`: block and window sizes.
    Atftp,
    /// `curl`: block sizes.
    Curl,
    /// `busybox tftp`: block sizes.
    Busybox,
}

/// What it is to ask for; `None` is what it does by itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked {
    /// Octets of data in a block.
    pub block_size: Option<u16>,
    /// Blocks per ACK.
    pub window_size: Option<u16>,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Hpa, Self::Atftp, Self::Curl, Self::Busybox];

    /// Whether it can ask for this.
    pub fn can(self, asked: Asked) -> bool {
        let has_blocks = self != Self::Hpa && (self != Self::Busybox || asked.block_size >= Some(24));
        let has_windows = self == Self::Atftp;
        (has_blocks || asked.block_size.is_none()) && (has_windows || asked.window_size.is_none())
    }

    /// Whether it knows that its upload is over after this block. curl and tftp-hpa don't around the rollover, with any
    /// server: the file is there, but they wait or send on.
    pub fn ends_an_upload_with(self, block: usize) -> bool {
        match self {
            Self::Atftp | Self::Busybox => true,
            Self::Curl => !(65_535..=65_536).contains(&block),
            Self::Hpa => block != 65_536,
        }
    }

    /// Fetches a file.
    #[track_caller]
    pub fn get(self, server: SocketAddr, remote: &OsStr, local: &Path, asked: Asked) {
        run(&self.getting(server, remote, local, asked));
    }

    /// Gives a file to the server.
    #[track_caller]
    pub fn put(self, server: SocketAddr, local: &Path, remote: &OsStr, asked: Asked) {
        run(&self.putting(server, local, remote, asked));
    }

    /// The command line that fetches a file.
    pub fn getting(self, server: SocketAddr, remote: &OsStr, local: &Path, asked: Asked) -> Vec<OsString> {
        let mut line = self.begin(asked);
        match self {
            Self::Hpa => line.extend_from_slice(&[
                server.ip().to_string().into(),
                server.port().to_string().into(),
                "-c".into(),
                "get".into(),
                remote.into(),
                local.into(),
            ]),
            Self::Curl => line.extend_from_slice(&["--output".into(), local.into(), url(server, remote)]),
            Self::Atftp | Self::Busybox => {
                line.extend(["-g".into(), "-r".into(), remote.into(), "-l".into(), local.into()]);
                line.extend([server.ip().to_string().into(), server.port().to_string().into()]);
            }
        }
        line
    }

    fn putting(self, server: SocketAddr, local: &Path, remote: &OsStr, asked: Asked) -> Vec<OsString> {
        let mut line = self.begin(asked);
        match self {
            Self::Hpa => line.extend_from_slice(&[
                server.ip().to_string().into(),
                server.port().to_string().into(),
                "-c".into(),
                "put".into(),
                local.into(),
                remote.into(),
            ]),
            Self::Curl => line.extend_from_slice(&["--upload-file".into(), local.into(), url(server, remote)]),
            Self::Atftp | Self::Busybox => {
                line.extend(["-p".into(), "-r".into(), remote.into(), "-l".into(), local.into()]);
                line.extend([server.ip().to_string().into(), server.port().to_string().into()]);
            }
        }
        line
    }

    fn begin(self, asked: Asked) -> Vec<OsString> {
        assert!(self.can(asked), "{self:?} can't ask for {asked:?}");
        let mut line: Vec<OsString> = match self {
            Self::Hpa => vec!["tftp".into(), "-m".into(), "octet".into()],
            Self::Atftp => vec!["atftp".into()],
            Self::Curl => vec!["curl".into(), "--silent".into(), "--show-error".into()],
            Self::Busybox => vec!["busybox".into(), "tftp".into()],
        };
        if let Some(size) = asked.block_size {
            match self {
                Self::Atftp => line.extend(["--option".into(), format!("blksize {size}").into()]),
                Self::Curl => line.extend(["--tftp-blksize".into(), size.to_string().into()]),
                Self::Busybox => line.extend(["-b".into(), size.to_string().into()]),
                Self::Hpa => {}
            }
        }
        if let Some(size) = asked.window_size {
            line.extend(["--option".into(), format!("windowsize {size}").into()]);
        }
        line
    }
}

#[track_caller]
fn run(line: &[OsString]) {
    let Output { status, stdout, stderr } = Command::new("timeout").arg(LIMIT_SECONDS).args(line).output().unwrap();
    let said = [stdout, stderr].map(|said| String::from_utf8_lossy(&said).into_owned()).concat();
    // tftp-hpa says what went wrong and ends well all the same.
    assert!(status.success() && !said.contains("rror"), "{line:?}: {status}: {said}");
}

fn url(server: SocketAddr, remote: &OsStr) -> OsString {
    use std::fmt::Write;
    let mut url = format!("tftp://{server}/");
    for byte in remote.as_encoded_bytes() {
        write!(url, "%{byte:02X}").unwrap();
    }
    url.into()
}
