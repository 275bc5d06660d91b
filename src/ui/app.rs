//! The application: tabs, settings, and the two halves of a frame.

mod answering;
mod commands;
mod download;
mod feiq;
mod history;
mod keeping;
mod quick;
mod sending;
mod shelf;
mod showcase;
mod talking;
mod tftp;
mod transfers;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use egui::{Context, ThemePreference, ViewportCommand};

use self::history::Sent;
pub(super) use self::quick::Quick;
use self::shelf::Shelf;
use super::aside::Aside;
use super::command::{Command, SHORTCUTS, Shortcut};
use super::copying::Copying;
use super::dialog::{AnswerWindow, Dialog, DownloadWindow, FeiqWindow, Outcome, SendFileWindow, TftpWindow, dialog_ui};
use super::panel::Shared;
use super::tab::Tab;
use super::waker::Waker;
use super::{interfaces::Interfaces, shell, theme};
use crate::automation::command::QuickCommands;
use crate::automation::history::History;
use crate::i18n::Lang;
use crate::journal::{self, Wake};
use crate::service::demo::Demo;
use crate::settings::{Problem, Saver, Settings, TabSettings, Theme};

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
    /// Events came since then.
    settings_touched: bool,
    pub(super) lang: Lang,
    pub(super) tabs: Vec<Tab>,
    pub(super) shown: usize,
    next_id: u64,
    pub(super) commands: Vec<Command>,
    pub(super) dialog: Option<Dialog>,
    pub(super) feiq: FeiqWindow,
    /// Where FeiQ's conversations are kept, if they are.
    feiq_history: Option<PathBuf>,
    pub(super) tftp: TftpWindow,
    pub(super) answers: AnswerWindow,
    pub(super) download: DownloadWindow,
    /// The number of the transfer or download that was started last.
    last_transfer: u64,
    /// What everyone must read, whichever tab is shown; stays until it is dismissed.
    pub(super) notices: Vec<String>,
    pub(super) interfaces: Interfaces,
    /// Where files go unless the person says otherwise; looked up once, since that reads the disk.
    save_folder: PathBuf,
    /// Where downloads go unless the person says otherwise.
    download_folder: PathBuf,
    pub(super) send_file: SendFileWindow,
    sent: Sent,
    sent_shelf: Shelf<History>,
    quick_shelf: Shelf<QuickCommands>,
    pub(super) quick: Quick,
    copying: Option<Copying>,
    aside: Aside,
    waker: Arc<Waker>,
    pub(super) wake: Wake,
    demo: Option<Demo>,
    may_quit: bool,
    /// The system asked the program to end.
    ending: Arc<AtomicBool>,
}

impl App {
    /// An application on a context; installs fonts and theme.
    pub fn new(ctx: &Context, start: Start) -> Self {
        ctx.set_fonts(super::fonts::definitions());
        theme::install(ctx);
        let waker = Waker::new(ctx.clone());
        let wake = waker.wake();
        let feiq_history = start.saver.as_ref().map(|saver| saver.folder().join("feiq-history"));
        let folder = start.saver.as_ref().map(|saver| saver.folder().to_owned());
        let lang = start.lang.unwrap_or_else(|| start.settings.language.lang());
        let mut notices = Vec::new();
        let (sent_shelf, history) = Shelf::open(folder.as_deref(), &wake, lang, &mut notices);
        let (quick_shelf, quick) = Shelf::open(folder.as_deref(), &wake, lang, &mut notices);
        let mut app = Self {
            saved: start.settings.clone(),
            lang,
            settings: start.settings,
            saver: start.saver,
            looked_at_settings: Instant::now(),
            settings_touched: false,
            tabs: Vec::new(),
            shown: 0,
            next_id: 1,
            commands: Vec::new(),
            dialog: None,
            feiq: FeiqWindow::default(),
            feiq_history,
            tftp: TftpWindow::default(),
            answers: AnswerWindow::default(),
            download: DownloadWindow::default(),
            last_transfer: 0,
            notices,
            interfaces: Interfaces::start(Arc::clone(&wake)),
            save_folder: super::dialog::default_folder(),
            download_folder: super::dialog::download_folder(),
            send_file: SendFileWindow::default(),
            sent: Sent::new(history),
            sent_shelf,
            quick_shelf,
            quick: Quick::new(quick),
            copying: None,
            aside: Aside::default(),
            waker,
            wake,
            demo: None,
            may_quit: false,
            ending: Arc::default(),
        };
        app.name_feiq();
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
        if let Some(saver) = &app.saver {
            saver.wake_with(app.wake.clone());
        }
        if let Some(problem) = start.problem {
            tracing::warn!("{}", problem.text(Lang::En));
            app.notices.push(problem.text(app.lang));
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

    /// Ends the program in order, from any thread and without a question.
    pub fn ender(&self) -> impl Fn() + Send + 'static {
        let (ending, wake) = (Arc::clone(&self.ending), self.wake.clone());
        move || {
            ending.store(true, Ordering::Release);
            wake();
        }
    }

    /// What is kept, but for the tabs.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The session of the shown tab.
    pub fn shown_session(&self) -> &crate::session::Session {
        &self.tabs[self.shown].session
    }

    /// Its settings.
    pub fn shown_settings(&self) -> &TabSettings {
        &self.tabs[self.shown].settings
    }

    /// How its log is shown.
    pub fn shown_view(&self) -> crate::journal::rows::View {
        self.tabs[self.shown].log.view()
    }

    pub(super) fn shown_id(&self) -> u64 {
        self.tabs[self.shown].id
    }

    fn shown_tab(&mut self) -> &mut Tab {
        &mut self.tabs[self.shown]
    }

    fn index_of(&self, id: u64) -> Option<usize> {
        self.tabs.iter().position(|tab| tab.id == id)
    }

    /// Looks at what the workers did, and carries out what was asked for. No drawing.
    pub fn logic(&mut self, ctx: &Context) {
        self.waker.frame_begins();
        self.take_hotkeys(ctx);
        for (_, key, shortcut) in SHORTCUTS {
            if self.dialog.is_none() && ctx.input_mut(|i| i.consume_shortcut(key)) {
                let command = Shortcut::command(*shortcut, self.shown_id());
                self.commands.push(command);
            }
        }
        for command in std::mem::take(&mut self.commands) {
            self.run(ctx, command);
        }
        self.take_dropped_files(ctx);
        self.tend_feiq(ctx);
        self.tend_tftp();
        self.tend_download();
        self.tend_transfers();
        let shown = self.shown;
        for (i, tab) in self.tabs.iter_mut().enumerate() {
            tab.tend(i == shown, self.lang);
        }
        self.tend_answers(ctx);
        self.start_demo_cycles();
        self.take_copy(ctx);
        self.aside.tend();
        self.interfaces.tend();
        self.keep_settings(ctx);
        if self.ending.swap(false, Ordering::AcqRel) {
            self.may_quit = true;
            ctx.send_viewport_cmd(ViewportCommand::Close);
        }
        self.close_request(ctx);
        if self.tabs.iter().any(|tab| tab.session.rates().is_moving()) {
            ctx.request_repaint_after(Duration::from_secs(1)); // the rates go down although nothing comes
        }
    }

    fn close_request(&mut self, ctx: &Context) {
        if !ctx.input(|i| i.viewport().close_requested()) || self.may_quit {
            return;
        }
        let open = self.demo.is_none() && self.tabs.iter().any(Tab::is_open);
        let (transfers, downloads) = (self.tftp.transfers.running(), self.download.transfers.running());
        if open || transfers > 0 || downloads > 0 {
            ctx.send_viewport_cmd(ViewportCommand::CancelClose);
            self.dialog = Some(Dialog::ConfirmQuit { transfers, downloads });
        }
    }

    /// Draws, and queues commands.
    pub fn ui(&mut self, ui: &mut egui::Ui) {
        shell::shell_ui(ui, self);
        self.feiq_ui(ui.ctx());
        self.tftp_ui(ui.ctx());
        self.answers_ui(ui.ctx());
        self.download_ui(ui.ctx());
        self.send_file_ui(ui.ctx());
        self.history_ui(ui.ctx());
        self.quick_ui(ui.ctx());
        self.dialog_ui(ui.ctx());
        if !self.commands.is_empty() {
            ui.ctx().request_repaint();
        }
    }

    fn dialog_ui(&mut self, ctx: &Context) {
        let Some(mut dialog) = self.dialog.take() else { return };
        let mut shared = Shared {
            lang: self.lang,
            commands: &mut self.commands,
            interfaces: self.interfaces.list(),
            recent_hosts: &self.settings.recent_hosts,
            recent_remotes: &self.settings.recent_remotes,
            send_key: self.settings.send_key,
            quick: &self.quick.commands,
        };
        match dialog_ui(ctx, &mut dialog, &mut self.tabs, self.shown, &mut shared, &self.wake) {
            Outcome::Stays => self.dialog = Some(dialog),
            Outcome::Done => {}
            Outcome::Then(command) => self.commands.push(command),
            Outcome::QuitNow => {
                self.may_quit = true;
                ctx.send_viewport_cmd(ViewportCommand::Close);
            }
        }
    }
}

impl Drop for App {
    /// All links and transfers are told to close before the first is waited for.
    fn drop(&mut self) {
        self.tftp.start_close();
        self.download.transfers.start_close();
        for tab in &mut self.tabs {
            tab.session.close();
        }
        self.keep_last_settings();
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
