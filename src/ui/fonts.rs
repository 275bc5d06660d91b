//! Fonts: a bundled one that has Chinese and aligns HEX, and the system's for everything else.

use std::sync::Arc;

use egui::{FontData, FontDefinitions, FontFamily};

const MONO: &str = "wirebench-mono";
const SANS: &str = "wirebench-sans";

/// What to install: the log's monospaced font (a hanzi is exactly two half-width characters) and the UI font.
/// What these lack comes from the system's fonts, on demand (eframe's `system_font_fallback`).
pub fn definitions() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    let mono = FontData::from_static(include_bytes!("../../assets/fonts/WirebenchMono-Regular.otf"));
    let sans = FontData::from_static(include_bytes!("../../assets/fonts/WirebenchSans-Regular.otf"));
    fonts.font_data.insert(MONO.to_owned(), Arc::new(mono));
    fonts.font_data.insert(SANS.to_owned(), Arc::new(sans));
    fonts.families.entry(FontFamily::Monospace).or_default().insert(0, MONO.to_owned());
    let proportional = fonts.families.entry(FontFamily::Proportional).or_default();
    proportional.insert(0, SANS.to_owned());
    proportional.insert(1, MONO.to_owned());
    fonts
}
