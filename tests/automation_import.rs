//! Files of quick commands: those of other programs as they write them, broken ones, and ours there and back.

#![allow(clippy::unwrap_used)] // tests panic on purpose

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use wirebench::automation::command::{
    EditError, Expect, Group, Hotkey, MAX_COMMANDS, QuickCommand, QuickCommands, Repeat, Step,
};
use wirebench::automation::import::{
    Format, ImportError, ImportErrorKind, Imported, LeftOut, MAX_FILE_BYTES, MAX_LEFT_OUT, Unusable, export, import,
};
use wirebench::automation::{Form, Message};
use wirebench::codec::Charset;
use wirebench::codec::append::{Block, Checksum, ChecksumBlock, Place, apply};
use wirebench::codec::framing::Framing;
use wirebench::codec::hex::HexErrorKind;
use wirebench::codec::pattern::Test;

fn read(file: &str) -> Result<Imported, ImportError> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(file);
    let bytes = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    import(&bytes, path.file_stem().unwrap().to_str().unwrap())
}

fn whole(file: &str) -> Imported {
    let imported = read(file).unwrap();
    assert_eq!(imported.left_out, []);
    imported
}

/// Each command of a group as `name|form|text`.
fn said(group: &Group) -> Vec<String> {
    let said = |command: &QuickCommand| {
        let form = if command.message.form == Form::Hex { 'H' } else { 'A' };
        format!("{}|{form}|{}", command.name, command.message.text)
    };
    group.commands().iter().map(said).collect()
}

fn sent(command: &QuickCommand) -> Vec<u8> {
    let bytes = match command.message.prepare(&Framing::AsRead) {
        Ok(_) if command.message.form == Form::Hex => wirebench::codec::hex::parse(&command.message.text).unwrap(),
        Ok(_) => command.message.charset.encode(&command.message.text).unwrap(),
        Err(error) => panic!("{error}"),
    };
    apply(&command.message.append, &bytes).unwrap()
}

fn lines(imported: &Imported) -> Vec<usize> {
    imported.left_out.iter().map(|left_out| left_out.line).collect()
}

#[test]
fn sscom_5_with_its_cycle() {
    let imported = whole("sscom/sscom51.ini");
    assert_eq!((imported.format, imported.charset), (Format::Sscom, Charset::Gbk));
    let [group] = &imported.groups[..] else { panic!("{imported:?}") };
    assert_eq!((group.name.as_str(), group.delay_ms), ("sscom51", 1000));
    let expected = [
        "读版本|H|01 03 00 00 00 02",
        "查询温度|A|温度?",
        "复位模块|A|AT+RST",
        "设置,参数|A|AT+CWJAP=\"办公室\",,12345678",
        "|A|{ \"cmd\": 1 }\\r",
    ];
    assert_eq!(said(group), expected, "the cycle in its order, free places left out");
    let cycle: Vec<_> = group.commands().iter().map(|c| (c.step.enabled, c.step.delay_ms)).collect();
    let pauses = [(true, 500), (true, 1000), (true, 2000), (false, 1000), (false, 20)];
    assert_eq!(cycle, pauses.map(|(enabled, ms)| (enabled, Some(ms))));
    assert_eq!(sent(&group.commands()[1]), b"\xCE\xC2\xB6\xC8?\r\n");
    assert_eq!(sent(&group.commands()[4]), b"{ \"cmd\": 1 }\\r\r\n", "no escapes, no template");
}

#[test]
fn sscom_5_with_a_checksum() {
    let imported = whole("sscom/modbus.ini");
    let commands = imported.groups[0].commands();
    assert_eq!(said(&imported.groups[0]), ["读保持寄存器|H|01 03 00 00 00 0A", "|A|ABC"]);
    assert!(commands.iter().all(|command| command.step.enabled), "nothing is in the cycle: everything is");
    assert_eq!(sent(&commands[0]), b"\x01\x03\x00\x00\x00\x0A\xC5\xCD");
}

#[test]
fn sscom_3() {
    let imported = whole("sscom/sscom3.ini");
    let expected = ["|H|12 00 FF 88", "|A|output string", "|A|再见"];
    assert_eq!((imported.format, said(&imported.groups[0])), (Format::Sscom, expected.map(str::to_owned).to_vec()));
    assert_eq!(imported.groups[0].commands()[0].message.append, []);
}

#[test]
fn a_broken_sscom_file_says_what_was_left_out() {
    let imported = read("sscom/broken.ini").unwrap();
    assert_eq!(said(&imported.groups[0]), ["好的|A|OK"]);
    let why: Vec<_> = imported.left_out.iter().map(|LeftOut { line, why }| (*line, why.clone())).collect();
    assert!(matches!(&why[0], (8, Unusable::Number(text)) if text == "soon"), "{why:?}");
    assert!(matches!(&why[1], (9, Unusable::Hex(error)) if error.kind == HexErrorKind::OddDigit), "{why:?}");
    assert_eq!(why[2], (11, Unusable::Type("Q".to_owned())));
    assert_eq!(why[3], (13, Unusable::Encoding));
    assert!(matches!(&why[4], (14, Unusable::Hex(error)) if error.kind == HexErrorKind::Foreign('G')), "{why:?}");
    assert_eq!((why.len(), imported.left_out_count), (5, 5));
}

#[test]
fn lists_of_llcom() {
    let imported = whole("llcom/list.lclst");
    assert_eq!((imported.format, imported.groups[0].name.as_str()), (Format::Llcom, "list"));
    let expected = ["|A|AT\r\n", "读寄存器 {1}|H|01 03 00 00 00 0a c5 cd", "问候|A|你好，\"世界\" \\r"];
    assert_eq!(said(&imported.groups[0]), expected);
    assert_eq!(sent(&imported.groups[0].commands()[2]), "你好，\"世界\" \\r".as_bytes());
    assert_eq!(said(&whole("llcom/quicksend_0.lclst").groups[0]), ["查版本|A|AT+GMR", "|H|AA55"]);
}

#[test]
fn settings_of_llcom() {
    let imported = read("llcom/settings.json").unwrap();
    let groups: Vec<_> = imported.groups.iter().map(|group| (group.name.as_str(), said(group))).collect();
    let expected = [("电表", vec!["查状态|A|状态?".to_owned()]), ("未命名2", vec!["|H|7E 01 7E".to_owned()])];
    assert_eq!(groups, expected);
    assert_eq!(sent(&imported.groups[0].commands()[0]), b"\xD7\xB4\xCC\xAC?\r\n", "in its encoding, with its CR LF");
    assert_eq!(sent(&imported.groups[1].commands()[0]), b"\x7E\x01\x7E");
    assert_eq!(lines(&imported), [19, 25]);
    assert_eq!(imported.left_out[1].why, Unusable::NotACommand);
}

#[test]
fn json_that_is_none_or_holds_none() {
    let error = read("llcom/broken.lclst").unwrap_err();
    assert!(matches!(&error.kind, ImportErrorKind::Json(words) if !words.contains("line")), "{error}");
    assert_eq!(error.line, Some(3));
    assert_eq!(read("llcom/other.json").unwrap_err(), ImportErrorKind::NoList.into_error());
    for empty in ["[]", "{\"quickSendList\": [[], []]}", "[{\"text\": \"\"}]"] {
        assert_eq!(import(empty.as_bytes(), "x").unwrap_err(), ImportErrorKind::Nothing.into_error(), "{empty}");
    }
    let error = import(b"[\n{},\n[1]]", "x").unwrap_err();
    assert_eq!(error, ImportError { line: Some(2), kind: ImportErrorKind::AllLeftOut(Unusable::NotACommand) });
}

trait IntoError {
    fn into_error(self) -> ImportError;
}

impl IntoError for ImportErrorKind {
    fn into_error(self) -> ImportError {
        ImportError { line: None, kind: self }
    }
}

#[test]
fn netassist_has_its_shortcuts_in_a_section() {
    let imported = read("quick/netassist.cfg").unwrap();
    assert_eq!((imported.format, imported.charset), (Format::NetAssist, Charset::Gbk));
    assert_eq!(said(&imported.groups[0]), ["心跳|H|55 AA 00 01", "查询|H|7E017E"]);
    assert_eq!(lines(&imported), [7]);
}

#[test]
fn tables_with_names_of_columns() {
    let imported = whole("csv/header_utf8_bom.csv");
    assert_eq!((imported.format, imported.charset), (Format::Csv, Charset::Utf8));
    let expected = ["读版本|H|01 03 00 00 00 02", "问候|A|你好,\"世界\"\\r\\n", "路径|A|C:\\Users\\q"];
    assert_eq!(said(&imported.groups[0]), expected);
    let commands = imported.groups[0].commands();
    assert_eq!((commands[0].comment.as_str(), commands[0].step.delay_ms), ("功能码 3,两个寄存器", Some(500)));
    assert_eq!(commands[2].step.delay_ms, Some(20));
    assert!(commands[1].message.escapes && !commands[2].message.escapes, "a backslash may be a backslash");

    let imported = whole("csv/semicolon_gbk.csv");
    assert_eq!(imported.charset, Charset::Gbk);
    let groups: Vec<_> = imported.groups.iter().map(|group| (group.name.as_str(), said(group))).collect();
    let meter = vec!["抄表|H|68 AA AA 16".to_owned(), "问候|A|你好".to_owned()];
    assert_eq!(groups, [("电表", meter), ("网关", vec!["重启|A|AT+RST\\r\\n".to_owned()])]);
    assert_eq!(imported.groups[0].commands()[1].message.charset, Charset::Gbk);
}

#[test]
fn tables_without_names_of_columns() {
    let imported = whole("csv/no_header_tab.txt");
    assert_eq!(imported.charset, Charset::Utf16Le);
    assert_eq!(said(&imported.groups[0]), ["复位|A|RESET", "握手|H|55,AA"]);
    assert_eq!(said(&whole("csv/two_columns.csv").groups[0]), ["hello|A|line one\nline two", "ping|A|PING"]);
}

#[test]
fn broken_tables_name_their_lines() {
    let imported = read("csv/broken.csv").unwrap();
    assert_eq!(said(&imported.groups[0]), ["good|A|AT"]);
    assert_eq!(lines(&imported), [3, 4, 5, 7]);
    let why: Vec<&Unusable> = imported.left_out.iter().map(|left_out| &left_out.why).collect();
    assert_eq!((why[0], why[3]), (&Unusable::Type("octal".to_owned()), &Unusable::NoData));
    let error = read("csv/unclosed.csv").unwrap_err();
    assert_eq!(error, ImportError { line: Some(2), kind: ImportErrorKind::Unclosed });
    let error = import(b"name,type,data\nx,hex,0\n", "x").unwrap_err();
    assert!(matches!(error, ImportError { line: Some(2), kind: ImportErrorKind::AllLeftOut(Unusable::Hex(_)) }));
}

#[test]
fn ours_as_a_person_may_write_it() {
    let imported = whole("quick/group.toml");
    let [group] = &imported.groups[..] else { panic!("{imported:?}") };
    assert_eq!((imported.format, group.name.as_str(), group.repeat), (Format::Toml, "水表", Repeat::Forever));
    let [login, read] = group.commands() else { panic!("{group:?}") };
    assert_eq!((login.hotkey, login.message.charset), (Some("Ctrl+1".parse().unwrap()), Charset::Gbk));
    assert_eq!(login.message.text, "LOGIN admin\\r\\n");
    assert_eq!(login.step.expect.as_ref().unwrap().timeout_ms, 2000);
    assert_eq!((read.message.template, &read.message.append[..]), (true, &[Block::CrLf][..]));
}

#[test]
fn ours_when_it_is_wrong() {
    let error = read("quick/broken.toml").unwrap_err();
    assert!(matches!(&error.kind, ImportErrorKind::Toml(words) if words.contains("Hyper")), "{error}");
    assert_eq!(error.line, Some(5));
    assert_eq!(read("quick/newer.toml").unwrap_err(), ImportErrorKind::Newer(2).into_error());
    assert_eq!(import(b"version = 1\n", "x").unwrap_err(), ImportErrorKind::Nothing.into_error());
}

#[test]
fn what_is_no_such_file() {
    assert_eq!(read("quick/readme.txt").unwrap_err(), ImportError { line: Some(1), kind: ImportErrorKind::Unknown });
    assert_eq!(import(b"", "x").unwrap_err(), ImportErrorKind::Empty.into_error());
    assert_eq!(import(b"\xEF\xBB\xBF \r\n", "x").unwrap_err(), ImportErrorKind::Empty.into_error());
    let error = import(b"a,b\nELF\x00\x01", "x").unwrap_err();
    assert_eq!(error, ImportError { line: Some(2), kind: ImportErrorKind::NotText });
    let huge = vec![b' '; MAX_FILE_BYTES + 1];
    assert_eq!(import(&huge, "x").unwrap_err(), ImportErrorKind::TooLarge { len: huge.len() }.into_error());
}

#[test]
fn what_is_too_much() {
    let many = format!("name,data\n{}", "n,x\n".repeat(MAX_COMMANDS + 1));
    let too_many = ImportErrorKind::TooMuch(EditError::TooManyCommands);
    let line = Some(MAX_COMMANDS + 2);
    assert_eq!(import(many.as_bytes(), "x").unwrap_err(), ImportError { line, kind: too_many });
    let ours = format!("[[groups]]\n{}", "[[groups.commands]]\nname = 'n'\n".repeat(MAX_COMMANDS + 1));
    assert_eq!(
        import(ours.as_bytes(), "x").unwrap_err(),
        ImportErrorKind::TooMuch(EditError::TooManyCommands).into_error()
    );
    let bad = format!("a,hex,1\nb,text,x\n{}", "c,hex,2\n".repeat(2 * MAX_LEFT_OUT));
    let imported = import(bad.as_bytes(), "x").unwrap();
    assert_eq!((imported.left_out.len(), imported.left_out_count), (MAX_LEFT_OUT, 2 * MAX_LEFT_OUT + 1));
    let long = format!("a,text,{}\nb,text,x\n", "x".repeat(300_000));
    assert_eq!(import(long.as_bytes(), "x").unwrap().left_out[0].why, Unusable::TooLong { len: 300_000 });
}

fn message() -> impl Strategy<Value = Message> {
    let blocks = prop::collection::vec(
        prop_oneof![
            Just(Block::CrLf),
            any::<Vec<u8>>().prop_map(|bytes| Block::Fixed { bytes, at: Place::default() }),
            (any::<i32>(), any::<Option<i32>>()).prop_map(|(from, to)| {
                Block::Checksum(ChecksumBlock { from, to, ..ChecksumBlock::new(Checksum::Xor) })
            }),
        ],
        0..3,
    );
    let text = prop_oneof![any::<String>(), "[\\PC\r\n\t\u{0}\u{7f}\\\\\"']{0,20}"];
    (text, any::<bool>(), 1..Charset::ALL.len(), any::<bool>(), any::<bool>(), blocks).prop_map(
        |(text, hex, charset, escapes, template, append)| Message {
            text,
            form: if hex { Form::Hex } else { Form::Ascii },
            charset: Charset::ALL[charset],
            escapes,
            template,
            append,
        },
    )
}

fn command() -> impl Strategy<Value = QuickCommand> {
    let expect =
        (0..Test::ALL.len(), any::<String>(), any::<bool>(), 0..Charset::ALL.len(), any::<bool>(), any::<u32>());
    let expect = expect.prop_map(|(test, pattern, hex, charset, escapes, timeout_ms)| Expect {
        test: Test::ALL[test],
        pattern,
        form: if hex { Form::Hex } else { Form::Ascii },
        charset: Charset::ALL[charset],
        escapes,
        timeout_ms,
    });
    let step = (any::<bool>(), any::<Option<u32>>(), prop::option::of(expect));
    let hotkey = prop::option::of("(Ctrl\\+|Shift\\+|Alt\\+)F(1?[1-9]|2[0-4])|Ctrl\\+Alt\\+[A-Z0-9]");
    (any::<String>(), message(), hotkey, any::<String>(), step).prop_map(|(name, message, hotkey, comment, step)| {
        let (enabled, delay_ms, expect) = step;
        let mut command = QuickCommand::new(name, message);
        command.hotkey = hotkey.map(|text| text.parse::<Hotkey>().unwrap());
        command.comment = comment;
        command.step = Step { enabled, delay_ms, expect };
        command
    })
}

fn group() -> impl Strategy<Value = Group> {
    let commands = prop::collection::vec(command(), 0..4);
    (any::<String>(), any::<u32>(), any::<bool>(), any::<u32>(), commands).prop_map(
        |(name, repeat, stop_on_failure, delay_ms, commands)| {
            let mut group = Group::named(name).with_commands(commands);
            (group.repeat, group.stop_on_failure, group.delay_ms) = (Repeat::from(repeat), stop_on_failure, delay_ms);
            group
        },
    )
}

proptest! {
    #[test]
    fn ours_comes_back_exactly(groups in prop::collection::vec(group(), 1..4)) {
        let mut all = QuickCommands::default();
        all.add_groups(groups).unwrap();
        let text = export(&all.groups().iter().collect::<Vec<_>>()).unwrap();
        let imported = import(text.as_bytes(), "x").unwrap();
        prop_assert_eq!(imported.format, Format::Toml);
        let mut again = QuickCommands::default();
        again.add_groups(imported.groups).unwrap();
        prop_assert_eq!(&again, &all);
        let one = export(&[&all.groups()[0]]).unwrap();
        prop_assert_eq!(import(one.as_bytes(), "x").unwrap().groups.len(), 1);
    }

    #[test]
    fn any_bytes_are_a_file_or_an_error(bytes in any::<Vec<u8>>()) {
        check(&bytes);
    }

    #[test]
    fn any_text_like_one_of_them_is_a_file_or_an_error(
        begin in prop_oneof![Just("N1=A,x\n"), Just("[SHORTCUT]\n"), Just("version=1\n"), Just("[{"), Just("{"), Just("")],
        parts in prop::collection::vec(
            prop_oneof![
                "N[0-9]{1,4}=[AHQ]?,?", "\"?[a-z]{0,3}\"?", "[\\[\\]{}:,;\t=\"\\\\\r\n ]", "\"quickSendList\":", "\"text\":",
                "\"hex\":true", "groups", "commands", "hex|text|data", "[0-9A-F]{1,4}", "\u{2}|无注释|\u{fffd}",
            ],
            0..40,
        ),
    ) {
        check(format!("{begin}{}", parts.concat()).as_bytes());
    }
}

/// What is imported can be added to others and lies in the file.
fn check(bytes: &[u8]) {
    let lines = bytes.split(|byte| *byte == b'\n').count();
    match import(bytes, "x") {
        Ok(imported) => {
            assert!(imported.left_out.iter().all(|left_out| (1..=lines).contains(&left_out.line)), "{imported:?}");
            assert_eq!(imported.left_out.len(), imported.left_out_count.min(MAX_LEFT_OUT));
            QuickCommands::default().add_groups(imported.groups).unwrap();
        }
        Err(error) => assert!(error.line.is_none_or(|line| (1..=lines + 1).contains(&line)), "{error}"),
    }
}
