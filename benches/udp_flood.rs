//! A flood of 64-byte datagrams: a UDP link with its journal against a bare `recv` loop with the same socket buffer.
//!
//! `cargo bench --bench udp_flood [-- SECONDS]`, 10 seconds for each of the six runs. The sender is a process of its
//! own, which sends in bursts every half millisecond. A datagram that the socket did not drop and the journal does not
//! hold would be lost in the program: the bench fails.
#![allow(unsafe_code, clippy::unwrap_used)] // system calls of the measuring side; a bench may panic
#![allow(clippy::disallowed_methods)] // the sender sleeps between its bursts: that is its pace

fn main() {
    #[cfg(target_os = "linux")]
    linux::main();
    #[cfg(not(target_os = "linux"))]
    println!("udp_flood: needs Linux (sendmmsg, SO_MEMINFO, schedstat)");
}

#[cfg(target_os = "linux")]
mod sender;

#[cfg(target_os = "linux")]
mod linux {
    use std::io::Read;
    use std::mem::size_of;
    use std::net::{SocketAddr, UdpSocket};
    use std::os::fd::AsRawFd;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
    use std::time::{Duration, Instant};

    use wirebench::journal::{Config, Kind, Recorder};
    use wirebench::net::{Counters, Link, LinkConfig, Phase, SocketOptions, UdpConfig};

    use super::sender::{PAYLOAD_LEN, send, spawn};

    /// What a link asks for.
    const RECEIVE_BUFFER_BYTES: usize = 32 << 20;
    /// When nothing came for so long, nothing comes any more.
    const QUIET: Duration = Duration::from_millis(500);

    pub fn main() {
        let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
        if let [mode, to, rate, seconds] = arguments.as_slice()
            && mode == "--send"
        {
            send(to.parse().unwrap(), rate.parse().unwrap(), seconds.parse().unwrap());
            return;
        }
        let seconds = arguments.first().map_or(10, |a| a.parse().expect("the argument is a number of seconds"));
        println!("{PAYLOAD_LEN}-byte datagrams for {seconds} s a run; CPU is the receiving thread's");
        for rate in [100_000, 200_000] {
            let (bare, link) = (bare(rate, seconds), link(rate, seconds));
            println!("{rate} datagrams/s");
            bare.print("bare loop");
            link.print("link");
        }
        let (bare, link) = (bare(0, seconds), link(0, seconds));
        println!("as fast as the sender can");
        bare.print("bare loop");
        link.print("link");
        println!("  ratio of the rates, link to bare loop: {:.2}", link.rate() / bare.rate());
    }

    /// What one run gave.
    struct Run {
        sent: u64,
        received: u64,
        /// Of these, until the sender stopped.
        received_in_time: u64,
        kernel_drops: u64,
        lost: u64,
        cpu: Duration,
        time: Duration,
    }

    impl Run {
        fn rate(&self) -> f64 {
            self.received_in_time as f64 / self.time.as_secs_f64()
        }

        fn print(&self, name: &str) {
            println!(
                "  {name:10} sent {:>9}  received {:>9}  {:>8.0}/s  kernel drops {:>8} ({:.3} %)  lost {}  CPU {:.2} s ({:.0} %)",
                self.sent,
                self.received,
                self.rate(),
                self.kernel_drops,
                100.0 * self.kernel_drops as f64 / self.sent as f64,
                self.lost,
                self.cpu.as_secs_f64(),
                100.0 * self.cpu.as_secs_f64() / self.time.as_secs_f64(),
            );
            assert_eq!(self.lost, 0, "{name} loses datagrams");
        }
    }

    /// Starts the sender, waits until it has stopped and nothing comes any more; gives how many it has sent, how many
    /// had come when it stopped, and its time.
    fn flood(to: SocketAddr, rate: u64, seconds: u64, received: impl Fn() -> u64) -> (u64, u64, Duration) {
        let mut sender = spawn(to, &rate.to_string(), seconds);
        let start = Instant::now();
        let mut output = String::new();
        sender.stdout.take().unwrap().read_to_string(&mut output).unwrap();
        let (in_time, time) = (received(), start.elapsed());
        assert!(sender.wait().unwrap().success());
        let mut last = in_time;
        loop {
            std::thread::sleep(QUIET);
            let now = received();
            if now == last {
                return (output.trim().parse().unwrap(), in_time, time);
            }
            last = now;
        }
    }

    /// Nothing but `recv` and a counter.
    fn bare(rate: u64, seconds: u64) -> Run {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        set(&socket, libc::SO_RCVBUFFORCE, RECEIVE_BUFFER_BYTES);
        if socket2::SockRef::from(&socket).recv_buffer_size().unwrap() < RECEIVE_BUFFER_BYTES {
            set(&socket, libc::SO_RCVBUF, RECEIVE_BUFFER_BYTES);
        }
        let to = socket.local_addr().unwrap();
        socket.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
        let count = AtomicU64::new(0);
        let stop = AtomicBool::new(false);
        let ((sent, received_in_time, time), cpu) = std::thread::scope(|scope| {
            let receiver = std::thread::Builder::new().name("bare".to_owned()).spawn_scoped(scope, || {
                let mut buffer = vec![0; 65_536];
                while !stop.load(Ordering::Relaxed) {
                    if socket.recv_from(&mut buffer).is_ok() {
                        count.fetch_add(1, Ordering::Relaxed);
                    }
                }
                cpu_of("thread-self")
            });
            let result = flood(to, rate, seconds, || count.load(Ordering::Relaxed));
            stop.store(true, Ordering::Relaxed);
            (result, receiver.unwrap().join().unwrap())
        });
        let (received, kernel_drops) = (count.into_inner(), drops(&socket));
        let lost = sent - received - kernel_drops;
        Run { sent, received, received_in_time, kernel_drops, lost, cpu, time }
    }

    /// A link, as the window opens it.
    fn link(rate: u64, seconds: u64) -> Run {
        let recorder =
            Recorder::new(Config { budget_bytes: 64 << 20, spill_dir: std::env::temp_dir() }, Arc::new(|| {}));
        let config = UdpConfig {
            local: "127.0.0.1:0".parse().unwrap(),
            broadcast: false,
            share_port: false,
            groups: Vec::new(),
            multicast_ttl: 1,
            multicast_loopback: true,
            options: SocketOptions::default(),
        };
        let counters = Arc::new(Counters::default());
        let link =
            Link::open(LinkConfig::Udp(config), Arc::clone(&recorder), Arc::clone(&counters), Arc::new(|| {})).unwrap();
        let (status, _) = link.status_cell().wait(Duration::from_secs(5), |s| s.phase != Phase::Opening);
        let Phase::Open { local, .. } = status.phase else { panic!("{:?}", status.phase) };
        let (sent, received_in_time, time) = flood(local, rate, seconds, || counters.snapshot().received_packets);
        let cpu = cpu_of(&format!("self/task/{}", thread_named("wb-udp")));
        drop(link);
        let kernel_drops = counters.snapshot().kernel_drops;
        // What counts is what can be read back: each datagram once, in order.
        let (mut received, mut next) = (0, 0);
        for record in recorder.journal().cursor(0).map(Result::unwrap).filter(|r| r.head.kind == Kind::Received) {
            let number = u64::from_le_bytes(record.bytes()[..8].try_into().unwrap());
            assert!(number >= next, "datagram {number} after {next}");
            next = number + 1;
            received += 1;
        }
        let lost = sent - received - kernel_drops;
        Run { sent, received, received_in_time, kernel_drops, lost, cpu, time }
    }

    fn set(socket: &UdpSocket, option: libc::c_int, value: usize) {
        let value = libc::c_int::try_from(value).unwrap();
        // SAFETY: a pointer to a c_int that lives during the call, with its length.
        unsafe {
            let len = size_of::<libc::c_int>() as libc::socklen_t;
            libc::setsockopt(socket.as_raw_fd(), libc::SOL_SOCKET, option, (&raw const value).cast(), len);
        }
    }

    /// What the kernel dropped at this socket (`SK_MEMINFO_DROPS`).
    fn drops(socket: &UdpSocket) -> u64 {
        let mut info = [0u32; 9];
        let mut len = size_of::<[u32; 9]>() as libc::socklen_t;
        // SAFETY: info is a buffer of len bytes, and both live during the call.
        let result = unsafe {
            let info = info.as_mut_ptr().cast();
            libc::getsockopt(socket.as_raw_fd(), libc::SOL_SOCKET, libc::SO_MEMINFO, info, &raw mut len)
        };
        assert_eq!(result, 0, "SO_MEMINFO");
        info[8].into()
    }

    fn thread_named(name: &str) -> String {
        let tasks = std::fs::read_dir("/proc/self/task").unwrap().map(|task| task.unwrap());
        let mut named =
            tasks.filter(|task| std::fs::read_to_string(task.path().join("comm")).is_ok_and(|n| n.trim() == name));
        named.next().expect("the thread runs").file_name().into_string().unwrap()
    }

    /// The time that a thread has run.
    fn cpu_of(task: &str) -> Duration {
        let times = std::fs::read_to_string(format!("/proc/{task}/schedstat")).unwrap();
        Duration::from_nanos(times.split(' ').next().unwrap().parse().unwrap())
    }
}
