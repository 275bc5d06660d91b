//! A thing of the chat on the screen: measured before it is drawn, since where it stands depends on its height.

use std::sync::Arc;

use egui::text::LayoutJob;
use egui::{
    Align2, Color32, FontId, Galley, Label, Rect, Response, Sense, Stroke, TextStyle, Ui, UiBuilder, pos2, vec2,
};

use super::said::{Said, What};
use super::{ChatAction, ChatWords, Names};
use crate::i18n::fill;
use crate::journal::Peer;
use crate::journal::rows;
use crate::ui::theme::{Palette, SMALL_SIZE};
use crate::ui::widget::{Bubble, link};

/// Height of a line with a day, in points.
const DAY: f32 = 30.0;
/// Height of the line with a name and a time, in points.
const NAME: f32 = 18.0;
/// Room above a bubble with a name, in points.
const GAP: f32 = 6.0;
/// Room above and below an event, in points.
const EVENT_GAP: f32 = 4.0;
/// Room above a bubble that goes on.
const SMALL_GAP: f32 = 2.0;
/// Height of the link to all of a message, in points.
const MORE: f32 = 20.0;
/// Its width.
const LINK: f32 = 170.0;

/// A thing of the chat with its place in it.
pub struct Item {
    /// What it shows.
    pub said: Arc<Said>,
    /// In points, with the room above.
    pub height: f32,
    /// It begins a day.
    day: bool,
    /// It has a line with a name and a time.
    named: bool,
    body: Arc<Galley>,
    /// What is said of its frame.
    frame: Option<Arc<Galley>>,
}

impl Item {
    /// Measures it, in so much room.
    pub fn new(ui: &Ui, said: Arc<Said>, before: Option<&Said>, width: f32, words: &ChatWords<'_>) -> Self {
        let palette = Palette::of(ui);
        let known = |said: &Said| !said.when.clock.is_empty();
        let day = known(&said) && before.is_none_or(|before| known(before) && before.when.date != said.when.date);
        let mut item = match &said.what {
            What::Message { text, bytes, cut, frame, .. } => {
                let font = TextStyle::Body.resolve(ui.style());
                let (text, colour) =
                    if *bytes == 0 { (words.empty, palette.secondary) } else { (text.as_str(), palette.text) };
                let body = wrapped(ui, text, font, colour, Bubble::most(width));
                let frame = frame.as_ref().map(|(text, bad)| {
                    let colour = if *bad { palette.error } else { palette.secondary };
                    wrapped(ui, text, FontId::proportional(SMALL_SIZE), colour, Bubble::most(width))
                });
                let below = frame.as_ref().map_or(0.0, |frame| frame.size().y + SMALL_GAP);
                let named = day || before.is_none_or(|before| !said.goes_on_from(before));
                let above = if named { GAP + NAME } else { SMALL_GAP };
                let more = if *cut { MORE } else { 0.0 };
                let height = above + Bubble::height(body.size().y + more + below);
                Self { said, height, day, named, body, frame }
            }
            What::Event { .. } | What::Loading | What::Damaged => {
                let text = match &said.what {
                    What::Event { text, .. } => text.as_str(),
                    What::Damaged => "\u{FFFD}",
                    _ => "…",
                };
                let colour = said.colour(palette);
                let body = wrapped(ui, text, FontId::proportional(SMALL_SIZE), colour, (width - 24.0).max(80.0));
                let height = body.size().y + 2.0 * EVENT_GAP;
                Self { said, height, day, named: false, body, frame: None }
            }
        };
        if day {
            item.height += DAY;
        }
        item
    }

    /// Draws it at its place; what was done with it.
    pub fn ui(&self, ui: &mut Ui, place: Rect, words: &ChatWords<'_>, names: &Names<'_>) -> Option<ChatAction> {
        let mut place = place;
        if self.day {
            let line = Rect::from_min_size(place.min, vec2(place.width(), DAY));
            day_ui(ui, line, &self.said.when.date.to_string());
            place.min.y += DAY;
        }
        match &self.said.what {
            What::Message { sent, peers, .. } => self.message_ui(ui, place, (*sent, peers), words, names),
            What::Event { .. } | What::Loading | What::Damaged => {
                let size = self.body.size();
                let rect = Rect::from_center_size(place.center(), size);
                let label = ui.put(rect, Label::new(Arc::clone(&self.body)).selectable(true));
                label.on_hover_text(&self.said.when.exact);
                None
            }
        }
    }

    fn message_ui(
        &self,
        ui: &mut Ui,
        place: Rect,
        (sent, peers): (bool, &[Peer]),
        words: &ChatWords<'_>,
        names: &Names<'_>,
    ) -> Option<ChatAction> {
        let mut action = None;
        let mut place = place;
        place.min.y += if self.named { GAP } else { SMALL_GAP };
        if self.named {
            let line = Rect::from_min_size(place.min, vec2(place.width(), NAME));
            if name_ui(ui, line, (sent, peers), &self.said.when.clock, words, names) {
                action = peers.first().map(|peer| ChatAction::Name(peer.addr));
            }
            place.min.y += NAME;
        }
        let What::Message { bytes, cut, .. } = &self.said.what else { return action };
        let mut room = ui.new_child(UiBuilder::new().max_rect(place).id_salt(("bubble", self.said.first)));
        let least = self.frame.as_ref().map_or(0.0, |frame| frame.size().x).max(if *cut { LINK } else { 0.0 });
        let bubble = Bubble { sent, width: self.body.size().x.max(least).ceil() };
        let hover = format!("{}  ·  {}", self.said.when.exact, fill(words.bytes, &[("n", bytes)]));
        bubble.show(&mut room, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            let label = ui.add(Label::new(Arc::clone(&self.body)).selectable(true));
            if label.secondary_clicked() {
                action = Some(ChatAction::Menu(self.said.first));
            }
            if !label.is_pointer_button_down_on() {
                label.on_hover_text(hover);
            }
            if let Some(frame) = &self.frame {
                ui.add_space(SMALL_GAP);
                ui.add(Label::new(Arc::clone(frame)));
            }
            if *cut {
                ui.add_space(SMALL_GAP);
                if link(ui, &fill(words.more, &[("n", bytes)])).clicked() {
                    action = Some(ChatAction::Whole(self.said.first));
                }
            }
        });
        action
    }
}

fn wrapped(ui: &Ui, text: &str, font: FontId, colour: Color32, width: f32) -> Arc<Galley> {
    let mut job = LayoutJob::simple(text.to_owned(), font, colour, width);
    job.wrap.break_anywhere = false;
    ui.painter().layout_job(job)
}

fn day_ui(ui: &mut Ui, line: Rect, day: &str) {
    let palette = Palette::of(ui);
    let galley = ui.painter().layout_no_wrap(day.to_owned(), FontId::proportional(SMALL_SIZE), palette.secondary);
    let rect = Align2::CENTER_CENTER.anchor_size(line.center(), galley.size());
    let stroke = Stroke::new(1.0, palette.border);
    for (from, to) in [(line.left() + 12.0, rect.left() - 10.0), (rect.right() + 10.0, line.right() - 12.0)] {
        ui.painter().hline(from..=to, line.center().y, stroke);
    }
    ui.put(rect, Label::new(galley));
}

/// Who said it and when; whether the name was clicked.
fn name_ui(
    ui: &mut Ui,
    line: Rect,
    (sent, peers): (bool, &[Peer]),
    clock: &str,
    words: &ChatWords<'_>,
    names: &Names<'_>,
) -> bool {
    let palette = Palette::of(ui);
    let font = FontId::proportional(SMALL_SIZE);
    let name = match peers {
        [] => String::new(),
        [peer] => names.of(peer),
        several => fill(words.several, &[("n", &several.len())]),
    };
    let clock = ui.painter().layout_no_wrap(clock.to_owned(), font.clone(), palette.secondary);
    let name = if sent && names.one_peer {
        words.me.to_owned()
    } else if sent {
        format!("→ {name}")
    } else {
        name
    };
    let mut job = LayoutJob::simple(name.clone(), font, palette.text, (line.width() - clock.size().x - 16.0).max(40.0));
    job.wrap.max_rows = 1;
    job.wrap.break_anywhere = true;
    let said = ui.painter().layout_job(job);
    let gap = 8.0;
    let width = said.size().x + gap + clock.size().x;
    let left = if sent { line.right() - width } else { line.left() };
    let top = line.top();
    let at = |x: f32, galley: &Galley| Rect::from_min_size(pos2(x, top), galley.size());
    let (said_at, clock_at) = (at(left, &said), at(left + said.size().x + gap, &clock));
    let can_be_named = peers.len() == 1 && !(sent && names.one_peer);
    let sense = if can_be_named { Sense::click() } else { Sense::hover() };
    let response: Response = ui.put(said_at, Label::new(said).sense(sense).selectable(false));
    ui.put(clock_at, Label::new(clock));
    if !can_be_named {
        return false;
    }
    let [peer] = peers else { return false };
    let hint = format!("{}\n{}", rows::address(&peer.addr), words.name_hint);
    response.on_hover_cursor(egui::CursorIcon::PointingHand).on_hover_text(hint).clicked()
}
