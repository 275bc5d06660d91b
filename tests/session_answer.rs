//! Automatic answers over real sockets: the built-in ones, and rules.
#![allow(clippy::unwrap_used)] // tests panic on purpose

mod answering;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use answering::bench::{
    self, PATIENCE, Pattern, bound, connected, join, listening, open_client, read_exactly, read_to_end,
};
use answering::{answer, caller, datagram, mode, notes, rule, rules, until_note};
use wirebench::automation::Form;
use wirebench::automation::answer::{After, AnswerMode, AnswerSettings, Rule, Then, To, When};
use wirebench::codec::Charset;
use wirebench::codec::framing::Framing;
use wirebench::codec::pattern::Test;
use wirebench::journal::{AnswerNote, Kind, LeaveReason};
use wirebench::net::{Command, JobSlot};
use wirebench::session::answer::{AnswerContext, AnswerError, Answering};

fn framed(framing: Framing) -> AnswerContext {
    AnswerContext { sent_framing: framing.clone(), framing, ..AnswerContext::default() }
}

fn as_read() -> AnswerContext {
    AnswerContext::default()
}

#[test]
fn echo_gives_back_what_came() {
    let (bench, server) = listening();
    answer(&bench, &mode(AnswerMode::Echo), &as_read());
    let (mut client, _) = join(&bench, server);
    let pattern = Pattern::new();
    let mut writer = client.try_clone().unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for at in (0..4 << 20).step_by(100_000) {
                let mut piece = Vec::new();
                while piece.len() < 100_000 {
                    piece.extend_from_slice(pattern.piece((at + piece.len()) as u64, 100_000 - piece.len()));
                }
                writer.write_all(&piece).unwrap();
            }
            writer.shutdown(Shutdown::Write).unwrap();
        });
        let mut back = Vec::new();
        while back.len() < (4 << 20) / 100_000 * 100_000 {
            let mut piece = vec![0; 70_000];
            let len = client.read(&mut piece).unwrap();
            assert!(len > 0, "{}", back.len());
            back.extend_from_slice(&piece[..len]);
        }
        assert!(pattern.matches(0, &back));
    });

    let (bench, local) = bound();
    answer(&bench, &mode(AnswerMode::Uppercase), &as_read());
    let socket = caller(local);
    for said in [b"hello {1} \xE4\xBD\xA0z".to_vec(), Vec::new(), vec![b'a'; 60_000]] {
        socket.send(&said).unwrap();
        assert_eq!(datagram(&socket), said.to_ascii_uppercase());
    }
}

#[test]
fn a_client_link_answers_its_server() {
    let (bench, mut server) = connected();
    answer(&bench, &mode(AnswerMode::Uppercase), &as_read());
    server.write_all(b"abc").unwrap();
    assert_eq!(read_exactly(&server, 3), b"ABC");
}

#[test]
fn programs_that_echo_each_other_are_limited_and_lose_nothing() {
    let (one, local) = listening();
    let limited = AnswerSettings { per_second: 20, ..mode(AnswerMode::Echo) };
    let status = answer(&one, &limited, &as_read());
    let other = open_client(local);
    other.opened();
    answer(&other, &mode(AnswerMode::Echo), &as_read());
    let stream = one.until(|status| !status.clients.is_empty()).clients[0].peer.stream;
    let start = Instant::now();
    one.send(wirebench::net::Target::Client(stream), b"ball");
    until_note(&one, |note| *note == AnswerNote::Slowed { per_second: 20 });
    one.until_received(4 * 30);
    assert!(status.answered() as f64 <= 20.0 * start.elapsed().as_secs_f64() + 21.0, "{}", status.answered());
    assert_eq!(status.left_out(), 0);
    let bytes = one.bytes(wirebench::journal::Kind::Received);
    assert!(bytes.chunks_exact(4).all(|ball| ball == b"ball"));
}

#[test]
fn datagrams_that_answer_each_other_are_limited() {
    let ((one, _), (other, there)) = (bound(), bound());
    let limited = AnswerSettings { per_second: 50, ..rules(vec![rule(Test::Any, "", "{recv}")]) };
    let statuses = [answer(&one, &limited, &as_read()), answer(&other, &limited, &as_read())];
    one.send(wirebench::net::Target::Address(there), b"ball");
    let limited = |note: &AnswerNote| *note == AnswerNote::Limited { per_second: 50 };
    let deadline = Instant::now() + PATIENCE;
    while statuses.iter().map(|status| status.left_out()).sum::<u64>() == 0 {
        assert!(Instant::now() < deadline);
        std::thread::yield_now();
    }
    let at = if statuses[0].left_out() > 0 { &one } else { &other };
    until_note(at, limited);
    assert_eq!(statuses.iter().map(|status| status.left_out()).sum::<u64>(), 1, "there was one ball");
}

#[test]
fn discard_says_nothing_and_daytime_the_time() {
    let (bench, server) = listening();
    answer(&bench, &mode(AnswerMode::Discard), &as_read());
    let (mut client, _) = join(&bench, server);
    client.write_all(b"into the void").unwrap();
    bench.until_received(13);
    answer(&bench, &mode(AnswerMode::Daytime), &as_read());
    let asking = TcpStream::connect(server).unwrap();
    asking.set_read_timeout(Some(PATIENCE)).unwrap();
    let line = read_to_end(&asking);
    let text = String::from_utf8(line).unwrap();
    assert!(text.ends_with("\r\n") && text.matches(':').count() >= 2 && text.contains(", 20"), "{text:?}");

    let (bench, local) = bound();
    answer(&bench, &mode(AnswerMode::Daytime), &as_read());
    let socket = caller(local);
    socket.send(b"").unwrap();
    assert!(String::from_utf8(datagram(&socket)).unwrap().contains(", 20"));
    drop(client);
}

#[test]
fn the_generator_keeps_its_pattern_and_its_rate() {
    let (bench, server) = listening();
    let settings = AnswerSettings { rate_kb: 200, ..mode(AnswerMode::Generator) };
    let (before, _) = join(&bench, server);
    answer(&bench, &settings, &as_read());
    let (after, _) = join(&bench, server);
    let start = Instant::now();
    for client in [&before, &after] {
        let bytes = read_exactly(client, 50_000);
        for (line, text) in bytes.split(|byte| *byte == b'\n').enumerate().take(600) {
            assert_eq!(text.len(), 73, "line {line}");
            assert_eq!(text[0], b' ' + (line % 95) as u8);
            assert_eq!(text[40], b' ' + ((line + 40) % 95) as u8);
        }
    }
    assert!(start.elapsed() >= Duration::from_millis(200), "50 KB at 200 KB/s came at once");

    let (bench, local) = bound();
    answer(&bench, &settings, &as_read());
    let socket = caller(local);
    let lens: Vec<_> = (0..20)
        .map(|_| {
            socket.send(b"?").unwrap();
            datagram(&socket).len()
        })
        .collect();
    assert!(lens.iter().all(|len| *len <= 512) && lens.iter().any(|len| *len != lens[0]), "{lens:?}");
}

#[test]
fn a_client_that_does_not_read_costs_little() {
    let (bench, server) = listening();
    let settings = AnswerSettings { rate_kb: 1_000_000, ..mode(AnswerMode::Generator) };
    answer(&bench, &settings, &as_read());
    let (_lazy, lazy) = join(&bench, server);
    let (eager, _) = join(&bench, server);
    read_exactly(&eager, 8 << 20);
    let status = bench.until(|status| status.clients.iter().any(|client| client.peer.stream == lazy));
    let waiting = status.clients.iter().find(|client| client.peer.stream == lazy).unwrap().pending_bytes;
    assert!(waiting <= 1 << 20, "{waiting}");
}

#[test]
fn rules_answer_frames_in_order() {
    let (bench, server) = listening();
    let settings = rules(vec![
        Rule { when: When::Joined, ..rule(Test::Any, "", "220 ready") },
        rule(Test::Regex, r"^ADD (\d+) (\d+)$", "{1}+{2} #{counter}"),
        Rule { form: Form::Hex, ..rule(Test::Starts, "51 ?? 49", "bye") },
        rule(Test::Any, "", "? {recv}"),
    ]);
    let status = answer(&bench, &settings, &framed(Framing::LINES));
    let (mut client, _) = join(&bench, server);
    let mut replies = BufReader::new(client.try_clone().unwrap()).lines();
    assert_eq!(replies.next().unwrap().unwrap(), "220 ready");
    for part in ["ADD 1 ", "2\r\nADD 30 4\nQUIT", "\r\nx\r", "\nADD 5 6\n"] {
        client.write_all(part.as_bytes()).unwrap();
    }
    for expected in ["1+2 #0", "30+4 #1", "bye", "? x", "5+6 #2"] {
        assert_eq!(replies.next().unwrap().unwrap(), expected);
    }
    assert_eq!([0, 1, 2, 3].map(|rule| status.hits(rule)), [1, 3, 1, 1]);
}

#[test]
fn replies_go_to_others_to_all_and_later() {
    let (bench, server) = listening();
    let to = |pattern: &str, reply: &str, to: To, delay_ms: u32, next: After| {
        let mut rule = Rule { next, ..rule(Test::Starts, pattern, reply) };
        (rule.reply.to, rule.reply.delay_ms) = (to, delay_ms);
        rule
    };
    let settings = rules(vec![
        to("a", "others;", To::Others, 0, After::GoOn),
        to("a", "later;", To::Sender, 30, After::GoOn),
        to("a", "all;", To::All, 0, After::GoOn),
        to("a", "now;", To::Sender, 0, After::Stop),
    ]);
    answer(&bench, &settings, &as_read());
    let ((mut one, _), (two, _), (three, _)) = (join(&bench, server), join(&bench, server), join(&bench, server));
    let start = Instant::now();
    one.write_all(b"a").unwrap();
    assert_eq!(read_exactly(&one, 8), b"all;now;");
    assert_eq!(read_exactly(&one, 6), b"later;");
    assert!(start.elapsed() >= Duration::from_millis(30));
    assert_eq!(read_exactly(&two, 11), b"others;all;");
    assert_eq!(read_exactly(&three, 11), b"others;all;");

    let (bench, local) = bound();
    answer(&bench, &settings, &as_read());
    let (first, second) = (caller(local), caller(local));
    first.send(b"hello").unwrap();
    bench.until_received(5);
    second.send(b"a").unwrap();
    assert_eq!(datagram(&first), b"others;");
    assert_eq!(datagram(&first), b"all;");
    let mut got: Vec<_> = (0..3).map(|_| datagram(&second)).collect();
    got.sort();
    assert_eq!(got, [&b"all;"[..], b"later;", b"now;"]);
}

#[test]
fn rules_disconnect_mark_beep_and_tire() {
    let (bench, server) = listening();
    let settings = rules(vec![
        Rule { then: Then::Mark, name: "温度".to_owned(), next: After::GoOn, ..rule(Test::Contains, "t", "") },
        Rule { then: Then::Beep, next: After::GoOn, ..rule(Test::Length, "4", "") },
        Rule { at_most: Some(2), ..rule(Test::Starts, "t", "twice;") },
        Rule { then: Then::Disconnect, ..rule(Test::Equals, "quit", "") },
        rule(Test::Any, "", "else;"),
    ]);
    let status = answer(&bench, &settings, &as_read());
    let (mut client, _) = join(&bench, server);
    for expected in ["twice;", "twice;", "else;"] {
        client.write_all(b"t").unwrap();
        assert_eq!(read_exactly(&client, expected.len()), expected.as_bytes());
    }
    client.write_all(b"quit").unwrap();
    assert_eq!(read_to_end(&client), b"");
    bench.until_event(bench::left(LeaveReason::Disconnected));
    let marked = AnswerNote::Marked { rule: 1, name: "温度".to_owned() };
    let notes = notes(&bench);
    assert_eq!(notes.iter().filter(|note| **note == marked).count(), 4);
    assert!(notes.contains(&AnswerNote::Beeped { rule: 2, name: String::new() }), "{notes:?}");
    assert_eq!((status.beeps(), status.hits(2)), (1, 2));
}

#[test]
fn a_pause_ends_a_packet() {
    let (bench, server) = listening();
    let settings = rules(vec![rule(Test::Any, "", "[{recv}]")]);
    answer(&bench, &settings, &AnswerContext { framing: Framing::Idle { ms: 50 }, ..as_read() });
    let (mut client, _) = join(&bench, server);
    client.write_all(b"abc").unwrap();
    assert_eq!(read_exactly(&client, 5), b"[abc]");
}

#[test]
fn answers_outlive_a_connection_and_end_when_they_are_stopped() {
    let listener = TcpListener::bind(bench::LOOPBACK).unwrap();
    let config =
        wirebench::net::TcpClientConfig { reconnect: true, ..bench::client_config(listener.local_addr().unwrap()) };
    let bench = bench::Bench::open(wirebench::net::LinkConfig::TcpClient(config));
    let hello = Rule { when: When::Joined, ..rule(Test::Any, "", "hello") };
    answer(&bench, &rules(vec![hello, rule(Test::Any, "", "{counter}")]), &as_read());
    for round in 0..2 {
        let (mut server, _) = listener.accept().unwrap();
        server.set_read_timeout(Some(PATIENCE)).unwrap();
        if round > 0 {
            assert_eq!(read_exactly(&server, 5), b"hello");
        }
        server.write_all(b"?").unwrap();
        loop {
            // The first connection may have begun before the answers did.
            let byte = read_exactly(&server, 1);
            if byte == [b'0' + round] {
                break;
            }
        }
    }
    bench.command(Command::StopJob(JobSlot::Answering));
    bench.until(|status| !status.jobs.contains(JobSlot::Answering));
}

#[test]
fn what_is_wrong_is_said_before_it_begins() {
    let wrong = rules(vec![rule(Test::Regex, "(", "x")]);
    assert!(matches!(Answering::new(&wrong, &as_read()), Err(AnswerError::Rule(_))));
    assert!(matches!(Answering::new(&mode(AnswerMode::FileServer), &as_read()), Err(AnswerError::NoFolder)));
    assert!(Answering::new(&mode(AnswerMode::None), &as_read()).unwrap().is_none());
}

#[test]
fn a_reply_in_the_encoding_of_its_rule() {
    let (bench, local) = bound();
    let mut rule = Rule { charset: Charset::Gbk, ..rule(Test::Regex, r"温度=(\d+)", "好{1}") };
    rule.reply.message.charset = Charset::Gbk;
    answer(&bench, &rules(vec![rule]), &as_read());
    let socket = caller(local);
    socket.send(&Charset::Gbk.encode("室内温度=21度").unwrap()).unwrap();
    assert_eq!(datagram(&socket), Charset::Gbk.encode("好21").unwrap());
}

#[test]
fn a_last_line_without_its_end_is_answered_before_the_close() {
    let (bench, server) = listening();
    let all = rules(vec![rule(Test::Starts, "get ", "<{recv}>")]);
    let status = answer(&bench, &all, &AnswerContext { framing: Framing::LINES, ..AnswerContext::default() });
    for said in [&b"get a\nget b"[..], b"get last", b"get c\n"] {
        let mut client = TcpStream::connect(server).unwrap();
        client.set_read_timeout(Some(PATIENCE)).unwrap();
        client.write_all(said).unwrap();
        client.shutdown(Shutdown::Write).unwrap();
        let lines = said.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let expected: Vec<u8> = lines.flat_map(|line| [b"<", line, b">"].concat()).collect();
        assert_eq!(read_to_end(&client).escape_ascii().to_string(), expected.escape_ascii().to_string());
    }
    assert_eq!((status.answered(), status.left_out()), (4, 0));

    // The end comes long after the line: then too there is time for an answer.
    let (mut client, _) = join(&bench, server);
    let received = bench.bytes(Kind::Received).len();
    client.write_all(b"get late").unwrap();
    bench.until_received(received + 8);
    client.set_read_timeout(Some(Duration::from_millis(600))).unwrap();
    assert!(client.read(&mut [0]).is_err(), "half a line is not answered");
    client.set_read_timeout(Some(PATIENCE)).unwrap();
    client.shutdown(Shutdown::Write).unwrap();
    assert_eq!(read_to_end(&client), b"<get late>");
}

#[test]
fn what_a_server_sends_last_is_a_packet_of_a_client_link() {
    let (bench, mut server) = connected();
    let mark = Rule { then: Then::Mark, ..rule(Test::Equals, "bye", "") };
    answer(&bench, &rules(vec![mark]), &framed(Framing::LINES));
    server.write_all(b"hello\nbye").unwrap();
    server.shutdown(Shutdown::Write).unwrap();
    until_note(&bench, |note| matches!(note, AnswerNote::Marked { .. }));
}
