//! The send button, the cycle, the lines and the file of a tab.

use std::num::NonZeroU64;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use egui::Context;

use super::App;
use crate::codec::Charset;
use crate::codec::template::Template;
use crate::i18n::{self, Lang, Text, failure_line, fill};
use crate::net::{JobSlot, Target};
use crate::session::send::{
    Cycle, CycleConfig, Disk, FileConfig, FileMode, LineError, Packet, SendFile, prepare_lines,
};
use crate::session::{Composer, Prepared};
use crate::settings::{FileForm, FileLog, Mode};
use crate::ui::dialog::{Dialog, DroppedFile, SendFileCommand, SendFileContext};
use crate::ui::sending::SentFile;
use crate::ui::tab::Tab;

impl App {
    /// Sends what is in the box, or starts or stops the cycle.
    pub(super) fn send(&mut self) {
        let tab = &mut self.tabs[self.shown];
        if tab.is_cycling() {
            self.stop_cycle();
            return;
        }
        let result =
            if tab.cycle || tab.settings.send.line_by_line { self.start_cycle(self.shown) } else { self.send_once() };
        self.sent_or_refused(result);
    }

    /// Sends what is in the box once, whatever the switches say.
    pub(super) fn send_once_of_box(&mut self) {
        let result = self.send_once();
        self.sent_or_refused(result);
    }

    /// What was sent can be recalled; why it was not is said.
    fn sent_or_refused(&mut self, result: Result<(), String>) {
        match result {
            Ok(()) => {
                let entry = self.tabs[self.shown].entry();
                self.sent.push(entry);
                self.remember_remote();
            }
            Err(refused) => self.shown_tab().error = Some(refused),
        }
    }

    /// Ends the cycle or the lines of the shown tab.
    pub(super) fn stop_cycle(&mut self) {
        let tab = &mut self.tabs[self.shown];
        if tab.is_cycling()
            && let Err(failure) = tab.session.stop(JobSlot::Sending)
        {
            tab.error = Some(failure_line(self.lang, &failure));
        }
    }

    fn send_once(&mut self) -> Result<(), String> {
        let lang = self.lang;
        let tab = &mut self.tabs[self.shown];
        tab.check_open(lang)?;
        let prepared = tab.prepare().map_err(|error| i18n::compose_error(lang, &error))?;
        let charset = tab.sent_charset();
        self.send_prepared(prepared, charset)
    }

    /// Sends a message once over the shown tab's link.
    pub(super) fn send_prepared(&mut self, prepared: Prepared, charset: Option<Charset>) -> Result<(), String> {
        let lang = self.lang;
        let tab = &mut self.tabs[self.shown];
        tab.check_open(lang)?;
        let target = tab.target(lang)?;
        if prepared.template().is_some_and(Template::needs_files) {
            // Its files are read on the link's thread.
            let packets = vec![Packet::prepared(prepared, charset)];
            return self.start_packets(self.shown, packets, target, NonZeroU64::new(1));
        }
        let outgoing = tab.fill_in(&prepared, target, charset, lang)?;
        // A stream has no empty pieces; a datagram may be empty.
        if outgoing.payload.is_empty() && tab.settings.mode != Mode::Udp {
            return Err(Text::NothingToSend.text(lang).to_owned());
        }
        tab.session.send(outgoing).map_err(|failure| failure_line(lang, &failure))
    }

    /// Starts the cycle of a tab, or sends its lines.
    pub(super) fn start_cycle(&mut self, index: usize) -> Result<(), String> {
        let lang = self.lang;
        let tab = &mut self.tabs[index];
        tab.check_open(lang)?;
        tab.check_pace(lang)?;
        let charset = tab.sent_charset();
        let prepared = if tab.settings.send.line_by_line {
            tab.prepare_lines(lang)?
        } else {
            vec![tab.prepare().map_err(|error| i18n::compose_error(lang, &error))?]
        };
        let target = tab.target(lang)?;
        let rounds = if tab.cycle { NonZeroU64::new(tab.settings.send.cycle_times.into()) } else { NonZeroU64::new(1) };
        let packets = prepared.into_iter().map(|prepared| Packet::prepared(prepared, charset)).collect();
        self.start_packets(index, packets, target, rounds)
    }

    /// Sends packets over a tab's link, one at a tick; `None`: for ever.
    fn start_packets(
        &mut self,
        index: usize,
        packets: Vec<Packet>,
        target: Target,
        rounds: Option<NonZeroU64>,
    ) -> Result<(), String> {
        let lang = self.lang;
        let wake = Arc::clone(&self.wake);
        let tab = &mut self.tabs[index];
        tab.check_free(lang)?;
        let interval = Duration::from_millis(tab.settings.send.cycle_ms.into());
        let lookup = Box::new(Disk::new(tab.settings.send.variables.clone()));
        let (cycle, progress) = Cycle::new(CycleConfig { target, packets, interval, rounds, lookup }, wake);
        let started = tab.session.start(JobSlot::Sending, Box::new(cycle));
        started.map_err(|failure| failure_line(lang, &failure))?;
        tab.sending.cycle = Some(progress);
        Ok(())
    }

    fn remember_remote(&mut self) {
        let tab = &self.tabs[self.shown];
        if tab.settings.mode == Mode::Udp {
            self.settings.recent_remotes.remember(&tab.settings.udp.remote);
        }
    }

    /// Carries out what 传输文件 asked for.
    pub(super) fn run_send_file(&mut self, command: SendFileCommand) {
        match command {
            SendFileCommand::Start => {
                let refused = self.start_file().err();
                self.send_file.refuse(refused);
            }
            SendFileCommand::Pause { tab, on } => {
                if let Some(file) = self.file_of(tab) {
                    if on { file.handle.pause() } else { file.handle.resume() }
                }
            }
            SendFileCommand::Cancel(tab) => {
                if let Some(file) = self.file_of(tab) {
                    file.handle.cancel();
                }
            }
        }
    }

    fn file_of(&self, tab: u64) -> Option<&SentFile> {
        self.index_of(tab).and_then(|index| self.tabs[index].sending.file.as_ref())
    }

    fn start_file(&mut self) -> Result<(), String> {
        let lang = self.lang;
        let wake = Arc::clone(&self.wake);
        let tab = &mut self.tabs[self.shown];
        tab.check_open(lang)?;
        tab.check_free(lang)?;
        let config = tab.file_config(lang)?;
        let path = config.path.clone();
        let (job, handle) = SendFile::new(config, wake);
        let started = tab.session.start(JobSlot::Sending, Box::new(job));
        started.map_err(|failure| failure_line(lang, &failure))?;
        tab.sending.file = Some(SentFile { path, handle });
        self.remember_remote();
        Ok(())
    }

    /// Files that are dropped onto the window are to be sent; onto the send box: asks.
    pub(super) fn take_dropped_files(&mut self, ctx: &Context) {
        if self.feiq.takes_files() || self.dialog.is_some() {
            return;
        }
        let (dropped, pointer) =
            ctx.input(|i| (i.raw.dropped_files.first().map(|file| file.path().to_owned()), i.pointer.latest_pos()));
        let Some(path) = dropped else { return };
        let tab = self.shown_tab();
        if pointer.is_some_and(|pointer| tab.box_place.contains(pointer)) {
            self.dialog = Some(Dialog::DroppedFile(DroppedFile::new(tab.id, path)));
        } else {
            self.offer_file(&path);
        }
    }

    /// Opens 传输文件 with this file.
    pub(super) fn offer_file(&mut self, path: &Path) {
        self.shown_tab().settings.send.file.path = path.display().to_string();
        self.send_file.show();
    }

    /// Draws 传输文件.
    pub(super) fn send_file_ui(&mut self, ctx: &Context) {
        let mut context = SendFileContext {
            lang: self.lang,
            commands: &mut self.commands,
            tabs: &mut self.tabs,
            shown: self.shown,
            wake: &self.wake,
        };
        self.send_file.ui(ctx, &mut context);
    }
}

impl Tab {
    /// Refuses where nothing can be sent, with what is to be done.
    pub(super) fn check_open(&self, lang: Lang) -> Result<(), String> {
        if self.is_open() {
            return Ok(());
        }
        let client = self.settings.mode == Mode::TcpClient;
        let button = if client { Text::Connect } else { Text::Open }.text(lang);
        Err(fill(Text::NotOpen.text(lang), &[("button", &button)]))
    }

    /// Refuses where the link sends something by itself already: a second would end the first.
    fn check_free(&self, lang: Lang) -> Result<(), String> {
        if self.sends_file() {
            return Err(Text::SendFileRunning.text(lang).to_owned());
        }
        if self.is_cycling() { Err(Text::CycleRunning.text(lang).to_owned()) } else { Ok(()) }
    }

    fn prepare_lines(&self, lang: Lang) -> Result<Vec<Prepared>, String> {
        let refused = |LineError { line, error }: LineError| {
            let what = i18n::compose_error(lang, &error);
            fill(Text::LineRefused.text(lang), &[("line", &line), ("what", &what)])
        };
        let composer = self.line_composer().map_err(|error| i18n::compose_error(lang, &error))?;
        let lines = prepare_lines(&self.settings.send.text, &composer).map_err(refused)?;
        if lines.is_empty() { Err(Text::NothingToSend.text(lang).to_owned()) } else { Ok(lines) }
    }

    fn file_config(&self, lang: Lang) -> Result<FileConfig, String> {
        let settings = &self.settings.send.file;
        let datagrams = self.settings.mode == Mode::Udp;
        let mode = match settings.form {
            FileForm::Raw => FileMode::Raw,
            FileForm::Hex => FileMode::Hex,
            FileForm::Lines => {
                let Composer { append, framing, .. } =
                    self.line_composer().map_err(|error| i18n::compose_error(lang, &error))?;
                FileMode::Lines { strip: true, append: append.to_vec(), framing: framing.clone() }
            }
        };
        Ok(FileConfig {
            path: PathBuf::from(settings.path.trim()),
            target: self.target(lang)?,
            mode,
            block_bytes: if datagrams { settings.datagram_bytes } else { settings.block_bytes } as usize,
            interval: Duration::from_millis(settings.interval_ms.into()),
            bytes_per_second: NonZeroU64::new(u64::from(settings.rate_kb) << 10),
            log_content: match settings.log {
                FileLog::Auto => None,
                FileLog::Always => Some(true),
                FileLog::Never => Some(false),
            },
            datagrams,
        })
    }
}
