//! The server's form: which folder, where, for whom.

use std::num::NonZeroU16;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use egui::{Button, RichText, TextEdit, Ui, vec2};

use super::serving::{Serving, lamp_words};
use crate::i18n::{Lang, Text, failure_line, fill};
use crate::journal::{Cause, Recorder};
use crate::net::Interface;
use crate::proto::tftp::BlockSize;
use crate::proto::tftp::options::Policy;
use crate::service::tftp::{FREE_PORT, ServerConfig, ServerPhase, Uploads};
use crate::settings::{TftpServeSettings, TftpSettings, TftpUploads};
use crate::ui::addresses::local_address;
use crate::ui::dialog::tftp::{TftpCommand, TftpContext};
use crate::ui::dialog::transfer::hint_ui;
use crate::ui::panel::local_choices;
use crate::ui::picker::Picker;
use crate::ui::theme::{CONTROL_HEIGHT, Palette};
use crate::ui::widget::{AddressField, Bounds, Lamp, Number, button_width, combo, label_above, lamp, row};

/// Ports below it need rights on most systems.
const FIRST_FREE_PORT: u16 = 1024;

/// The form's fields as typed, and its file dialog.
#[derive(Default)]
pub struct ServerPage {
    port: Number,
    upload_limit: Number,
    block_size: Number,
    window_size: Number,
    transfers: Number,
    per_client: Number,
    picker: Option<Picker>,
    refused: Option<String>,
}

impl ServerPage {
    /// Takes the file dialog's answer.
    pub fn tend(&mut self, settings: &mut TftpServeSettings) {
        Picker::tend(&mut self.picker, &mut settings.folder);
    }

    /// Draws the form.
    pub fn ui(&mut self, ui: &mut Ui, serving: Option<&Serving>, context: &mut TftpContext<'_>) {
        ui.spacing_mut().item_spacing.y = 4.0;
        let open = serving.is_some_and(Serving::is_open);
        ui.add_enabled_ui(!open, |ui| {
            self.folder(ui, context);
            self.address(ui, context);
            self.uploads(ui, context);
            self.limits(ui, context);
            self.options(ui, context);
        });
        ui.add_space(4.0);
        self.start(ui, serving, context);
    }

    fn folder(&mut self, ui: &mut Ui, context: &mut TftpContext<'_>) {
        let label = label_above(ui, context.text(Text::TftpFolder));
        row(ui, |ui| {
            let browse = context.text(Text::Browse);
            let width = (ui.available_width() - button_width(ui, browse) - 8.0).max(60.0);
            let folder = &mut context.settings.serve.folder;
            let field = TextEdit::singleline(folder).desired_width(width).min_size(vec2(width, CONTROL_HEIGHT));
            ui.add(field).labelled_by(label.id);
            if ui.add_enabled(self.picker.is_none(), Button::new(browse)).clicked() {
                let begin = match context.settings.serve.folder.trim() {
                    "" => context.downloads,
                    folder => Path::new(folder),
                };
                self.picker = Picker::folder(context.text(Text::TftpFolder), begin, context.wake.clone());
            }
        });
        let hint = RichText::new(context.text(Text::TftpOpenHint)).small().color(Palette::of(ui).secondary);
        ui.add(egui::Label::new(hint).wrap());
    }

    fn address(&mut self, ui: &mut Ui, context: &mut TftpContext<'_>) {
        let lang = context.lang;
        ui.columns(2, |columns| {
            let label = Text::TftpBindAddress.text(lang);
            let name = label_above(&mut columns[0], label);
            let choices = local_choices(context.interfaces, lang);
            let width = columns[0].available_width();
            AddressField { label, labelled_by: name.id, choices: &choices, width }
                .show(&mut columns[0], &mut context.settings.serve.bind_address);
            let mut port = u32::from(context.settings.serve.port);
            self.port.ui(&mut columns[1], &port_bounds(lang), &mut port);
            context.settings.serve.port = port as u16;
        });
        if (1..FIRST_FREE_PORT).contains(&context.settings.serve.port) {
            hint_ui(ui, context.text(Text::TftpLowPortHint));
        }
    }

    fn uploads(&mut self, ui: &mut Ui, context: &mut TftpContext<'_>) {
        let lang = context.lang;
        let settings = &mut context.settings.serve;
        ui.columns(2, |columns| {
            let label = label_above(&mut columns[0], Text::TftpUploads.text(lang));
            let list = combo("tftp uploads").width(columns[0].available_width());
            let shown = list.selected_text(uploads_name(settings.uploads, lang)).show_ui(&mut columns[0], |ui| {
                for uploads in TftpUploads::ALL {
                    ui.selectable_value(&mut settings.uploads, uploads, uploads_name(uploads, lang));
                }
            });
            shown.response.labelled_by(label.id);
            columns[1].add_enabled_ui(settings.uploads != TftpUploads::Refused, |ui| {
                self.upload_limit.ui(ui, &upload_bounds(lang), &mut settings.max_upload_mib);
            });
        });
    }

    fn limits(&mut self, ui: &mut Ui, context: &mut TftpContext<'_>) {
        let lang = context.lang;
        let settings = &mut context.settings.serve;
        ui.columns(2, |columns| {
            self.transfers.ui(&mut columns[0], &transfer_bounds(lang), &mut settings.max_transfers);
            self.per_client.ui(&mut columns[1], &client_bounds(lang), &mut settings.max_per_client);
        });
    }

    fn options(&mut self, ui: &mut Ui, context: &mut TftpContext<'_>) {
        let lang = context.lang;
        let settings = &mut context.settings.serve;
        let plain = settings.plain;
        ui.columns(2, |columns| {
            columns[0].add_enabled_ui(!plain, |ui| {
                let mut value = u32::from(settings.max_block_size);
                self.block_size.ui(ui, &block_bounds(lang), &mut value);
                settings.max_block_size = value as u16;
            });
            columns[1].add_enabled_ui(!plain, |ui| {
                let mut value = u32::from(settings.max_window_size);
                self.window_size.ui(ui, &window_bounds(lang), &mut value);
                settings.max_window_size = value as u16;
            });
        });
        ui.checkbox(&mut settings.plain, Text::TftpPlain.text(lang)).on_hover_text(Text::TftpServePlainHint.text(lang));
    }

    fn start(&mut self, ui: &mut Ui, serving: Option<&Serving>, context: &mut TftpContext<'_>) {
        let palette = Palette::of(ui);
        let open = serving.is_some_and(Serving::is_open);
        row(ui, |ui| {
            let size = vec2(0.0, 28.0);
            if open {
                if ui.add(Button::new(context.text(Text::TftpStopServing)).min_size(size)).clicked() {
                    context.tell(TftpCommand::StopServing);
                }
            } else {
                let label = RichText::new(context.text(Text::TftpServe)).color(palette.on_primary);
                if ui.add(Button::new(label).fill(palette.primary).min_size(size)).clicked() {
                    self.serve(context);
                }
            }
            ui.add_space(4.0);
            ui.add_enabled_ui(!open, |ui| {
                let trace = ui.checkbox(&mut context.settings.serve.trace, Text::TftpTrace.text(context.lang));
                trace.on_hover_text(context.text(Text::TftpTraceHint));
            });
        });
        let state = match serving.map(|serving| &serving.state.phase) {
            None | Some(ServerPhase::Closed(_)) => Lamp::Closed,
            Some(ServerPhase::Starting) => Lamp::Busy,
            Some(ServerPhase::Listening(_)) => Lamp::Open,
        };
        row(ui, |ui| {
            let words = match serving {
                Some(serving) => lamp_words(ui, serving, context.lang).1,
                None => context.text(Text::TftpNotServing).to_owned(),
            };
            lamp(ui, state, &words);
            ui.label(words);
        });
        if let Some(refused) = &self.refused {
            ui.label(RichText::new(refused).color(palette.error));
        }
        if let Some(ServerPhase::Closed(Some(failure))) = serving.map(|serving| &serving.state.phase) {
            let line = failure_line(context.lang, failure);
            ui.add(egui::Label::new(RichText::new(line).color(palette.error)).wrap());
            let low = (1..FIRST_FREE_PORT).contains(&context.settings.serve.port);
            let use_port = fill(context.text(Text::TftpUsePort), &[("port", &FREE_PORT)]);
            if failure.cause == Cause::PermissionDenied && low && ui.button(use_port).clicked() {
                context.settings.serve.port = FREE_PORT;
                self.serve(context);
            }
        }
    }

    /// Queues the start, or says what is wrong.
    fn serve(&mut self, context: &mut TftpContext<'_>) {
        self.refused = self
            .wrong_number(context)
            .or_else(|| serve_config(&context.settings.serve, context.interfaces, None, context.lang).err());
        if self.refused.is_none() {
            context.tell(TftpCommand::Serve);
        }
    }

    fn wrong_number(&self, context: &TftpContext<'_>) -> Option<String> {
        let (lang, settings) = (context.lang, &context.settings.serve);
        let numbers = [
            (true, &self.port, port_bounds(lang)),
            (settings.uploads != TftpUploads::Refused, &self.upload_limit, upload_bounds(lang)),
            (true, &self.transfers, transfer_bounds(lang)),
            (true, &self.per_client, client_bounds(lang)),
            (!settings.plain, &self.block_size, block_bounds(lang)),
            (!settings.plain, &self.window_size, window_bounds(lang)),
        ];
        let used = numbers.into_iter().filter(|(used, ..)| *used);
        used.into_iter().find_map(|(_, number, bounds)| number.refusal(&bounds, lang))
    }
}

/// What the server is started with, or which setting is wrong.
pub fn serve_config(
    settings: &TftpServeSettings,
    interfaces: &[Interface],
    trace: Option<Arc<Recorder>>,
    lang: Lang,
) -> Result<ServerConfig, String> {
    let folder = settings.folder.trim();
    if folder.is_empty() {
        return Err(Text::TftpNoFolder.text(lang).to_owned());
    }
    let bind = local_address(&settings.bind_address, settings.port, interfaces, lang)?;
    Ok(ServerConfig {
        uploads: match settings.uploads {
            TftpUploads::Refused => Uploads::Refused,
            TftpUploads::New => Uploads::New,
            TftpUploads::Overwrite => Uploads::Overwrite,
        },
        max_upload_bytes: u64::from(settings.max_upload_mib) << 20,
        policy: Policy {
            options: !settings.plain,
            max_block_size: BlockSize::new(settings.max_block_size).unwrap_or(BlockSize::MAX),
            max_window_size: NonZeroU16::new(settings.max_window_size).unwrap_or(NonZeroU16::MAX),
        },
        max_transfers: settings.max_transfers as usize,
        max_per_client: settings.max_per_client as usize,
        trace,
        ..ServerConfig::new(PathBuf::from(folder), bind)
    })
}

fn uploads_name(uploads: TftpUploads, lang: Lang) -> &'static str {
    match uploads {
        TftpUploads::Refused => Text::TftpUploadsRefused,
        TftpUploads::New => Text::TftpUploadsNew,
        TftpUploads::Overwrite => Text::TftpUploadsOverwrite,
    }
    .text(lang)
}

fn port_bounds(lang: Lang) -> Bounds<'static> {
    Bounds { label: Text::TftpBindPort.text(lang), range: 0..=65_535 }
}

fn upload_bounds(lang: Lang) -> Bounds<'static> {
    Bounds { label: Text::TftpUploadLimit.text(lang), range: 1..=TftpServeSettings::MAX_UPLOAD_MIB }
}

fn transfer_bounds(lang: Lang) -> Bounds<'static> {
    Bounds { label: Text::TftpMaxTransfers.text(lang), range: 1..=TftpServeSettings::MAX_TRANSFERS }
}

fn client_bounds(lang: Lang) -> Bounds<'static> {
    Bounds { label: Text::TftpMaxPerClient.text(lang), range: 1..=TftpServeSettings::MAX_TRANSFERS }
}

fn block_bounds(lang: Lang) -> Bounds<'static> {
    let sizes = TftpSettings::BLOCK_SIZES;
    Bounds { label: Text::TftpMaxBlockSize.text(lang), range: u32::from(*sizes.start())..=u32::from(*sizes.end()) }
}

fn window_bounds(lang: Lang) -> Bounds<'static> {
    Bounds { label: Text::TftpMaxWindowSize.text(lang), range: 1..=65_535 }
}
