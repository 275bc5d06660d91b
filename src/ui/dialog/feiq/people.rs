//! The list of people: who was seen, who is online, and with whom was talked.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use egui::{
    Align2, CornerRadius, Rect, RichText, Role, ScrollArea, Sense, TextStyle, Ui, WidgetInfo, WidgetText, pos2, vec2,
};

use super::PageContext;
use crate::i18n::{Lang, Text, fill};
use crate::journal::rows;
use crate::proto::ipmsg::ClientKind;
use crate::service::feiq::{State, User, With};
use crate::ui::theme::{Palette, SMALL_SIZE};
use crate::ui::widget::focus_ring;
use crate::ui::words::{short_time, visible};

/// Height of an entry, in points.
const ROW: f32 = 46.0;
/// Radius of the disc with the first letter, in points.
const DISC: f32 = 14.0;

/// Who was picked.
pub enum Picked {
    /// This one alone.
    One(With),
    /// This one too, or no longer (with Ctrl).
    Another(SocketAddr),
}

/// The list, made anew when the state or the search changes.
#[derive(Default)]
pub struct People {
    made_of: Option<(u64, String, Lang)>,
    entries: Vec<Entry>,
    online: usize,
}

struct Entry {
    with: With,
    name: String,
    /// Address and group.
    below: String,
    kind: String,
    seen: String,
    unread: usize,
    online: bool,
    details: String,
}

impl People {
    /// Draws it.
    pub fn ui(
        &mut self,
        ui: &mut Ui,
        search: &str,
        chosen: Option<&With>,
        several: &BTreeSet<SocketAddr>,
        context: &PageContext<'_>,
    ) -> Option<Picked> {
        let Some(state) = &context.state else { return None };
        let key = (state.revision, search.to_owned(), context.lang);
        if self.made_of.as_ref() != Some(&key) {
            self.entries = entries(state, search, context.lang);
            self.online = state.users.iter().filter(|user| user.online).count();
            self.made_of = Some(key);
        }
        let palette = Palette::of(ui);
        let count = fill(context.text(Text::FeiqOnlineCount), &[("n", &self.online), ("all", &state.users.len())]);
        ui.label(RichText::new(count).small().color(palette.secondary))
            .on_hover_text(context.text(Text::FeiqUnverifiedHint));
        let mut picked = None;
        ScrollArea::vertical().id_salt("feiq people").auto_shrink(false).show_viewport(ui, |ui, seen| {
            ui.spacing_mut().item_spacing.y = 0.0;
            ui.set_height(ROW * self.entries.len() as f32);
            let first = (seen.top() / ROW).floor().max(0.0) as usize;
            let last = ((seen.bottom() / ROW).ceil() as usize).min(self.entries.len());
            ui.add_space(ROW * first as f32);
            for entry in &self.entries[first.min(last)..last] {
                let is_chosen = match &entry.with {
                    With::Peer(addr) if !several.is_empty() => several.contains(addr),
                    with => chosen == Some(with),
                };
                if entry_ui(ui, entry, is_chosen) {
                    let also = ui.input(|i| i.modifiers.command);
                    picked = Some(match &entry.with {
                        With::Peer(addr) if also => Picked::Another(*addr),
                        with => Picked::One(with.clone()),
                    });
                }
            }
        });
        picked
    }
}

/// Everyone who was seen, as the state orders them, then those with whom was talked and who are not in the list.
fn entries(state: &State, search: &str, lang: Lang) -> Vec<Entry> {
    let search = search.trim().to_lowercase();
    let unread = |with: &With| state.conversation(with).map_or(0, |conversation| conversation.unread);
    let users = state.users.iter().map(|user| {
        let with = With::Peer(user.addr);
        let unread = unread(&with);
        of_user(user, unread, lang)
    });
    let strangers = state.conversations.iter().filter_map(|conversation| match conversation.with {
        With::Peer(addr) if state.user(addr).is_none() => Some(Entry {
            with: conversation.with.clone(),
            name: visible(&conversation.title),
            below: rows::address(&addr),
            kind: String::new(),
            seen: short_time(conversation.latest),
            unread: conversation.unread,
            online: false,
            details: rows::address(&addr),
        }),
        _ => None,
    });
    users
        .chain(strangers)
        .filter(|entry| {
            search.is_empty()
                || [&entry.name, &entry.below, &entry.details].iter().any(|text| text.to_lowercase().contains(&search))
        })
        .collect()
}

fn of_user(user: &User, unread: usize, lang: Lang) -> Entry {
    let mut name = one_line(&user.name());
    if user.absent {
        name = format!("{name}  ({})", Text::FeiqAway.text(lang));
    }
    let group = one_line(&user.group);
    let below = if group.is_empty() { user.addr.ip().to_string() } else { format!("{}  {group}", user.addr.ip()) };
    Entry {
        with: With::Peer(user.addr),
        name,
        below,
        kind: kind_name(user.kind).to_owned(),
        seen: short_time(user.last_seen),
        unread,
        online: user.online,
        details: details(user, lang),
    }
}

/// Everything that is known of someone, one thing a line.
pub fn details(user: &User, lang: Lang) -> String {
    let kind = kind_name(user.kind);
    [
        (Text::FeiqUser, one_line(&user.user)),
        (Text::FeiqHost, one_line(&user.host)),
        (Text::FeiqAddress, rows::address(&user.addr)),
        (Text::FeiqGroup, one_line(&user.group)),
        (Text::FeiqProgram, if kind.is_empty() { "-".to_owned() } else { kind.to_owned() }),
        (Text::FeiqEncoding, user.encoding.to_string()),
        (Text::FeiqLastSeen, short_time(user.last_seen)),
    ]
    .map(|(label, value)| format!("{}: {value}", label.text(lang)))
    .join("\n")
}

/// What a program is called.
pub fn kind_name(kind: ClientKind) -> &'static str {
    match kind {
        ClientKind::Feiq2 => "FeiQ 2",
        ClientKind::Feiq3 => "FeiQ 3",
        ClientKind::Ipmsg => "IPMSG",
        ClientKind::Iptux => "iptux",
        ClientKind::Other => "",
    }
}

/// A name of a peer, on one line and without characters that act.
pub fn one_line(name: &str) -> String {
    visible(&name.replace(['\r', '\n'], " "))
}

/// Draws an entry; whether it was clicked.
fn entry_ui(ui: &mut Ui, entry: &Entry, chosen: bool) -> bool {
    let palette = Palette::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::ListItem, true, chosen, &entry.name));
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_description(entry.details.as_str()));
    let inner = rect.shrink2(vec2(0.0, 1.0));
    if chosen || response.hovered() {
        let fill = if chosen { palette.selection } else { palette.hovered };
        ui.painter().rect_filled(inner, CornerRadius::same(5), fill);
    }
    let (strong, weak) =
        if entry.online { (palette.text, palette.secondary) } else { (palette.secondary, palette.secondary) };
    disc(ui, pos2(rect.left() + 8.0 + DISC, rect.center().y), entry);
    let left = rect.left() + 2.0 * DISC + 18.0;
    let small = egui::FontId::proportional(SMALL_SIZE);
    let right = rect.right() - 8.0;
    let seen =
        ui.painter().text(pos2(right, rect.top() + 14.0), Align2::RIGHT_CENTER, &entry.seen, small.clone(), weak);
    let kind = ui.painter().text(pos2(right, rect.top() + 32.0), Align2::RIGHT_CENTER, &entry.kind, small, weak);
    let mut room = seen.left() - left - 6.0;
    if entry.unread > 0 {
        room -= 34.0;
    }
    let name = cut(ui, RichText::new(&entry.name).strong().color(strong), room, TextStyle::Body);
    let name_width = name.size().x;
    ui.painter().galley(pos2(left, rect.top() + 14.0 - name.size().y / 2.0), name, strong);
    if entry.unread > 0 {
        badge(ui, pos2(left + name_width + 6.0, rect.top() + 14.0), entry.unread);
    }
    let below = RichText::new(&entry.below).size(SMALL_SIZE).color(weak);
    let below = cut(ui, below, kind.left() - left - 6.0, TextStyle::Small);
    ui.painter().galley(pos2(left, rect.top() + 32.0 - below.size().y / 2.0), below, weak);
    focus_ring(ui, &response);
    response.on_hover_text(&entry.details).clicked()
}

fn cut(ui: &Ui, text: RichText, width: f32, style: TextStyle) -> std::sync::Arc<egui::Galley> {
    WidgetText::from(text).into_galley(ui, Some(egui::TextWrapMode::Truncate), width.max(16.0), style)
}

/// The first letter of the name; filled while online.
fn disc(ui: &Ui, centre: egui::Pos2, entry: &Entry) {
    let palette = Palette::of(ui);
    let (fill, colour) =
        if entry.online { (palette.primary, palette.on_primary) } else { (palette.control, palette.secondary) };
    ui.painter().circle_filled(centre, DISC, fill);
    let letter: String = entry.name.chars().take(1).collect();
    ui.painter().text(centre, Align2::CENTER_CENTER, letter, egui::FontId::proportional(13.0), colour);
}

/// How many are unread.
fn badge(ui: &Ui, left: egui::Pos2, unread: usize) {
    let palette = Palette::of(ui);
    let text = if unread > 99 { "99+".to_owned() } else { unread.to_string() };
    let galley = ui.painter().layout_no_wrap(text, egui::FontId::proportional(10.0), palette.surface);
    let size = vec2((galley.size().x + 8.0).max(16.0), 16.0);
    let rect = Rect::from_min_size(left - vec2(0.0, size.y / 2.0), size);
    ui.painter().rect_filled(rect, CornerRadius::same(8), palette.error);
    ui.painter().galley(rect.center() - galley.size() / 2.0, galley, palette.surface);
}
