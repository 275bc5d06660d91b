//! 飞秋: the tool window over the main window, with the form, the people, the files, the groups and the settings.
//!
//! It draws from the node's last [`State`] and queues commands; it outlives the node, so that what was said can still
//! be read after going offline.

mod attachments;
mod bubble;
mod composer;
mod contacts;
mod context;
mod conversation;
mod files;
mod form;
mod groups;
mod header;
mod history;
mod image_file;
mod people;
mod pictures;
mod said;
mod settings;

pub use context::PageContext;
pub use settings::{absence_text, announce_to};

use std::path::PathBuf;
use std::sync::Arc;

use egui::{Context, Ui, vec2};

use crate::i18n::Lang;
use crate::service::feiq::State;
use crate::ui::widget::ToolWindow;

/// The window.
const WINDOW: ToolWindow = ToolWindow { name: "feiq", size: vec2(940.0, 700.0), min_size: vec2(440.0, 320.0) };

/// The pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Page {
    /// 消息: the form.
    #[default]
    Form,
    /// 联系人: who is there, and the conversations.
    Contacts,
    /// 文件: transfers.
    Files,
    /// 群: FeiQ's groups.
    Groups,
    /// 设置
    Settings,
}

/// The tool window.
#[derive(Default)]
pub struct FeiqWindow {
    open: bool,
    page: Page,
    form: form::FormPage,
    contacts: contacts::ContactsPage,
    groups: groups::GroupsPage,
    settings: settings::SettingsPage,
    /// The node's last state.
    pub state: Option<Arc<State>>,
    /// Why the last action was refused.
    pub refused: Option<String>,
    /// The node's refusal that was shown last.
    seen_refusal: u64,
    /// Unread messages when it was last looked.
    seen_unread: usize,
}

impl FeiqWindow {
    /// Opens it, or closes it.
    pub fn toggle(&mut self) {
        self.open = !self.open;
    }

    /// Takes what its threads and the node have for it; called before a frame is drawn.
    pub fn tend(&mut self, ctx: &Context, lang: Lang) {
        self.call_for_attention(ctx);
        self.form.tend();
        self.contacts.tend();
        self.groups.tend();
        if let Some((number, refusal)) = self.state.as_ref().and_then(|state| state.last_refusal.as_ref())
            && *number != self.seen_refusal
        {
            self.seen_refusal = *number;
            self.refused = Some(said::refusal_words(lang, refusal));
        }
    }

    /// The system shows that something came while another window has the focus.
    fn call_for_attention(&mut self, ctx: &Context) {
        let unread = self.state.as_ref().map_or(0, |state| state.unread());
        let came = unread > std::mem::replace(&mut self.seen_unread, unread);
        if came && !ctx.input(|i| i.focused) {
            let attention = egui::UserAttentionType::Informational;
            ctx.send_viewport_cmd(egui::ViewportCommand::RequestUserAttention(attention));
        }
    }

    /// Forgets what was refused by a node that is over.
    pub fn node_starts(&mut self) {
        self.seen_refusal = 0;
        self.refused = None;
    }

    /// Draws it, if it is open.
    pub fn ui(&mut self, ctx: &Context, page: &mut PageContext<'_>) {
        if !self.open {
            return;
        }
        self.take_dropped_files(ctx);
        WINDOW.show(ctx, |ui| self.content_ui(ui, page));
    }

    /// Whether files that are dropped onto the main window are for a message.
    pub fn takes_files(&self) -> bool {
        self.open && self.page == Page::Contacts
    }

    /// Files that are dropped onto the window go along with the next message.
    fn take_dropped_files(&mut self, ctx: &Context) {
        if self.takes_files() {
            let dropped: Vec<PathBuf> =
                ctx.input(|i| i.raw.dropped_files.iter().map(|file| file.path().to_owned()).collect());
            if !dropped.is_empty() {
                self.contacts.attach(dropped);
            }
        }
    }

    fn content_ui(&mut self, ui: &mut Ui, page: &mut PageContext<'_>) {
        ui.spacing_mut().item_spacing.y = 6.0;
        if header::header_ui(ui, &mut self.page, page) {
            self.open = false;
        }
        header::trouble_ui(ui, &mut self.refused, page);
        ui.add_space(2.0);
        match self.page {
            Page::Form => self.form.ui(ui, page),
            Page::Contacts => self.contacts.ui(ui, page),
            Page::Files => files::files_ui(ui, page),
            Page::Groups => self.groups.ui(ui, page),
            Page::Settings => self.settings.ui(ui, page),
        }
    }
}

/// Where accepted files go.
pub fn accept_folder(context: &PageContext<'_>) -> PathBuf {
    match context.settings.accept_folder.trim() {
        "" => context.save_folder.to_owned(),
        folder => PathBuf::from(folder),
    }
}
