//! Editing quick commands within their limits, and what a file keeps of them.

#![allow(clippy::unwrap_used)] // tests panic on purpose

use super::*;
use crate::automation::Message;

fn command(text: &str) -> QuickCommand {
    QuickCommand::new(text, Message { text: text.to_owned(), ..Message::default() })
}

fn group(name: &str, commands: &[&str]) -> Group {
    Group::named(name).with_commands(commands.iter().map(|text| command(text)).collect())
}

fn names(all: &QuickCommands) -> String {
    let groups = all.groups().iter().map(|group| {
        let names: Vec<&str> = group.commands().iter().map(|command| command.name.as_str()).collect();
        format!("{}[{}]", group.name, names.join(" "))
    });
    groups.collect::<Vec<_>>().join(" ")
}

#[test]
fn groups_and_commands_are_added_moved_and_removed() {
    let mut all = QuickCommands::default();
    let a = all.add_group(group("a", &["1", "2", "3"])).unwrap();
    let b = all.add_group(group("b", &[])).unwrap();
    let two = all.group(a).unwrap().commands()[1].id();
    assert!(all.move_command(two, b, 9));
    let zero = all.add_command(a, Some(0), command("0")).unwrap();
    assert_eq!(names(&all), "a[0 1 3] b[2]");
    assert_eq!(all.group_of(two).unwrap().id(), b);
    assert!(all.move_command(zero, a, 1), "within a group");
    assert!(all.move_group(b, 0));
    assert_eq!(names(&all), "b[2] a[1 0 3]");
    let mut changed = all.command(zero).unwrap().clone();
    changed.name = "zero".to_owned();
    all.replace_command(changed.clone()).unwrap();
    assert_eq!(names(&all), "b[2] a[1 zero 3]");
    assert_eq!(all.remove_command(zero).unwrap(), changed);
    assert_eq!(all.replace_command(changed), Err(EditError::Gone));
    assert_eq!(all.remove_group(b).unwrap().commands().len(), 1);
    assert_eq!(all.add_command(b, None, command("x")), Err(EditError::Gone));
    assert!(!all.move_command(two, a, 0));
    assert_eq!(names(&all), "a[1 3]");
}

#[test]
fn ids_are_never_given_twice() {
    let mut all = QuickCommands::default();
    let a = all.add_group(group("a", &["1"])).unwrap();
    let first = all.add_command(a, None, command("2")).unwrap();
    all.remove_command(first);
    let second = all.add_command(a, None, command("3")).unwrap();
    assert_ne!(first, second);
    all.remove_group(a);
    assert_ne!(all.add_group(group("b", &[])).unwrap(), a);
}

#[test]
fn what_is_too_much_is_refused_and_nothing_changes() {
    let mut all = QuickCommands::default();
    let a = all.add_group(group("a", &["1"])).unwrap();
    let long = "x".repeat(MAX_TEXT_BYTES + 1);
    let too_long = Err(EditError::TextTooLong { len: long.len() });
    assert_eq!(all.add_command(a, None, command(&long)), too_long);
    let many: Vec<QuickCommand> = (0..MAX_COMMANDS).map(|_| QuickCommand::default()).collect();
    assert_eq!(all.add_group(Group::named("b").with_commands(many)), Err(EditError::TooManyCommands));
    let full = QuickCommand { comment: "x".repeat(MAX_TEXT_BYTES), ..QuickCommand::default() };
    let heavy = Group::named("c").with_commands(vec![full; MAX_TOTAL_BYTES / MAX_TEXT_BYTES]);
    assert_eq!(all.add_group(heavy), Err(EditError::TooMuchText));
    let groups = (0..MAX_GROUPS).map(|_| Group::default()).collect();
    assert_eq!(all.add_groups(groups), Err(EditError::TooManyGroups));
    assert_eq!(names(&all), "a[1]");
}

#[test]
fn a_file_may_leave_out_all_that_is_usual() {
    let all: QuickCommands = toml::from_str("[[groups]]\nname = 'a'\n[[groups.commands]]\nname = 'x'\n").unwrap();
    let mut expected = QuickCommands::default();
    expected.add_group(Group::named("a").with_commands(vec![QuickCommand::new("x", Message::default())])).unwrap();
    assert_eq!(all, expected);
    assert_eq!(toml::from_str::<QuickCommands>("").unwrap(), QuickCommands::default());
}

#[test]
fn everything_comes_back_from_toml() {
    let expect = Expect { pattern: "(?-u)^\\d+".to_owned(), timeout_ms: 77, ..Expect::default() };
    let mut full = command("\u{1}\"'''\\温度\r\n\t😀");
    full.hotkey = Some("ctrl+shift+f12".parse().unwrap());
    full.comment = "说明".to_owned();
    full.message.append = vec![crate::codec::append::Block::CrLf];
    full.step = Step { enabled: false, delay_ms: Some(0), expect: Some(expect) };
    let mut all = QuickCommands::default();
    let settings = Group { repeat: Repeat::Forever, stop_on_failure: false, delay_ms: 5, ..group("g", &["x"]) };
    all.add_group(settings).unwrap();
    all.add_group(Group::named("空").with_commands(vec![full])).unwrap();
    let text = toml::to_string(&all).unwrap();
    assert_eq!(toml::from_str::<QuickCommands>(&text).unwrap(), all, "{text}");
}

#[test]
fn hotkeys_are_read_in_any_case_and_written_in_one() {
    for (text, written) in [
        ("f1", "F1"),
        ("F24", "F24"),
        ("shift + f3", "Shift+F3"),
        ("alt+ctrl+q", "Ctrl+Alt+Q"),
        ("Ctrl+0", "Ctrl+0"),
        ("Control+Alt+Shift+c", "Ctrl+Shift+Alt+C"),
    ] {
        assert_eq!(text.parse::<Hotkey>().unwrap().to_string(), written);
    }
    for text in ["", "+", "Ctrl", "Ctrl+", "F0", "F25", "F01", "F100", "Meta+F1", "Ctrl+é", "Ctrl++"] {
        assert!(matches!(text.parse::<Hotkey>(), Err(HotkeyError::Unknown(_))), "{text:?}");
    }
    assert_eq!("Shift+a".parse::<Hotkey>(), Err(HotkeyError::Types));
    assert_eq!("5".parse::<Hotkey>(), Err(HotkeyError::Types));
    assert_eq!("Ctrl+Shift+Z".parse::<Hotkey>(), Err(HotkeyError::Edits));
}

#[test]
fn a_command_without_a_name_goes_by_its_text() {
    assert_eq!(command("你好").title(), "你好");
    let unnamed = QuickCommand { name: " ".to_owned(), ..command("") };
    assert_eq!(unnamed.title(), "");
    let long = QuickCommand { name: String::new(), ..command(&"温".repeat(50)) };
    assert_eq!(long.title().chars().count(), 40);
}
