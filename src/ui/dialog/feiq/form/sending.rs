//! What the form makes of its fields, and the buttons that send it.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use egui::{CornerRadius, RichText, Ui, vec2};

use super::results::{Shot, is_running, stop};
use super::{FormPage, Made, targets, version};
use crate::codec::Charset;
use crate::i18n::{Lang, Text, fill};
use crate::net::{Interface, Target};
use crate::proto::ipmsg::{Command, MAX_DATAGRAM_BYTES, MESSAGE_OPTIONS, TextEncoding, code, option};
use crate::service::feiq::form::{Field, Form, FormError, next_number};
use crate::service::feiq::{FeiqCommand, RawSend, Repeat, Shots, Volley};
use crate::session::ComposeError;
use crate::settings::FeiqSettings;
use crate::ui::dialog::feiq::PageContext;
use crate::ui::theme::{CONTROL_HEIGHT, Palette};
use crate::ui::widget::{number_field, row};
use crate::ui::words;

impl FormPage {
    /// What the datagram for the first target is made of, or which field is wrong.
    pub(super) fn made(&self, context: &PageContext<'_>) -> Result<Made, String> {
        let lang = context.lang;
        let settings = &*context.settings;
        let form = Form {
            version: version::text(&settings.form, lang)?,
            user: settings.form.user.clone(),
            host: settings.form.host.clone(),
            command: self.command.command().ok_or_else(|| Text::FeiqNotACommand.text(lang).to_owned())?,
            extra: self.extra.clone(),
            escapes: self.escapes,
            final_nul: settings.final_nul,
        };
        let number = if self.automatic_number {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
            next_number(self.last_number, now)
        } else {
            self.typed_number().ok_or_else(|| Text::FeiqNotANumber.text(lang).to_owned())?
        };
        let first = settings.targets.first().and_then(|target| targets::parse(target, settings.target_port));
        let encoding = encoding_for(first.as_ref(), context);
        let form = Form { command: marked(form.command, encoding, settings.form.encoding), ..form };
        Ok(Made { form, number, encoding })
    }

    /// How it is sent, and the button.
    pub(super) fn send_ui(&mut self, ui: &mut Ui, context: &mut PageContext<'_>) {
        ui.horizontal_wrapped(|ui| {
            let plain = ui.radio_value(&mut context.settings.as_node, false, Text::FeiqPlainSend.text(context.lang));
            plain.on_hover_text(context.text(Text::FeiqPlainSendHint));
            let node = ui.radio_value(&mut context.settings.as_node, true, Text::FeiqNodeSend.text(context.lang));
            node.on_hover_text(context.text(Text::FeiqNodeSendHint));
        });
        if context.settings.as_node {
            self.look_up(context);
        }
        self.repeat_ui(ui, context);
        let running = is_running(&self.shots, context);
        row(ui, |ui| {
            let palette = Palette::of(ui);
            let text = RichText::new(context.text(Text::Send)).size(15.0).strong().color(palette.on_primary);
            let button = egui::Button::new(text)
                .fill(palette.primary)
                .corner_radius(CornerRadius::same(6))
                .min_size(vec2(110.0, CONTROL_HEIGHT + 6.0));
            if ui.add(button).clicked() {
                self.refused = self.send(context).err();
            }
            if running && self.shots.iter().any(Shot::is_repeated) {
                let stopping =
                    egui::Button::new(context.text(Text::StopCycle)).min_size(vec2(70.0, CONTROL_HEIGHT + 6.0));
                if ui.add(stopping).clicked() {
                    stop(&self.shots, context);
                }
            }
        });
        if let Some(refused) = &self.refused {
            ui.label(RichText::new(refused).color(Palette::of(ui).error));
        }
    }

    fn repeat_ui(&mut self, ui: &mut Ui, context: &mut PageContext<'_>) {
        row(ui, |ui| {
            ui.checkbox(&mut self.repeat, context.text(Text::FeiqRepeat));
            ui.add_enabled_ui(self.repeat, |ui| {
                let (times, value) = number_field(ui, &mut self.times, 1..=FeiqSettings::MAX_REPEATS, 52.0);
                let label = ui.label(context.text(Text::FeiqTimes));
                if let Some(value) = value.filter(|_| times.changed()) {
                    context.settings.repeats = value;
                }
                times.labelled_by(label.id);
                let range = FeiqSettings::MIN_INTERVAL_MS..=FeiqSettings::MAX_INTERVAL_MS;
                let (interval, value) = number_field(ui, &mut self.interval, range, 60.0);
                let label = ui.label(context.text(Text::FeiqInterval));
                if let Some(value) = value.filter(|_| interval.changed()) {
                    context.settings.interval_ms = value;
                }
                interval.labelled_by(label.id);
            });
        });
        if self.repeat {
            let warning = fill(
                context.text(Text::FeiqRepeatWarning),
                &[("n", &FeiqSettings::MAX_REPEATS), ("ms", &FeiqSettings::MIN_INTERVAL_MS)],
            );
            ui.label(RichText::new(warning).small().color(Palette::of(ui).error));
        }
    }

    /// Sends what the preview shows, or says why not.
    fn send(&mut self, context: &mut PageContext<'_>) -> Result<(), String> {
        let lang = context.lang;
        if self.target.is_typed() && !self.target.add(context) {
            return Err(Text::FeiqCheckTargets.text(lang).to_owned());
        }
        let targets: Vec<Target> = context
            .settings
            .targets
            .iter()
            .filter_map(|target| targets::parse(target, context.settings.target_port))
            .collect();
        if targets.is_empty() {
            return Err(Text::FeiqNoTargets.text(lang).to_owned());
        }
        if context.settings.as_node && !context.is_online() {
            return Err(Text::FeiqNotOnline.text(lang).to_owned());
        }
        if self.port.trim().parse() != Ok(context.settings.target_port) {
            return Err(fill(Text::NotAPort.text(lang), &[("from", &1), ("to", &u16::MAX)]));
        }
        let repeat = self.repeat_wanted(lang)?;
        self.look(context)?;
        let Some((made, _)) = self.shown.clone() else { return Ok(()) };
        let groups = self.groups(&made, &targets, repeat, context)?;
        let shots = groups
            .into_iter()
            .map(|(shots, broadcast)| self.shoot(shots, broadcast, context))
            .collect::<Result<Vec<Shot>, String>>()?;
        for shot in std::mem::replace(&mut self.shots, shots) {
            if let Shot::Plain { volley, .. } = &shot {
                volley.stop();
            }
            self.retired.push(shot);
        }
        if self.automatic_number {
            let more = repeat.map_or(0, |repeat| u64::from(repeat.times() - 1));
            self.last_number = Some(made.number.saturating_add(more));
        }
        for target in &context.settings.targets {
            context.settings.recent_targets.remember(target);
        }
        Ok(())
    }

    /// What goes to whom, and whether by broadcast: peers that are known to read another encoding get the message in
    /// theirs, and from a broadcast address no ack can come. Refuses what can't be sent to one of them.
    fn groups(
        &mut self,
        made: &Made,
        targets: &[Target],
        repeat: Option<Repeat>,
        context: &PageContext<'_>,
    ) -> Result<Vec<(Shots, bool)>, String> {
        let command = self.command.command().unwrap_or(made.form.command);
        let mut groups: Vec<(Shots, bool)> = Vec::new();
        for target in targets {
            let target = &self.reached(target, context)?;
            let encoding = encoding_for(Some(target), context);
            let broadcast = is_broadcast(target, context.interfaces);
            if let Some((shots, _)) = groups.iter_mut().find(|(s, b)| (s.encoding, *b) == (encoding, broadcast)) {
                shots.targets.push(target.clone());
                continue;
            }
            let command = marked(command, encoding, context.settings.form.encoding);
            let form = Form { command, ..made.form.clone() };
            form.datagram(made.number, encoding).map_err(|error| form_error(context.lang, &error))?;
            let (targets, fresh_numbers) = (vec![target.clone()], self.automatic_number);
            let shots = Shots { targets, form, encoding, number: made.number, fresh_numbers, repeat };
            groups.push((shots, broadcast));
        }
        Ok(groups)
    }

    /// The target as it is sent to: a node needs its address.
    fn reached(&mut self, target: &Target, context: &PageContext<'_>) -> Result<Target, String> {
        if !context.settings.as_node {
            return Ok(target.clone());
        }
        match self.names.address(target, context.lang, context.wake) {
            Ok(Some(addr)) => Ok(Target::Address(addr)),
            Ok(None) => Err(context.text(Text::FeiqLooksUp).to_owned()),
            Err(refused) => {
                self.names.forget_failures();
                Err(refused)
            }
        }
    }

    /// Looks up the targets' names before they are needed.
    fn look_up(&mut self, context: &PageContext<'_>) {
        for target in &context.settings.targets {
            if let Some(host @ Target::Host { .. }) = targets::parse(target, context.settings.target_port) {
                let _ = self.names.address(&host, context.lang, context.wake); // said when it is sent
            }
        }
    }

    fn shoot(&mut self, shots: Shots, broadcast: bool, context: &mut PageContext<'_>) -> Result<Shot, String> {
        let repeated = shots.repeat.is_some();
        if !context.settings.as_node {
            let volley = Volley::start(shots, context.wake.clone()).map_err(|error| error.to_string())?;
            return Ok(Shot::Plain { volley, repeated });
        }
        let packet =
            shots.form.packet(shots.number, shots.encoding).map_err(|error| form_error(context.lang, &error))?;
        let job = self.next_job;
        self.next_job += 1;
        context.tell(FeiqCommand::SendRaw(RawSend {
            job,
            to: shots.targets.iter().filter_map(address).collect(),
            wait_for_ack: !broadcast && waits_for_ack(packet.command),
            packet,
            fresh_number: shots.fresh_numbers,
            repeat: shots.repeat,
        }));
        Ok(Shot::Node { job, repeated })
    }

    fn repeat_wanted(&self, lang: Lang) -> Result<Option<Repeat>, String> {
        if !self.repeat {
            return Ok(None);
        }
        let number = |text: &str, range: std::ops::RangeInclusive<u32>| {
            text.trim().parse::<u32>().ok().filter(|value| range.contains(value))
        };
        let times = number(&self.times, 1..=FeiqSettings::MAX_REPEATS);
        let interval = number(&self.interval, FeiqSettings::MIN_INTERVAL_MS..=FeiqSettings::MAX_INTERVAL_MS);
        match (times, interval) {
            (Some(times), Some(interval)) => Ok(Some(Repeat::new(times, Duration::from_millis(u64::from(interval))))),
            _ => Err(fill(
                Text::FeiqRepeatRange.text(lang),
                &[("n", &FeiqSettings::MAX_REPEATS), ("ms", &FeiqSettings::MIN_INTERVAL_MS)],
            )),
        }
    }
}

/// A message in UTF-8 says so, where the form chose that encoding for the peer.
fn marked(command: Command, encoding: TextEncoding, chosen: Charset) -> Command {
    let is_message = command.known_options() == MESSAGE_OPTIONS;
    if chosen == Charset::Auto && encoding == TextEncoding::Utf8 && is_message {
        command.with(option::UTF8)
    } else {
        command
    }
}

/// The address of a target that is one.
fn address(target: &Target) -> Option<SocketAddr> {
    match target {
        Target::Address(addr) => Some(*addr),
        Target::Host { .. } | Target::Server | Target::Client(_) | Target::AllClients => None,
    }
}

/// Whether more than one host hears it.
fn is_broadcast(target: &Target, interfaces: &[Interface]) -> bool {
    let Some(ip) = address(target).map(|addr| addr.ip()) else { return false };
    let ours =
        interfaces.iter().any(|interface| interface.broadcast.is_some_and(|broadcast| IpAddr::V4(broadcast) == ip));
    ours || ip.is_multicast() || ip == IpAddr::V4(Ipv4Addr::BROADCAST)
}

/// Only messages that ask for it are acked.
fn waits_for_ack(command: Command) -> bool {
    command.code() == code::SENDMSG && command.has(option::SENDCHECK) && !command.has(option::BROADCAST)
}

/// The encoding for a target: as chosen, or what the peer is known to read, else GBK, which FeiQ speaks.
fn encoding_for(target: Option<&Target>, context: &PageContext<'_>) -> TextEncoding {
    match context.settings.form.encoding {
        Charset::Utf8 => TextEncoding::Utf8,
        Charset::Auto => {
            let user = match target {
                Some(Target::Address(addr)) => context.state.as_ref().and_then(|state| state.user(*addr)),
                _ => None,
            };
            user.map_or(TextEncoding::Gbk, |user| user.encoding)
        }
        _ => TextEncoding::Gbk,
    }
}

/// Which field is wrong, and how.
pub fn form_error(lang: Lang, error: &FormError) -> String {
    let (field, why) = match error {
        FormError::TooLong { len } => {
            return fill(Text::FeiqTooLong.text(lang), &[("len", len), ("max", &MAX_DATAGRAM_BYTES)]);
        }
        FormError::Colon(field) => (field, Text::FeiqNoColon.text(lang).to_owned()),
        FormError::Escape(field, error) => (field, words::compose_error(lang, &ComposeError::Escape(error.clone()))),
        FormError::Unencodable(field, error) => {
            (field, words::compose_error(lang, &ComposeError::Unencodable(error.clone())))
        }
    };
    let field = match field {
        Field::Version => Text::FeiqVersion,
        Field::User => Text::FeiqUser,
        Field::Host => Text::FeiqHost,
        Field::Extra => Text::FeiqExtra,
    };
    fill(Text::FeiqFieldWrong.text(lang), &[("field", &field.text(lang)), ("why", &why)])
}
