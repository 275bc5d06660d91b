//! The form of a download: from where, how to ask, where the content ends, where it goes.

use egui::{RichText, Ui};

use super::order::{place, request};
use super::{DownloadContext, Order};
use crate::codec::{Charset, hex};
use crate::i18n::{Lang, Text, fill};
use crate::settings::{DownloadEnding, DownloadLength, DownloadLineEnd, DownloadRequest, DownloadSettings};
use crate::ui::dialog::transfer::{
    Picked, PlaceField, PlaceLook, ServerField, TransferCommand, hint_ui, is_folder, port_bounds, recent_ui, start_ui,
    with_narrow,
};
use crate::ui::theme::Palette;
use crate::ui::widget::{Bounds, Number, combo, label_above, labelled_field};

/// Width of 端口 and 超时, in points.
const NARROW: f32 = 76.0;
/// So many bytes of a request are shown.
const SHOWN_BYTES: usize = 64;

/// The form's fields as typed, and its file dialog.
#[derive(Default)]
pub struct DownloadForm {
    port: Number,
    idle: Number,
    timeout: Number,
    place: PlaceField,
    refused: Option<String>,
}

impl DownloadForm {
    /// Takes the file dialog's answer.
    pub fn tend(&mut self, settings: &mut DownloadSettings) {
        if let Some((_, path)) = self.place.take() {
            settings.save_to = path;
        }
    }

    /// Draws the form.
    pub fn ui(&mut self, ui: &mut Ui, context: &mut DownloadContext<'_>) {
        ui.spacing_mut().item_spacing.y = 4.0;
        let DownloadSettings { server, recent_servers: recent, port, .. } = &mut *context.settings;
        ServerField { server, recent, port }.ui(ui, &mut self.port, NARROW, context.lang);
        request_ui(ui, context);
        self.ending(ui, context);
        self.local(ui, context);
        ui.add_space(4.0);
        self.start(ui, context);
    }

    fn ending(&mut self, ui: &mut Ui, context: &mut DownloadContext<'_>) {
        let lang = context.lang;
        with_narrow(
            ui,
            NARROW,
            context,
            |ui, context| {
                let ending = &mut context.settings.ending;
                choice(ui, Text::DownloadEnding.text(lang), ending, &DownloadEnding::ALL, |one| {
                    ending_texts(one).0.text(lang).to_owned()
                });
            },
            |ui, context| {
                self.timeout
                    .ui(ui, &timeout_bounds(lang), &mut context.settings.timeout_s)
                    .on_hover_text(Text::DownloadTimeoutHint.text(lang));
            },
        );
        match context.settings.ending {
            DownloadEnding::Close => {}
            DownloadEnding::Length => {
                let length = &mut context.settings.length;
                choice(ui, Text::DownloadLength.text(lang), length, &DownloadLength::ALL, |one| {
                    length_words(one, lang)
                });
            }
            DownloadEnding::Idle => {
                self.idle.ui(ui, &idle_bounds(lang), &mut context.settings.idle_s);
            }
        }
        hint_ui(ui, ending_texts(context.settings.ending).1.text(lang));
    }

    fn local(&mut self, ui: &mut Ui, context: &mut DownloadContext<'_>) {
        let place = place(context.settings, context.downloads);
        let look = PlaceLook { buttons: &[Picked::SaveAs, Picked::SaveIn], place: &place, hint: context.downloads };
        let save_to = &mut context.settings.save_to;
        self.place.ui(ui, save_to, &look, context.lang, context.wake);
        // Where it goes, as far as the field does not say it by itself.
        if save_to.trim().is_empty() || is_folder(save_to) {
            hint_ui(ui, &fill(context.text(Text::TftpSavedAs), &[("path", &place.display())]));
        }
    }

    fn start(&mut self, ui: &mut Ui, context: &mut DownloadContext<'_>) {
        if start_ui(ui, &mut context.settings.trace, Text::DownloadTraceHint, context.lang) {
            self.order(context);
        }
        if let Some(refused) = &self.refused {
            ui.label(RichText::new(refused).color(Palette::of(ui).error));
        }
    }

    /// Queues the download, or says what is wrong.
    fn order(&mut self, context: &mut DownloadContext<'_>) {
        let wrong = self.wrong_number(context);
        let order = wrong.map_or_else(|| Order::new(context.settings, context.downloads, context.lang), Err);
        self.refused = match order {
            Ok(order) => {
                context.tell(TransferCommand::Start(Box::new(order)));
                None
            }
            Err(refused) => Some(refused),
        };
    }

    fn wrong_number(&self, context: &DownloadContext<'_>) -> Option<String> {
        let lang = context.lang;
        let idle = (context.settings.ending == DownloadEnding::Idle).then(|| (&self.idle, idle_bounds(lang)));
        let always = [(&self.port, port_bounds(lang)), (&self.timeout, timeout_bounds(lang))];
        always.into_iter().chain(idle).find_map(|(number, bounds)| number.refusal(&bounds, lang))
    }
}

fn timeout_bounds(lang: Lang) -> Bounds<'static> {
    Bounds { label: Text::DownloadTimeout.text(lang), range: 1..=DownloadSettings::MAX_SECONDS }
}

fn idle_bounds(lang: Lang) -> Bounds<'static> {
    Bounds { label: Text::DownloadIdle.text(lang), range: 1..=DownloadSettings::MAX_SECONDS }
}

/// What an ending is called, and what it means.
fn ending_texts(ending: DownloadEnding) -> (Text, Text) {
    match ending {
        DownloadEnding::Close => (Text::DownloadEndsClose, Text::DownloadEndsCloseHint),
        DownloadEnding::Length => (Text::DownloadEndsLength, Text::DownloadEndsLengthHint),
        DownloadEnding::Idle => (Text::DownloadEndsIdle, Text::DownloadEndsIdleHint),
    }
}

fn length_words(length: DownloadLength, lang: Lang) -> String {
    let (text, n) = match length {
        DownloadLength::One => (Text::DownloadLengthOne, 1),
        DownloadLength::TwoLittle => (Text::DownloadLengthLittle, 2),
        DownloadLength::TwoBig => (Text::DownloadLengthBig, 2),
        DownloadLength::FourLittle => (Text::DownloadLengthLittle, 4),
        DownloadLength::FourBig => (Text::DownloadLengthBig, 4),
        DownloadLength::EightLittle => (Text::DownloadLengthLittle, 8),
        DownloadLength::EightBig => (Text::DownloadLengthBig, 8),
        DownloadLength::Line => (Text::DownloadLengthLine, 0),
    };
    fill(text.text(lang), &[("n", &n)])
}

fn request_ui(ui: &mut Ui, context: &mut DownloadContext<'_>) {
    let lang = context.lang;
    let kind = context.settings.request;
    ui.columns(3, |columns| {
        let settings = &mut *context.settings;
        let label = Text::DownloadRequest.text(lang);
        choice(&mut columns[0], label, &mut settings.request, &DownloadRequest::ALL, |one| {
            let text = match one {
                DownloadRequest::Name => Text::DownloadRequestName,
                DownloadRequest::Text => Text::DownloadRequestText,
                DownloadRequest::Hex => Text::DownloadRequestHex,
                DownloadRequest::Nothing => Text::DownloadRequestNothing,
            };
            text.text(lang).to_owned()
        });
        let is_text = matches!(kind, DownloadRequest::Name | DownloadRequest::Text);
        columns[1].add_enabled_ui(is_text, |ui| {
            let label = Text::DownloadEncoding.text(lang);
            choice(ui, label, &mut settings.encoding, &[Charset::Utf8, Charset::Gbk], |one| one.label().to_owned());
        });
        columns[2].add_enabled_ui(is_text, |ui| {
            let label = Text::DownloadLineEnd.text(lang);
            choice(ui, label, &mut settings.line_end, &DownloadLineEnd::ALL, |one| {
                let name = match one {
                    DownloadLineEnd::None => Text::DownloadLineEndNone.text(lang),
                    DownloadLineEnd::Lf => "LF",
                    DownloadLineEnd::CrLf => "CRLF",
                    DownloadLineEnd::Nul => "NUL",
                };
                name.to_owned()
            });
        });
    });
    let DownloadSettings { name, recent_names, content, .. } = &mut *context.settings;
    match kind {
        DownloadRequest::Name => recent_ui(ui, Text::DownloadName.text(lang), name, recent_names),
        DownloadRequest::Text | DownloadRequest::Hex => {
            labelled_field(ui, Text::DownloadContent.text(lang), content, true);
        }
        DownloadRequest::Nothing => {}
    }
    match request(context.settings, lang) {
        Ok(bytes) if kind == DownloadRequest::Nothing || !bytes.is_empty() => {
            hint_ui(ui, &request_words(&bytes, lang));
        }
        Ok(_) => {}
        Err(wrong) => {
            ui.label(RichText::new(wrong).small().color(Palette::of(ui).error));
        }
    }
}

/// What goes out, in HEX.
fn request_words(bytes: &[u8], lang: Lang) -> String {
    if bytes.is_empty() {
        return Text::DownloadSendsNothing.text(lang).to_owned();
    }
    let mut digits = String::new();
    hex::format(&bytes[..bytes.len().min(SHOWN_BYTES)], &mut digits);
    if bytes.len() > SHOWN_BYTES {
        digits.push('…');
    }
    fill(Text::DownloadSends.text(lang), &[("n", &bytes.len()), ("hex", &digits.trim_end())])
}

/// A combo box under its label.
fn choice<T: Copy + PartialEq>(ui: &mut Ui, label: &str, value: &mut T, all: &[T], name: impl Fn(T) -> String) {
    let shown = label_above(ui, label);
    let list = combo(("download", label)).width(ui.available_width()).selected_text(name(*value)).truncate();
    let shown_list = list.show_ui(ui, |ui| {
        for one in all {
            ui.selectable_value(value, *one, name(*one));
        }
    });
    shown_list.response.labelled_by(shown.id);
}
