//! A conversation: who it is with, what was said, and the box to answer in.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use egui::{Align, Label, Layout, RichText, ScrollArea, Ui, vec2};

use super::PageContext;
use super::bubble::{Deed, bubble_ui};
use super::composer::{Composer, Draft};
use super::history::HistoryView;
use super::people::{details, kind_name, one_line};
use super::pictures::Pictures;
use crate::i18n::{Text, fill};
use crate::journal::rows;
use crate::service::feiq::{Conversation, FeiqCommand, Message, MessageId, User, With};
use crate::ui::folders::show_in_folder;
use crate::ui::picker::Picker;
use crate::ui::theme::Palette;
use crate::ui::widget::{link, toggle_link};

/// This many of the last messages are drawn; more on request.
const SHOWN: usize = 100;
/// The box to answer in before it was drawn, in points.
const COMPOSER: f32 = 118.0;
/// Unsent drafts are kept for this many conversations.
const DRAFTS: usize = 256;

/// Who is written to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Talkers {
    /// One peer or group.
    One(With),
    /// Several peers, each with a message of its own.
    Several(Vec<SocketAddr>),
}

impl Talkers {
    /// The peers; none for a group.
    pub fn peers(&self) -> Vec<SocketAddr> {
        match self {
            Self::One(With::Peer(addr)) => vec![*addr],
            Self::One(With::Group(_)) => Vec::new(),
            Self::Several(addrs) => addrs.clone(),
        }
    }
}

/// The right half of the page.
#[derive(Default)]
pub struct Talk {
    with: Option<Talkers>,
    shown: usize,
    drafts: HashMap<Talkers, Draft>,
    composer: Composer,
    /// Its height, as it was last drawn: with attachments, or with what was refused, it is higher.
    composer_height: Option<f32>,
    pictures: Pictures,
    accepting: Option<(Accepting, Picker)>,
    history: Option<HistoryView>,
}

/// An attachment that waits for the folder it is to go to.
struct Accepting {
    from: SocketAddr,
    message: MessageId,
    attachment: u32,
}

impl Talk {
    /// Takes what its threads have for it.
    pub fn tend(&mut self) {
        self.pictures.tend();
    }

    /// Files to send along with the next message.
    pub fn attach(&mut self, paths: Vec<PathBuf>) {
        if let Some(with) = &self.with
            && !with.peers().is_empty()
        {
            self.drafts.entry(with.clone()).or_default().attach.extend(paths);
        }
    }

    /// Draws it.
    pub fn ui(&mut self, ui: &mut Ui, with: &Talkers, context: &mut PageContext<'_>) {
        if self.with.as_ref() != Some(with) {
            self.with = Some(with.clone());
            self.shown = SHOWN;
            self.history = None;
            if self.drafts.len() > DRAFTS {
                self.drafts.retain(|_, draft| !draft.is_empty());
            }
        }
        self.accept(context);
        self.header(ui, with, context);
        ui.separator();
        if let Some(history) = &mut self.history {
            history.ui(ui, context);
            return;
        }
        let height = (ui.available_height() - self.composer_height.unwrap_or(COMPOSER)).max(60.0);
        let size = vec2(ui.available_width(), height);
        ui.allocate_ui_with_layout(size, Layout::top_down(Align::Min), |ui| {
            ui.set_min_size(size);
            if let Talkers::One(one) = with {
                self.messages(ui, one, context);
            } else {
                several_ui(ui, with, context);
            }
        });
        let draft = self.drafts.entry(with.clone()).or_default();
        let drawn = ui.scope(|ui| self.composer.ui(ui, with, draft, context)).response.rect.height();
        let spacing = ui.spacing().item_spacing.y;
        if self.composer_height.replace(drawn + spacing) != Some(drawn + spacing) {
            ui.ctx().request_repaint();
        }
    }

    fn header(&mut self, ui: &mut Ui, with: &Talkers, context: &mut PageContext<'_>) {
        let palette = Palette::of(ui);
        let state = context.state.clone();
        let user = match with {
            Talkers::One(With::Peer(addr)) => state.as_ref().and_then(|state| state.user(*addr)),
            _ => None,
        };
        let title = match with {
            Talkers::One(With::Peer(addr)) => user.map_or_else(|| rows::address(addr), |user| one_line(&user.name())),
            Talkers::One(With::Group(group)) => fill(context.text(Text::FeiqGroupTitle), &[("group", group)]),
            Talkers::Several(addrs) => fill(context.text(Text::FeiqSeveral), &[("n", &addrs.len())]),
        };
        ui.horizontal(|ui| {
            ui.add(Label::new(RichText::new(title).strong().size(15.0)).truncate());
            if let Some(user) = user {
                if user.typing {
                    ui.label(RichText::new(context.text(Text::FeiqTyping)).small().color(palette.accent));
                } else if !user.online {
                    ui.label(RichText::new(context.text(Text::FeiqGone)).small().color(palette.secondary));
                }
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| self.links(ui, with, context));
        });
        let below = user.map_or_else(String::new, |user| summary(user));
        if let Some(user) = user {
            let line = format!("{below}  ·  {}", context.text(Text::FeiqUnverified));
            let label = Label::new(RichText::new(line).small().color(palette.secondary)).truncate();
            ui.add(label).on_hover_text(format!(
                "{}\n\n{}",
                details(user, context.lang),
                context.text(Text::FeiqUnverifiedHint)
            ));
        }
    }

    fn links(&mut self, ui: &mut Ui, with: &Talkers, context: &mut PageContext<'_>) {
        let Talkers::One(one) = with else { return };
        if let Some(folder) = context.history {
            let mut on = self.history.is_some();
            if toggle_link(ui, context.text(Text::FeiqHistory), &mut on).clicked() {
                let who = match one {
                    With::Peer(addr) => addr.ip().to_string(),
                    With::Group(group) => group.clone(),
                };
                self.history = on.then(|| HistoryView::new(folder, who, context.wake.clone()));
            }
        }
        let known = context.state.as_ref().is_some_and(|state| state.conversation(one).is_some());
        if known && link(ui, context.text(Text::FeiqForget)).on_hover_text(context.text(Text::FeiqForgetHint)).clicked()
        {
            context.tell(FeiqCommand::Forget(one.clone()));
        }
    }

    fn messages(&mut self, ui: &mut Ui, with: &With, context: &mut PageContext<'_>) {
        let conversation = context.state.as_ref().and_then(|state| state.conversation(with)).cloned();
        let Some(conversation) = conversation else {
            ui.add_space(24.0);
            let text = RichText::new(context.text(Text::FeiqNothingSaid)).color(Palette::of(ui).secondary);
            ui.vertical_centered(|ui| ui.label(text));
            return;
        };
        if conversation.unread > 0 {
            context.tell(FeiqCommand::MarkRead(with.clone()));
        }
        let mut deed = None;
        ScrollArea::vertical().id_salt(("feiq talk", with)).auto_shrink(false).stick_to_bottom(true).show(ui, |ui| {
            ui.set_width(ui.available_width() - 12.0);
            ui.spacing_mut().item_spacing.y = 3.0;
            let first = conversation.messages.len().saturating_sub(self.shown);
            self.earlier(ui, &conversation, first, context);
            for message in &conversation.messages[first..] {
                if let Some(done) = bubble_ui(ui, message, with, &mut self.pictures, context) {
                    deed = Some((message.clone(), done));
                }
            }
        });
        if let Some((message, deed)) = deed {
            self.carry_out(&message, deed, context);
        }
    }

    /// What lies above the messages that are drawn.
    fn earlier(&mut self, ui: &mut Ui, conversation: &Conversation, first: usize, context: &PageContext<'_>) {
        ui.vertical_centered(|ui| {
            if first > 0 {
                let words = fill(context.text(Text::FeiqEarlier), &[("n", &first)]);
                if link(ui, &words).clicked() {
                    self.shown += SHOWN;
                }
            } else if conversation.forgotten > 0 {
                let words = fill(context.text(Text::FeiqForgotten), &[("n", &conversation.forgotten)]);
                ui.label(RichText::new(words).small().color(Palette::of(ui).secondary));
            }
        });
    }

    fn carry_out(&mut self, message: &Message, deed: Deed, context: &mut PageContext<'_>) {
        let (peer, id) = (message.peer, message.id);
        match deed {
            Deed::Open => context.tell(FeiqCommand::OpenSealed { from: peer, message: id }),
            Deed::Accept { attachment } => {
                let into = super::accept_folder(context);
                context.tell(FeiqCommand::Fetch { from: peer, message: id, attachment, into });
            }
            Deed::AcceptInto { attachment } => {
                let begin = super::accept_folder(context);
                let title = context.text(Text::FeiqAcceptFolder);
                if let Some(picker) = Picker::folder(title, &begin, context.wake.clone()) {
                    self.accepting = Some((Accepting { from: peer, message: id, attachment }, picker));
                }
            }
            Deed::Decline => context.tell(FeiqCommand::Decline { from: peer, message: id }),
            Deed::Withdraw => context.tell(FeiqCommand::Withdraw { to: peer, message: id }),
            Deed::Cancel(transfer) => context.tell(FeiqCommand::Cancel(transfer)),
            Deed::Show(path) => show_in_folder(&path),
        }
    }

    /// A folder was chosen, or not.
    fn accept(&mut self, context: &mut PageContext<'_>) {
        let Some((accepting, picker)) = self.accepting.take() else { return };
        let mut open = Some(picker);
        let chosen = Picker::take(&mut open);
        if let Some(picker) = open {
            self.accepting = Some((accepting, picker));
        } else if let Some(into) = chosen.into_iter().next() {
            let Accepting { from, message, attachment } = accepting;
            context.tell(FeiqCommand::Fetch { from, message, attachment, into });
        }
    }
}

/// Address, group and program on one line.
fn summary(user: &User) -> String {
    let host = one_line(&user.host);
    let parts = [rows::address(&user.addr), host, one_line(&user.group), kind_name(user.kind).to_owned()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("  ·  ")
}

/// Who the message will go to.
fn several_ui(ui: &mut Ui, with: &Talkers, context: &PageContext<'_>) {
    ScrollArea::vertical().id_salt("feiq several").auto_shrink(false).show(ui, |ui| {
        for addr in with.peers() {
            let user = context.state.as_ref().and_then(|state| state.user(addr));
            let name = user.map_or_else(String::new, |user| one_line(&user.name()));
            ui.label(format!("{name}  {}", rows::address(&addr)));
        }
    });
}
