//! Everything that can be done: a button, a menu entry and a shortcut are the same command.

use std::net::SocketAddr;
use std::path::PathBuf;

use egui::{Key, KeyboardShortcut, Modifiers};

use crate::i18n::Text;
use crate::journal::Record;
use crate::service::feiq::FeiqCommand;
use crate::settings::{Language, SendKey, Theme};
use crate::ui::dialog::{DownloadCommand, HistoryCommand, SendFileCommand, TftpCommand};
use crate::ui::panel::QuickOrder;

/// Something to do; queued while drawing, carried out before the next frame.
#[derive(Clone, Debug)]
pub enum Command {
    /// A new tab.
    NewSession,
    /// Close a tab (asks when it is open).
    CloseSession(u64),
    /// Close a tab without asking.
    CloseSessionNow(u64),
    /// Rename a tab.
    RenameSession(u64),
    /// A new tab with the settings of this one.
    DuplicateSession(u64),
    /// Show a tab.
    SelectSession(u64),
    /// Show the next tab, or the one before.
    CycleSession {
        /// Towards the left.
        backwards: bool,
    },
    /// Put a tab at another place.
    MoveSession {
        /// Which.
        id: u64,
        /// Where, counted without it.
        to: usize,
    },
    /// Open, cancel or close the link of the tab.
    ToggleLink,
    /// Send what is in the box; start or stop the cycle.
    Send,
    /// End the cyclic send.
    StopCycle,
    /// Open the window that sends a file, or close it.
    ShowSendFile,
    /// Start, hold or end the sending of a file.
    SendFile(SendFileCommand),
    /// Open the window that sends a file, with this one.
    OfferFile(PathBuf),
    /// Open the history of what was sent, or close it.
    ShowHistory,
    /// What the history's window asks for.
    History(HistoryCommand),
    /// Put what was sent before into the send box, or what was being typed.
    Recall {
        /// Older, not newer.
        up: bool,
    },
    /// Open the quick commands, or close them.
    ShowQuick,
    /// Change, send or run quick commands.
    Quick(Box<QuickOrder>),
    /// Shut down sending.
    HalfClose,
    /// Shut down sending to one client of a server, or of a client's connection.
    HalfCloseOf(Option<u32>),
    /// Close one connection with RST, or all.
    Reset(Option<u32>),
    /// Disconnect one client, or all.
    Disconnect(Option<u32>),
    /// A new journal.
    ClearLog,
    /// Empty the send box.
    ClearInput,
    /// Forget the remembered remote hosts.
    ClearRemotes,
    /// Open the dialog that saves the log.
    SaveLog,
    /// Open the dialog of multicast groups.
    Multicast,
    /// Open the editor of start and end marks or of a length field.
    EditFraming,
    /// Open the editor of what is appended.
    EditAppend,
    /// Open the editor of variables.
    EditVariables,
    /// Open the dialog of socket options.
    ShowAdvanced,
    /// Choose the file to which received bytes are written, or stop.
    SaveReceived,
    /// Count from zero.
    ResetCounters,
    /// Fold the left column away, or back.
    ToggleColumn,
    /// Copy the text of a record.
    CopyText(Box<Record>),
    /// Copy the bytes of a record as HEX.
    CopyHex(Box<Record>),
    /// Copy what is selected in the log.
    CopySelection,
    /// Show the fields and the bytes of a record.
    Inspect(Box<Record>),
    /// Give a peer a name in the chat of the shown tab.
    NamePeer(SocketAddr),
    /// Open the window of the automatic answers.
    ShowAnswers,
    /// Send to the peer of a record from now on.
    Reply(Box<Record>),
    /// Send the bytes of a record again.
    Resend(Box<Record>),
    /// Another language.
    SetLang(Language),
    /// Another theme.
    SetTheme(Theme),
    /// Another key that sends.
    SetSendKey(SendKey),
    /// Larger, smaller or as it was.
    Zoom(Zoom),
    /// Open FeiQ's window, or close it.
    ShowFeiq,
    /// FeiQ's node goes online, or offline.
    FeiqOnline,
    /// Tell FeiQ's node.
    Feiq(Box<FeiqCommand>),
    /// Open TFTP's window, or close it.
    ShowTftp,
    /// Start, end or look at transfers and the server.
    Tftp(Box<TftpCommand>),
    /// Open the window of TCP file download, or close it.
    ShowDownload,
    /// Start, end or look at downloads.
    Download(Box<DownloadCommand>),
    /// The list of shortcuts.
    ShowShortcuts,
    /// What this program is.
    ShowAbout,
    /// The notice was read.
    DismissNotice,
    /// End.
    Quit,
}

/// See [`Command::Zoom`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zoom {
    /// Larger.
    In,
    /// Smaller.
    Out,
    /// 100 %.
    Reset,
}

const CTRL: Modifiers = Modifiers::COMMAND;
const CTRL_SHIFT: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);

/// Shortcuts that work wherever the focus is: what they are called, the key, and which command it is.
pub const SHORTCUTS: &[(Text, KeyboardShortcut, Shortcut)] = &[
    (Text::NewSession, KeyboardShortcut::new(CTRL, Key::T), Shortcut::NewSession),
    (Text::CloseSession, KeyboardShortcut::new(CTRL, Key::W), Shortcut::CloseSession),
    (Text::PreviousSession, KeyboardShortcut::new(CTRL_SHIFT, Key::Tab), Shortcut::PreviousSession),
    (Text::NextSession, KeyboardShortcut::new(CTRL, Key::Tab), Shortcut::NextSession),
    (Text::RenameSession, KeyboardShortcut::new(Modifiers::NONE, Key::F2), Shortcut::RenameSession),
    (Text::OpenOrClose, KeyboardShortcut::new(Modifiers::NONE, Key::F5), Shortcut::ToggleLink),
    (Text::SaveLog, KeyboardShortcut::new(CTRL, Key::S), Shortcut::SaveLog),
    (Text::ClearLog, KeyboardShortcut::new(CTRL, Key::L), Shortcut::ClearLog),
    (Text::FoldColumn, KeyboardShortcut::new(CTRL, Key::B), Shortcut::ToggleColumn),
    (Text::SendFile, KeyboardShortcut::new(CTRL, Key::O), Shortcut::ShowSendFile),
    (Text::History, KeyboardShortcut::new(CTRL, Key::H), Shortcut::ShowHistory),
    (Text::Quick, KeyboardShortcut::new(CTRL, Key::K), Shortcut::ShowQuick),
    (Text::FeiqMenu, KeyboardShortcut::new(CTRL_SHIFT, Key::F), Shortcut::ShowFeiq),
    (Text::TftpMenu, KeyboardShortcut::new(CTRL_SHIFT, Key::D), Shortcut::ShowTftp),
    (Text::DownloadMenu, KeyboardShortcut::new(CTRL_SHIFT, Key::E), Shortcut::ShowDownload),
    (Text::Shortcuts, KeyboardShortcut::new(Modifiers::NONE, Key::F1), Shortcut::ShowShortcuts),
    (Text::Quit, KeyboardShortcut::new(CTRL, Key::Q), Shortcut::Quit),
];

/// A command that a key can mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shortcut {
    /// [`Command::NewSession`]
    NewSession,
    /// [`Command::CloseSession`] of the shown tab.
    CloseSession,
    /// [`Command::CycleSession`]
    NextSession,
    /// [`Command::CycleSession`]
    PreviousSession,
    /// [`Command::RenameSession`] of the shown tab.
    RenameSession,
    /// [`Command::ToggleLink`]
    ToggleLink,
    /// [`Command::SaveLog`]
    SaveLog,
    /// [`Command::ClearLog`]
    ClearLog,
    /// [`Command::ToggleColumn`]
    ToggleColumn,
    /// [`Command::ShowSendFile`]
    ShowSendFile,
    /// [`Command::ShowHistory`]
    ShowHistory,
    /// [`Command::ShowQuick`]
    ShowQuick,
    /// [`Command::ShowFeiq`]
    ShowFeiq,
    /// [`Command::ShowTftp`]
    ShowTftp,
    /// [`Command::ShowDownload`]
    ShowDownload,
    /// [`Command::ShowShortcuts`]
    ShowShortcuts,
    /// [`Command::Quit`]
    Quit,
}

impl Shortcut {
    /// The command, for the tab that is shown.
    pub fn command(self, shown: u64) -> Command {
        match self {
            Self::NewSession => Command::NewSession,
            Self::CloseSession => Command::CloseSession(shown),
            Self::NextSession => Command::CycleSession { backwards: false },
            Self::PreviousSession => Command::CycleSession { backwards: true },
            Self::RenameSession => Command::RenameSession(shown),
            Self::ToggleLink => Command::ToggleLink,
            Self::SaveLog => Command::SaveLog,
            Self::ClearLog => Command::ClearLog,
            Self::ToggleColumn => Command::ToggleColumn,
            Self::ShowSendFile => Command::ShowSendFile,
            Self::ShowHistory => Command::ShowHistory,
            Self::ShowQuick => Command::ShowQuick,
            Self::ShowFeiq => Command::ShowFeiq,
            Self::ShowTftp => Command::ShowTftp,
            Self::ShowDownload => Command::ShowDownload,
            Self::ShowShortcuts => Command::ShowShortcuts,
            Self::Quit => Command::Quit,
        }
    }

    /// The key, for menus and tooltips.
    pub fn key(self) -> KeyboardShortcut {
        SHORTCUTS
            .iter()
            .find(|(_, _, shortcut)| *shortcut == self)
            .map(|(_, key, _)| *key)
            .expect("every shortcut is in the table; a test looks")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shortcut_has_one_key_and_no_key_two_meanings() {
        for (i, (_, key, shortcut)) in SHORTCUTS.iter().enumerate() {
            assert_eq!(shortcut.key(), *key);
            assert!(SHORTCUTS[i + 1..].iter().all(|(_, other, _)| other != key), "{shortcut:?}");
        }
    }
}
