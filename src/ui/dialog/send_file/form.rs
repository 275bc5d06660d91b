//! The form: which file of the shown tab, and how.

use egui::{Button, RichText, TextEdit, Ui, vec2};

use super::{SendFileCommand, SendFileContext};
use crate::i18n::{Lang, Text, fill};
use crate::session::send::LOGGED_BYTES;
use crate::settings::{FileForm as Form, FileLog, Mode, SendFileSettings};
use crate::ui::picker::Picker;
use crate::ui::theme::{CONTROL_HEIGHT, Palette};
use crate::ui::widget::{Bounds, Number, button_width, combo, label_above, row};

/// Width of the button that starts, in points.
const START_WIDTH: f32 = 96.0;

/// The fields as typed, and the file dialog.
#[derive(Default)]
pub struct FileForm {
    /// The tab whose fields these are.
    of: u64,
    block: Number,
    interval: Number,
    rate: Number,
    /// The dialog that is open, and the tab that it is for.
    picker: Option<(u64, Picker)>,
    /// Why the last start was refused.
    pub refused: Option<String>,
}

impl FileForm {
    /// Takes the file dialog's answer; another tab begins with its own fields.
    pub fn tend(&mut self, context: &mut SendFileContext<'_>) {
        let shown = context.shown().id;
        if self.of != shown {
            *self = Self { of: shown, picker: self.picker.take(), ..Self::default() };
        }
        let Some((tab, picker)) = self.picker.take() else { return };
        let mut open = Some(picker);
        let answer = Picker::take(&mut open);
        self.picker = open.map(|picker| (tab, picker));
        if let (Some(path), Some(tab)) = (answer.first(), context.tab(tab)) {
            tab.settings.send.file.path = path.display().to_string();
        }
    }

    /// Draws the form.
    pub fn ui(&mut self, ui: &mut Ui, context: &mut SendFileContext<'_>) {
        let running = context.shown().sends_file();
        ui.add_enabled_ui(!running, |ui| {
            self.path_ui(ui, context);
            content_ui(ui, context);
            self.pace_ui(ui, context);
            log_ui(ui, context);
        });
        ui.add_space(2.0);
        self.start_ui(ui, running, context);
    }

    fn path_ui(&mut self, ui: &mut Ui, context: &mut SendFileContext<'_>) {
        let label = label_above(ui, context.text(Text::FilePath));
        row(ui, |ui| {
            let browse = context.text(Text::Browse);
            let width = (ui.available_width() - button_width(ui, browse) - ui.spacing().item_spacing.x).max(60.0);
            let hint = context.text(Text::SendFileDrop);
            let field = TextEdit::singleline(&mut context.tabs[context.shown].settings.send.file.path)
                .desired_width(width)
                .min_size(vec2(width, CONTROL_HEIGHT))
                .hint_text(hint);
            if ui.add(field).labelled_by(label.id).changed() {
                self.refused = None;
            }
            if ui.add_enabled(self.picker.is_none(), Button::new(browse)).clicked() {
                let picker = Picker::file(context.text(Text::SendFile), context.wake.clone());
                self.picker = picker.map(|picker| (context.shown().id, picker));
            }
        });
    }

    fn pace_ui(&mut self, ui: &mut Ui, context: &mut SendFileContext<'_>) {
        let lang = context.lang;
        let tab = &mut context.tabs[context.shown];
        let bounds = block_bounds(tab.settings.mode, lang);
        let file = &mut tab.settings.send.file;
        ui.columns(3, |columns| {
            columns[0].add_enabled_ui(file.form != Form::Lines, |ui| {
                let datagrams = tab.settings.mode == Mode::Udp;
                let choices =
                    if datagrams { [512, 1024, 1472, 4096, 65_507] } else { [1024, 4096, 16_384, 65_536, 1 << 20] };
                let value = if datagrams { &mut file.datagram_bytes } else { &mut file.block_bytes };
                self.block.choices_ui(ui, &bounds, &choices.map(|size| (size, "")), value);
            });
            self.interval.ui(&mut columns[1], &interval_bounds(lang), &mut file.interval_ms);
            self.rate
                .ui(&mut columns[2], &rate_bounds(lang), &mut file.rate_kb)
                .on_hover_text(Text::SendFileRateHint.text(lang));
        });
    }

    fn start_ui(&mut self, ui: &mut Ui, running: bool, context: &mut SendFileContext<'_>) {
        let palette = Palette::of(ui);
        let ready = !running && !context.shown().settings.send.file.path.trim().is_empty();
        let label = RichText::new(context.text(Text::SendFileStart)).color(palette.on_primary);
        let button = Button::new(label).fill(palette.primary).min_size(vec2(START_WIDTH, 28.0));
        if ui.add_enabled(ready, button).clicked() {
            self.refused = self.wrong_number(context);
            if self.refused.is_none() {
                context.tell(SendFileCommand::Start);
            }
        }
        if let Some(refused) = &self.refused {
            ui.label(RichText::new(refused).color(palette.error));
        }
    }

    fn wrong_number(&self, context: &SendFileContext<'_>) -> Option<String> {
        let (lang, settings) = (context.lang, &context.shown().settings);
        let block = (settings.send.file.form != Form::Lines).then(|| block_bounds(settings.mode, lang));
        let block = block.and_then(|bounds| self.block.refusal(&bounds, lang));
        block
            .or_else(|| self.interval.refusal(&interval_bounds(lang), lang))
            .or_else(|| self.rate.refusal(&rate_bounds(lang), lang))
    }
}

fn content_ui(ui: &mut Ui, context: &mut SendFileContext<'_>) {
    let lang = context.lang;
    let form = &mut context.tabs[context.shown].settings.send.file.form;
    ui.horizontal_wrapped(|ui| {
        label_above(ui, Text::SendFileContent.text(lang));
        for one in Form::ALL {
            let (name, hint) = match one {
                Form::Raw => (Text::SendFileRaw, Text::SendFileRawHint),
                Form::Lines => (Text::SendFileLines, Text::SendFileLinesHint),
                Form::Hex => (Text::SendFileHex, Text::SendFileHexHint),
            };
            ui.radio_value(form, one, name.text(lang)).on_hover_text(hint.text(lang));
        }
    });
}

fn log_ui(ui: &mut Ui, context: &mut SendFileContext<'_>) {
    let lang = context.lang;
    let log = &mut context.tabs[context.shown].settings.send.file.log;
    let name = |one: FileLog| {
        let text = match one {
            FileLog::Auto => Text::SendFileLogAuto,
            FileLog::Always => Text::SendFileLogAlways,
            FileLog::Never => Text::SendFileLogNever,
        };
        fill(text.text(lang), &[("n", &(LOGGED_BYTES >> 20))])
    };
    row(ui, |ui| {
        let label = ui.label(Text::SendFileLog.text(lang)).on_hover_text(Text::SendFileLogHint.text(lang));
        let shown = combo("log the content").width(ui.available_width()).truncate().selected_text(name(*log));
        let list = shown.show_ui(ui, |ui| {
            for one in FileLog::ALL {
                ui.selectable_value(log, one, name(one));
            }
        });
        list.response.labelled_by(label.id).on_hover_text(Text::SendFileLogHint.text(lang));
    });
}

fn block_bounds(mode: Mode, lang: Lang) -> Bounds<'static> {
    let most = match mode {
        Mode::Udp => SendFileSettings::MAX_DATAGRAM_BYTES,
        Mode::TcpClient | Mode::TcpServer => SendFileSettings::MAX_BLOCK_BYTES,
    };
    Bounds { label: Text::SendFileBlock.text(lang), range: 1..=most }
}

fn interval_bounds(lang: Lang) -> Bounds<'static> {
    Bounds { label: Text::SendFileInterval.text(lang), range: 0..=SendFileSettings::MAX_INTERVAL_MS }
}

fn rate_bounds(lang: Lang) -> Bounds<'static> {
    Bounds { label: Text::SendFileRate.text(lang), range: 0..=SendFileSettings::MAX_RATE_KB }
}
