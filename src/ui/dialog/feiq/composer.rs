//! The box to answer in: text, files and folders to send along, pictures, shakes, envelopes.

use std::net::SocketAddr;
use std::path::PathBuf;

use egui::{Button, CornerRadius, Key, Layout, Modifiers, RichText, ScrollArea, TextEdit, Ui, vec2};

use super::PageContext;
use super::conversation::Talkers;
use super::image_file::ImageFile;
use crate::codec::Charset;
use crate::i18n::{Text, fill};
use crate::proto::ipmsg::TextEncoding;
use crate::service::feiq::{FeiqCommand, Say, With};
use crate::settings::SendKey;
use crate::ui::panel::name_it;
use crate::ui::picker::Picker;
use crate::ui::theme::Palette;

/// The field takes no more, in bytes: what is longer than a message can still be parted in it.
const LIMIT_BYTES: usize = 64 * 1024;
/// A message is no longer, in bytes: a datagram has room for it, for the names and for a few attachments.
const MAX_TEXT_BYTES: usize = 7 * 1024;
/// Height of the text field, in points.
const TEXT_HEIGHT: f32 = 58.0;
/// Width of the send button, in points.
const BUTTON_WIDTH: f32 = 76.0;

/// What is not sent yet.
#[derive(Default)]
pub struct Draft {
    text: String,
    /// Files and folders to offer along.
    pub attach: Vec<PathBuf>,
    sealed: bool,
}

impl Draft {
    /// Whether nothing is lost with it.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty() && self.attach.is_empty()
    }
}

/// The dialogs and threads of the box.
#[derive(Default)]
pub struct Composer {
    choosing: Option<(Talkers, Choosing, Picker)>,
    image: Option<(Vec<SocketAddr>, ImageFile)>,
    refused: Option<String>,
    /// Whom we told that we type.
    typing: Option<SocketAddr>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Choosing {
    Attachments,
    Image,
}

impl Composer {
    /// Draws it.
    pub fn ui(&mut self, ui: &mut Ui, with: &Talkers, draft: &mut Draft, context: &mut PageContext<'_>) {
        self.take_answers(with, draft, context);
        if let Some(addr) = self.typing.filter(|addr| *with != Talkers::One(With::Peer(*addr))) {
            self.tell_typing(&Talkers::One(With::Peer(addr)), false, context);
        }
        let online = context.is_online();
        ui.add_enabled_ui(online, |ui| self.tools(ui, with, draft, context));
        attached_ui(ui, draft, context);
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = 8.0;
            let width = ui.available_width() - BUTTON_WIDTH - 8.0;
            let enter = self.text_ui(ui, width, with, draft, context);
            let palette = Palette::of(ui);
            let ready = online && !draft.is_empty();
            let colour = if ready { palette.on_primary } else { palette.text };
            let text = RichText::new(context.text(Text::Send)).strong().color(colour);
            let button = Button::new(text)
                .fill(if ready { palette.primary } else { palette.control })
                .corner_radius(CornerRadius::same(6));
            let size = vec2(BUTTON_WIDTH, TEXT_HEIGHT);
            let clicked = ui.add_enabled_ui(ready, |ui| ui.add_sized(size, button).clicked()).inner;
            if clicked || (enter && ready) {
                self.send(with, draft, context);
            }
        });
        self.said(ui, context);
    }

    /// What is wrong with what is to be sent, or what was refused.
    fn said(&self, ui: &mut Ui, context: &PageContext<'_>) {
        let palette = Palette::of(ui);
        if let Some(refused) = &self.refused {
            ui.label(RichText::new(refused).small().color(palette.error));
        } else if !context.is_online() {
            ui.label(RichText::new(context.text(Text::FeiqNotOnline)).small().color(palette.secondary));
        }
    }

    fn tools(&mut self, ui: &mut Ui, with: &Talkers, draft: &mut Draft, context: &mut PageContext<'_>) {
        ui.horizontal(|ui| {
            let peers = with.peers();
            if peers.is_empty() {
                return; // a group takes text alone
            }
            let free = self.choosing.is_none();
            if ui.add_enabled(free, Button::new(context.text(Text::FeiqAttachFiles))).clicked() {
                let picker = Picker::files(context.text(Text::FeiqAttachFiles), context.wake.clone());
                self.choosing = picker.map(|picker| (with.clone(), Choosing::Attachments, picker));
            }
            if ui.add_enabled(free, Button::new(context.text(Text::FeiqAttachFolder))).clicked() {
                let title = context.text(Text::FeiqAttachFolder);
                let picker = Picker::folder(title, context.save_folder, context.wake.clone());
                self.choosing = picker.map(|picker| (with.clone(), Choosing::Attachments, picker));
            }
            if ui.add_enabled(free, Button::new(context.text(Text::FeiqSendImage))).clicked() {
                let picker = Picker::files(context.text(Text::FeiqSendImage), context.wake.clone());
                self.choosing = picker.map(|picker| (with.clone(), Choosing::Image, picker));
            }
            let shake = ui.button(context.text(Text::FeiqShake)).on_hover_text(context.text(Text::FeiqShakeHint));
            if shake.clicked() {
                context.tell(FeiqCommand::Shake { to: peers });
            }
            let sealed = ui.checkbox(&mut draft.sealed, context.text(Text::FeiqSealed));
            sealed.on_hover_text(context.text(Text::FeiqSealedHint));
        });
    }

    /// The field; whether the key that sends was pressed.
    fn text_ui(
        &mut self,
        ui: &mut Ui,
        width: f32,
        with: &Talkers,
        draft: &mut Draft,
        context: &mut PageContext<'_>,
    ) -> bool {
        let id = ui.scope_id().with(("feiq answer", with));
        let focused = ui.memory(|memory| memory.has_focus(id));
        let send_key = match context.send_key {
            SendKey::Enter => Modifiers::NONE,
            SendKey::CtrlEnter => Modifiers::COMMAND,
        };
        // Before the field sees it.
        let enter = focused && ui.input_mut(|i| i.consume_key(send_key, Key::Enter));
        let size = vec2(width, TEXT_HEIGHT);
        ui.allocate_ui_with_layout(size, Layout::top_down(egui::Align::Min), |ui| {
            ui.set_min_size(size);
            ScrollArea::vertical().id_salt(("feiq answer", with)).max_height(TEXT_HEIGHT).show(ui, |ui| {
                let field = TextEdit::multiline(&mut draft.text)
                    .id(id)
                    .desired_width(width)
                    .desired_rows(2)
                    .min_size(size)
                    .hint_text(context.text(Text::FeiqAnswerHint));
                let response = ui.add(field);
                name_it(ui, &response, context.text(Text::FeiqAnswer));
                draft.text.truncate(draft.text.floor_char_boundary(LIMIT_BYTES));
                if response.changed() {
                    self.refused = None;
                    self.tell_typing(with, !draft.text.is_empty(), context);
                }
            });
        });
        enter
    }

    /// FeiQ shows that someone types.
    fn tell_typing(&mut self, with: &Talkers, on: bool, context: &mut PageContext<'_>) {
        let Talkers::One(With::Peer(addr)) = with else { return };
        let is_feiq = context.state.as_ref().and_then(|s| s.user(*addr)).is_some_and(|user| user.kind.is_feiq());
        let told = self.typing == Some(*addr);
        if context.is_online() && is_feiq && told != on {
            context.tell(FeiqCommand::Typing { to: *addr, on });
            self.typing = on.then_some(*addr);
        }
    }

    fn send(&mut self, with: &Talkers, draft: &mut Draft, context: &mut PageContext<'_>) {
        let encoding = match context.settings.node.encoding {
            Charset::Gbk => Some(TextEncoding::Gbk),
            Charset::Utf8 => Some(TextEncoding::Utf8),
            _ => None,
        };
        self.refused = refusal(with, &draft.text, encoding, context);
        if self.refused.is_some() {
            return;
        }
        self.tell_typing(with, false, context);
        if let Talkers::One(With::Group(group)) = with {
            let text = std::mem::take(&mut draft.text);
            context.tell(FeiqCommand::SendGroup { group: group.clone(), text, to: Vec::new() });
            return;
        }
        context.tell(FeiqCommand::Send(Say {
            to: with.peers(),
            text: std::mem::take(&mut draft.text),
            encoding,
            sealed: draft.sealed,
            attach: std::mem::take(&mut draft.attach),
        }));
    }

    /// Files that were chosen, and a picture that was read.
    fn take_answers(&mut self, with: &Talkers, draft: &mut Draft, context: &mut PageContext<'_>) {
        if let Some((for_whom, what, picker)) = self.choosing.take() {
            let mut open = Some(picker);
            let paths = Picker::take(&mut open);
            match open {
                Some(picker) => self.choosing = Some((for_whom, what, picker)),
                None if for_whom != *with => {} // it was for a conversation that is no longer shown
                None if what == Choosing::Attachments => draft.attach.extend(paths),
                None => {
                    let read = paths.into_iter().next().map(|path| ImageFile::read(path, context.wake.clone()));
                    self.image = read.map(|read| (with.peers(), read));
                }
            }
        }
        if let Some((to, file)) = self.image.take() {
            match file.take() {
                None => self.image = Some((to, file)),
                Some(Ok(bytes)) => context.tell(FeiqCommand::SendImage { to, bytes }),
                Some(Err(why)) => self.refused = Some(why),
            }
        }
    }
}

/// What is wrong with a text, before any of it goes out: what a peer's encoding lacks, or its length.
fn refusal(with: &Talkers, text: &str, encoding: Option<TextEncoding>, context: &PageContext<'_>) -> Option<String> {
    let peers = with.peers();
    let user = |addr: &SocketAddr| context.state.as_ref().and_then(|state| state.user(*addr));
    let written = |addr| encoding.or(user(addr).map(|user| user.encoding)).unwrap_or(TextEncoding::Gbk);
    // A group reads GBK.
    let gbk = peers.is_empty() || peers.iter().any(|addr| written(addr) == TextEncoding::Gbk);
    let utf8 = peers.iter().any(|addr| written(addr) == TextEncoding::Utf8);
    let mut len = if utf8 { text.len() } else { 0 };
    if gbk {
        match Charset::Gbk.encode(text) {
            Ok(bytes) => len = len.max(bytes.len()),
            Err(refused) => return Some(fill(context.text(Text::FeiqNotInGbk), &[("char", &refused.character)])),
        }
    }
    let too_long = || fill(context.text(Text::FeiqMessageTooLong), &[("len", &len), ("max", &MAX_TEXT_BYTES)]);
    (len > MAX_TEXT_BYTES).then(too_long)
}

/// What goes along, each with a cross.
fn attached_ui(ui: &mut Ui, draft: &mut Draft, context: &PageContext<'_>) {
    if draft.attach.is_empty() {
        return;
    }
    let mut removed = None;
    ui.horizontal_wrapped(|ui| {
        for (i, path) in draft.attach.iter().enumerate() {
            let name =
                path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned());
            let response = ui.add(Button::new(format!("{name}  ×")).corner_radius(10));
            let label = fill(context.text(Text::FeiqRemoveAttachment), &[("name", &name)]);
            name_it(ui, &response, &label);
            if response.on_hover_text(path.display().to_string()).clicked() {
                removed = Some(i);
            }
        }
    });
    if let Some(i) = removed {
        draft.attach.remove(i);
    }
}
