//! Quick commands, in a file of their own.

use serde::Serialize;

use super::{Document, Kept};
use crate::automation::command::{Group, QuickCommands};

impl Document for QuickCommands {
    const KEPT: Kept = Kept::QuickCommands;
    const VERSION: u32 = 1;

    fn to_toml(&self) -> Result<String, toml::ser::Error> {
        #[derive(Serialize)]
        struct File<'a> {
            version: u32,
            groups: &'a [Group],
        }
        toml::to_string(&File { version: Self::VERSION, groups: self.groups() })
    }

    fn from_toml(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use std::fs;

    use super::*;
    use crate::automation::Message;
    use crate::automation::command::QuickCommand;
    use crate::i18n::Lang;
    use crate::settings::{Problem, Saver, load_document, save};

    fn some() -> QuickCommands {
        let message = Message { text: "温度?\r\n".to_owned(), ..Message::default() };
        let mut all = QuickCommands::default();
        all.add_group(Group::named("设备").with_commands(vec![QuickCommand::new("查询", message)])).unwrap();
        all
    }

    #[test]
    fn they_come_back() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(load_document::<QuickCommands>(dir.path()), (QuickCommands::default(), None));
        for all in [QuickCommands::default(), some()] {
            save(dir.path(), &all).unwrap();
            assert_eq!(load_document::<QuickCommands>(dir.path()), (all, None));
        }
    }

    #[test]
    fn a_damaged_file_is_set_aside_under_its_own_name() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("quick.toml"), "version = 1\n[[groups]]\nname = 7\n").unwrap();
        let (all, problem) = load_document::<QuickCommands>(dir.path());
        assert_eq!(all, QuickCommands::default());
        let Some(problem @ Problem::Damaged { .. }) = problem else { panic!("{problem:?}") };
        let said = problem.text(Lang::ZhCn);
        assert!(said.starts_with("快捷指令文件已损坏") && said.contains("quick.damaged-20"), "{said}");
        assert!(said.contains("line 3: "), "{said}");
        assert!(problem.text(Lang::En).contains("shortcuts"));
    }

    #[test]
    fn they_are_written_off_the_windows_thread() {
        let dir = tempfile::tempdir().unwrap();
        let saver = Saver::start(dir.path().to_owned()).unwrap();
        saver.save(some());
        drop(saver);
        assert_eq!(load_document::<QuickCommands>(dir.path()), (some(), None));
    }
}
