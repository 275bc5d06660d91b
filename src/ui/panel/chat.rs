//! 聊天: the conversation in place of the log.

use std::sync::Arc;

use egui::Ui;

use super::Shared;
use crate::i18n::Text;
use crate::journal::{Fetch, Record};
use crate::settings::Mode;
use crate::ui::chat::{ChatAction, ChatWords, Names};
use crate::ui::command::Command;
use crate::ui::tab::Tab;

/// Draws the chat into all the room there is; the record on which the context menu was opened, if it was.
pub fn chat_ui(ui: &mut Ui, tab: &mut Tab, shared: &mut Shared<'_>) -> Option<Box<Record>> {
    let words = ChatWords {
        name: shared.text(Text::Chat),
        me: shared.text(Text::ChatMe),
        several: shared.text(Text::ChatSeveral),
        empty: shared.text(Text::ChatEmpty),
        bytes: shared.text(Text::ByteCount),
        more: shared.text(Text::ChatWhole),
        name_hint: shared.text(Text::ChatNameHint),
        new_records: shared.text(Text::NewRecords),
        nothing: shared.text(Text::ChatNothing),
    };
    let names = Names { given: &tab.settings.chat, one_peer: tab.settings.mode == Mode::TcpClient };
    let source = Arc::clone(tab.log.source());
    tab.chat.show(&source, tab.log.view(), tab.log.auto_scroll());
    let action = tab.chat.ui(ui, &words, &names)?;
    let record = |index| match source.get(index) {
        Fetch::Ready(record) => Some(Box::new(record)),
        Fetch::Loading | Fetch::Lost | Fetch::OutOfRange => None,
    };
    match action {
        ChatAction::Menu(index) => return record(index),
        ChatAction::Whole(index) => {
            if let Some(record) = record(index) {
                shared.queue(Command::Inspect(record));
            }
        }
        ChatAction::Name(peer) => shared.queue(Command::NamePeer(peer)),
    }
    None
}
