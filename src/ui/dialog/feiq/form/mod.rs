//! 消息: the form. Every field of a datagram by hand, the exact bytes beside it, and what became of what was sent.

mod command;
mod names;
mod paste;
mod preview;
mod results;
mod sending;
mod targets;
mod version;

pub use results::delivery_words;
pub use version::{details_ui as version_details_ui, version_ui};

use egui::{Align, Layout, Response, RichText, ScrollArea, TextEdit, Ui, vec2};

use self::command::CommandField;
use self::names::Names;
use self::paste::Paste;
use self::preview::Preview;
use self::results::{Shot, results_ui};
use self::targets::TargetField;
use super::PageContext;
use crate::codec::Charset;
use crate::i18n::{Lang, Text};
use crate::proto::ipmsg::TextEncoding;
use crate::service::feiq::form::{Filled, Form};
use crate::settings::FeiqSettings;
use crate::ui::theme::{CONTROL_HEIGHT, Palette};
use crate::ui::widget::{combo, label_above, labelled_by_above, labelled_field, number_field, row, text_width};
use crate::ui::words;

/// Under this width the preview stands below the fields, in points.
const TWO_COLUMNS: f32 = 640.0;
/// The fields' column is not wider, in points.
const FIELDS_WIDTH: f32 = 440.0;
/// Lines of 附加信息.
const EXTRA_LINES: usize = 3;
/// 附加信息 takes no more, in bytes: a datagram has less.
const EXTRA_LIMIT_BYTES: usize = 16 * 1024;

/// The form.
pub struct FormPage {
    target: TargetField,
    names: Names,
    port: String,
    automatic_number: bool,
    number: String,
    last_number: Option<u64>,
    command: CommandField,
    extra: String,
    escapes: bool,
    repeat: bool,
    times: String,
    interval: String,
    paste: Paste,
    /// The datagram of the fields as they were, with what it was made of.
    shown: Option<(Made, Preview)>,
    shots: Vec<Shot>,
    /// Those before, which only wait for their threads.
    retired: Vec<Shot>,
    next_job: u64,
    refused: Option<String>,
    filled: bool,
    /// What lies under the fields, as it was last drawn.
    footer_height: f32,
}

/// What a datagram is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Made {
    form: Form,
    number: u64,
    encoding: TextEncoding,
}

impl Default for FormPage {
    fn default() -> Self {
        Self {
            target: TargetField::default(),
            names: Names::default(),
            port: String::new(),
            automatic_number: true,
            number: String::new(),
            last_number: None,
            command: CommandField::default(),
            extra: String::new(),
            escapes: false,
            repeat: false,
            times: String::new(),
            interval: String::new(),
            paste: Paste::default(),
            shown: None,
            shots: Vec::new(),
            retired: Vec::new(),
            next_job: 1,
            refused: None,
            filled: false,
            footer_height: 90.0,
        }
    }
}

impl FormPage {
    /// Lets go of sends that are over.
    pub fn tend(&mut self) {
        self.retired.retain(|shot| matches!(shot, Shot::Plain { volley, .. } if !volley.is_over()));
    }

    /// Draws the page.
    pub fn ui(&mut self, ui: &mut Ui, context: &mut PageContext<'_>) {
        self.fill_at_first(context.settings);
        let (width, height) = (ui.available_width(), ui.available_height());
        if width < TWO_COLUMNS {
            ScrollArea::vertical().id_salt("feiq form").auto_shrink(false).show(ui, |ui| {
                ui.set_width(ui.available_width() - 12.0);
                self.fields(ui, context);
                self.send_ui(ui, context);
                ui.separator();
                self.outcome(ui, context);
            });
            return;
        }
        let left = (width * 0.5 - 8.0).min(FIELDS_WIDTH);
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = 16.0;
            ui.allocate_ui_with_layout(vec2(left, height), Layout::top_down(Align::Min), |ui| {
                // The button stays in sight however long the fields are.
                let fields = (height - self.footer_height - 6.0).max(80.0);
                let area = ScrollArea::vertical().id_salt("feiq fields").auto_shrink([false, true]);
                area.max_height(fields).show(ui, |ui| {
                    ui.set_width(left - 12.0);
                    self.fields(ui, context);
                });
                let footer = ui.scope(|ui| {
                    ui.set_width(left - 12.0);
                    ui.spacing_mut().item_spacing = vec2(8.0, 3.0);
                    self.send_ui(ui, context);
                });
                let height = footer.response.rect.height();
                if (height - self.footer_height).abs() > 0.5 {
                    self.footer_height = height;
                    ui.ctx().request_repaint();
                }
            });
            let rest = vec2(ui.available_width(), height);
            ui.allocate_ui_with_layout(rest, Layout::top_down(Align::Min), |ui| {
                ScrollArea::vertical().id_salt("feiq preview").auto_shrink(false).show(ui, |ui| {
                    ui.set_width(ui.available_width() - 12.0);
                    self.outcome(ui, context);
                });
            });
        });
    }

    /// What is kept comes into the number fields once.
    fn fill_at_first(&mut self, settings: &FeiqSettings) {
        if !std::mem::replace(&mut self.filled, true) {
            self.port = settings.target_port.to_string();
            self.times = settings.repeats.to_string();
            self.interval = settings.interval_ms.to_string();
        }
    }

    fn fields(&mut self, ui: &mut Ui, context: &mut PageContext<'_>) {
        ui.spacing_mut().item_spacing = vec2(8.0, 3.0);
        let port_width = 72.0;
        ui.horizontal_top(|ui| {
            let width = ui.available_width() - port_width - 8.0;
            ui.vertical(|ui| {
                ui.set_width(width);
                self.target.ui(ui, context);
            });
            ui.vertical(|ui| {
                let (response, port) = labelled_by_above(ui, context.text(Text::FeiqPort), |ui| {
                    number_field(ui, &mut self.port, 1..=65535, port_width)
                });
                if let Some(port) = port.filter(|_| response.changed()) {
                    context.settings.target_port = port as u16;
                }
            });
        });
        ui.columns(2, |columns| {
            version::version_ui(&mut columns[0], &mut context.settings.form, context.lang);
            self.number(&mut columns[1], context);
        });
        version::details_ui(ui, &mut context.settings.form, context.lang);
        ui.columns(2, |columns| {
            labelled_field(&mut columns[0], context.text(Text::FeiqUser), &mut context.settings.form.user, true);
            labelled_field(&mut columns[1], context.text(Text::FeiqHost), &mut context.settings.form.host, true);
        });
        self.command.ui(ui, context);
        self.extra(ui, context);
    }

    fn number(&mut self, ui: &mut Ui, context: &PageContext<'_>) {
        let label = label_above(ui, context.text(Text::FeiqPacketNumber));
        row(ui, |ui| {
            let automatic = context.text(Text::FeiqAutomatic);
            let toggled = ui.checkbox(&mut self.automatic_number, automatic);
            let shown = self.shown.as_ref().map_or(0, |(made, _)| made.number);
            if toggled.on_hover_text(context.text(Text::FeiqAutomaticHint)).changed() && !self.automatic_number {
                self.number = shown.to_string();
            }
            let wrong = !self.automatic_number && self.typed_number().is_none();
            let mut automatic_text = shown.to_string();
            let text = if self.automatic_number { &mut automatic_text } else { &mut self.number };
            if wrong {
                ui.visuals_mut().override_text_color = Some(Palette::of(ui).error);
            }
            let size = vec2(ui.available_width(), CONTROL_HEIGHT);
            let field = TextEdit::singleline(text).desired_width(size.x).min_size(size).char_limit(20);
            ui.add_enabled(!self.automatic_number, field).labelled_by(label.id);
        });
    }

    fn typed_number(&self) -> Option<u64> {
        self.number.trim().parse().ok()
    }

    fn extra(&mut self, ui: &mut Ui, context: &mut PageContext<'_>) {
        let label = label_above(ui, context.text(Text::FeiqExtra));
        ScrollArea::vertical().id_salt("feiq extra").max_height(66.0).show(ui, |ui| {
            let width = ui.available_width();
            let field = TextEdit::multiline(&mut self.extra)
                .desired_width(width)
                .desired_rows(EXTRA_LINES)
                .hint_text(context.text(Text::FeiqExtraHint));
            ui.add(field).labelled_by(label.id);
        });
        self.extra.truncate(self.extra.floor_char_boundary(EXTRA_LIMIT_BYTES));
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().interact_size.y = CONTROL_HEIGHT; // all as high as the list
            self.encoding(ui, context);
            let escapes = ui.checkbox(&mut self.escapes, context.text(Text::UseEscapeChars));
            escapes.on_hover_text(context.text(Text::FeiqEscapesHint));
            let (name, hint) = (context.text(Text::FeiqFinalNul), context.text(Text::FeiqFinalNulHint));
            ui.checkbox(&mut context.settings.final_nul, name).on_hover_text(hint);
        });
    }

    fn encoding(&mut self, ui: &mut Ui, context: &mut PageContext<'_>) {
        let label = beside(ui, context.text(Text::FeiqEncoding));
        let chosen = &mut context.settings.form.encoding;
        let before = *chosen;
        encoding_ui(ui, chosen, 76.0, context.lang).labelled_by(label.id);
        if *chosen != before {
            self.command.say_encoding(*chosen);
        }
    }

    /// The right column: the datagram, and what became of it.
    fn outcome(&mut self, ui: &mut Ui, context: &mut PageContext<'_>) {
        ui.spacing_mut().item_spacing = vec2(8.0, 4.0);
        row(ui, |ui| {
            ui.label(RichText::new(context.text(Text::FeiqPreview)).strong());
            ui.label(RichText::new(self.encoding_note(context)).small().color(Palette::of(ui).secondary));
        });
        match self.look(context) {
            Ok(()) => {
                if let Some((_, preview)) = &self.shown {
                    preview.ui(ui, context);
                }
            }
            Err(refused) => _ = ui.label(RichText::new(refused).color(Palette::of(ui).error)),
        }
        if let Some(filled) = self.paste.ui(ui, context) {
            self.take(filled, context.settings);
        }
        ui.add_space(4.0);
        results_ui(ui, &self.shots, context);
    }

    /// In which encoding the preview is, where the form leaves it open.
    fn encoding_note(&self, context: &PageContext<'_>) -> String {
        match &self.shown {
            Some((made, _)) if context.settings.form.encoding == Charset::Auto => made.encoding.to_string(),
            _ => String::new(),
        }
    }

    /// Makes the preview anew where a field changed, or says which field is wrong.
    fn look(&mut self, context: &PageContext<'_>) -> Result<(), String> {
        let made = self.made(context)?;
        if self.shown.as_ref().is_none_or(|(before, _)| *before != made) {
            let bytes = made
                .form
                .datagram(made.number, made.encoding)
                .map_err(|error| sending::form_error(context.lang, &error))?;
            let preview = Preview::new(bytes, made.encoding);
            self.shown = Some((made, preview));
        }
        Ok(())
    }

    /// Fills the fields from a datagram.
    fn take(&mut self, filled: Filled, settings: &mut FeiqSettings) {
        let Filled { form, number, encoding, .. } = filled;
        let sender = &mut settings.form;
        sender.encoding = match encoding {
            Some(TextEncoding::Gbk) => Charset::Gbk,
            Some(TextEncoding::Utf8) => Charset::Utf8,
            None => Charset::Auto,
        };
        version::take(form.version, sender);
        sender.user = form.user;
        sender.host = form.host;
        settings.final_nul = form.final_nul;
        self.automatic_number = false;
        self.number = number.to_string();
        self.command.set(form.command);
        self.extra = form.extra;
        self.escapes = form.escapes;
    }
}

/// The list of encodings.
pub fn encoding_ui(ui: &mut Ui, chosen: &mut Charset, width: f32, lang: Lang) -> Response {
    let list = combo("feiq encoding").width(width).selected_text(words::charset_name(*chosen, lang));
    let shown = list.show_ui(ui, |ui| {
        for charset in [Charset::Auto, Charset::Gbk, Charset::Utf8] {
            ui.selectable_value(chosen, charset, words::charset_name(charset, lang));
        }
    });
    shown.response.on_hover_text(Text::FeiqEncodingHint.text(lang))
}

/// A label in the middle of a control's height, where rows wrap.
fn beside(ui: &mut Ui, text: &str) -> Response {
    let size = vec2(text_width(ui, text), CONTROL_HEIGHT);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| ui.label(text)).inner
}
