//! The application: tabs, settings, commands.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use egui::{Context, ThemePreference, ViewportCommand};

use super::command::{Command, SHORTCUTS, Shortcut, Zoom};
use super::dialog::{Dialog, MulticastDialog, Outcome, SaveLogDialog, SaveReceivedDialog, dialog_ui};
use super::panel::Shared;
use super::tab::{Message, Tab, event_text};
use super::waker::Waker;
use super::{interfaces::Interfaces, shell, theme};
use crate::codec::hex;
use crate::i18n::{Lang, Text, failure_line, fill};
use crate::journal::rows::{PlainText, View};
use crate::journal::{self, Record, Wake};
use crate::net::{Command as LinkCommand, Cycle, Outgoing, Target};
use crate::service::demo::Demo;
use crate::settings::{Language, Mode, Problem, Saver, Settings, TabSettings, Theme};

/// At most this much of a selection goes to the clipboard.
const COPY_LIMIT_BYTES: usize = 32 << 20;
/// How often changed settings are looked for.
const SETTINGS_INTERVAL: Duration = Duration::from_secs(1);

/// What the application starts with.
pub struct Start {
    /// Settings of the last run.
    pub settings: Settings,
    /// What was wrong with them.
    pub problem: Option<Problem>,
    /// Keeps them.
    pub saver: Option<Saver>,
    /// The language of the command line.
    pub lang: Option<Lang>,
    /// Peers inside the program.
    pub demo: bool,
}

/// The application.
pub struct App {
    pub(super) settings: Settings,
    saved: Settings,
    saver: Option<Saver>,
    looked_at_settings: Instant,
    pub(super) lang: Lang,
    fixed_lang: Option<Lang>,
    pub(super) tabs: Vec<Tab>,
    pub(super) shown: usize,
    next_id: u64,
    pub(super) commands: Vec<Command>,
    pub(super) dialog: Option<Dialog>,
    pub(super) interfaces: Interfaces,
    waker: Arc<Waker>,
    pub(super) wake: Wake,
    demo: Option<Demo>,
    may_quit: bool,
}

impl App {
    /// An application on a context; installs fonts and theme.
    pub fn new(ctx: &Context, start: Start) -> Self {
        ctx.set_fonts(super::fonts::definitions());
        theme::install(ctx);
        let waker = Waker::new(ctx.clone());
        let wake = waker.wake();
        let lang = start.lang.unwrap_or_else(|| start.settings.language.lang());
        let mut app = Self {
            saved: start.settings.clone(),
            settings: start.settings,
            saver: start.saver,
            looked_at_settings: Instant::now(),
            lang,
            fixed_lang: start.lang,
            tabs: Vec::new(),
            shown: 0,
            next_id: 1,
            commands: Vec::new(),
            dialog: None,
            interfaces: Interfaces::start(Arc::clone(&wake)),
            waker,
            wake,
            demo: None,
            may_quit: false,
        };
        ctx.set_theme(theme_preference(app.settings.theme));
        ctx.set_zoom_factor(app.settings.zoom);
        if start.demo {
            app.start_demo();
        } else {
            for tab in app.settings.tabs.clone() {
                app.add_tab(tab);
            }
        }
        if app.tabs.is_empty() {
            app.add_tab(TabSettings::default());
        }
        if let Some(problem) = start.problem {
            tracing::warn!("{}", problem.text(Lang::En));
            app.tabs[0].message = Some(Message::error(problem.text(lang)));
        }
        app
    }

    fn journal_config(&self) -> journal::Config {
        journal::Config {
            budget_bytes: (self.settings.journal_budget_mib as usize) << 20,
            spill_dir: std::env::temp_dir(),
        }
    }

    fn add_tab(&mut self, settings: TabSettings) -> usize {
        let id = self.next_id;
        self.next_id += 1;
        self.tabs.push(Tab::new(id, settings, self.journal_config(), self.lang, Arc::clone(&self.wake)));
        self.tabs.len() - 1
    }

    /// Three tabs, open, with peers inside the program.
    fn start_demo(&mut self) {
        let mut demo = match Demo::start() {
            Ok(demo) => demo,
            Err(error) => {
                self.add_tab(TabSettings::default());
                self.tabs[0].message = Some(Message::error(error.to_string()));
                return;
            }
        };
        let base = |name: Text, mode, text: &str| {
            let mut tab = TabSettings { name: name.text(self.lang).to_owned(), mode, ..TabSettings::default() };
            "127.0.0.1".clone_into(&mut tab.local_address);
            tab.local_port = 0;
            text.clone_into(&mut tab.send.text);
            tab
        };
        let mut server = base(Text::DemoServer, Mode::TcpServer, "收到，谢谢！\\r\\n");
        server.local_port = free_port();
        let mut udp = base(Text::DemoUdp, Mode::Udp, "你好，世界 UDP");
        udp.udp.remote = crate::journal::rows::address(&demo.udp_echo);
        udp.send.cycle_ms = 2000;
        let mut client = base(Text::DemoTcp, Mode::TcpClient, "你好，世界 TCP\\r\\n");
        client.remote_host = demo.tcp_echo.ip().to_string();
        client.remote_port = demo.tcp_echo.port();
        client.send.cycle_ms = 3000;
        let server_address = std::net::SocketAddr::from(([127, 0, 0, 1], server.local_port));
        for tab in [server, udp, client] {
            let index = self.add_tab(tab);
            self.toggle_link(index);
            self.tabs[index].cycle = self.tabs[index].settings.mode != Mode::TcpServer;
        }
        if let Err(error) = demo.talk_to(server_address) {
            self.tabs[0].message = Some(Message::error(error.to_string()));
        }
        self.demo = Some(demo);
    }

    pub(super) fn shown_id(&self) -> u64 {
        self.tabs[self.shown].id
    }

    fn index_of(&self, id: u64) -> Option<usize> {
        self.tabs.iter().position(|tab| tab.id == id)
    }

    // --- commands -----------------------------------------------------------------------------------------------

    fn run(&mut self, ctx: &Context, command: Command) {
        match command {
            Command::NewSession => self.new_session(),
            Command::CloseSession(id) => {
                if self.index_of(id).is_some_and(|i| self.tabs[i].is_open()) {
                    self.dialog = Some(Dialog::ConfirmClose { id });
                } else {
                    self.close_session(id);
                }
            }
            Command::CloseSessionNow(id) => self.close_session(id),
            Command::RenameSession(id) => {
                if let Some(i) = self.index_of(id) {
                    self.dialog = Some(Dialog::Rename { id, name: self.tabs[i].title() });
                }
            }
            Command::DuplicateSession(id) => self.duplicate_session(id),
            Command::SelectSession(id) => self.shown = self.index_of(id).unwrap_or(self.shown),
            Command::CycleSession { backwards } => {
                let step = if backwards { self.tabs.len() - 1 } else { 1 };
                self.shown = (self.shown + step) % self.tabs.len();
            }
            Command::MoveSession { id, to } => {
                if let Some(from) = self.index_of(id) {
                    let shown = self.shown_id();
                    let tab = self.tabs.remove(from);
                    self.tabs.insert(to.min(self.tabs.len()), tab);
                    self.shown = self.index_of(shown).unwrap_or(0);
                }
            }
            Command::ToggleLink => self.toggle_link(self.shown),
            Command::Send => self.send(),
            Command::StopCycle => self.tell(LinkCommand::Cycle(None)),
            Command::HalfClose => self.tell(LinkCommand::HalfClose(None)),
            Command::Disconnect(client) => self.tell(LinkCommand::Disconnect(client)),
            Command::ClearLog => self.tabs[self.shown].session.clear(),
            Command::ClearInput => {
                let tab = &mut self.tabs[self.shown];
                tab.settings.send.text.clear();
                tab.composed = None;
            }
            Command::ClearRemotes => {
                self.settings.recent_remotes.clear();
                self.tabs[self.shown].settings.udp.remote.clear();
            }
            Command::SaveLog => {
                self.dialog = Some(Dialog::SaveLog(SaveLogDialog::new(&self.tabs[self.shown], self.lang)))
            }
            Command::Multicast => self.dialog = Some(Dialog::Multicast(MulticastDialog::default())),
            Command::SaveReceived => {
                let tab = &mut self.tabs[self.shown];
                if tab.session.save_status().is_some() {
                    tab.session.stop_saving_received();
                } else {
                    self.dialog = Some(Dialog::SaveReceived(SaveReceivedDialog::new(tab)));
                }
            }
            Command::ResetCounters => {
                let tab = &mut self.tabs[self.shown];
                tab.session.reset_counters();
                tab.message = None;
            }
            Command::ToggleColumn => self.settings.left_folded = !self.settings.left_folded,
            Command::CopyText(record) => ctx.copy_text(self.record_text(&record)),
            Command::CopyHex(record) => {
                let mut text = String::with_capacity(record.bytes().len() * 3);
                hex::format(record.bytes(), &mut text);
                ctx.copy_text(text);
            }
            Command::CopySelection => self.copy_selection(ctx),
            Command::Reply(record) => self.reply(&record),
            Command::Resend(record) => self.resend(&record),
            Command::SetLang(language) => self.set_language(language),
            Command::SetTheme(theme) => {
                self.settings.theme = theme;
                ctx.set_theme(theme_preference(theme));
            }
            Command::SetSendKey(key) => self.settings.send_key = key,
            Command::Zoom(zoom) => match zoom {
                Zoom::In => egui::gui_zoom::zoom_in(ctx),
                Zoom::Out => egui::gui_zoom::zoom_out(ctx),
                Zoom::Reset => ctx.set_zoom_factor(1.0),
            },
            Command::ShowShortcuts => self.dialog = Some(Dialog::Shortcuts),
            Command::ShowAbout => self.dialog = Some(Dialog::About),
            Command::Quit => ctx.send_viewport_cmd(ViewportCommand::Close),
        }
    }

    fn new_session(&mut self) {
        // A new tab begins as the shown one is set up to be read, but without its addresses and text.
        let like = &self.tabs[self.shown].settings;
        let settings = TabSettings { receive: like.receive.clone(), mode: like.mode, ..TabSettings::default() };
        self.shown = self.add_tab(settings);
    }

    fn duplicate_session(&mut self, id: u64) {
        if let Some(i) = self.index_of(id) {
            let settings = self.tabs[i].settings.clone();
            self.add_tab(settings);
            if let Some(tab) = self.tabs.pop() {
                self.tabs.insert(i + 1, tab);
            }
            self.shown = i + 1;
        }
    }

    fn close_session(&mut self, id: u64) {
        let Some(i) = self.index_of(id) else { return };
        let mut tab = self.tabs.remove(i);
        tab.session.close();
        // The drop joins the worker, the journal's and the saver's threads: not on this thread.
        let drop_it = std::thread::Builder::new().name("wb-close".to_owned()).spawn(move || drop(tab));
        if let Err(error) = drop_it {
            tracing::warn!(%error, "close a session off the window's thread");
        }
        if self.tabs.is_empty() {
            self.add_tab(TabSettings::default());
        }
        if i < self.shown || self.shown >= self.tabs.len() {
            self.shown = self.shown.saturating_sub(1);
        }
    }

    fn toggle_link(&mut self, index: usize) {
        let tab = &mut self.tabs[index];
        tab.message = None;
        if tab.is_open() {
            tab.session.close();
            return;
        }
        match tab.link_config(self.interfaces.list(), self.lang) {
            Err(refused) => tab.message = Some(Message::error(refused)),
            Ok(config) => {
                if tab.settings.mode == Mode::TcpClient {
                    self.settings.recent_hosts.remember(&tab.settings.remote_host);
                }
                if let Err(failure) = tab.session.open(config) {
                    tab.message = Some(Message::error(failure_line(self.lang, &failure)));
                }
                tab.status = tab.session.status();
            }
        }
    }

    /// Tells the shown tab's link, and says why not.
    fn tell(&mut self, command: LinkCommand) {
        let tab = &mut self.tabs[self.shown];
        if let Err(failure) = tab.session.command(command) {
            tab.message = Some(Message::error(failure_line(self.lang, &failure)));
        }
    }

    fn send(&mut self) {
        let lang = self.lang;
        let tab = &mut self.tabs[self.shown];
        if tab.status.cycling {
            self.tell(LinkCommand::Cycle(None));
            return;
        }
        let said = if tab.is_open() {
            tab.outgoing(lang)
        } else {
            let client = tab.settings.mode == Mode::TcpClient;
            let button = if client { Text::Connect } else { Text::Open }.text(lang);
            Err(fill(Text::NotOpen.text(lang), &[("button", &button)]))
        };
        let outgoing = match said {
            Ok(outgoing) => outgoing,
            Err(refused) => {
                tab.message = Some(Message::error(refused));
                return;
            }
        };
        // A stream has no empty pieces; a datagram may be empty.
        if outgoing.payload.is_empty() && tab.settings.mode != Mode::Udp {
            tab.message = Some(Message::error(Text::NothingToSend.text(lang)));
            return;
        }
        tab.message = None;
        if tab.settings.mode == Mode::Udp {
            self.settings.recent_remotes.remember(&tab.settings.udp.remote);
        }
        let command = if tab.cycle {
            let interval = Duration::from_millis(u64::from(tab.settings.send.cycle_ms));
            LinkCommand::Cycle(Some(Cycle { outgoing, interval }))
        } else {
            LinkCommand::Send(outgoing)
        };
        self.tell(command);
    }

    fn record_text(&self, record: &Record) -> String {
        let tab = &self.tabs[self.shown];
        let view = View {
            log_mode: false,
            auto_linefeed: false,
            hide_received: false,
            mode: crate::journal::rows::Mode::Text,
            ..tab.log.view()
        };
        PlainText::new(tab.session.journal(), view, event_text(self.lang)).payload(record)
    }

    fn copy_selection(&mut self, ctx: &Context) {
        let tab = &mut self.tabs[self.shown];
        let Some((from, to)) = tab.log.selection() else { return };
        let copier = tab.log.copier(event_text(self.lang));
        let ctx = ctx.clone();
        let spawned = std::thread::Builder::new().name("wb-copy".to_owned()).spawn(move || {
            let mut copier = copier;
            ctx.copy_text(copier.copy(from, to, COPY_LIMIT_BYTES));
            ctx.request_repaint();
        });
        if let Err(error) = spawned {
            tracing::warn!(%error, "copy off the window's thread");
        }
    }

    fn reply(&mut self, record: &Record) {
        let tab = &mut self.tabs[self.shown];
        let Some(peer) = record.head.peer else { return };
        match tab.settings.mode {
            Mode::Udp => tab.settings.udp.remote = crate::journal::rows::address(&peer.addr),
            Mode::TcpServer => tab.client = Some(peer.stream),
            Mode::TcpClient => {}
        }
    }

    fn resend(&mut self, record: &Record) {
        let tab = &mut self.tabs[self.shown];
        let target = match (tab.settings.mode, record.head.peer) {
            (Mode::Udp, Some(peer)) => Ok(Target::Address(peer.addr)),
            (Mode::TcpServer, Some(peer)) => Ok(Target::Client(peer.stream)),
            _ => tab.target(self.lang),
        };
        match target {
            Ok(target) => {
                let outgoing = Outgoing { target, payload: record.bytes().into(), charset: record.head.charset };
                self.tell(LinkCommand::Send(outgoing));
            }
            Err(refused) => tab.message = Some(Message::error(refused)),
        }
    }

    fn set_language(&mut self, language: Language) {
        self.settings.language = language;
        self.fixed_lang = None;
        self.lang = language.lang();
        for tab in &mut self.tabs {
            tab.log.set_event_text(event_text(self.lang));
            tab.message = None;
        }
    }

    // --- settings -----------------------------------------------------------------------------------------------

    fn keep_settings(&mut self, ctx: &Context) {
        if self.saver.is_none() || self.looked_at_settings.elapsed() < SETTINGS_INTERVAL {
            return;
        }
        self.looked_at_settings = Instant::now();
        let now = self.current_settings(ctx);
        if now != self.saved {
            if let Some(saver) = &self.saver {
                saver.save(now.clone());
            }
            self.saved = now;
        }
        if let Some(error) = self.saver.as_ref().and_then(Saver::take_failure) {
            let text = error.text(self.lang);
            self.tabs[self.shown].message = Some(Message::error(text));
        }
    }

    fn current_settings(&mut self, ctx: &Context) -> Settings {
        let mut now = self.settings.clone();
        now.zoom = ctx.zoom_factor();
        ctx.input(|i| {
            let viewport = i.viewport();
            now.window.maximized = viewport.maximized.unwrap_or(false);
            if !now.window.maximized && !viewport.minimized.unwrap_or(false) {
                if let Some(inner) = viewport.inner_rect {
                    (now.window.width, now.window.height) = (inner.width(), inner.height());
                }
                if let Some(outer) = viewport.outer_rect {
                    (now.window.x, now.window.y) = (Some(outer.left()), Some(outer.top()));
                }
            }
        });
        if self.demo.is_none() {
            now.tabs = self.tabs.iter().map(|tab| tab.settings.clone()).collect();
        }
        self.settings.window = now.window;
        now
    }

    // --- the frame ----------------------------------------------------------------------------------------------

    /// Looks at what the workers did, and carries out what was asked for. No drawing.
    pub fn logic(&mut self, ctx: &Context) {
        self.waker.frame_begins();
        for (_, key, shortcut) in SHORTCUTS {
            if self.dialog.is_none() && ctx.input_mut(|i| i.consume_shortcut(key)) {
                let command = Shortcut::command(*shortcut, self.shown_id());
                self.commands.push(command);
            }
        }
        for command in std::mem::take(&mut self.commands) {
            self.run(ctx, command);
        }
        let shown = self.shown;
        for (i, tab) in self.tabs.iter_mut().enumerate() {
            tab.tend(i == shown, self.lang);
        }
        self.start_demo_cycles();
        if self.fixed_lang.is_none() && self.settings.language == Language::System {
            self.lang = self.settings.language.lang();
        }
        self.interfaces.tend();
        self.keep_settings(ctx);
        self.close_request(ctx);
        if self.tabs.iter().any(|tab| tab.session.rates().is_moving()) {
            ctx.request_repaint_after(Duration::from_secs(1)); // the rates go down although nothing comes
        }
    }

    /// The demo's echoes are spoken to as soon as they are open.
    fn start_demo_cycles(&mut self) {
        if self.demo.is_none() {
            return;
        }
        for i in 0..self.tabs.len() {
            let tab = &self.tabs[i];
            let ready = matches!(tab.status.phase, crate::net::Phase::Open { .. }) && tab.cycle && !tab.status.cycling;
            if ready && tab.session.counters().sent_packets == 0 {
                let interval = Duration::from_millis(u64::from(tab.settings.send.cycle_ms));
                if let Ok(outgoing) = tab.outgoing(self.lang) {
                    let _ = tab.session.command(LinkCommand::Cycle(Some(Cycle { outgoing, interval })));
                }
            }
        }
    }

    fn close_request(&mut self, ctx: &Context) {
        if !ctx.input(|i| i.viewport().close_requested()) || self.may_quit {
            return;
        }
        let open = self.demo.is_none() && self.tabs.iter().any(Tab::is_open);
        if open {
            ctx.send_viewport_cmd(ViewportCommand::CancelClose);
            self.dialog = Some(Dialog::ConfirmQuit);
        }
    }

    /// Draws, and queues commands.
    pub fn ui(&mut self, ui: &mut egui::Ui) {
        shell::shell_ui(ui, self);
        let Some(mut dialog) = self.dialog.take() else { return };
        let ctx = ui.ctx().clone();
        let mut shared = Shared {
            lang: self.lang,
            commands: &mut self.commands,
            interfaces: self.interfaces.list(),
            recent_hosts: &self.settings.recent_hosts,
            recent_remotes: &self.settings.recent_remotes,
            send_key: self.settings.send_key,
        };
        let outcome = dialog_ui(&ctx, &mut dialog, &mut self.tabs, self.shown, &mut shared, &self.wake);
        match outcome {
            Outcome::Stays => self.dialog = Some(dialog),
            Outcome::Done => {}
            Outcome::Then(command) => self.commands.push(command),
            Outcome::QuitNow => {
                self.may_quit = true;
                ctx.send_viewport_cmd(ViewportCommand::Close);
            }
        }
        if !self.commands.is_empty() {
            ctx.request_repaint();
        }
    }
}

impl Drop for App {
    /// All links are told to close before the first is waited for.
    fn drop(&mut self) {
        for tab in &mut self.tabs {
            tab.session.close();
        }
        if let Some(saver) = self.saver.take() {
            let mut now = self.settings.clone();
            now.zoom = self.saved.zoom;
            if self.demo.is_none() {
                now.tabs = self.tabs.iter().map(|tab| tab.settings.clone()).collect();
            }
            if now != self.saved {
                saver.save(now);
            }
        }
    }
}

impl eframe::App for App {
    fn logic(&mut self, ctx: &Context, _frame: &mut eframe::Frame) {
        App::logic(self, ctx);
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        App::ui(self, ui);
    }

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        visuals.panel_fill.to_normalized_gamma_f32()
    }
}

fn theme_preference(theme: Theme) -> ThemePreference {
    match theme {
        Theme::Light => ThemePreference::Light,
        Theme::Dark => ThemePreference::Dark,
        Theme::System => ThemePreference::System,
    }
}

/// A port of the loopback that nobody has right now.
fn free_port() -> u16 {
    std::net::TcpListener::bind(("127.0.0.1", 0)).and_then(|l| l.local_addr()).map_or(8080, |a| a.port())
}

/// The folder of settings: the command line's, or the system's.
pub fn settings_dir(config: Option<PathBuf>) -> Option<PathBuf> {
    config.or_else(crate::settings::default_dir)
}
