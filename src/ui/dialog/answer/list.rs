//! The rules in their order: which are on, what each does, how often it was set off.

use egui::{Button, CornerRadius, Rect, RichText, Role, Sense, Stroke, Ui, UiBuilder, WidgetInfo, pos2, vec2};

use super::AnswerContext;
use super::check::Checked;
use super::said::{rule_summary, rule_title};
use crate::automation::answer::{AnswerSettings, Rule};
use crate::i18n::{Text, fill};
use crate::session::answer::AnswerStatus;
use crate::ui::panel::name_it;
use crate::ui::theme::{Palette, SMALL_SIZE};
use crate::ui::widget::{focus_ring, lines};

/// Height of a rule's row, in points.
pub const ROW: f32 = 42.0;
/// Room for the check box of a row, in points.
const BOX: f32 = 26.0;

/// What is done with the list after it was drawn.
#[derive(Clone, Copy, Debug)]
enum Deed {
    Select(usize),
    Enable(usize, bool),
    Move { from: usize, to: usize },
}

/// Draws the rows into the room there is. `status` says how often each rule was set off, while they answer.
pub fn list_ui(
    ui: &mut Ui,
    rules: &mut Vec<Rule>,
    selected: &mut usize,
    checked: &Checked,
    status: Option<&AnswerStatus>,
    context: &AnswerContext<'_>,
) {
    let palette = Palette::of(ui);
    if rules.is_empty() {
        ui.add_space(12.0);
        let hint = RichText::new(context.text(Text::RuleListEmpty)).color(palette.secondary);
        ui.add(egui::Label::new(hint).wrap());
        return;
    }
    let mut deed = None;
    lines(ui, "rules", (rules.len(), ROW), None, |ui, index, place| {
        let row = Row {
            rule: &rules[index],
            index,
            selected: index == *selected,
            wrong: checked.error(index).is_some(),
            hits: status.map(|status| status.hits(index)),
        };
        if let Some(done) = row.ui(ui, place, rules.len(), context) {
            deed = Some(done);
        }
    });
    match deed {
        Some(Deed::Select(index)) => *selected = index,
        Some(Deed::Enable(index, on)) => rules[index].enabled = on,
        Some(Deed::Move { from, to }) => {
            let rule = rules.remove(from);
            rules.insert(to, rule);
            *selected = to;
        }
        None => {}
    }
}

struct Row<'a> {
    rule: &'a Rule,
    index: usize,
    selected: bool,
    wrong: bool,
    hits: Option<u64>,
}

impl Row<'_> {
    fn ui(&self, ui: &mut Ui, place: Rect, count: usize, context: &AnswerContext<'_>) -> Option<Deed> {
        let palette = Palette::of(ui);
        let lang = context.lang;
        let title = rule_title(self.rule, self.index, lang);
        let summary = rule_summary(self.rule, lang);
        let response = ui.interact(place, ui.scope_id().with(("rule", self.index)), Sense::click_and_drag());
        response.widget_info(|| WidgetInfo::selected(Role::ListItem, true, self.selected, &title));
        let lifted = response.total_drag_delta().filter(|_| response.dragged()).map_or(0.0, |delta| delta.y);
        let seen = place.translate(vec2(0.0, lifted)).shrink2(vec2(1.0, 1.0));
        let (fill_colour, line) = match (self.selected, response.hovered() || response.dragged()) {
            (true, _) => (palette.selection, palette.accent),
            (false, true) => (palette.hovered, palette.border),
            (false, false) => (palette.surface, palette.border),
        };
        ui.painter().rect(seen, CornerRadius::same(4), fill_colour, Stroke::new(1.0, line), egui::StrokeKind::Inside);
        focus_ring(ui, &response);

        let mut deed = None;
        let mut on = self.rule.enabled;
        let tick = Rect::from_min_size(pos2(seen.left() + 6.0, seen.top()), vec2(BOX, seen.height()));
        let mut inner = ui.new_child(UiBuilder::new().max_rect(tick).id_salt(("rule box", self.index)));
        inner.horizontal_centered(|ui| {
            let check = ui.checkbox(&mut on, "");
            name_it(ui, &check, &fill(context.text(Text::RuleEnable), &[("n", &(self.index + 1))]));
            if check.changed() {
                deed = Some(Deed::Enable(self.index, on));
            }
        });
        self.text_ui(ui, seen, &title, &summary, context);
        let described = match self.hits {
            Some(hits) => format!("{summary}  {}", fill(context.text(Text::RuleHits), &[("n", &hits)])),
            None => summary.clone(),
        };
        ui.ctx().accesskit_node_builder(response.id, |node| node.set_description(described.as_str()));
        let response = response.on_hover_text(&summary);
        if response.clicked() || response.drag_started() {
            deed = Some(Deed::Select(self.index));
        }
        if response.drag_stopped()
            && let Some(pointer) = response.interact_pointer_pos()
        {
            let top = place.top() - self.index as f32 * ROW;
            let to = ((pointer.y - top) / ROW).floor().clamp(0.0, count as f32 - 1.0) as usize;
            if to != self.index {
                deed = Some(Deed::Move { from: self.index, to });
            }
        }
        deed
    }

    fn text_ui(&self, ui: &Ui, seen: Rect, title: &str, summary: &str, context: &AnswerContext<'_>) {
        let palette = Palette::of(ui);
        let small = egui::FontId::proportional(SMALL_SIZE);
        let mut right = seen.right() - 8.0;
        let tail = if self.wrong {
            Some(("×".to_owned(), palette.error))
        } else {
            self.hits.map(|hits| (fill(context.text(Text::RuleHits), &[("n", &hits)]), palette.accent))
        };
        if let Some((tail, colour)) = tail {
            let galley = ui.painter().layout_no_wrap(tail, small.clone(), colour);
            right -= galley.size().x;
            let at = pos2(right, seen.top() + 5.0);
            ui.painter().galley(at, galley, colour);
        }
        let left = seen.left() + BOX + 4.0;
        let faded = if self.rule.enabled { palette.text } else { palette.secondary };
        let body = egui::TextStyle::Body.resolve(ui.style());
        for (text, font, colour, top, end) in [
            (title, body, faded, seen.top() + 3.0, right - 6.0),
            (summary, small, palette.secondary, seen.top() + 21.0, seen.right() - 8.0),
        ] {
            let mut job = egui::text::LayoutJob::simple(text.to_owned(), font, colour, (end - left).max(20.0));
            job.wrap.max_rows = 1;
            job.wrap.break_anywhere = true;
            ui.painter().galley(pos2(left, top), ui.painter().layout_job(job), colour);
        }
    }
}

/// The buttons under the list.
pub fn buttons_ui(ui: &mut Ui, settings: &mut AnswerSettings, selected: &mut usize, context: &AnswerContext<'_>) {
    let rules = &mut settings.rules;
    let any = *selected < rules.len();
    let room = rules.len() < AnswerSettings::MAX_RULES;
    let button =
        |ui: &mut Ui, enabled: bool, text: Text| ui.add_enabled(enabled, Button::new(context.text(text))).clicked();
    if button(ui, room, Text::RuleAdd) {
        rules.push(Rule::default());
        *selected = rules.len() - 1;
    }
    if button(ui, any && room, Text::RuleDuplicate) {
        let copy = rules[*selected].clone();
        *selected += 1;
        rules.insert(*selected, copy);
    }
    if button(ui, any, Text::RuleDelete) {
        rules.remove(*selected);
        *selected = (*selected).min(rules.len().saturating_sub(1));
    }
    if button(ui, any && *selected > 0, Text::RuleUp) {
        rules.swap(*selected, *selected - 1);
        *selected -= 1;
    }
    if button(ui, any && *selected + 1 < rules.len(), Text::RuleDown) {
        rules.swap(*selected, *selected + 1);
        *selected += 1;
    }
}
