//! Other people's TFTP servers, each on a loopback address of its own.

use std::ffi::OsString;
use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant};

use super::super::bench::PATIENCE;
use super::super::process::Process;
use wirebench::service::tftp::Options;

/// Where those listen that can be told a port.
const PORT: u16 = 6969;
/// A request for a file that no server has, to see whether one is there.
const KNOCK: &[u8] = b"\0\x01no such file\0octet\0";

/// Whose server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `in.tftpd` of tftp-hpa: no windows; reads and writes.
    Hpa,
    /// `atftpd`: windows; reads and writes.
    Atftpd,
    /// `dnsmasq`: no windows; only reads, only octets.
    Dnsmasq,
    /// The crate `tftpd`: windows; reads and writes.
    Crate,
    /// The same, with 1 after block 65535; it ends uploads that go on with 0.
    CrateRollingToOne,
}

impl Kind {
    /// Those that differ from each other.
    pub const ALL: [Self; 4] = [Self::Hpa, Self::Atftpd, Self::Dnsmasq, Self::Crate];

    /// Whether clients can write files.
    pub fn takes_uploads(self) -> bool {
        !matches!(self, Self::Dnsmasq | Self::CrateRollingToOne)
    }

    /// Whether it has the option windowsize (RFC 7440).
    pub fn has_windows(self) -> bool {
        matches!(self, Self::Atftpd | Self::Crate | Self::CrateRollingToOne)
    }

    /// Whether an upload's window fits into its socket's buffer. Where it does not, the crate gives up after seven
    /// silent moments of all the upload; the others get it through.
    pub fn holds(self, options: Options) -> bool {
        let Options::Ask { block_size, window_size, .. } = options else { return true };
        // The system counts at least 768 octets for a datagram, and has 212,992 for all.
        let window = u32::from(window_size.get()) * u32::from(block_size.get().max(768));
        !matches!(self, Self::Crate | Self::CrateRollingToOne) || window <= 100_000
    }

    /// The block size that it grants to whoever asks for this one.
    pub fn granted(self, block_size: u16) -> u16 {
        match self {
            // It refuses options if its answer would not fit into a block.
            Self::Atftpd if block_size < 64 => 512,
            // What its buffer for DNS holds.
            Self::Dnsmasq => block_size.min(2263),
            _ => block_size,
        }
    }
}

/// A server that listens.
pub struct Server {
    /// Where.
    pub address: SocketAddr,
    _process: Option<Process>,
}

impl Server {
    /// Serves a folder, and takes new files where that can be.
    #[track_caller]
    pub fn start(kind: Kind, folder: &Path) -> Self {
        Self::run(kind, folder, None)
    }

    /// The same, on this core alone; not the crate's, which is no process.
    #[track_caller]
    pub fn on_core(kind: Kind, folder: &Path, core: &str) -> Self {
        Self::run(kind, folder, Some(core))
    }

    #[track_caller]
    fn run(kind: Kind, folder: &Path, core: Option<&str>) -> Self {
        assert!(is_root(), "in.tftpd and dnsmasq need root: see .ci/run");
        // They lay down their rights.
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o777)).unwrap();
        let port = if kind == Kind::Dnsmasq { 69 } else { PORT };
        let address = SocketAddr::new(own_address(), port);
        let process = match kind {
            Kind::Hpa => Some(started(core, "in.tftpd", hpa(address, folder))),
            Kind::Atftpd => Some(started(core, "atftpd", atftpd(address, folder))),
            Kind::Dnsmasq => Some(started(core, "dnsmasq", dnsmasq(address, folder))),
            Kind::Crate | Kind::CrateRollingToOne => {
                assert_eq!(core, None);
                of_the_crate(address, folder, kind == Kind::CrateRollingToOne);
                None
            }
        };
        until_listening(address);
        Self { address, _process: process }
    }
}

#[track_caller]
fn started(core: Option<&str>, program: &str, arguments: Vec<OsString>) -> Process {
    match core {
        None => Process::start(program, arguments),
        Some(core) => {
            let pinned = ["-c", core, program].map(OsString::from);
            Process::start("taskset", pinned.into_iter().chain(arguments))
        }
    }
}

/// Whether these tests may use port 69, network namespaces and the like.
pub fn is_root() -> bool {
    std::fs::metadata("/proc/self").unwrap().uid() == 0
}

/// An address of the loopback network that nothing else uses.
fn own_address() -> IpAddr {
    static USED: AtomicU8 = AtomicU8::new(1);
    let [.., high, low] = std::process::id().to_be_bytes();
    let own = USED.fetch_add(1, Ordering::Relaxed);
    assert!(own < u8::MAX, "there are no more addresses");
    Ipv4Addr::new(127, 128 | high, low, own).into()
}

fn arguments(fixed: &[&str], last: OsString) -> Vec<OsString> {
    fixed.iter().map(OsString::from).chain([last]).collect()
}

fn hpa(address: SocketAddr, folder: &Path) -> Vec<OsString> {
    arguments(&["-L", "-c", "-p", "-a", &address.to_string(), "-s"], folder.into())
}

fn atftpd(address: SocketAddr, folder: &Path) -> Vec<OsString> {
    let (ip, port) = (address.ip().to_string(), address.port().to_string());
    let fixed = ["--daemon", "--no-fork", "--logfile", "-", "--bind-address", &ip, "--port", &port];
    arguments(&fixed, folder.into())
}

fn dnsmasq(address: SocketAddr, folder: &Path) -> Vec<OsString> {
    let listen = format!("--listen-address={}", address.ip());
    let mut root = OsString::from("--tftp-root=");
    root.push(folder);
    let fixed = [
        "--keep-in-foreground",
        "--conf-file=/dev/null",
        "--pid-file",
        "--log-facility=-",
        "--port=0",
        "--bind-interfaces",
        "--enable-tftp",
        &listen,
    ];
    arguments(&fixed, root)
}

/// It has no way to end; its thread ends with the test's process.
fn of_the_crate(address: SocketAddr, folder: &Path, rolls_to_one: bool) {
    let (ip, port) = (address.ip().to_string(), address.port().to_string());
    let folder = folder.to_str().unwrap();
    let mut arguments = vec!["tftpd", "--quiet", "--ip-address", &ip, "--port", &port, "--directory", folder];
    if rolls_to_one {
        arguments.extend(["--rollover", "1"]);
    }
    let config = tftpd::Config::new(arguments.into_iter().map(str::to_owned)).unwrap();
    let mut server = tftpd::Server::new(&config).unwrap();
    let thread = std::thread::Builder::new().name("crate tftpd".to_owned());
    thread.spawn(move || server.listen()).unwrap();
}

/// Waits until nobody says any more that there is no such port.
#[track_caller]
fn until_listening(address: SocketAddr) {
    let knocking = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    knocking.connect(address).unwrap();
    let mut answer = [0; 1024];
    let deadline = Instant::now() + PATIENCE;
    loop {
        let is_refused = |error: std::io::Error| error.kind() == ErrorKind::ConnectionRefused;
        let refused = knocking.send(KNOCK).is_err_and(is_refused);
        knocking.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
        let refused = refused || knocking.recv(&mut answer).is_err_and(is_refused);
        if !refused {
            return;
        }
        assert!(Instant::now() < deadline, "nothing listens on {address}");
    }
}
