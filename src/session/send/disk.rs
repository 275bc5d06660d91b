//! What a template's fields ask of the world: variables, and small files.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;

use crate::codec::template::{Lookup, MAX_LEN_BYTES};

/// Variables with their texts, and the files of this machine: regular ones of at most [`MAX_LEN_BYTES`].
#[derive(Clone, Debug, Default)]
pub struct Disk {
    variables: BTreeMap<String, String>,
}

impl Disk {
    /// With these variables.
    pub fn new(variables: BTreeMap<String, String>) -> Self {
        Self { variables }
    }
}

impl Lookup for Disk {
    fn variable(&mut self, name: &str) -> Option<String> {
        self.variables.get(name).cloned()
    }

    fn file(&mut self, path: &str) -> Result<Vec<u8>, String> {
        let words = |error: std::io::Error| error.to_string();
        // Asked first: the mere opening of a pipe may wait for ever.
        let found = fs::metadata(path).map_err(words)?;
        if !found.is_file() {
            return Err("not a regular file".to_owned());
        }
        let too_long = || format!("longer than {MAX_LEN_BYTES} bytes");
        if found.len() > MAX_LEN_BYTES as u64 {
            return Err(too_long());
        }
        let mut bytes = Vec::with_capacity(found.len() as usize);
        File::open(path).map_err(words)?.take(MAX_LEN_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(words)?;
        if bytes.len() > MAX_LEN_BYTES { Err(too_long()) } else { Ok(bytes) }
    }
}
