//! Drives the window as a person would: no display, no GPU, real sockets on the loopback interface.
//!
//! Nothing sleeps: a test steps the window until what it waits for is there, and between two frames waits for the wake
//! with which the workers ask for the next one.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, bounded};
use egui::accesskit::{Role, Toggled};
use egui::{Event, Key, Modifiers, OutputCommand, Pos2, Rect, ViewportId};
use egui_kittest::kittest::NodeT as _;
use egui_kittest::{Harness, Node};

use wirebench::i18n::Lang;
use wirebench::settings::{Mode, Problem, Saver, Settings, TabSettings};
use wirebench::ui::{App, Start};

/// Ctrl, as a keyboard of Linux or Windows gives it.
pub const CTRL: Modifiers = Modifiers { ctrl: true, command: true, ..Modifiers::NONE };
/// Ctrl and Shift.
pub const CTRL_SHIFT: Modifiers = Modifiers { shift: true, ..CTRL };

/// What a test may wait for at most.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A window.
pub struct Window {
    harness: Harness<'static, App>,
    wakes: Receiver<()>,
    /// What was put on the clipboard, oldest first.
    copied: VecDeque<String>,
}

/// A tab on a free port of the loopback interface.
pub fn tab(mode: Mode) -> TabSettings {
    let mut tab = TabSettings { mode, local_port: 0, ..TabSettings::default() };
    "127.0.0.1".clone_into(&mut tab.local_address);
    tab
}

/// Settings with these tabs.
pub fn settings(tabs: Vec<TabSettings>) -> Settings {
    let mut settings = Settings::default();
    settings.tabs = tabs;
    settings
}

/// A UDP tab that sends to `peer`.
pub fn udp_to(peer: SocketAddr) -> TabSettings {
    let mut tab = tab(Mode::Udp);
    tab.udp.remote = format!("{} :{}", peer.ip(), peer.port());
    tab
}

/// A TCP client tab of a server.
pub fn client_of(server: SocketAddr) -> TabSettings {
    let mut tab = tab(Mode::TcpClient);
    tab.remote_host = server.ip().to_string();
    tab.remote_port = server.port();
    tab
}

impl Window {
    /// A window in Chinese with one tab.
    pub fn with(tab: TabSettings) -> Self {
        Self::with_tabs(vec![tab])
    }

    /// A window in Chinese with these tabs.
    pub fn with_tabs(tabs: Vec<TabSettings>) -> Self {
        Self::start(settings(tabs), None, None)
    }

    /// A window of these settings.
    pub fn start(settings: Settings, problem: Option<Problem>, saver: Option<Saver>) -> Self {
        Self::sized(settings, problem, saver, [834.0, 724.0])
    }

    /// The same in a size, in points.
    pub fn sized(settings: Settings, problem: Option<Problem>, saver: Option<Saver>, size: [f32; 2]) -> Self {
        let harness = Harness::builder().with_size(size).build_eframe(|cc| {
            App::new(&cc.egui_ctx, Start { settings, problem, saver, lang: Some(Lang::ZhCn), demo: false })
        });
        let (sender, wakes) = bounded(1);
        harness.ctx.set_request_repaint_callback(move |_| {
            let _ = sender.try_send(()); // one wake that waits is enough
        });
        let mut window = Self { harness, wakes, copied: VecDeque::new() };
        window.settle();
        window
    }

    // --- frames -------------------------------------------------------------------------------------------------

    /// One frame for each event that waits, or one.
    pub fn step(&mut self) {
        self.harness.step();
        for command in &self.harness.output().platform_output.commands {
            if let OutputCommand::CopyText(text) = command {
                self.copied.push_back(text.clone());
            }
        }
    }

    /// Frames until none is asked for at once.
    pub fn settle(&mut self) {
        for _ in 0..60 {
            self.step();
            if !self.repaint_delay().is_zero() {
                self.harness.check_accessibility();
                return;
            }
        }
        panic!("the window asks for frame after frame: {:?}", self.harness.ctx.repaint_causes());
    }

    /// How long the window can do without another frame.
    pub fn repaint_delay(&self) -> Duration {
        self.harness.output().viewport_output[&ViewportId::ROOT].repaint_delay
    }

    /// Lets time pass, at most until a worker asks for a frame.
    pub fn wait(&self, delay: Duration) {
        let _ = self.wakes.recv_timeout(delay);
    }

    /// Steps until `ready` says yes.
    #[track_caller]
    pub fn until(&mut self, what: &str, ready: impl Fn(&Self) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            self.step();
            if ready(self) {
                return;
            }
            assert!(Instant::now() < deadline, "waited in vain for {what}; the window says:\n{}", self.words());
            // A frame may also be due after a delay: then no wake comes.
            self.wait(Duration::from_millis(50));
        }
    }

    /// Steps until a row of the log contains this.
    #[track_caller]
    pub fn until_row(&mut self, text: &str) {
        self.until(text, |w| w.rows().iter().any(|row| row.contains(text)));
    }

    /// The harness, for what the driver has no words for.
    pub fn harness(&mut self) -> &mut Harness<'static, App> {
        &mut self.harness
    }

    /// The application.
    pub fn app(&self) -> &App {
        self.harness.state()
    }

    // --- looking ------------------------------------------------------------------------------------------------

    /// The controls of a role and a name, in the order of the accessibility tree.
    pub fn all(&self, role: Role, name: &str) -> Vec<Node<'_>> {
        self.harness
            .root()
            .children_recursive()
            .filter(|node| {
                let node = node.accesskit_node();
                node.role() == role && node.label().as_deref() == Some(name)
            })
            .collect()
    }

    /// The first control of a role and a name.
    #[track_caller]
    pub fn get(&self, role: Role, name: &str) -> Node<'_> {
        let found = self.all(role, name).into_iter().next();
        found.unwrap_or_else(|| panic!("no {role:?} {name:?}; the window says:\n{}", self.words()))
    }

    /// Whether there is one.
    pub fn has(&self, role: Role, name: &str) -> bool {
        !self.all(role, name).is_empty()
    }

    /// Whether a control is switched on or chosen.
    #[track_caller]
    pub fn is_on(&self, role: Role, name: &str) -> bool {
        let node = self.get(role, name);
        let node = node.accesskit_node();
        node.toggled() == Some(Toggled::True) || node.is_selected() == Some(true)
    }

    /// Whether a control can be used.
    #[track_caller]
    pub fn is_enabled(&self, role: Role, name: &str) -> bool {
        !self.get(role, name).accesskit_node().is_disabled()
    }

    /// What a text field holds.
    #[track_caller]
    pub fn value(&self, role: Role, name: &str) -> String {
        self.get(role, name).value().unwrap_or_default()
    }

    /// What the send box holds.
    pub fn send_box(&self) -> String {
        self.value(Role::MultilineTextInput, "发送内容")
    }

    /// Every text on the screen: labels, in the order of the tree.
    pub fn labels(&self) -> Vec<String> {
        let nodes = self.harness.root().children_recursive();
        nodes.filter(|n| n.accesskit_node().role() == Role::Label).filter_map(|n| n.value()).collect()
    }

    /// Whether a label contains this.
    pub fn says(&self, text: &str) -> bool {
        self.labels().iter().any(|label| label.contains(text))
    }

    /// The part of the window that shows the log.
    pub fn log(&self) -> Rect {
        let nodes = self.harness.root().children_recursive();
        let log = nodes.into_iter().find(|n| n.accesskit_node().role() == Role::Document);
        log.expect("the window has a log").rect()
    }

    /// The log's rows that are on the screen and not empty, with where they are.
    pub fn placed_rows(&self) -> Vec<(String, Rect)> {
        let log = self.log();
        let nodes = self.harness.root().children_recursive();
        let rows = nodes.filter(|n| n.accesskit_node().role() == Role::Label && log.contains_rect(n.rect()));
        rows.filter_map(|n| n.value().map(|text| (text, n.rect()))).collect()
    }

    /// The log's rows that are on the screen and not empty.
    pub fn rows(&self) -> Vec<String> {
        self.placed_rows().into_iter().map(|(text, _)| text).collect()
    }

    /// The log's rows without the times.
    pub fn untimed_rows(&self) -> Vec<String> {
        let untimed = |row: String| row.split_once("]# ").map_or(row.clone(), |(_, rest)| rest.to_owned());
        self.rows().into_iter().map(untimed).collect()
    }

    /// Everything that can be read, for the message of a failed test.
    pub fn words(&self) -> String {
        let nodes = self.harness.root().children_recursive();
        let words = nodes.filter_map(|n| {
            let (label, value) = (n.accesskit_node().label(), n.value());
            (label.is_some() || value.is_some()).then(|| format!("{:?} {label:?} {value:?}", n.accesskit_node().role()))
        });
        words.collect::<Vec<_>>().join("\n")
    }

    /// The oldest text that was put on the clipboard and not taken yet; waits for it.
    #[track_caller]
    pub fn copied(&mut self) -> String {
        self.until("a text on the clipboard", |w| !w.copied.is_empty());
        self.copied.pop_front().expect("there is one")
    }

    /// Waits until this text is put on the clipboard; what was put there before is forgotten.
    #[track_caller]
    pub fn until_copied(&mut self, text: &str) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let copied = self.copied();
            if copied.trim_end() == text {
                return;
            }
            assert!(Instant::now() < deadline, "waited in vain for {text:?}, and not {copied:?}");
        }
    }

    // --- doing --------------------------------------------------------------------------------------------------

    /// Clicks the first control of a role and a name.
    #[track_caller]
    pub fn click(&mut self, role: Role, name: &str) {
        self.get(role, name).click();
        self.settle();
    }

    /// Clicks the last control of a role and a name: the one in a dialog, or of the send options.
    #[track_caller]
    pub fn click_last(&mut self, role: Role, name: &str) {
        self.all(role, name).last().unwrap_or_else(|| panic!("no {role:?} {name:?}")).click();
        self.settle();
    }

    /// Clicks a button.
    #[track_caller]
    pub fn button(&mut self, name: &str) {
        self.click(Role::Button, name);
    }

    /// Opens a combo box and chooses.
    #[track_caller]
    pub fn pick(&mut self, combo: &str, choice: &str) {
        self.click(Role::ComboBox, combo);
        self.click_last(Role::Button, choice);
    }

    /// Opens the menu and chooses an entry, and an entry of its submenu.
    #[track_caller]
    pub fn menu(&mut self, path: &[&str]) {
        self.button("菜单");
        for entry in path {
            self.click_last(if self.has(Role::RadioButton, entry) { Role::RadioButton } else { Role::Button }, entry);
        }
    }

    /// Replaces the text of a field.
    #[track_caller]
    pub fn fill(&mut self, role: Role, name: &str, text: &str) {
        self.get(role, name).focus();
        self.settle();
        self.key(CTRL, Key::A);
        if text.is_empty() {
            self.key(Modifiers::NONE, Key::Delete);
        } else {
            self.event(Event::Paste(text.to_owned()));
        }
    }

    /// Replaces the text of the send box.
    #[track_caller]
    pub fn compose(&mut self, text: &str) {
        self.fill(Role::MultilineTextInput, "发送内容", text);
    }

    /// Presses a key.
    pub fn key(&mut self, modifiers: Modifiers, key: Key) {
        self.harness.key_press_modifiers(modifiers, key);
        self.settle();
    }

    /// Something that happens.
    pub fn event(&mut self, event: Event) {
        self.harness.event(event);
        self.settle();
    }

    /// Drags with the primary button.
    pub fn drag(&mut self, from: Pos2, to: Pos2) {
        self.harness.hover_at(from);
        self.harness.drag_at(from);
        self.harness.hover_at(from + (to - from) * 0.5);
        self.harness.hover_at(to);
        self.harness.drop_at(to);
        self.settle();
    }

    /// Clicks twice at a place.
    pub fn double_click(&mut self, pos: Pos2) {
        self.harness.hover_at(pos);
        self.settle();
        // Each in a frame of its own would be too slow for it.
        let (button, modifiers) = (egui::PointerButton::Primary, Modifiers::NONE);
        let events = [true, false, true, false].map(|pressed| Event::PointerButton { pos, button, pressed, modifiers });
        self.harness.input_mut().events.extend(events);
        self.settle();
    }

    /// Clicks at a place with the secondary button.
    pub fn right_click(&mut self, pos: Pos2) {
        self.harness.hover_at(pos);
        for pressed in [true, false] {
            let modifiers = Modifiers::NONE;
            self.harness.event(Event::PointerButton {
                pos,
                button: egui::PointerButton::Secondary,
                pressed,
                modifiers,
            });
        }
        self.settle();
    }

    /// Clicks at a place with Ctrl held.
    #[cfg(target_os = "linux")]
    pub fn ctrl_click(&mut self, pos: Pos2) {
        self.harness.hover_at(pos);
        for pressed in [true, false] {
            let (button, modifiers) = (egui::PointerButton::Primary, CTRL);
            self.harness.event_modifiers(Event::PointerButton { pos, button, pressed, modifiers }, modifiers);
        }
        self.settle();
    }

    /// Turns the wheel over the log, in points; up is positive.
    pub fn wheel(&mut self, points: f32) {
        let log = self.log().center();
        self.wheel_at(log, points);
    }

    /// Turns the wheel at a place, in points; up is positive.
    pub fn wheel_at(&mut self, place: Pos2, points: f32) {
        self.harness.hover_at(place);
        self.harness.event(Event::MouseWheel {
            unit: egui::MouseWheelUnit::Point,
            source: egui::MouseWheelSource::Wheel,
            delta: egui::vec2(0.0, points),
            phase: egui::TouchPhase::Move,
            modifiers: Modifiers::NONE,
        });
        for _ in 0..30 {
            self.step(); // egui spreads a turn of the wheel over some frames
        }
        self.settle();
    }

    /// Opens the shown tab and waits until it is open; the port that it has.
    #[track_caller]
    pub fn open(&mut self) -> u16 {
        let client = self.has(Role::Button, "连接");
        self.button(if client { "连接" } else { "打开" });
        let open = if client { "断开" } else { "关闭" };
        self.until("the tab to open", |w| w.has(Role::Button, open));
        let port = if client { "远程主机端口" } else { "本地主机端口" };
        self.value(Role::TextInput, port).parse().expect("a port")
    }
}
