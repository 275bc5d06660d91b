//! FeiQ: which tab its node is, going online and offline, and what the node is told.

use std::sync::Arc;

use egui::Context;

use super::App;
use crate::codec::Charset;
use crate::i18n::{Lang, Text, failure_line};
use crate::journal::{Cause, Failure, Operation};
use crate::net::Phase as LinkPhase;
use crate::proto::ipmsg::node::Prefer;
use crate::service::feiq::{Feiq, FeiqCommand, FeiqConfig, Mac, Phase, State, VersionChoice, system_host, system_user};
use crate::settings::{FeiqSettings, FeiqVersionKind, ReceiveSettings, TabSettings};
use crate::ui::dialog::{PageContext, absence_text, announce_to};

impl App {
    /// The names that the system has, where the person chose none. Reads the system: not to be called in a frame.
    pub(super) fn name_feiq(&mut self) {
        let settings = &mut self.settings.feiq;
        for sender in [&mut settings.node, &mut settings.form] {
            if sender.user.is_empty() {
                sender.user = system_user();
            }
            if sender.host.is_empty() {
                sender.host = system_host();
            }
        }
    }

    /// The tab of the node: the open one, else the first.
    fn feiq_tab(&self) -> Option<usize> {
        let mut tabs = self.tabs.iter().enumerate().filter(|(_, tab)| tab.is_feiq());
        let first = tabs.clone().next();
        tabs.find(|(_, tab)| tab.is_open()).or(first).map(|(index, _)| index)
    }

    /// Goes online in a tab of its own, or offline.
    pub(super) fn toggle_feiq(&mut self) {
        let index = match self.feiq_tab() {
            Some(index) if self.tabs[index].is_open() => {
                self.tabs[index].session.close();
                return;
            }
            Some(index) => index,
            None => {
                let receive = ReceiveSettings { decode: true, ..ReceiveSettings::default() };
                self.add_tab(TabSettings { feiq: true, receive, ..TabSettings::default() })
            }
        };
        let (tab, settings) = (&mut self.tabs[index], &self.settings.feiq);
        tab.settings.local_address.clone_from(&settings.bind_address);
        tab.settings.local_port = settings.port;
        tab.typed.local_port = settings.port.to_string();
        self.shown = index;
        self.open_feiq(index);
    }

    /// Starts the node in a tab, at the address that the tab has.
    pub(super) fn open_feiq(&mut self, index: usize) {
        let tab = &mut self.tabs[index];
        let opened = tab.local(self.interfaces.list(), self.lang).and_then(|bind| {
            self.settings.feiq.bind_address.clone_from(&tab.settings.local_address);
            self.settings.feiq.port = tab.settings.local_port;
            let config = FeiqConfig {
                bind,
                history: self.settings.feiq.history.then(|| self.feiq_history.clone()).flatten(),
                ..feiq_config(&mut self.settings.feiq, self.lang)?
            };
            tab.open_feiq(config).map_err(|failure| failure_line(self.lang, &failure))
        });
        self.feiq.node_starts();
        self.feiq.refused = opened.clone().err();
        tab.error = opened.err();
    }

    /// Hands a command to the node.
    pub(super) fn tell_feiq(&mut self, command: FeiqCommand) {
        let feiq = self.tabs.iter().find_map(|tab| tab.session.feiq());
        let told = match feiq {
            Some(feiq) => feiq.command(command),
            None => Err(Failure { op: Operation::Send, target: String::new(), cause: Cause::NotConnected }),
        };
        self.feiq.refused = told.err().map(|failure| failure_line(self.lang, &failure));
    }

    /// Takes the node's state; what it last was stays when it is over.
    pub(super) fn tend_feiq(&mut self, ctx: &Context) {
        self.feiq.tend(ctx, self.lang);
        let Some(tab) = self.tabs.iter().find(|tab| tab.session.feiq().is_some()) else {
            self.end_feiq_state(None);
            return;
        };
        let state = tab.session.feiq().map(Feiq::state);
        if state.is_some() {
            self.feiq.state = state;
        }
        if let LinkPhase::Closed { failure } = tab.session.status().phase {
            self.end_feiq_state(failure);
        }
    }

    /// The node is gone: a state that still says otherwise is put right.
    fn end_feiq_state(&mut self, failure: Option<Failure>) {
        if let Some(state) = &self.feiq.state
            && !matches!(state.phase, Phase::Closed { .. })
        {
            self.feiq.state = Some(Arc::new(State { phase: Phase::Closed { failure }, ..State::clone(state) }));
        }
    }

    /// Draws FeiQ's window.
    pub(super) fn feiq_ui(&mut self, ctx: &Context) {
        let mut context = PageContext {
            lang: self.lang,
            commands: &mut self.commands,
            settings: &mut self.settings.feiq,
            state: self.feiq.state.clone(),
            interfaces: self.interfaces.list(),
            send_key: self.settings.send_key,
            save_folder: &self.save_folder,
            history: self.feiq_history.as_deref(),
            ctx,
            wake: &self.wake,
        };
        self.feiq.ui(ctx, &mut context);
    }
}

/// What the node is started with, but for its address; or which setting is wrong.
fn feiq_config(settings: &mut FeiqSettings, lang: Lang) -> Result<FeiqConfig, String> {
    if settings.node.mac.is_empty() {
        settings.node.mac = Mac::random().to_string();
    }
    let node = &settings.node;
    let mac = node.mac.parse::<Mac>().map_err(|_| Text::FeiqNotAMac.text(lang).to_owned())?;
    let nick = if settings.nick.trim().is_empty() { &node.user } else { &settings.nick };
    Ok(FeiqConfig {
        nick: nick.trim().to_owned(),
        user: node.user.trim().to_owned(),
        host: node.host.trim().to_owned(),
        group: settings.group.trim().to_owned(),
        version: match node.version {
            FeiqVersionKind::Plain => VersionChoice::Plain,
            FeiqVersionKind::Feiq2 => VersionChoice::Feiq2,
            FeiqVersionKind::Feiq3 => VersionChoice::Feiq3,
            FeiqVersionKind::Own => VersionChoice::Own(node.own_version.clone()),
        },
        mac,
        prefer: match node.encoding {
            Charset::Gbk => Prefer::Gbk,
            Charset::Utf8 => Prefer::Utf8,
            _ => Prefer::Auto,
        },
        announce: announce_to(settings, lang)?,
        absence: absence_text(settings, lang),
        ..FeiqConfig::default()
    })
}
