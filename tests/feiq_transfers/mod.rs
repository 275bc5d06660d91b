//! What the tests of file transfers share: nodes' ends for files, each on an address of its own, and trees on the disk.
#![allow(clippy::unwrap_used, dead_code)] // tests panic on purpose; each of the files uses its part

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use socket2::{Domain, Socket, Type};
use tempfile::TempDir;
use wirebench::proto::ipmsg::{Attachment, DirLimits, TextEncoding};
use wirebench::service::feiq::files::{
    Existing, FetchRequest, Files, FilesConfig, PrepareFailure, Prepared, Recipient, Requester, Transfer, TransferId,
    TransferState,
};

/// No event of these tests takes longer, on however busy a machine.
pub const PATIENCE: Duration = Duration::from_mins(1);
/// What a cancel and a close may take.
pub const CLOSE: Duration = Duration::from_millis(200);
/// A packet's number.
pub const NUMBER: u64 = 0x5F5E_1001;

/// A node's end for files, with a folder of its own.
pub struct Node {
    pub files: Option<Files>,
    pub addr: SocketAddr,
    pub folder: TempDir,
}

impl Node {
    pub fn start(ip: &str) -> Self {
        Self::with(ip, |_| ())
    }

    /// With other settings than the usual.
    pub fn with(ip: &str, change: impl FnOnce(&mut FilesConfig)) -> Self {
        let mut config = FilesConfig::new(SocketAddr::new(ip.parse().unwrap(), 0));
        change(&mut config);
        let files = Files::start(config, Arc::new(|| ())).unwrap();
        let addr = files.local();
        Self { files: Some(files), addr, folder: tempfile::tempdir().unwrap() }
    }

    pub fn files(&self) -> &Files {
        self.files.as_ref().unwrap()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Makes a file.
    pub fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    pub fn prepare(&self, paths: &[PathBuf]) -> Result<Prepared, PrepareFailure> {
        let (sender, receiver) = crossbeam_channel::bounded(1);
        self.files().prepare(paths.to_vec(), move |prepared| sender.send(prepared).unwrap()).unwrap();
        receiver.recv_timeout(PATIENCE).unwrap()
    }

    /// Offers these to an address under [`NUMBER`].
    pub fn offer(&self, paths: &[PathBuf], to: IpAddr, encoding: TextEncoding) -> Vec<Attachment> {
        let prepared = self.prepare(paths).unwrap();
        self.files().offer(NUMBER, &[Recipient { ip: to, encoding }], &prepared);
        prepared.attachments(encoding)
    }

    /// A request for something that `peer` offered.
    pub fn request(&self, peer: SocketAddr, attachment: &Attachment) -> FetchRequest {
        FetchRequest {
            peer,
            number: NUMBER,
            attachment: attachment.clone(),
            encoding: TextEncoding::Utf8,
            into: self.folder.path().to_owned(),
            existing: Existing::Number,
            limits: DirLimits::default(),
            requester: Requester {
                version: b"1".to_vec(),
                number: 7,
                user: b"tester".to_vec(),
                host: b"test-pc".to_vec(),
            },
        }
    }

    /// Fetches it, and waits for the end.
    #[track_caller]
    pub fn fetch(&self, request: FetchRequest) -> TransferState {
        let id = self.files().fetch(request);
        self.end_of(id)
    }

    /// Waits for the end of a transfer.
    #[track_caller]
    pub fn end_of(&self, id: TransferId) -> TransferState {
        self.until(|t| t.id == id && t.state.is_over()).state
    }

    /// Waits for a transfer that is so.
    #[track_caller]
    pub fn until(&self, mut wanted: impl FnMut(&Transfer) -> bool) -> Transfer {
        let mut found = None;
        let came = self.files().wait(PATIENCE, |all| {
            found = all.iter().find(|transfer| wanted(transfer)).cloned();
            found.is_some()
        });
        assert!(came, "{:#?}", self.files().transfers());
        found.unwrap()
    }

    /// The names at the top of the folder, while something may still be removed below.
    pub fn top(&self) -> Vec<String> {
        let names = fs::read_dir(self.folder.path()).unwrap();
        names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    /// What is in the folder.
    pub fn tree(&self) -> BTreeMap<String, Option<Vec<u8>>> {
        tree(self.folder.path())
    }
}

/// Everything below a folder by its path with `/`: the content of files, `None` for folders.
pub fn tree(root: &Path) -> BTreeMap<String, Option<Vec<u8>>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
            let kind = fs::symlink_metadata(&path).unwrap();
            assert!(!kind.is_symlink(), "{name}");
            let content = if kind.is_dir() { None } else { Some(fs::read(&path).unwrap()) };
            found.insert(name, content);
            if kind.is_dir() {
                folders.push(path);
            }
        }
    }
    found
}

/// Bytes without a pattern, always the same.
pub fn noise(len: usize) -> Vec<u8> {
    let mut x = 0x2545_f491_4f6c_dd1d_u64;
    std::iter::repeat_with(|| {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        x as u8
    })
    .take(len)
    .collect()
}

/// The path, size and hash of what is done.
#[track_caller]
pub fn done(state: TransferState) -> (PathBuf, u64, Option<String>) {
    match state {
        TransferState::Done { path, size, sha256 } => (path, size, sha256),
        other => panic!("{other:?}"),
    }
}

/// A connection of a peer that speaks for itself, from an address of its own.
pub fn connect(from: &str, to: SocketAddr) -> TcpStream {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.bind(&SocketAddr::new(from.parse().unwrap(), 0).into()).unwrap();
    socket.connect(&to.into()).unwrap();
    let stream = TcpStream::from(socket);
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// A request as bytes, without an end.
pub fn request(command: u32, extra: &str) -> String {
    format!("1:99:peer:peer-pc:{command}:{extra}")
}

/// What comes back for a request, to the end; whether the end was a reset.
pub fn ask(from: &str, to: SocketAddr, request: &[u8]) -> (Vec<u8>, bool) {
    let mut stream = connect(from, to);
    let mut answer = Vec::new();
    // A server that refuses at once may be gone already.
    let reset = stream.write_all(request).is_err() || stream.read_to_end(&mut answer).is_err();
    (answer, reset)
}

/// Whether the end of a connection is how a reset shows. Wine shuts a socket down before it closes it, so that a FIN
/// comes first.
pub fn is_reset(end: &std::io::Result<usize>) -> bool {
    let wine = cfg!(windows) && Path::new(r"C:\windows\system32\winecfg.exe").exists();
    end.is_err() || wine
}

/// A server of one connection that answers any request with these bytes and closes; and an attachment of it.
pub fn answering(ip: &str, answer: Vec<u8>) -> SocketAddr {
    let listener = TcpListener::bind((ip, 0)).unwrap();
    let addr = listener.local_addr().unwrap();
    std::thread::Builder::new()
        .name("answering".to_owned())
        .spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 512];
            let len = stream.read(&mut request).unwrap();
            assert!(request[..len].ends_with(&[0]), "a request ends with NUL");
            let _ = stream.write_all(&answer); // the node may have had enough
        })
        .unwrap();
    addr
}

/// An attachment.
pub fn attachment(name: &str, size: u64, attr: u32) -> Attachment {
    Attachment { id: 1, name: name.as_bytes().to_vec(), size, mtime: 0, attr, ext: Vec::new() }
}

/// A header of a folder's stream.
pub fn header(name: &[u8], size: u64, attr: u32) -> Vec<u8> {
    let rest = [b":", name, format!(":{size:x}:{attr:x}:").as_bytes()].concat();
    [format!("{:04x}", rest.len() + 4).as_bytes(), &rest].concat()
}
