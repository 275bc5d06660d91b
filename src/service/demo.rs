//! The peers of `--demo`: what a newcomer talks to without a second machine.
//!
//! They use plain blocking sockets of the standard library on purpose: peers that shared the code of the workbench
//! would share its mistakes. Everything stays on the loopback interface, and every thread ends with the [`Demo`].

use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

/// How long a peer may overlook the end; the longest that any call of its sockets waits.
const LOOK: Duration = Duration::from_millis(100);
/// How long after a connection that was refused or lost a talker tries again.
const RETRY: Duration = Duration::from_millis(300);
/// When a talker says its first line, so that something is seen at once.
const FIRST_LINE: Duration = Duration::from_millis(400);
/// 湿度
const HUMIDITY_IN_GBK: &[u8] = b"\xca\xaa\xb6\xc8";
/// Connections that the TCP echo serves at the same time; more are closed at once.
const MAX_CONNECTIONS: usize = 64;

/// Running peers. Dropping it ends them, within 200 ms.
pub struct Demo {
    /// Where a UDP socket answers each datagram with the same bytes.
    pub udp_echo: SocketAddr,
    /// Where a TCP server sends back what it gets.
    pub tcp_echo: SocketAddr,
    peers: Peers,
}

impl Demo {
    /// Starts the echo peers.
    pub fn start() -> io::Result<Self> {
        let udp = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
        udp.set_read_timeout(Some(LOOK))?;
        let udp_echo = udp.local_addr()?;
        let tcp = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        tcp.set_nonblocking(true)?; // a listener has no time-out
        let tcp_echo = tcp.local_addr()?;

        let mut peers = Peers::default();
        peers.spawn("demo-udp-echo", move |end| echo_datagrams(&udp, end))?;
        peers.spawn("demo-tcp-echo", move |end| echo_connections(&tcp, end))?;
        Ok(Self { udp_echo, tcp_echo, peers })
    }

    /// Starts two clients that connect to `addr`, again and again until something listens there, and say a line now
    /// and then: one in UTF-8, one in GBK.
    pub fn talk_to(&mut self, addr: SocketAddr) -> io::Result<()> {
        let addr = reachable(addr);
        self.peers.spawn("demo-thermometer", move |end| {
            let mut chance = Chance(0x2545_f491_4f6c_dd1d);
            talk(addr, end, &mut chance, |chance| {
                let tenths = chance.between(215, 265);
                format!("温度 {}.{} ℃\r\n", tenths / 10, tenths % 10).into_bytes()
            });
        })?;
        self.peers.spawn("demo-hygrometer", move |end| {
            let mut chance = Chance(0x9e37_79b9_7f4a_7c15);
            talk(addr, end, &mut chance, |chance| {
                [HUMIDITY_IN_GBK, format!(" {} %\r\n", chance.between(40, 60)).as_bytes()].concat()
            });
        })
    }
}

/// The address to connect to for one that is listened on: "all addresses" is not one of them.
fn reachable(addr: SocketAddr) -> SocketAddr {
    let ip = match addr.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, addr.port())
}

/// Threads that end together.
#[derive(Default)]
struct Peers {
    end: Arc<End>,
    threads: Vec<JoinHandle<()>>,
}

impl Peers {
    fn spawn(&mut self, name: &str, run: impl FnOnce(&Arc<End>) + Send + 'static) -> io::Result<()> {
        let end = Arc::clone(&self.end);
        self.threads.retain(|thread| !thread.is_finished());
        self.threads.push(Builder::new().name(name.to_owned()).spawn(move || run(&end))?);
        Ok(())
    }
}

impl Drop for Peers {
    fn drop(&mut self) {
        self.end.come();
        for thread in self.threads.drain(..) {
            let _ = thread.join(); // a panic there was reported by the panic hook
        }
    }
}

/// The end of all peers, which they wait for while they wait for anything else.
#[derive(Default)]
struct End {
    came: Mutex<bool>,
    changed: Condvar,
}

impl End {
    fn come(&self) {
        *self.came.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.changed.notify_all();
    }

    fn is_here(&self) -> bool {
        *self.came.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits; true when the end came meanwhile.
    fn comes_within(&self, time: Duration) -> bool {
        let came = self.came.lock().unwrap_or_else(PoisonError::into_inner);
        *self.changed.wait_timeout_while(came, time, |came| !*came).unwrap_or_else(PoisonError::into_inner).0
    }
}

/// Whether a socket only ran into its time-out.
fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted)
}

fn echo_datagrams(socket: &UdpSocket, end: &End) {
    let mut buffer = vec![0; 65_536];
    while !end.is_here() {
        match socket.recv_from(&mut buffer) {
            // An answer that cannot be sent is lost, as datagrams are.
            Ok((len, from)) => drop(socket.send_to(&buffer[..len], from)),
            Err(error) if is_timeout(&error) => {}
            // Windows tells here that an earlier answer was refused. Nothing to do but not to spin.
            Err(_) => drop(end.comes_within(Duration::from_millis(1))),
        }
    }
}

fn echo_connections(listener: &TcpListener, end: &Arc<End>) {
    let mut connections = Peers { end: Arc::clone(end), threads: Vec::new() };
    while !end.is_here() {
        match listener.accept() {
            Ok((stream, _)) if connections.threads.len() < MAX_CONNECTIONS => {
                // Without a thread the stream is dropped, and the client sees a close.
                let _ = connections.spawn("demo-tcp-echo-connection", move |end| drop(echo_stream(stream, end)));
            }
            Ok(_) => connections.threads.retain(|thread| !thread.is_finished()),
            Err(_) => drop(end.comes_within(LOOK / 2)),
        }
    }
}

fn echo_stream(mut stream: TcpStream, end: &End) -> io::Result<()> {
    stream.set_nonblocking(false)?; // some systems hand down the listener's mode
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(LOOK))?;
    stream.set_write_timeout(Some(LOOK))?;
    let mut buffer = vec![0; 65_536];
    while !end.is_here() {
        match stream.read(&mut buffer) {
            Ok(0) => break,
            Ok(len) => write_all(&mut stream, &buffer[..len], end)?,
            Err(error) if is_timeout(&error) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Writes all, as slowly as the peer reads, unless the end comes.
fn write_all(stream: &mut TcpStream, mut bytes: &[u8], end: &End) -> io::Result<()> {
    while !bytes.is_empty() && !end.is_here() {
        match stream.write(bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(len) => bytes = &bytes[len..],
            Err(error) if is_timeout(&error) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn talk(addr: SocketAddr, end: &End, chance: &mut Chance, mut line: impl FnMut(&mut Chance) -> Vec<u8>) {
    while !end.is_here() {
        if let Ok(stream) = TcpStream::connect_timeout(&addr, LOOK) {
            let _ = converse(stream, end, chance, &mut line); // lost: it comes back
        }
        end.comes_within(RETRY);
    }
}

/// Says a line now and then, and reads what comes, until the other side closes.
fn converse(
    mut stream: TcpStream,
    end: &End,
    chance: &mut Chance,
    line: &mut impl FnMut(&mut Chance) -> Vec<u8>,
) -> io::Result<()> {
    stream.set_read_timeout(Some(LOOK))?;
    stream.set_write_timeout(Some(LOOK))?;
    let mut ignored = vec![0; 65_536];
    let mut due = Instant::now() + FIRST_LINE;
    while !end.is_here() {
        if Instant::now() >= due {
            write_all(&mut stream, &line(chance), end)?;
            due = Instant::now() + Duration::from_millis(chance.between(1500, 4000));
        }
        match stream.read(&mut ignored) {
            Ok(0) => return Ok(()),
            Ok(_) => {}
            Err(error) if is_timeout(&error) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Numbers that look random (xorshift64), the same in each run.
struct Chance(u64);

impl Chance {
    /// One of `min..=max`.
    fn between(&mut self, min: u64, max: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        min + self.0 % (max - min + 1)
    }
}

#[cfg(test)]
mod tests {
    // tests panic on purpose
    #![allow(clippy::unwrap_used)]

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(20);

    fn first_line(listener: &TcpListener) -> Vec<u8> {
        let (mut stream, _) = listener.accept().unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut line = Vec::new();
        while !line.ends_with(b"\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            line.push(byte[0]);
        }
        line
    }

    #[test]
    fn datagrams_come_back_also_empty_ones() {
        let demo = Demo::start().unwrap();
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        socket.connect(demo.udp_echo).unwrap();
        let mut buffer = [0; 100];
        for datagram in [&b"hello"[..], b"", &[0xff; 100]] {
            socket.send(datagram).unwrap();
            let len = socket.recv(&mut buffer).unwrap();
            assert_eq!(&buffer[..len], datagram);
        }
    }

    #[test]
    fn streams_come_back_whole() {
        let demo = Demo::start().unwrap();
        let mut stream = TcpStream::connect(demo.tcp_echo).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let sent: Vec<u8> = (0..3_000_000u32).map(|n| (n % 251) as u8).collect();
        let mut writer = stream.try_clone().unwrap();
        let to_send = sent.clone();
        let thread = Builder::new().name("writer".into()).spawn(move || writer.write_all(&to_send).unwrap()).unwrap();
        let mut back = vec![0; sent.len()];
        stream.read_exact(&mut back).unwrap();
        thread.join().unwrap();
        assert!(back == sent);
    }

    #[test]
    fn the_talkers_speak_utf8_and_gbk_and_come_back() {
        let mut demo = Demo::start().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        demo.talk_to(listener.local_addr().unwrap()).unwrap();
        // Each connection is closed after its first line, so the talkers come again until both were heard.
        let (mut utf8, mut gbk) = (false, false);
        while !(utf8 && gbk) {
            let line = first_line(&listener);
            match std::str::from_utf8(&line) {
                Ok(text) => utf8 |= text.starts_with("温度 2") && text.ends_with(" ℃\r\n"),
                Err(_) => gbk |= encoding_rs::GBK.decode(&line).0.starts_with("湿度 "),
            }
        }
    }

    #[test]
    fn the_end_waits_for_nobody() {
        let mut demo = Demo::start().unwrap();
        // A client of the echo that never reads, with full buffers on both sides.
        let mut stuck = TcpStream::connect(demo.tcp_echo).unwrap();
        stuck.set_write_timeout(Some(Duration::from_millis(300))).unwrap();
        let filling = vec![0; 65_536];
        while stuck.write(&filling).is_ok() {}
        // Talkers to a server that never accepts, and to nobody.
        let silent = TcpListener::bind("127.0.0.1:0").unwrap();
        demo.talk_to(silent.local_addr().unwrap()).unwrap();
        let nobody = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        demo.talk_to(nobody).unwrap();
        let start = Instant::now();
        drop(demo);
        let took = start.elapsed();
        assert!(took < Duration::from_secs(2), "{took:?}"); // at most 100 ms, and what a busy machine adds
    }

    #[test]
    fn all_addresses_are_reached_on_loopback() {
        for (listens, connects) in
            [("0.0.0.0:80", "127.0.0.1:80"), ("[::]:80", "[::1]:80"), ("10.0.0.1:80", "10.0.0.1:80")]
        {
            assert_eq!(reachable(listens.parse().unwrap()), connects.parse().unwrap());
        }
    }
}
