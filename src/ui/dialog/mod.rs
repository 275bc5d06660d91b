//! Dialogs: one at a time, over the window.

mod about;
mod advanced;
mod answer;
mod append;
mod confirm;
mod download;
mod feiq;
mod framing;
mod history;
mod inspect;
mod multicast;
mod peer_name;
mod quick;
mod rename;
mod save_log;
mod save_received;
mod send_file;
mod shortcuts;
mod tftp;
mod transfer;
mod variables;

pub use advanced::{AdvancedDialog, socket_options};
pub use answer::{AnswerContext, AnswerWindow, mode_hint, mode_name, mode_text};
pub use append::{AppendDialog, AppendEditor};
pub use download::{DownloadCommand, DownloadContext, DownloadWindow, Order as DownloadOrder};
pub use feiq::{FeiqWindow, PageContext, absence_text, announce_to};
pub use framing::FramingDialog;
pub use history::{HistoryCommand, HistoryContext, HistoryWindow};
pub use inspect::InspectDialog;
pub use multicast::MulticastDialog;
pub use peer_name::PeerNameDialog;
pub use quick::{CommandDialog, GroupNameDialog, QuickFileDialog};
pub use rename::RenameDialog;
pub use save_log::SaveLogDialog;
pub use save_received::{SaveReceivedDialog, default_folder, download_folder};
pub use send_file::{DroppedFile, SendFileCommand, SendFileContext, SendFileWindow};
pub use tftp::{Order as TftpOrder, Serving, TftpCommand, TftpContext, TftpWindow, serve_config};
pub use transfer::{Entry as TransferEntry, Listed, TransferCommand, TransferList};
pub use variables::VariablesDialog;

use egui::{Context, Frame, Id, Margin, Modal, Response, RichText, Ui};

use crate::journal::Wake;
use crate::ui::command::Command;
use crate::ui::panel::Shared;
use crate::ui::tab::Tab;

/// A dialog that is open.
pub enum Dialog {
    /// Close an open session?
    ConfirmClose {
        /// Which.
        id: u64,
    },
    /// Quit with open sessions, or with transfers that run?
    ConfirmQuit {
        /// How many of TFTP's run.
        transfers: usize,
        /// How many downloads over TCP run.
        downloads: usize,
    },
    /// A name for a session.
    Rename(RenameDialog),
    /// A name for a peer of the shown tab.
    PeerName(PeerNameDialog),
    /// What to do with a file that was dropped onto the send box.
    DroppedFile(DroppedFile),
    /// A quick command.
    QuickCommand(Box<CommandDialog>),
    /// A name for a group of quick commands.
    QuickGroup(GroupNameDialog),
    /// A file of quick commands.
    QuickFile(Box<QuickFileDialog>),
    /// The list of shortcuts.
    Shortcuts,
    /// What this program is.
    About,
    /// Multicast groups of the shown tab.
    Multicast(MulticastDialog),
    /// Marks or a length field of the shown tab's framing.
    Framing(Box<FramingDialog>),
    /// What the shown tab appends.
    Append(AppendDialog),
    /// What `{var:name}` stands for in the shown tab.
    Variables(VariablesDialog),
    /// Socket options of the shown tab.
    Advanced(Box<AdvancedDialog>),
    /// Where received bytes are saved.
    SaveReceived(SaveReceivedDialog),
    /// A record, field by field.
    Inspect(Box<InspectDialog>),
    /// Saving the log.
    SaveLog(SaveLogDialog),
}

/// What a dialog did.
pub enum Outcome {
    /// It stays open.
    Stays,
    /// It is done.
    Done,
    /// It is done, and this is to be done now.
    Then(Command),
    /// The program may end.
    QuitNow,
}

/// Draws the open dialog.
pub fn dialog_ui(
    ctx: &Context,
    dialog: &mut Dialog,
    tabs: &mut [Tab],
    shown: usize,
    shared: &mut Shared<'_>,
    wake: &Wake,
) -> Outcome {
    let frame = Frame::popup(&ctx.global_style()).inner_margin(Margin::same(16));
    let modal = Modal::new(Id::unique("dialog")).frame(frame).show(ctx, |ui| {
        ui.spacing_mut().item_spacing.y = 8.0;
        match dialog {
            Dialog::ConfirmClose { id } => confirm::close_ui(ui, *id, tabs, shared),
            Dialog::ConfirmQuit { transfers, downloads } => confirm::quit_ui(ui, tabs, *transfers, *downloads, shared),
            Dialog::Rename(state) => state.ui(ui, tabs, shared),
            Dialog::PeerName(state) => state.ui(ui, &mut tabs[shown], shared),
            Dialog::DroppedFile(state) => state.ui(ui, tabs, shared),
            Dialog::QuickCommand(state) => state.ui(ui, shared.quick, shared),
            Dialog::QuickGroup(state) => state.ui(ui, shared),
            Dialog::QuickFile(state) => state.ui(ui, shared, wake),
            Dialog::Shortcuts => shortcuts::shortcuts_ui(ui, shared),
            Dialog::About => about::about_ui(ui, shared),
            Dialog::Multicast(state) => state.ui(ui, &mut tabs[shown], shared),
            Dialog::Framing(state) => state.ui(ui, &mut tabs[shown], shared),
            Dialog::Append(state) => state.ui(ui, &mut tabs[shown], shared),
            Dialog::Variables(state) => state.ui(ui, &mut tabs[shown], shared),
            Dialog::Advanced(state) => state.ui(ui, &mut tabs[shown], shared),
            Dialog::Inspect(state) => state.ui(ui, shared),
            Dialog::SaveReceived(state) => state.ui(ui, tabs, shared, wake),
            Dialog::SaveLog(state) => state.ui(ui, shared, wake),
        }
    });
    // It is placed by the size that it had in the frame before: once more where that has changed.
    let (id, size) = (Id::unique("dialog size"), modal.response.rect.size());
    if ctx.data(|data| data.get_temp(id)) != Some(size) {
        ctx.data_mut(|data| data.insert_temp(id, size));
        ctx.request_repaint();
    }
    match modal.inner {
        Outcome::Stays if modal.should_close() => match dialog {
            Dialog::SaveLog(state) if state.is_busy() => Outcome::Stays,
            Dialog::QuickFile(state) if state.is_busy() => Outcome::Stays,
            _ => Outcome::Done,
        },
        outcome => outcome,
    }
}

/// A dialog's title.
fn title(ui: &mut Ui, text: &str) {
    ui.label(RichText::new(text).heading().strong());
    ui.add_space(2.0);
}

/// Content that scrolls where the window is too low for it; the dialog's title and buttons stay.
fn scrolled<R>(ui: &mut Ui, content: impl FnOnce(&mut Ui) -> R) -> R {
    let room = ui.ctx().content_rect().height() - 160.0;
    egui::ScrollArea::vertical().max_height(room.max(80.0)).auto_shrink([false, true]).show(ui, content).inner
}

/// Gives a field the focus when its dialog opens, once: then Tab leads on from it.
fn focus_at_first(field: &Response, opened: &mut bool) {
    if !std::mem::replace(opened, true) {
        field.request_focus();
    }
}

/// Whether Enter was pressed in a field.
fn entered(ui: &Ui, field: &Response) -> bool {
    field.lost_focus() && ui.input(|i| i.key_pressed(egui::Key::Enter))
}

/// The buttons at the end of a dialog, the one that does it first; which was clicked.
fn buttons(ui: &mut Ui, confirm: Option<(&str, bool)>, cancel: &str) -> Option<bool> {
    ui.add_space(6.0);
    let mut answer = None;
    let size = egui::vec2(76.0, 28.0);
    let row = egui::vec2(ui.available_width(), size.y);
    ui.allocate_ui_with_layout(row, egui::Layout::right_to_left(egui::Align::Center), |ui| {
        if let Some((text, enabled)) = confirm {
            let palette = crate::ui::theme::Palette::of(ui);
            let button =
                egui::Button::new(RichText::new(text).color(palette.on_primary)).fill(palette.primary).min_size(size);
            if ui.add_enabled(enabled, button).clicked() {
                answer = Some(true);
            }
        }
        if ui.add(egui::Button::new(cancel).min_size(size)).clicked() {
            answer = Some(false);
        }
    });
    answer
}
