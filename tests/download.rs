//! Downloads over plain TCP against servers of every kind: where the content ends, what goes wrong, what is left behind.
#![allow(clippy::unwrap_used)] // tests panic on purpose

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crossbeam_channel::{Sender, bounded};
use sha2::{Digest, Sha256};
use socket2::SockRef;
use tempfile::TempDir;
use wirebench::codec::byte_order::ByteOrder;
use wirebench::codec::framing::Width;
use wirebench::journal::{Cause, Config, Kind, Operation, Recorder};
use wirebench::service::download::{
    Done, Download, DownloadConfig, DownloadFailure, Ending, Existing, Phase, Prefix, State,
};

const PATIENCE: Duration = Duration::from_mins(1);

/// A server for one client: it reads the request, and then does as it is told.
struct Server {
    addr: SocketAddr,
    thread: JoinHandle<Vec<u8>>,
}

impl Server {
    fn start(host: &str, request_len: usize, answer: impl FnOnce(TcpStream) + Send + 'static) -> Self {
        let listener = TcpListener::bind((host, 0)).unwrap();
        let addr = listener.local_addr().unwrap();
        let serve = move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = vec![0; request_len];
            stream.read_exact(&mut request).unwrap();
            answer(stream);
            request
        };
        Self { addr, thread: std::thread::Builder::new().name("server".to_owned()).spawn(serve).unwrap() }
    }

    /// What it was asked for.
    fn request(self) -> Vec<u8> {
        self.thread.join().unwrap()
    }
}

/// Sends an answer in odd pieces and closes.
fn sends(answer: Vec<u8>) -> impl FnOnce(TcpStream) + Send + 'static {
    move |mut stream| {
        for piece in answer.chunks(1009) {
            stream.write_all(piece).unwrap();
        }
    }
}

/// Sends this and stays, until the client has gone.
fn sends_and_stays(answer: Vec<u8>) -> impl FnOnce(TcpStream) + Send + 'static {
    move |mut stream| {
        stream.write_all(&answer).unwrap();
        let _ = stream.read(&mut [0; 1]); // a reset is as good as an end
    }
}

struct Bench {
    folder: TempDir,
}

impl Bench {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn config(&self, server: SocketAddr, ending: Ending) -> DownloadConfig {
        DownloadConfig {
            server: server.ip().to_string(),
            port: server.port(),
            request: b"a.bin".to_vec(),
            ending,
            patience: PATIENCE,
            local: self.target(),
            existing: Existing::Refuse,
            trace: None,
        }
    }

    fn target(&self) -> PathBuf {
        self.folder.path().join("a.bin")
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// The failure, and that nothing was left.
    #[track_caller]
    fn failure(&self, server: SocketAddr, ending: Ending) -> DownloadFailure {
        self.failure_of(self.config(server, ending))
    }

    #[track_caller]
    fn failure_of(&self, config: DownloadConfig) -> DownloadFailure {
        let phase = end(&start(config)).phase;
        let Phase::Failed(failure) = phase else { panic!("{phase:?}") };
        assert!(self.names().is_empty(), "{:?}", self.names());
        failure
    }
}

fn start(config: DownloadConfig) -> Download {
    Download::start(config, Arc::new(|| ())).unwrap()
}

#[track_caller]
fn end(download: &Download) -> State {
    assert!(download.wait(PATIENCE, |state| state.phase.has_ended()), "{:?}", download.state());
    State::clone(&download.state())
}

#[track_caller]
fn done(config: DownloadConfig) -> Done {
    let state = end(&start(config));
    let Phase::Done(done) = state.phase else { panic!("{state:?}") };
    assert_eq!(state.progress.done_bytes, done.size);
    done
}

fn content(len: usize) -> Vec<u8> {
    (0..len).map(|at| (at / 7 % 251) as u8).collect()
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}

fn number(width: Width, order: ByteOrder) -> Ending {
    Ending::Length(Prefix::Number { width, order })
}

const LE4: Ending = Ending::Length(Prefix::Number { width: Width::Four, order: ByteOrder::Little });

#[test]
fn until_the_server_closes() {
    for len in [1, 1000, 300_000, 5_000_000] {
        let bench = Bench::new();
        let bytes = content(len);
        let server = Server::start("127.0.0.1", 5, sends(bytes.clone()));
        let done = done(bench.config(server.addr, Ending::Close));
        assert_eq!(server.request(), b"a.bin");
        assert_eq!((done.path, done.size, done.sha256), (bench.target(), len as u64, sha256(&bytes)));
        assert!(fs::read(bench.target()).unwrap() == bytes);
        assert_eq!(bench.names(), ["a.bin"]);
    }
}

#[test]
fn by_name_and_over_ipv6() {
    let bench = Bench::new();
    let server = Server::start("127.0.0.1", 5, sends(content(10)));
    let config = bench.config(server.addr, Ending::Close);
    assert_eq!(done(DownloadConfig { server: "localhost".to_owned(), ..config }).size, 10);
    let bench = Bench::new();
    let server = Server::start("::1", 5, sends(content(20)));
    assert_eq!(done(bench.config(server.addr, Ending::Close)).size, 20);
}

#[test]
fn a_length_first_in_every_form() {
    let bytes = content(200);
    for (ending, prefix) in [
        (number(Width::One, ByteOrder::Big), vec![200]),
        (number(Width::Two, ByteOrder::Big), vec![0, 200]),
        (number(Width::Two, ByteOrder::Little), vec![200, 0]),
        (LE4, vec![200, 0, 0, 0]),
        (number(Width::Four, ByteOrder::Big), vec![0, 0, 0, 200]),
        (number(Width::Eight, ByteOrder::Little), vec![200, 0, 0, 0, 0, 0, 0, 0]),
        (Ending::Length(Prefix::Line), b"200\r\n".to_vec()),
    ] {
        let bench = Bench::new();
        let answer = [prefix, bytes.clone()].concat();
        // The connection stays open: the length alone says where the content ends.
        let server = Server::start("127.0.0.1", 5, sends_and_stays(answer));
        let download = start(bench.config(server.addr, ending));
        let state = end(&download);
        assert!(matches!(&state.phase, Phase::Done(done) if done.size == 200), "{ending:?}: {state:?}");
        assert_eq!(state.progress.total_bytes, Some(200));
        assert!(fs::read(bench.target()).unwrap() == bytes, "{ending:?}");
    }
}

#[test]
fn an_empty_file_with_a_length_is_a_file() {
    let bench = Bench::new();
    let server = Server::start("127.0.0.1", 5, sends_and_stays(vec![0; 4]));
    assert_eq!(done(bench.config(server.addr, LE4)).size, 0);
    assert_eq!(fs::read(bench.target()).unwrap(), b"");
}

#[test]
fn until_nothing_comes() {
    let bench = Bench::new();
    let bytes = content(100_000);
    let server = Server::start("127.0.0.1", 5, sends_and_stays(bytes.clone()));
    let idle = Ending::Idle(Duration::from_millis(300));
    assert_eq!(done(bench.config(server.addr, idle)).sha256, sha256(&bytes));
    // A server that closes has ended, too.
    let bench = Bench::new();
    let server = Server::start("127.0.0.1", 5, sends(bytes.clone()));
    let slow = Ending::Idle(PATIENCE);
    assert_eq!(done(bench.config(server.addr, slow)).sha256, sha256(&bytes));
}

#[test]
fn a_server_may_begin_by_itself() {
    let bench = Bench::new();
    let server = Server::start("127.0.0.1", 0, sends(content(10)));
    let config = bench.config(server.addr, Ending::Close);
    assert_eq!(done(DownloadConfig { request: Vec::new(), ..config }).size, 10);
}

#[test]
fn nobody_listens() {
    let bench = Bench::new();
    let addr = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    match bench.failure(addr, Ending::Close) {
        DownloadFailure::System(failure) => {
            assert_eq!((failure.op, failure.cause), (Operation::Connect, Cause::Refused));
        }
        other => panic!("{other:?}"),
    }
}

/// A server that sends 1000 bytes and, when it is told, resets the connection; how to tell it.
fn resets() -> (Server, Sender<()>) {
    let (tell, told) = bounded(1);
    let server = Server::start("127.0.0.1", 5, move |mut stream| {
        stream.write_all(&content(1000)).unwrap();
        told.recv().unwrap();
        SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap();
    });
    (server, tell)
}

#[test]
fn a_reset_in_the_middle_says_how_much_came() {
    for ending in [Ending::Close, Ending::Idle(PATIENCE)] {
        let bench = Bench::new();
        let (server, reset) = resets();
        let download = start(bench.config(server.addr, ending));
        assert!(download.wait(PATIENCE, |state| state.progress.done_bytes == 1000));
        assert_eq!(bench.names(), ["a.bin.part"]);
        reset.send(()).unwrap();
        match end(&download).phase {
            Phase::Failed(DownloadFailure::Broken { failure, got }) => {
                assert_eq!((failure.op, failure.cause, got), (Operation::Receive, Cause::Reset, 1000));
            }
            // Wine sends FIN before the RST.
            Phase::Done(done) if cfg!(windows) => {
                assert_eq!(done.size, 1000);
                continue;
            }
            other => panic!("{other:?}"),
        }
        assert!(bench.names().is_empty());
    }
}

#[test]
fn a_server_without_an_answer() {
    let bench = Bench::new();
    for ending in [Ending::Close, LE4, Ending::Idle(PATIENCE)] {
        let server = Server::start("127.0.0.1", 5, drop);
        assert_eq!(bench.failure(server.addr, ending), DownloadFailure::Nothing);
    }
}

#[test]
fn silence_has_an_end() {
    let after = Duration::from_millis(200);
    for (ending, answer, got) in [
        (Ending::Close, &b""[..], 0),
        (Ending::Close, b"abc", 3),
        (LE4, b"\x09\0\0\0abc", 3),
        (Ending::Idle(PATIENCE), b"", 0),
    ] {
        let bench = Bench::new();
        let server = Server::start("127.0.0.1", 5, sends_and_stays(answer.to_vec()));
        let config = DownloadConfig { patience: after, ..bench.config(server.addr, ending) };
        // On a busy machine not even the first bytes may come in time.
        match bench.failure_of(config) {
            DownloadFailure::Silent { after: said, got: came } => assert!(said == after && (came == got || came == 0)),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn fewer_bytes_than_promised() {
    let bench = Bench::new();
    let short = |answer: &[u8], ending| {
        let server = Server::start("127.0.0.1", 5, sends(answer.to_vec()));
        bench.failure(server.addr, ending)
    };
    let failure = |got, length, other_order, text: Option<&str>| DownloadFailure::Short {
        got,
        length,
        other_order,
        text: text.map(|text| text.as_bytes().to_vec()),
    };
    assert_eq!(short(b"\x09\0\0\0abc", LE4), failure(3, Some(9), false, None));
    assert_eq!(short(b"\0\0\0\x03abc", LE4), failure(3, Some(3 << 24), true, None));
    assert_eq!(short(b"\x09\0", LE4), failure(0, None, false, None));
    // The server speaks of an error where a length should be.
    let words = "ERROR: no such file";
    let length = u64::from(u32::from_le_bytes(*b"ERRO"));
    assert_eq!(short(words.as_bytes(), LE4), failure(words.len() as u64 - 4, Some(length), false, Some(words)));
}

#[test]
fn what_is_no_length() {
    let bench = Bench::new();
    let line = Ending::Length(Prefix::Line);
    let server = Server::start("127.0.0.1", 5, sends(b"ERROR: no such file\n".to_vec()));
    let opening = b"ERROR: no such file\n".to_vec();
    assert_eq!(bench.failure(server.addr, line), DownloadFailure::NoLength { opening });
    for (ending, answer) in [(line, b"-1\n".to_vec()), (LE4, vec![0xFF; 4])] {
        let server = Server::start("127.0.0.1", 5, sends(answer));
        assert_eq!(bench.failure(server.addr, ending), DownloadFailure::MinusOne);
    }
}

#[test]
fn a_short_text_and_a_surplus_are_told() {
    let bench = Bench::new();
    let server = Server::start("127.0.0.1", 5, sends("文件不存在".as_bytes().to_vec()));
    assert_eq!(done(bench.config(server.addr, Ending::Close)).text, Some("文件不存在".as_bytes().to_vec()));
    let bench = Bench::new();
    let server = Server::start("127.0.0.1", 5, sends(content(1000)));
    assert_eq!(done(bench.config(server.addr, Ending::Close)).text, None);
    let bench = Bench::new();
    let server = Server::start("127.0.0.1", 5, sends(b"\x03\0\0\0abcde".to_vec()));
    assert_eq!(done(bench.config(server.addr, LE4)).surplus, 2);
    assert_eq!(fs::read(bench.target()).unwrap(), b"abc");
}

#[test]
fn what_is_there_is_not_replaced_without_leave() {
    let bench = Bench::new();
    fs::write(bench.target(), "mine").unwrap();
    let nobody = "127.0.0.1:9".parse().unwrap(); // is not asked
    let config = bench.config(nobody, Ending::Close);
    let phase = end(&start(config)).phase;
    assert_eq!(phase, Phase::Failed(DownloadFailure::Exists(bench.target())));

    let replaced = |answer: &[u8]| {
        let server = Server::start("127.0.0.1", 5, sends(answer.to_vec()));
        let config = DownloadConfig { existing: Existing::Overwrite, ..bench.config(server.addr, LE4) };
        end(&start(config)).phase
    };
    assert!(matches!(replaced(b"\x09\0\0\0abc"), Phase::Failed(_)));
    assert_eq!(fs::read(bench.target()).unwrap(), b"mine");
    assert!(matches!(replaced(b"\x03\0\0\0abc"), Phase::Done(_)));
    assert_eq!(fs::read(bench.target()).unwrap(), b"abc");
    assert_eq!(bench.names(), ["a.bin"]);
}

#[test]
fn a_missing_folder_and_a_folder_in_the_way() {
    let bench = Bench::new();
    let nobody = "127.0.0.1:9".parse().unwrap();
    let into = |local| end(&start(DownloadConfig { local, ..bench.config(nobody, Ending::Close) })).phase;
    match into(bench.folder.path().join("none/a.bin")) {
        Phase::Failed(DownloadFailure::System(failure)) => assert_eq!(failure.op, Operation::Write),
        other => panic!("{other:?}"),
    }
    let folder = bench.folder.path().to_owned();
    assert_eq!(into(folder.clone()), Phase::Failed(DownloadFailure::NotAFile(folder)));
}

#[test]
fn a_cancel_leaves_nothing_and_takes_no_time() {
    let mut tooks = Vec::new();
    for round in 0..3 {
        let bench = Bench::new();
        // It sends for ever, and more than the socket takes, until the client is gone.
        let server = Server::start("127.0.0.1", 5, |mut stream| while stream.write_all(&content(100_000)).is_ok() {});
        let download = start(bench.config(server.addr, Ending::Close));
        assert!(download.wait(PATIENCE, |state| state.progress.done_bytes > 3_000_000));
        let begun = Instant::now();
        if round == 0 {
            download.cancel();
            assert_eq!(end(&download).phase, Phase::Cancelled);
        }
        drop(download);
        tooks.push(begun.elapsed());
        assert!(bench.names().is_empty());
        server.request();
    }
    // A busy machine may lose time of its own in one of them.
    assert!(tooks.iter().any(|took| *took < Duration::from_millis(200)), "{tooks:?}");
}

#[test]
fn a_silent_server_does_not_keep_it() {
    let bench = Bench::new();
    let (tell, asked) = bounded(1);
    let server = Server::start("127.0.0.1", 5, move |stream| {
        tell.send(()).unwrap();
        sends_and_stays(Vec::new())(stream);
    });
    let download = start(bench.config(server.addr, Ending::Close));
    asked.recv_timeout(PATIENCE).unwrap();
    download.cancel();
    assert_eq!(end(&download).phase, Phase::Cancelled);
    assert!(bench.names().is_empty());
    drop(download);
    assert_eq!(server.request(), b"a.bin");
}

#[test]
fn everything_is_in_the_log_if_it_is_wanted() {
    let bench = Bench::new();
    let server = Server::start("127.0.0.1", 5, sends(content(3000)));
    let spill = tempfile::tempdir().unwrap();
    let recorder =
        Recorder::new(Config { budget_bytes: 16 << 20, spill_dir: spill.path().to_owned() }, Arc::new(|| ()));
    let trace = Some(Arc::clone(&recorder));
    done(DownloadConfig { trace, ..bench.config(server.addr, Ending::Close) });
    let journal = recorder.journal();
    let (mut sent, mut received, mut events) = (Vec::new(), Vec::new(), 0);
    for record in (0..journal.len()).map(|index| journal.read(index).unwrap()) {
        match record.head.kind {
            Kind::Sent => sent.extend_from_slice(record.bytes()),
            Kind::Received => received.extend_from_slice(record.bytes()),
            Kind::Event => events += 1,
        }
    }
    assert_eq!((sent, received, events), (b"a.bin".to_vec(), content(3000), 2));
}
