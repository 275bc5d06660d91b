//! 聊天: the journal as a conversation, what was sent right and what was received left.
//!
//! A view like the log, with the same text: it lays out what is on the screen and nothing else. Its place is a record
//! and how much of it is above the screen, so it is exact at any number of records although no two things are equally
//! high.

mod item;
mod reader;
mod said;
mod scroll;

use std::net::SocketAddr;
use std::ops::Range;
use std::sync::Arc;

use egui::{EventFilter, Key, Rect, Response, Role, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2};

use self::item::Item;
use self::reader::Reader;
use crate::journal::Peer;
use crate::journal::rows::{self, Source, View, Words};
use crate::settings::ChatSettings;
use crate::ui::widget::focus_ring;

/// Room at the sides, in points.
const PADDING: f32 = 12.0;
/// Room under the newest thing, in points.
const BOTTOM: f32 = 10.0;
/// The scroll bar's width, in points.
const BAR_WIDTH: f32 = 12.0;
/// A line of the arrow keys, in points.
const LINE: f32 = 40.0;

/// What the person asked of the chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChatAction {
    /// The context menu was opened over this record.
    Menu(u64),
    /// Show all of this record.
    Whole(u64),
    /// Give this peer a name.
    Name(SocketAddr),
}

/// The words that the chat needs.
pub struct ChatWords<'a> {
    /// Its accessible name.
    pub name: &'a str,
    /// The person.
    pub me: &'a str,
    /// `{n} peers`.
    pub several: &'a str,
    /// A message without bytes.
    pub empty: &'a str,
    /// `{n} bytes`.
    pub bytes: &'a str,
    /// `All {n} bytes`.
    pub more: &'a str,
    /// That a name can be changed.
    pub name_hint: &'a str,
    /// `{n} new records`.
    pub new_records: &'a str,
    /// Nothing was said yet.
    pub nothing: &'a str,
}

/// What the peers are called.
pub struct Names<'a> {
    /// Names that the person gave.
    pub given: &'a ChatSettings,
    /// All that is sent goes to the same peer, which needs no mention.
    pub one_peer: bool,
}

impl Names<'_> {
    /// A peer's name, or else its address.
    fn of(&self, peer: &Peer) -> String {
        self.given.name(&peer.addr).map_or_else(|| rows::address(&peer.addr), str::to_owned)
    }
}

/// The top of the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Place {
    record: u64,
    /// How much of it is above the screen, in points.
    above: f32,
}

/// A chat and where it stands.
pub struct ChatView {
    reader: Reader,
    place: Place,
    /// Follows the end.
    follow: bool,
    /// The person's switch: whether reaching the end means following it.
    auto_scroll: bool,
    /// How many records there were when it stopped following.
    seen: u64,
    /// The records between the top and the bottom of the screen, as of the last frame.
    shown: Range<f64>,
}

impl ChatView {
    /// A view of a journal, at its end.
    pub fn new(source: Arc<dyn Source>, view: View, words: Words) -> Self {
        Self {
            reader: Reader::new(source, view, words),
            place: Place::default(),
            follow: true,
            auto_scroll: true,
            seen: 0,
            shown: 0.0..1.0,
        }
    }

    /// Shows this journal, this way; another journal from its end. The width does not matter.
    pub fn show(&mut self, source: &Arc<dyn Source>, view: View, auto_scroll: bool) {
        let view = View { columns: self.reader.view().columns, ..view };
        if !Arc::ptr_eq(source, self.reader.source()) {
            self.reader.set_source(Arc::clone(source));
            self.place = Place::default();
            self.follow = auto_scroll;
            self.seen = 0;
        }
        if view != self.reader.view() {
            self.reader.set_view(view);
        }
        if auto_scroll != self.auto_scroll {
            self.auto_scroll = auto_scroll;
            self.set_follow(auto_scroll);
        }
    }

    /// Says events otherwise.
    pub fn set_words(&mut self, words: Words) {
        self.reader.set_words(words);
    }

    fn set_follow(&mut self, follow: bool) {
        if self.follow && !follow {
            self.seen = self.reader.len();
        }
        self.follow = follow;
    }

    /// Draws it into all the room there is.
    pub fn ui(&mut self, ui: &mut Ui, words: &ChatWords<'_>, names: &Names<'_>) -> Option<ChatAction> {
        let rect = ui.available_rect_before_wrap();
        ui.advance_cursor_after_rect(rect);
        let screen = Rect::from_min_max(rect.min, pos2(rect.right() - BAR_WIDTH, rect.bottom()));
        let response = ui.interact(screen, ui.scope_id().with("chat"), Sense::click());
        response.widget_info(|| WidgetInfo::labeled(Role::Document, true, words.name));
        let width = screen.width() - 2.0 * PADDING;
        let measure = |ui: &Ui, view: &mut Self, said| view.item(ui, said, width, words);

        let moved = Self::input(ui, &response, screen.height());
        if moved < 0.0 {
            self.set_follow(false);
        }
        if !self.follow {
            self.scroll_by(moved, |view, said| measure(ui, view, said).height);
        }
        let (items, top) = self.on_screen(screen.height() - BOTTOM, |view, said| measure(ui, view, said));
        self.shown = shown_range(&items, top, screen.height() - BOTTOM);
        if items.is_empty() {
            nothing_ui(ui, screen, words.nothing);
        }
        let mut action = None;
        let mut top = screen.top() + top;
        let mut inner = ui.new_child(UiBuilder::new().max_rect(screen).id_salt("chat items"));
        inner.set_clip_rect(screen.intersect(ui.clip_rect()));
        for item in &items {
            let place = Rect::from_min_size(pos2(screen.left() + PADDING, top), vec2(width, item.height));
            if let Some(done) = item.ui(&mut inner, place, words, names) {
                action = Some(done);
            }
            top += item.height;
        }
        let bar = Rect::from_min_max(pos2(screen.right(), rect.top()), rect.max);
        self.bar(ui, bar, top - screen.top() <= screen.height());
        self.pill(ui, screen, words.new_records);
        if response.clicked() {
            response.request_focus();
        }
        focus_ring(ui, &response);
        action
    }

    fn item(&mut self, ui: &Ui, said: Arc<said::Said>, width: f32, words: &ChatWords<'_>) -> Item {
        let before = self.reader.before(said.first);
        Item::new(ui, said, before.as_deref(), width, words)
    }

    /// Wheel and keys: how far down, in points.
    fn input(ui: &Ui, response: &Response, height: f32) -> f32 {
        let mut moved = 0.0;
        if response.contains_pointer() {
            moved -= ui.input(|i| i.smooth_scroll_delta().y);
        }
        if response.has_focus() {
            let filter = EventFilter { vertical_arrows: true, horizontal_arrows: false, tab: false, escape: false };
            ui.memory_mut(|m| m.set_focus_lock_filter(response.id, filter));
            let page = (height - LINE).max(LINE);
            ui.input(|i| {
                for (key, points) in [
                    (Key::ArrowUp, -LINE),
                    (Key::ArrowDown, LINE),
                    (Key::PageUp, -page),
                    (Key::PageDown, page),
                    (Key::Home, f32::NEG_INFINITY),
                    (Key::End, f32::INFINITY),
                ] {
                    if i.key_pressed(key) {
                        moved = points;
                    }
                }
            });
        }
        moved
    }
}

/// The records between the top and the bottom of the screen, as fractions; `top` is where the first thing begins.
fn shown_range(items: &[Item], top: f32, room: f32) -> Range<f64> {
    let at = |item: &Item, top: f32, y: f32| {
        let share = f64::from(((y - top) / item.height.max(1.0)).clamp(0.0, 1.0));
        item.said.first as f64 + share * (item.said.next - item.said.first) as f64
    };
    let from = items.first().map_or(0.0, |first| at(first, top, 0.0));
    let height: f32 = items.iter().map(|item| item.height).sum();
    let to = items.last().map_or(1.0, |last| at(last, top + height - last.height, room));
    from..to.max(from)
}

fn nothing_ui(ui: &Ui, screen: Rect, text: &str) {
    let palette = crate::ui::theme::Palette::of(ui);
    let galley =
        ui.painter().layout_no_wrap(text.to_owned(), egui::TextStyle::Body.resolve(ui.style()), palette.secondary);
    let rect = egui::Align2::CENTER_CENTER.anchor_size(screen.center(), galley.size());
    let label = ui.interact(rect, ui.scope_id().with("nothing"), Sense::hover());
    label.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
    ui.painter().galley(rect.min, galley, palette.secondary);
}
