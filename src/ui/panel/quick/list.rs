//! The commands of a group: a click on the button sends, a double click beside it edits, dragging orders.

use egui::{
    Align2, Button, CornerRadius, FontId, Id, Rect, RichText, Role, Sense, Stroke, TextStyle, TextWrapMode, Ui,
};
use egui::{UiBuilder, WidgetInfo, WidgetText, pos2, vec2};

use super::mark::{Mark, mark};
use super::{QuickContext, QuickOrder};
use crate::automation::Form;
use crate::automation::command::{CommandId, Group, QuickCommand};
use crate::i18n::{Text, fill};
use crate::ui::panel::name_it;
use crate::ui::theme::{CONTROL_HEIGHT, Palette, SMALL_SIZE};
use crate::ui::widget::{button_width, focus_ring, lines, text_width};
use crate::ui::words::visible;

/// Height of a command, in points.
const ROW: f32 = 44.0;
/// So much of a text is shown, in characters.
const SHOWN: usize = 120;
/// So much of a text is in the tooltip, in characters.
const TOLD: usize = 1000;

/// Draws the list.
pub fn list_ui(
    ui: &mut Ui,
    group: &Group,
    dragged: &mut Option<CommandId>,
    chosen: &mut Option<CommandId>,
    context: &mut QuickContext<'_>,
) {
    let commands = group.commands();
    let top = ui.cursor().top();
    let pointer = ui.input(|i| i.pointer.latest_pos());
    let mut target = None;
    lines(ui, "quick commands", (commands.len(), ROW), None, |ui, index, place| {
        let command = &commands[index];
        let response = row_ui(ui, command, place, *chosen == Some(command.id()), context);
        if response.clicked {
            *chosen = Some(command.id());
        }
        if response.dragged {
            *dragged = Some(command.id());
        }
        // Where the one that is dragged would go: before the first row whose middle is below the pointer.
        if dragged.is_some()
            && let Some(pointer) = pointer.filter(|pointer| pointer.y >= top)
        {
            let before = pointer.y < place.center().y;
            if before && target.is_none() {
                target = Some((index, place.top()));
            } else if !before && index + 1 == commands.len() {
                target = Some((index + 1, place.bottom()));
            }
        }
    });
    let Some(id) = *dragged else { return };
    if let Some((_, y)) = target {
        let line = ui.min_rect().x_range();
        ui.painter().hline(line, y, Stroke::new(2.0, Palette::of(ui).accent));
        ui.set_cursor_icon(egui::CursorIcon::Grabbing);
    }
    if ui.input(|i| i.pointer.any_down()) {
        return;
    }
    *dragged = None;
    if let (Some((to, _)), Some(from)) = (target, commands.iter().position(|command| command.id() == id)) {
        let to = if from < to { to - 1 } else { to }; // counted without it
        if to != from {
            context.tell(QuickOrder::Move(id, group.id(), to));
        }
    }
}

/// What was done with a row.
struct Done {
    clicked: bool,
    dragged: bool,
}

fn row_ui(ui: &mut Ui, command: &QuickCommand, place: Rect, chosen: bool, context: &mut QuickContext<'_>) -> Done {
    let palette = Palette::of(ui);
    let id = ui.scope_id().with(("quick command", command.id().number()));
    let response = ui.interact(place, id, Sense::click_and_drag());
    let title = visible(command.title());
    response.widget_info(|| WidgetInfo::selected(Role::ListItem, true, chosen, &title));
    let inner = place.shrink2(vec2(0.0, 1.0));
    if chosen || response.contains_pointer() {
        let fill = if chosen { palette.selection } else { palette.hovered };
        ui.painter().rect_filled(inner, CornerRadius::same(5), fill);
    }
    let send = context.text(Text::Send);
    let width = button_width(ui, send);
    let button =
        Rect::from_center_size(pos2(place.right() - 6.0 - width / 2.0, place.center().y), vec2(width, CONTROL_HEIGHT));
    let check = Rect::from_center_size(pos2(place.left() + 14.0, place.center().y), vec2(20.0, 20.0));
    let text = Rect::from_min_max(pos2(check.right() + 4.0, place.top()), pos2(button.left() - 8.0, place.bottom()));
    let step = context.sequence.and_then(|sequence| sequence.read(|report| report.step(command.id()).cloned()));
    let mark = step.and_then(|step| mark(&step, context.lang));
    texts_ui(ui, command, &title, text, mark.as_ref());
    focus_ring(ui, &response);
    check_ui(ui, command, &title, check, context);
    send_ui(ui, id, command, &title, button, context);

    let response = response.on_hover_ui(|ui| hover_ui(ui, command, mark.as_ref(), context));
    if response.double_clicked() {
        context.tell(QuickOrder::Edit(command.id()));
    }
    response.context_menu(|ui| menu_ui(ui, command.id(), context));
    Done { clicked: response.clicked(), dragged: response.drag_started() }
}

/// The name over the text, its hotkey, and how its step went.
fn texts_ui(ui: &Ui, command: &QuickCommand, title: &str, place: Rect, mark: Option<&Mark>) {
    let palette = Palette::of(ui);
    let small = FontId::proportional(SMALL_SIZE);
    let galley = |text: RichText, room: f32| {
        WidgetText::from(text).into_galley(ui, Some(TextWrapMode::Truncate), room.max(10.0), TextStyle::Body)
    };
    let right_of = |text: &str, y: f32, colour| {
        if text.is_empty() {
            return place.right();
        }
        let drawn = ui.painter().text(pos2(place.right(), y), Align2::RIGHT_CENTER, text, small.clone(), colour);
        drawn.left() - 6.0
    };
    let (upper, lower) = (place.top() + 14.0, place.top() + 31.0);
    let key = command.hotkey.map(|key| key.to_string()).unwrap_or_default();
    let key_left = right_of(&key, upper, palette.secondary);
    let (words, colour) = mark.map_or(("", palette.secondary), |mark| (mark.words.as_str(), mark.colour(palette)));
    let mark_left = right_of(words, lower, colour);
    let name = galley(RichText::new(title).strong().color(palette.text), key_left - place.left());
    ui.painter().galley(pos2(place.left(), upper - name.size().y / 2.0), name, palette.text);
    let form = if command.message.form == Form::Hex { "HEX  " } else { "" };
    let first: String = command.message.text.chars().take(SHOWN).collect();
    let text = format!("{form}{}", visible(&first.replace(['\r', '\n'], " ")));
    let text = RichText::new(text).monospace().size(SMALL_SIZE).color(palette.secondary);
    let text = galley(text, mark_left - place.left());
    ui.painter().galley(pos2(place.left(), lower - text.size().y / 2.0), text, palette.secondary);
}

fn check_ui(ui: &mut Ui, command: &QuickCommand, title: &str, place: Rect, context: &mut QuickContext<'_>) {
    ui.scope_builder(UiBuilder::new().max_rect(place), |ui| {
        let mut on = command.step.enabled;
        let response = ui.checkbox(&mut on, "");
        name_it(ui, &response, &fill(context.text(Text::QuickInSequence), &[("name", &title)]));
        if response.on_hover_text(context.text(Text::QuickInSequenceHint)).changed() {
            context.tell(QuickOrder::Enable(command.id(), on));
        }
    });
}

fn send_ui(ui: &mut Ui, row: Id, command: &QuickCommand, title: &str, place: Rect, context: &mut QuickContext<'_>) {
    let builder = UiBuilder::new().scope_id(row.with("send")).max_rect(place);
    ui.scope_builder(builder, |ui| {
        let button = ui.add_sized(place.size(), Button::new(context.text(Text::Send)));
        name_it(ui, &button, &fill(context.text(Text::QuickSendOne), &[("name", &title)]));
        if button.clicked() {
            context.tell(QuickOrder::Send(command.id()));
        }
    });
}

fn hover_ui(ui: &mut Ui, command: &QuickCommand, mark: Option<&Mark>, context: &QuickContext<'_>) {
    let palette = Palette::of(ui);
    if let Some(mark) = mark {
        ui.label(RichText::new(&mark.words).strong().color(mark.colour(palette)));
        if let Some(answer) = &mark.details {
            ui.label(RichText::new(answer).monospace());
        }
        ui.separator();
    }
    if !command.comment.trim().is_empty() {
        ui.label(visible(&command.comment));
    }
    let text: String = command.message.text.chars().take(TOLD).collect();
    ui.label(RichText::new(visible(&text)).monospace());
    ui.label(RichText::new(context.text(Text::QuickRowHint)).small().color(palette.secondary));
}

fn menu_ui(ui: &mut Ui, id: CommandId, context: &mut QuickContext<'_>) {
    ui.set_min_width(150.0);
    for (text, order) in [
        (Text::Send, QuickOrder::Send(id)),
        (Text::QuickEdit, QuickOrder::Edit(id)),
        (Text::QuickDuplicate, QuickOrder::Duplicate(id)),
        (Text::QuickRemove, QuickOrder::Remove(id)),
    ] {
        if ui.button(context.text(text)).clicked() {
            context.tell(order);
            ui.close();
        }
    }
    let own = context.quick.group_of(id).map(Group::id);
    let quick = context.quick;
    if quick.groups().len() < 2 {
        return;
    }
    ui.menu_button(context.text(Text::QuickMoveTo), |ui| {
        let widest = quick.groups().iter().map(|group| text_width(ui, &group.name)).fold(80.0, f32::max);
        ui.set_min_width(widest.min(240.0));
        egui::ScrollArea::vertical().max_height(300.0).show(ui, |ui| {
            for group in quick.groups().iter().filter(|group| Some(group.id()) != own) {
                if ui.button(&group.name).clicked() {
                    context.tell(QuickOrder::Move(id, group.id(), usize::MAX));
                    ui.close();
                }
            }
        });
    });
}
