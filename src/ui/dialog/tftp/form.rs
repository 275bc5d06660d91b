//! The form of a transfer: where, which file, how.

use std::path::Path;

use egui::{RichText, Ui};

use super::order::{place, remote_name};
use super::{Order, TftpCommand, TftpContext};
use crate::codec::Charset;
use crate::i18n::{Lang, Text, fill};
use crate::settings::{TftpDirection, TftpMode, TftpSettings};
use crate::ui::dialog::transfer::{
    Picked, PlaceField, PlaceLook, ServerField, TransferCommand, hint_ui, is_folder, port_bounds, start_ui, with_narrow,
};
use crate::ui::theme::Palette;
use crate::ui::widget::{Bounds, Number, combo, label_above, labelled_field, row};

/// Width of 端口, in points.
const PORT_WIDTH: f32 = 70.0;
/// Width of 文件名编码, in points.
const ENCODING_WIDTH: f32 = 92.0;

/// The form's fields as typed, and its file dialog.
#[derive(Default)]
pub struct TransferForm {
    port: Number,
    block_size: Number,
    window_size: Number,
    timeout: Number,
    retries: Number,
    place: PlaceField,
    refused: Option<String>,
}

impl TransferForm {
    /// Takes the file dialog's answer.
    pub fn tend(&mut self, settings: &mut TftpSettings) {
        match self.place.take() {
            Some((Picked::Source, path)) => settings.source = path,
            Some((_, path)) => settings.save_to = path,
            None => {}
        }
    }

    /// Draws the form.
    pub fn ui(&mut self, ui: &mut Ui, context: &mut TftpContext<'_>) {
        ui.spacing_mut().item_spacing.y = 4.0;
        direction(ui, context);
        let TftpSettings { server, recent_servers: recent, port, .. } = &mut *context.settings;
        ServerField { server, recent, port }.ui(ui, &mut self.port, PORT_WIDTH, context.lang);
        remote(ui, context);
        self.local(ui, context);
        self.way(ui, context);
        self.options(ui, context);
        ui.add_space(4.0);
        self.start(ui, context);
    }

    fn local(&mut self, ui: &mut Ui, context: &mut TftpContext<'_>) {
        let download = context.settings.direction == TftpDirection::Download;
        let place = place(context.settings, context.downloads);
        let buttons: &[Picked] = if download { &[Picked::SaveAs, Picked::SaveIn] } else { &[Picked::Source] };
        let settings = &mut *context.settings;
        let text = if download { &mut settings.save_to } else { &mut settings.source };
        let hint = if download { context.downloads } else { Path::new("") };
        let look = PlaceLook { buttons, place: &place, hint };
        self.place.ui(ui, text, &look, context.lang, context.wake);
        let settings = &*context.settings;
        let (text, value) = match (download, settings.remote.trim().is_empty()) {
            (true, true) => (Text::TftpSavedIn, context.downloads.display().to_string()),
            (true, false) => (Text::TftpSavedAs, place.display().to_string()),
            (false, _) => (Text::TftpSentAs, remote_name(settings)),
        };
        // Where it goes, as far as the field does not say it by itself.
        let typed_whole = download && !settings.save_to.trim().is_empty() && !is_folder(&settings.save_to);
        if !typed_whole && !value.is_empty() {
            let name = if download { "path" } else { "name" };
            hint_ui(ui, &fill(context.text(text), &[(name, &value)]));
        }
    }

    fn way(&mut self, ui: &mut Ui, context: &mut TftpContext<'_>) {
        let lang = context.lang;
        ui.columns(3, |columns| {
            mode(&mut columns[0], context);
            let mut timeout = u32::from(context.settings.timeout_s);
            self.timeout
                .ui(&mut columns[1], &timeout_bounds(lang), &mut timeout)
                .on_hover_text(Text::TftpTimeoutHint.text(lang));
            context.settings.timeout_s = timeout as u8;
            self.retries
                .ui(&mut columns[2], &retries_bounds(lang), &mut context.settings.retries)
                .on_hover_text(Text::TftpRetriesHint.text(lang));
        });
    }

    fn options(&mut self, ui: &mut Ui, context: &mut TftpContext<'_>) {
        let lang = context.lang;
        let settings = &mut *context.settings;
        ui.add_enabled_ui(!settings.plain, |ui| {
            ui.columns(2, |columns| {
                let mut value = u32::from(settings.block_size);
                let choices = [
                    (512, Text::TftpBlockRfc.text(lang)),
                    (1428, Text::TftpBlockEthernet.text(lang)),
                    (8192, ""),
                    (65_464, Text::TftpLargest.text(lang)),
                ];
                self.block_size.choices_ui(&mut columns[0], &block_bounds(lang), &choices, &mut value);
                settings.block_size = value as u16;
                let mut value = u32::from(settings.window_size);
                let choices = [(1, Text::TftpWindowOne.text(lang)), (4, ""), (16, ""), (64, "")];
                self.window_size.choices_ui(&mut columns[1], &window_bounds(lang), &choices, &mut value);
                settings.window_size = value as u16;
            });
        });
        ui.horizontal_wrapped(|ui| {
            ui.checkbox(&mut settings.plain, Text::TftpPlain.text(lang)).on_hover_text(Text::TftpPlainHint.text(lang));
            ui.add_enabled_ui(!settings.plain, |ui| {
                let size = ui.checkbox(&mut settings.size, Text::TftpAskSize.text(lang));
                size.on_hover_text(Text::TftpAskSizeHint.text(lang));
            });
        });
    }

    fn start(&mut self, ui: &mut Ui, context: &mut TftpContext<'_>) {
        if start_ui(ui, &mut context.settings.trace, Text::TftpTraceHint, context.lang) {
            self.order(context);
        }
        if let Some(refused) = &self.refused {
            ui.label(RichText::new(refused).color(Palette::of(ui).error));
        }
    }

    /// Queues the transfer, or says what is wrong.
    fn order(&mut self, context: &mut TftpContext<'_>) {
        let order = self
            .wrong_number(context)
            .map_or_else(|| Order::new(context.settings, context.downloads, context.lang), Err);
        self.refused = match order {
            Ok(order) => {
                context.tell(TftpCommand::Transfer(TransferCommand::Start(Box::new(order))));
                None
            }
            Err(refused) => Some(refused),
        };
    }

    fn wrong_number(&self, context: &TftpContext<'_>) -> Option<String> {
        let lang = context.lang;
        let options = (!context.settings.plain)
            .then(|| [(&self.block_size, block_bounds(lang)), (&self.window_size, window_bounds(lang))]);
        let always = [
            (&self.port, port_bounds(lang)),
            (&self.timeout, timeout_bounds(lang)),
            (&self.retries, retries_bounds(lang)),
        ];
        let all = always.into_iter().chain(options.into_iter().flatten());
        all.into_iter().find_map(|(number, bounds)| number.refusal(&bounds, lang))
    }
}

fn timeout_bounds(lang: Lang) -> Bounds<'static> {
    Bounds { label: Text::TftpTimeout.text(lang), range: 0..=255 }
}

fn retries_bounds(lang: Lang) -> Bounds<'static> {
    Bounds { label: Text::TftpRetries.text(lang), range: 0..=TftpSettings::MAX_RETRIES }
}

fn block_bounds(lang: Lang) -> Bounds<'static> {
    let sizes = TftpSettings::BLOCK_SIZES;
    Bounds { label: Text::TftpBlockSize.text(lang), range: u32::from(*sizes.start())..=u32::from(*sizes.end()) }
}

fn window_bounds(lang: Lang) -> Bounds<'static> {
    Bounds { label: Text::TftpWindowSize.text(lang), range: 1..=65_535 }
}

fn direction(ui: &mut Ui, context: &mut TftpContext<'_>) {
    let lang = context.lang;
    row(ui, |ui| {
        label_above(ui, Text::TftpDirection.text(lang));
        for (direction, text) in
            [(TftpDirection::Download, Text::TftpDownload), (TftpDirection::Upload, Text::TftpUpload)]
        {
            ui.radio_value(&mut context.settings.direction, direction, text.text(lang));
        }
    });
}

fn remote(ui: &mut Ui, context: &mut TftpContext<'_>) {
    with_narrow(
        ui,
        ENCODING_WIDTH,
        context,
        |ui, context| {
            let label = context.text(Text::TftpRemoteFile);
            labelled_field(ui, label, &mut context.settings.remote, true);
        },
        |ui, context| {
            let label = label_above(ui, context.text(Text::TftpNameEncoding));
            let encoding = &mut context.settings.encoding;
            let list = combo("tftp encoding").width(ui.available_width()).selected_text(encoding.label());
            let shown = list.show_ui(ui, |ui| {
                for charset in [Charset::Utf8, Charset::Gbk] {
                    ui.selectable_value(encoding, charset, charset.label());
                }
            });
            shown.response.labelled_by(label.id);
        },
    );
}

fn mode(ui: &mut Ui, context: &mut TftpContext<'_>) {
    let name = |mode: TftpMode| match mode {
        TftpMode::Octet => "octet",
        TftpMode::Netascii => "netascii",
    };
    let label = label_above(ui, context.text(Text::TftpMode));
    let mode = &mut context.settings.mode;
    let shown = combo("tftp mode").width(ui.available_width()).selected_text(name(*mode)).show_ui(ui, |ui| {
        for one in [TftpMode::Octet, TftpMode::Netascii] {
            ui.selectable_value(mode, one, name(one));
        }
    });
    shown.response.labelled_by(label.id);
}
