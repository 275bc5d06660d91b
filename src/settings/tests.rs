//! The file through its public face.

// tests panic on purpose
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;

use proptest::prelude::*;

use super::*;
use crate::automation::answer::AnswerSettings;
use crate::codec::Charset;
use crate::codec::append::{Block, Checksum, ChecksumBlock, LengthBlock, Place};
use crate::codec::framing::{Framing, LengthField, Mark};

fn write(dir: &Path, bytes: impl AsRef<[u8]>) {
    fs::write(dir.join(FILE_NAME), bytes).unwrap();
}

fn loaded(text: &str) -> (Settings, Option<Problem>) {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), text);
    load(dir.path())
}

fn files(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn rich() -> Settings {
    let mut settings = Settings { zoom: 1.1, language: Language::ZhCn, theme: Theme::Dark, ..Settings::default() };
    settings.recent_hosts.remember("设备.local");
    settings.window.x = Some(-12.5);
    settings.tabs.push(TabSettings { name: "温度计".into(), mode: Mode::TcpServer, ..TabSettings::default() });
    let mut udp = TabSettings::default();
    udp.udp.groups.push(GroupSettings { address: "239.1.1.1".into(), interface: "eth0".into() });
    udp.send.text = "a\r\nb\t\"\\x00\" '''\"\"\" 你好\u{0}".into();
    udp.send.charset = Charset::Gbk;
    settings.tabs.push(udp);
    settings
}

#[test]
fn a_first_run_has_the_defaults_and_no_problem() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(load(&dir.path().join("nowhere")), (Settings::default(), None));
}

#[test]
fn the_defaults_are_the_classic_ones() {
    let (settings, tab) = (Settings::default(), TabSettings::default());
    assert_eq!(
        (settings.theme, settings.send_key, settings.journal_budget_mib),
        (Theme::Light, SendKey::CtrlEnter, 64)
    );
    assert_eq!((tab.mode, tab.local_port, tab.remote_port, tab.send.cycle_ms), (Mode::Udp, 8080, 8080, 1000));
    assert!(tab.receive.log_mode && tab.receive.auto_linefeed && tab.send.escapes && !tab.send.append);
    assert_eq!(tab.clone().clamped(), tab);
    assert_eq!(settings.clone().clamped(), settings);
}

#[test]
fn what_was_saved_is_loaded() {
    let dir = tempfile::tempdir().unwrap();
    for settings in [Settings::default(), rich(), Settings::default()] {
        save(dir.path(), &settings).unwrap();
        assert_eq!(load(dir.path()), (settings, None));
    }
    assert_eq!(files(dir.path()), [FILE_NAME], "no temporary file is left");
}

#[test]
fn unknown_is_ignored_and_missing_is_default() {
    let (settings, problem) = loaded(
        "version = 1\nfuture = { a = 1 }\ntheme = \"dark\"\nlanguage = \"tlh\"\n\
         [[tabs]]\nmode = \"quic\"\nname = \"x\"\n[tabs.send]\ncharset = \"klingon\"\nnew = []\n",
    );
    assert_eq!(problem, None);
    assert_eq!((settings.theme, settings.language), (Theme::Dark, Language::System));
    assert_eq!(settings.tabs, [TabSettings { name: "x".into(), ..TabSettings::default() }]);
}

#[test]
fn values_out_of_range_are_clamped() {
    let (settings, problem) = loaded(
        "version = 1\nzoom = 900\nsplitter = nan\njournal_budget_mib = -5\n\
         [window]\nwidth = -inf\nheight = nan\nx = inf\ny = 7\n\
         [[tabs]]\nlocal_port = 70000\nremote_port = -1\n\
         [tabs.udp]\nmulticast_ttl = 999\n\
         [tabs.client]\nconnect_timeout_s = 0\n\
         [tabs.receive]\ndump_width = 100000\n\
         [tabs.send]\ncycle_ms = 99999999999\ncharset = \"auto\"\n",
    );
    assert_eq!(problem, None);
    let tab = &settings.tabs[0];
    assert_eq!((settings.zoom, settings.splitter, settings.journal_budget_mib), (4.0, 0.7, 16));
    assert_eq!((settings.window.width, settings.window.height), (400.0, 724.0));
    assert_eq!((settings.window.x, settings.window.y), (None, Some(7.0)));
    assert_eq!((tab.local_port, tab.remote_port, tab.udp.multicast_ttl), (65535, 1, 255));
    assert_eq!((tab.client.connect_timeout_s, tab.receive.dump_width), (1, 32));
    assert_eq!((tab.send.cycle_ms, tab.send.charset), (SendSettings::MAX_CYCLE_MS, Charset::Utf8));
}

#[test]
fn a_long_text_is_cut_between_characters() {
    let mut tab = TabSettings::default();
    tab.send.text = "好".repeat(100_000);
    let text = tab.clamped().send.text;
    assert!(text.len() <= SendSettings::MAX_TEXT_BYTES && text.len() > SendSettings::MAX_TEXT_BYTES - 3);
}

#[test]
fn a_damaged_file_is_set_aside_and_named() {
    for damaged in
        [&b"version = 1\nzoom = ]\n"[..], b"", b"\0\0\0\0", b"\xff\xfe", b"version = 0", b"version = 1\ntabs = 7"]
    {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), damaged);
        let (settings, problem) = load(dir.path());
        assert_eq!(settings, Settings::default());
        let Some(problem @ Problem::Damaged { .. }) = problem else { panic!("{problem:?}") };
        let Problem::Damaged { kept, reason, .. } = &problem else { unreachable!() };
        assert_eq!(fs::read(kept).unwrap(), damaged);
        assert!(kept.file_name().unwrap().to_str().unwrap().starts_with("settings.damaged-20"), "{kept:?}");
        assert_eq!(files(dir.path()).len(), 1, "moved, not copied");
        assert!(problem.allows_saving() && !reason.is_empty());
        for lang in Lang::ALL {
            assert!(problem.text(lang).contains(&kept.display().to_string()));
        }
    }
}

#[test]
fn a_damaged_file_says_the_line() {
    let (_, problem) = loaded("version = 1\n\nzoom = ]\n");
    assert!(matches!(&problem, Some(Problem::Damaged { reason, .. }) if reason.starts_with("line 3: ")), "{problem:?}");
}

#[test]
fn each_damaged_file_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    for n in 0..5 {
        write(dir.path(), format!("damage {n}"));
        load(dir.path());
    }
    assert_eq!(files(dir.path()).len(), 5);
}

#[test]
fn a_newer_file_is_copied_before_it_can_be_overwritten() {
    let dir = tempfile::tempdir().unwrap();
    let newer = "version = 2\ntheme = 5\n";
    write(dir.path(), newer);
    let (settings, problem) = load(dir.path());
    let Some(Problem::Newer { version: 2, kept, .. }) = &problem else { panic!("{problem:?}") };
    assert_eq!(fs::read_to_string(kept).unwrap(), newer);
    assert_eq!(fs::read_to_string(dir.path().join(FILE_NAME)).unwrap(), newer);
    save(dir.path(), &settings).unwrap();
    assert_eq!(fs::read_to_string(kept).unwrap(), newer);
}

#[test]
fn what_cannot_be_read_is_not_to_be_overwritten() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join(FILE_NAME)).unwrap();
    let (settings, problem) = load(dir.path());
    assert_eq!(settings, Settings::default());
    assert!(matches!(&problem, Some(Problem::Unreadable { .. })), "{problem:?}");
    assert!(!problem.unwrap().allows_saving());
}

#[cfg(unix)]
#[test]
fn a_pipe_in_the_place_of_the_file_is_not_waited_for() {
    let dir = tempfile::tempdir().unwrap();
    let made = std::process::Command::new("mkfifo").arg(dir.path().join(FILE_NAME)).status().unwrap();
    assert!(made.success());
    let (settings, problem) = load(dir.path());
    assert_eq!(settings, Settings::default());
    assert!(!problem.unwrap().allows_saving());
}

#[test]
fn a_failed_save_names_the_file_and_leaves_no_litter() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join(FILE_NAME)).unwrap();
    let error = save(dir.path(), &Settings::default()).unwrap_err();
    assert!(error.to_string().contains(FILE_NAME) && error.text(Lang::ZhCn).contains(FILE_NAME));
    assert_eq!(files(dir.path()), [FILE_NAME]);
}

#[cfg(unix)]
#[test]
fn a_link_to_the_file_stays_a_link() {
    let dir = tempfile::tempdir().unwrap();
    let real = dir.path().join("kept-elsewhere.toml");
    fs::write(&real, "").unwrap();
    std::os::unix::fs::symlink(&real, dir.path().join(FILE_NAME)).unwrap();
    save(dir.path(), &rich()).unwrap();
    assert!(fs::symlink_metadata(dir.path().join(FILE_NAME)).unwrap().is_symlink());
    assert!(fs::read_to_string(&real).unwrap().contains("温度计"));
}

#[test]
fn a_file_cut_anywhere_is_read_or_set_aside() {
    let dir = tempfile::tempdir().unwrap();
    save(dir.path(), &rich()).unwrap();
    let whole = fs::read(dir.path().join(FILE_NAME)).unwrap();
    for len in 0..whole.len() {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), &whole[..len]);
        let (settings, problem) = load(dir.path());
        if let Some(problem) = problem {
            assert_eq!(settings, Settings::default());
            let Problem::Damaged { kept, .. } = problem else { panic!("{problem:?}") };
            assert_eq!(fs::read(kept).unwrap(), whole[..len]);
        }
    }
}

fn blocks(which: usize, bytes: Vec<u8>) -> Vec<Block> {
    let checksum = ChecksumBlock { from: -4, to: Some(-1), at: Place::Front, ..ChecksumBlock::new(Checksum::Xor) };
    let fixed = Block::Fixed { bytes, at: Place::Offset(-2) };
    let all = [fixed, Block::Checksum(checksum), Block::Length(LengthBlock::default()), Block::CrLf];
    all[..which].to_vec()
}

fn framing(which: usize, number: u16) -> Framing {
    let mark = |bytes: &[u8]| Mark::new(bytes).unwrap();
    match (which, number % 3) {
        (0, 0) => Framing::AsRead,
        (0, 1) => Framing::LINES,
        (0, _) => Framing::Idle { ms: number.into() },
        (1, 0) => Framing::Delimiter { delimiter: mark(&number.to_be_bytes()), keep: true },
        (1, 1) => Framing::Marks { start: mark(b"\x02"), end: mark(&number.to_be_bytes()), keep: false },
        (1, _) => Framing::Json,
        (_, rest) => {
            Framing::Length(LengthField { offset: rest as u8, max_bytes: number.max(1).into(), ..LengthField::LE4 })
        }
    }
}

fn tab() -> impl Strategy<Value = TabSettings> {
    let network = (any::<String>(), 0..3usize, any::<String>(), any::<u16>(), any::<String>(), 1u16.., any::<bool>());
    let udp =
        (any::<String>(), any::<bool>(), any::<u8>(), prop::collection::vec((any::<String>(), any::<String>()), 0..3));
    let client = (any::<String>(), any::<u16>(), 1u32..=3600, any::<bool>());
    let receive = (0..3usize, 0..3usize, any::<bool>(), any::<String>(), any::<bool>());
    let send = (any::<bool>(), 0..4usize, any::<String>(), 1..=SendSettings::MAX_CYCLE_MS, any::<String>());
    (network, udp, client, receive, send).prop_map(|(network, udp, client, receive, send)| TabSettings {
        name: network.0,
        mode: Mode::ALL[network.1],
        local_address: network.2,
        local_port: network.3,
        remote_host: network.4,
        remote_port: network.5,
        nodelay: network.6,
        feiq: !network.6,
        keepalive: !network.6,
        udp: UdpSettings {
            remote: udp.0,
            broadcast: udp.1,
            share_port: !udp.1,
            multicast_ttl: udp.2,
            multicast_loopback: udp.1,
            groups: udp.3.into_iter().map(|(address, interface)| GroupSettings { address, interface }).collect(),
        },
        client: ClientSettings {
            local_address: client.0,
            local_port: client.1,
            connect_timeout_s: client.2,
            reconnect: client.3,
        },
        answer: AnswerSettings::default(),
        chat: ChatSettings::default(),
        options: OptionSettings {
            ttl: Some(udp.2.max(1)).filter(|_| network.6),
            dscp: Some(udp.2 % 64).filter(|_| udp.1),
            dont_fragment: Some(network.6).filter(|_| udp.1),
            send_buffer: Some(1024 + client.2).filter(|_| client.3),
            receive_buffer: Some(OptionSettings::MAX_BUFFER).filter(|_| client.3),
        },
        receive: ReceiveSettings {
            view: [View::Ascii, View::Hex, View::Dump][receive.0],
            dump_width: [8, 16, 32][receive.1],
            log_mode: receive.2,
            auto_linefeed: !receive.2,
            hide_received: receive.4,
            decode: receive.2,
            save_path: receive.3,
            charset: if receive.4 { Charset::ShiftJis } else { Charset::Auto },
            framing: framing(receive.0, client.1),
        },
        send: SendSettings {
            form: if send.0 { SendForm::Hex } else { SendForm::Ascii },
            charset: if send.0 { Charset::Big5 } else { Charset::Utf16Be },
            escapes: send.0,
            append: !send.0,
            append_blocks: blocks(send.1, send.2.into_bytes()),
            frame: send.0,
            template: !send.0,
            variables: [("值 1".to_owned(), send.4.chars().take(MAX_VARIABLE_CHARS).collect())].into(),
            cycle_ms: send.3,
            cycle_times: send.3,
            line_by_line: send.0,
            text: send.4,
            file: SendFileSettings::default(),
        },
    })
}

fn feiq() -> impl Strategy<Value = FeiqSettings> {
    let texts = prop::array::uniform9(any::<String>());
    let lists = (prop::collection::vec(any::<String>(), 0..4), prop::collection::vec(any::<String>(), 0..4));
    let numbers = (1u16.., 1..=FeiqSettings::MAX_REPEATS, any::<u16>(), 0..4usize);
    let interval_ms = FeiqSettings::MIN_INTERVAL_MS..=FeiqSettings::MAX_INTERVAL_MS;
    (texts, lists, numbers, interval_ms, any::<bool>()).prop_map(|(texts, lists, numbers, interval_ms, on)| {
        let [user, host, nick, group, own_version, mac, bind_address, announce, absence] = texts;
        FeiqSettings {
            accept_folder: absence.clone(),
            nick,
            group,
            node: FeiqSender { user: host.clone(), mac: user.clone(), ..FeiqSender::default() },
            form: FeiqSender {
                user,
                host,
                version: FeiqVersionKind::ALL[numbers.3],
                own_version,
                mac,
                encoding: if on { Charset::Gbk } else { Charset::Auto },
            },
            targets: lists.0,
            recent_targets: Recent::from(lists.1),
            target_port: numbers.0,
            final_nul: on,
            as_node: !on,
            repeats: numbers.1,
            interval_ms,
            bind_address,
            port: numbers.2,
            announce_broadcast: on,
            announce_interfaces: if on { Vec::new() } else { vec!["以太网".to_owned()] },
            announce,
            history: !on,
            absent: on,
            absence,
        }
    })
}

fn settings() -> impl Strategy<Value = Settings> {
    let recent = || prop::collection::vec(any::<String>(), 0..40).prop_map(Recent::from);
    let window = (400f32..20_000.0, 300f32..20_000.0, prop::option::of(-9e4f32..9e4), any::<bool>()).prop_map(
        |(width, height, x, maximized)| WindowSettings { width, height, x, y: x.map(|x| x / 3.0), maximized },
    );
    let rest = (0.5f32..4.0, any::<bool>(), 0.1f32..0.9, 16u32..=4096, 0..3usize);
    (recent(), recent(), window, rest, prop::collection::vec(tab(), 0..4), feiq()).prop_map(
        |(recent_hosts, recent_remotes, window, rest, tabs, feiq)| Settings {
            version: VERSION,
            feiq,
            tftp: TftpSettings::default(),
            download: DownloadSettings::default(),
            quick: QuickSettings::default(),
            language: [Language::System, Language::ZhCn, Language::En][rest.4],
            theme: [Theme::System, Theme::Dark, Theme::Light][rest.4],
            send_key: if rest.1 { SendKey::Enter } else { SendKey::CtrlEnter },
            zoom: rest.0,
            left_folded: rest.1,
            splitter: rest.2,
            journal_budget_mib: rest.3,
            recent_hosts,
            recent_remotes,
            window,
            tabs,
        },
    )
}

#[test]
fn the_classic_choice_of_older_versions_becomes_blocks() {
    let blocks = |send: &str| {
        let (mut settings, problem) = loaded(&format!("version = 1\n[[tabs]]\n[tabs.send]\nappend = true\n{send}"));
        assert_eq!(problem, None);
        assert!(settings.tabs[0].send.append);
        settings.tabs.remove(0).send.append_blocks
    };
    let checksum = |checksum| vec![Block::Checksum(ChecksumBlock::new(checksum))];
    let fixed = |bytes: &[u8]| vec![Block::Fixed { bytes: bytes.to_vec(), at: Place::End }];
    for (written, read) in [
        ("append_kind = \"negative\"\nappend_fixed = \"0D\"", checksum(Checksum::Negative)),
        ("append_kind = \"sum\"", checksum(Checksum::Sum)),
        ("append_kind = \"xor\"", checksum(Checksum::Xor)),
        ("append_kind = \"fixed\"\nappend_fixed = \"0d 0A\"", fixed(b"\r\n")),
        ("append_kind = \"fixed\"\nappend_fixed = \"0D 0\"", fixed(b"\r")),
        ("append_kind = \"parity\"", fixed(b"\r")),
        ("append_kind = \"sum\"\nappend_blocks = [{ kind = \"crlf\" }]", vec![Block::CrLf]),
        ("", fixed(b"\r")),
    ] {
        assert_eq!(blocks(written), read, "{written}");
    }
}

#[test]
fn what_is_not_understood_of_blocks_framing_and_options_costs_nothing_else() {
    let (settings, problem) = loaded(
        "version = 1\n[[tabs]]\nname = \"x\"\n\
         [tabs.options]\nttl = 0\ndscp = 200\ndont_fragment = \"often\"\nsend_buffer = 1\nreceive_buffer = -1\n\
         [tabs.receive]\nframing = { morse = 1 }\n\
         [tabs.send]\nappend_blocks = [{ kind = \"crlf\" }, { kind = \"checksum\", algorithm = \"CRC-99\" }, { kind = \"nul\" }]\n",
    );
    assert_eq!(problem, None);
    let tab = &settings.tabs[0];
    let options = OptionSettings { ttl: Some(1), dscp: Some(63), send_buffer: Some(1024), ..OptionSettings::default() };
    assert_eq!((tab.name.as_str(), &tab.receive.framing, tab.options), ("x", &Framing::AsRead, options));
    assert_eq!(tab.send.append_blocks, [Block::CrLf, Block::Nul]);
    let (settings, problem) = loaded(
        "version = 1\n[[tabs]]\n[tabs.receive.framing.length]\noffset = 0\nwidth = \"4\"\norder = \"big\"\n\
         counts = \"payload\"\nadjustment = 0\nheader_after = 0\nmax_bytes = 9000000000000000000\n",
    );
    assert_eq!((problem, &settings.tabs[0].receive.framing), (None, &Framing::LENGTH_BE4));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_settings_come_back_as_they_were(settings in settings()) {
        let dir = tempfile::tempdir().unwrap();
        save(dir.path(), &settings).unwrap();
        prop_assert_eq!(load(dir.path()), (settings, None));
    }

    #[test]
    fn any_bytes_are_read_or_set_aside(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), &bytes);
        load(dir.path());
        prop_assert_eq!(files(dir.path()).len(), 1);
    }
}
