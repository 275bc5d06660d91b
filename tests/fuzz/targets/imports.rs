//! Any bytes as a file of quick commands: no panic, what is left out lies in the file, and what is imported can be
//! added to others and comes back from our own format.

#![no_main]

use libfuzzer_sys::fuzz_target;
use wirebench::automation::command::QuickCommands;
use wirebench::automation::import::{Format, export, import};

fuzz_target!(|bytes: &[u8]| {
    let lines = bytes.split(|byte| *byte == b'\n').count();
    let imported = match import(bytes, "file") {
        Ok(imported) => imported,
        Err(error) => return assert!(error.line.is_none_or(|line| (1..=lines + 1).contains(&line))),
    };
    assert!(imported.left_out.iter().all(|left_out| (1..=lines).contains(&left_out.line)));
    let mut all = QuickCommands::default();
    if all.add_groups(imported.groups).is_err() {
        return; // limits of all groups together
    }
    let text = export(&all.groups().iter().collect::<Vec<_>>()).expect("groups can be written");
    let again = import(text.as_bytes(), "file").expect("what was written can be read");
    assert_eq!(again.format, Format::Toml);
    let mut back = QuickCommands::default();
    back.add_groups(again.groups).expect("as many as before");
    assert_eq!(back, all);
});
