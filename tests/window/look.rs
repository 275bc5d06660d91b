//! Order, names, sizes: what a person or a screen reader finds where.

use egui::accesskit::Role;
use egui::{Key, Modifiers, Theme};
use egui_kittest::kittest::NodeT as _;
use wirebench::codec::append::{Block, Checksum, ChecksumBlock};
use wirebench::i18n::Lang;
use wirebench::settings::{Mode, TabSettings};

use crate::driver::{CTRL, Window, settings, tab};

/// The names of all controls, in the order of the accessibility tree.
fn names(window: &mut Window) -> Vec<String> {
    let root = window.harness().root();
    root.children_recursive()
        .filter(|n| !matches!(n.accesskit_node().role(), Role::Label | Role::GenericContainer | Role::Window))
        .filter_map(|n| n.accesskit_node().label())
        .collect()
}

fn assert_in_order(names: &[String], wanted: &[&str]) {
    let mut rest = names.iter();
    for name in wanted {
        assert!(rest.any(|found| found == name), "{name} is missing or out of order in {names:?}");
    }
}

#[test]
fn controls_come_in_reading_order() {
    let mut window = Window::with(tab(Mode::Udp));
    let names = names(&mut window);
    assert_in_order(
        &names,
        &[
            "菜单",
            "UDP :0",
            "新建会话",
            "网络设置",
            "协议类型",
            "本地主机地址",
            "本地主机端口",
            "打开",
            "允许广播",
            "共享端口",
            "接收设置",
            "ASCII",
            "HEX",
            "转储",
            "接收编码",
            "按日志模式显示",
            "接收区自动换行",
            "接收数据不显示",
            "接收保存到文件...",
            "自动滚屏",
            "清除接收",
            "发送设置",
            "ASCII",
            "HEX",
            "发送编码",
            "自动解析转义符",
            "自动发送附加位",
            "循环周期",
            "循环周期（毫秒）",
            "保存日志",
            "数据日志",
            "远程主机",
            "←清除",
            "组播...",
            "↙清除",
            "↖清除",
            "发送内容",
            "发送",
            "复位计数",
        ],
    );
}

#[test]
fn groups_and_the_column_fold() {
    let mut window = Window::with(tab(Mode::Udp));
    window.button("接收设置");
    assert!(!window.has(Role::CheckBox, "按日志模式显示"));
    assert!(window.has(Role::CheckBox, "自动解析转义符"));
    window.button("接收设置");
    assert!(window.has(Role::CheckBox, "按日志模式显示"));
    let wide = window.log().width();
    window.button("折叠侧栏");
    assert!(!window.has(Role::Button, "接收设置") && window.log().width() > wide + 150.0);
    window.button("展开侧栏");
    assert!((window.log().width() - wide).abs() < 1.0);
}

#[test]
fn the_splitter_moves_and_neither_side_vanishes() {
    let mut window = Window::with(tab(Mode::Udp));
    let splitter = |w: &Window| w.get(Role::Splitter, "日志与发送区的分隔条").rect().center();
    let (before, from) = (window.log().height(), splitter(&window));
    window.drag(from, from - egui::vec2(0.0, 150.0));
    assert!((before - window.log().height() - 150.0).abs() < 6.0, "{before} {}", window.log().height());
    let from = splitter(&window);
    window.drag(from, from - egui::vec2(0.0, 2000.0));
    assert!(window.log().height() > 80.0);
    let from = splitter(&window);
    window.drag(from, from + egui::vec2(0.0, 2000.0));
    assert!(window.get(Role::MultilineTextInput, "发送内容").rect().height() > 40.0);
}

#[test]
fn keys_do_what_the_buttons_do() {
    let mut window = Window::with(tab(Mode::Udp));
    window.key(Modifiers::NONE, Key::F5);
    window.until("the tab to open", |w| w.has(Role::Button, "关闭"));
    window.key(Modifiers::NONE, Key::F5);
    window.until("the tab to close", |w| w.has(Role::Button, "打开"));
    window.key(CTRL, Key::B);
    assert!(!window.has(Role::Button, "网络设置"));
    window.key(CTRL, Key::B);
    assert!(window.has(Role::Button, "网络设置"));
    window.key(CTRL, Key::S);
    assert!(window.has(Role::Button, "保存"));
    window.key(CTRL, Key::T);
    assert!(!window.has(Role::Tab, "UDP :8080"), "a dialog is in front");
}

#[test]
fn the_theme_changes() {
    let mut window = Window::with(tab(Mode::Udp));
    window.menu(&["主题", "深色"]);
    assert_eq!(window.harness().ctx.theme(), Theme::Dark);
    window.menu(&["主题", "浅色"]);
    assert_eq!(window.harness().ctx.theme(), Theme::Light);
}

#[test]
fn f1_lists_the_keys() {
    let mut window = Window::with(tab(Mode::Udp));
    window.key(Modifiers::NONE, Key::F1);
    for key in ["Ctrl+T", "Ctrl+W", "Ctrl+Tab", "Ctrl+Enter", "F1", "F5"] {
        assert!(window.says(key), "{key}");
    }
    window.key(Modifiers::NONE, Key::Escape);
    assert!(!window.says("Ctrl+W"));
}

#[test]
fn tab_leads_through_the_controls_in_order() {
    let mut window = Window::with(tab(Mode::Udp));
    window.get(Role::Button, "网络设置").focus();
    window.settle();
    let mut seen = Vec::new();
    for _ in 0..60 {
        window.key(Modifiers::NONE, Key::Tab);
        let root = window.harness().root();
        let focused = root.children_recursive().find(egui_kittest::Node::is_focused);
        seen.extend(focused.and_then(|n| n.accesskit_node().label()));
    }
    assert_in_order(
        &seen,
        &[
            "协议类型",
            "本地主机地址",
            "打开",
            "接收设置",
            "ASCII",
            "发送设置",
            "数据日志",
            "远程主机",
            "发送内容",
            "发送",
            "复位计数",
        ],
    );
}

#[test]
fn nothing_is_cut_off_in_either_language_and_any_mode() {
    for lang in [Lang::ZhCn, Lang::En] {
        for mode in Mode::ALL {
            let mut tab = TabSettings { mode, ..tab(mode) };
            tab.send.append = true;
            tab.send.append_blocks = vec![Block::Checksum(ChecksumBlock::new(Checksum::Negative))];
            let mut window = Window::with(tab);
            if lang == Lang::En {
                window.menu(&["界面语言", "English"]);
            }
            // The column scrolls: its first control is in view, and after a turn of the wheel its last one.
            let (first, last) = match lang {
                Lang::ZhCn => ("协议类型", "循环周期（毫秒）"),
                Lang::En => ("Protocol", "Cycle (ms)"),
            };
            assert!(window.get(Role::ComboBox, first).rect().top() > 40.0);
            window.wheel_at(egui::pos2(100.0, 400.0), -2000.0);
            let bottom = window.get(Role::TextInput, last).rect().bottom();
            assert!(bottom <= 692.0, "{lang:?} {mode:?}: the column ends at {bottom}");
            window.wheel_at(egui::pos2(100.0, 400.0), 2000.0);
            window.harness().remove_cursor(); // and no tooltip is in the way
            window.settle();
            let screen = egui::Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(834.0, 724.0));
            for node in window.harness().root().children_recursive() {
                let (role, label) = (node.accesskit_node().role(), node.accesskit_node().label());
                let used = matches!(
                    role,
                    Role::Button | Role::CheckBox | Role::RadioButton | Role::ComboBox | Role::TextInput | Role::Label
                );
                if !used {
                    continue;
                }
                let rect = node.rect();
                let sideways = rect.left() >= screen.left() && rect.right() <= screen.right();
                assert!(sideways, "{lang:?} {mode:?} {role:?} {label:?} {rect:?}");
                // The column ends where the log begins.
                let in_column = rect.left() < 200.0 && rect.top() > 40.0 && rect.bottom() < 690.0;
                assert!(!in_column || rect.right() <= 204.0, "{lang:?} {mode:?} {role:?} {label:?} {rect:?}");
            }
        }
    }
}

#[test]
fn a_tiny_window_still_has_everything_on_it() {
    for mode in Mode::ALL {
        let settings = settings(vec![tab(mode)]);
        let window = Window::sized(settings, None, None, [480.0, 360.0]);
        let screen = egui::Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(480.0, 360.0));
        for (role, name) in [
            (Role::Button, "发送"),
            (Role::MultilineTextInput, "发送内容"),
            (Role::Button, "↙清除"),
            (Role::Button, "↖清除"),
            (Role::Button, "复位计数"),
            (Role::Document, "数据日志"),
        ] {
            let rect = window.get(role, name).rect();
            assert!(screen.contains_rect(rect), "{mode:?}: {name} at {rect:?}");
        }
        assert!(window.log().height() > 60.0);
    }
}

#[test]
fn every_text_of_the_table_is_used() {
    fn read(folder: &std::path::Path, sources: &mut String) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                read(&path, sources);
            } else if path.extension().is_some_and(|e| e == "rs") && !path.ends_with("i18n/table.rs") {
                sources.push_str(&std::fs::read_to_string(path).unwrap());
            }
        }
    }
    let mut sources = String::new();
    read(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut sources);
    let mut used = std::collections::HashSet::new();
    for after in sources.split("Text::").skip(1) {
        used.insert(after.split(|c: char| !c.is_alphanumeric()).next().unwrap());
    }
    let unused: Vec<String> = wirebench::i18n::Text::ALL
        .iter()
        .map(|text| format!("{text:?}"))
        .filter(|name| !used.contains(name.as_str()))
        .collect();
    assert_eq!(unused, Vec::<String>::new());
}
