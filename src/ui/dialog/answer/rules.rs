//! The page of rules: their list, the editor of one, and the line for a test.

use std::collections::BTreeMap;

use egui::{Align, Button, Label, Layout, RichText, ScrollArea, Ui, vec2};

use super::AnswerContext;
use super::check::Checked;
use super::editor::Editor;
use super::files::RuleFiles;
use super::list::{ROW, buttons_ui, list_ui};
use super::tester::Tester;
use crate::automation::answer::AnswerSettings;
use crate::codec::Charset;
use crate::codec::framing::Framing;
use crate::i18n::Text;
use crate::session::answer::AnswerStatus;
use crate::ui::theme::Palette;

/// Under this width the editor stands below the list, in points.
const TWO_COLUMNS: f32 = 620.0;
/// The list is at most so wide, in points.
const LIST_WIDTH: f32 = 300.0;
/// Room for the line for a test with a result, in points.
const TESTER: f32 = 124.0;

/// Room for the buttons under the list, in points.
const BUTTONS: f32 = 84.0;

/// The page's fields as typed.
#[derive(Default)]
pub struct RulesPage {
    selected: usize,
    /// The rule that the editor's fields are of, and of how many.
    edited: Option<(usize, usize)>,
    editor: Editor,
    checked: Checked,
    tester: Tester,
    files: RuleFiles,
}

/// What the rules are drawn with.
pub struct RulesGround<'a> {
    /// What is a packet, and put around a reply.
    pub framing: &'a Framing,
    /// The encoding of a packet that is typed.
    pub charset: Charset,
    /// What `{var:name}` stands for in a reply.
    pub variables: &'a BTreeMap<String, String>,
    /// How they go, while they answer.
    pub status: Option<&'a AnswerStatus>,
}

impl RulesPage {
    /// Takes what its file dialogs have; called before a frame is drawn.
    pub fn tend(&mut self, settings: &mut AnswerSettings, context: &AnswerContext<'_>) {
        let mut read = self.files.tend(context);
        read.truncate(AnswerSettings::MAX_RULES.saturating_sub(settings.rules.len()));
        if !read.is_empty() {
            self.selected = settings.rules.len();
            settings.rules.append(&mut read);
        }
    }

    /// Another tab's rules: nothing of what was typed is theirs.
    pub fn forget(&mut self) {
        let files = std::mem::take(&mut self.files);
        *self = Self { files, ..Self::default() };
    }

    /// Draws it into the room there is.
    pub fn ui(
        &mut self,
        ui: &mut Ui,
        settings: &mut AnswerSettings,
        ground: &RulesGround<'_>,
        context: &AnswerContext<'_>,
    ) {
        self.selected = self.selected.min(settings.rules.len().saturating_sub(1));
        let room = ui.available_size();
        if room.x < TWO_COLUMNS {
            ScrollArea::vertical().id_salt("rules page").auto_shrink(false).show(ui, |ui| {
                ui.set_width(ui.available_width() - 12.0);
                let rows = settings.rules.len().clamp(1, 4) as f32;
                self.list(ui, settings, ground, vec2(ui.available_width(), rows * ROW + 2.0), context);
                self.editor(ui, settings, context);
                ui.separator();
                self.tester(ui, settings, ground, context);
            });
        } else {
            let above = (room.y - TESTER).max(140.0);
            let left = (room.x * 0.42).min(LIST_WIDTH);
            ui.horizontal_top(|ui| {
                ui.spacing_mut().item_spacing.x = 14.0;
                ui.allocate_ui_with_layout(vec2(left, above), Layout::top_down(Align::Min), |ui| {
                    ui.set_min_height(above);
                    ui.spacing_mut().item_spacing.x = 8.0;
                    self.list(ui, settings, ground, vec2(left, (above - BUTTONS).max(ROW)), context);
                });
                let rest = vec2(ui.available_width(), above);
                ui.allocate_ui_with_layout(rest, Layout::top_down(Align::Min), |ui| {
                    ui.spacing_mut().item_spacing.x = 8.0;
                    ScrollArea::vertical().id_salt("rule").auto_shrink(false).max_height(above).show(ui, |ui| {
                        ui.set_width(rest.x - 14.0);
                        self.editor(ui, settings, context);
                    });
                });
            });
            ui.separator();
            ScrollArea::vertical().id_salt("rule test").auto_shrink(false).show(ui, |ui| {
                ui.set_width(ui.available_width() - 12.0);
                self.tester(ui, settings, ground, context);
            });
        }
        self.checked.follow(settings, ground.variables, ground.framing);
    }

    fn list(
        &mut self,
        ui: &mut Ui,
        settings: &mut AnswerSettings,
        ground: &RulesGround<'_>,
        size: egui::Vec2,
        context: &AnswerContext<'_>,
    ) {
        self.checked.follow(settings, ground.variables, ground.framing);
        ui.allocate_ui_with_layout(size, Layout::top_down(Align::Min), |ui| {
            ui.set_min_size(size);
            list_ui(ui, &mut settings.rules, &mut self.selected, &self.checked, ground.status, context);
        });
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = vec2(4.0, 4.0);
            buttons_ui(ui, settings, &mut self.selected, context);
            let idle = !self.files.is_busy();
            if ui.add_enabled(idle, Button::new(context.text(Text::RuleImport))).clicked() {
                self.files.import(context);
            }
            let some = idle && !settings.rules.is_empty();
            if ui.add_enabled(some, Button::new(context.text(Text::RuleExport))).clicked() {
                self.files.export(&settings.rules, context);
            }
        });
        if let Some((said, bad)) = &self.files.said {
            let palette = Palette::of(ui);
            let colour = if *bad { palette.error } else { palette.secondary };
            ui.add(Label::new(RichText::new(said).small().color(colour)).wrap());
        }
        self.checked.follow(settings, ground.variables, ground.framing);
    }

    fn editor(&mut self, ui: &mut Ui, settings: &mut AnswerSettings, context: &AnswerContext<'_>) {
        let place = (self.selected, settings.rules.len());
        if self.edited != Some(place) {
            self.edited = Some(place);
            self.editor = Editor::default();
        }
        if let Some(rule) = settings.rules.get_mut(self.selected) {
            ui.push_id(place, |ui| self.editor.ui(ui, rule, self.checked.error(self.selected), context));
        }
    }

    fn tester(
        &mut self,
        ui: &mut Ui,
        settings: &AnswerSettings,
        ground: &RulesGround<'_>,
        context: &AnswerContext<'_>,
    ) {
        self.tester.ui(ui, settings, &self.checked, ground, context);
    }
}
