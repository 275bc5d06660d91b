//! 历史记录: what was kept on disk, searched off the window's thread.

use std::path::{Path, PathBuf};

use egui::{Label, RichText, ScrollArea, TextEdit, Ui, vec2};

use super::PageContext;
use super::people::one_line;
use crate::i18n::{Text, fill};
use crate::journal::Wake;
use crate::service::feiq::history::{Entry, Query, Search, What};
use crate::ui::theme::{CONTROL_HEIGHT, Palette};
use crate::ui::widget::row;
use crate::ui::words::{short_time, visible};

/// So many lines are found at most.
const LIMIT: usize = 300;

/// A search and what it found.
pub struct HistoryView {
    folder: PathBuf,
    who: String,
    text: String,
    everyone: bool,
    asked: Option<(String, bool)>,
    search: Option<Search>,
    refused: Option<String>,
    wake: Wake,
}

impl HistoryView {
    /// Of someone, by address or group.
    pub fn new(folder: &Path, who: String, wake: Wake) -> Self {
        Self {
            folder: folder.to_owned(),
            who,
            text: String::new(),
            everyone: false,
            asked: None,
            search: None,
            refused: None,
            wake,
        }
    }

    /// Draws the field and what was found.
    pub fn ui(&mut self, ui: &mut Ui, context: &PageContext<'_>) {
        row(ui, |ui| {
            let label = ui.label(context.text(Text::FeiqSearch));
            let size = vec2((ui.available_width() - 130.0).max(80.0), CONTROL_HEIGHT);
            ui.add(TextEdit::singleline(&mut self.text).desired_width(size.x).min_size(size)).labelled_by(label.id);
            ui.checkbox(&mut self.everyone, context.text(Text::FeiqEveryone));
        });
        self.ask();
        let palette = Palette::of(ui);
        if let Some(refused) = &self.refused {
            ui.label(RichText::new(refused).color(palette.error));
        }
        let Some(found) = self.search.as_ref().and_then(Search::found) else { return };
        let mut said = fill(context.text(Text::FeiqFound), &[("n", &found.entries.len())]);
        if found.damaged > 0 {
            said = format!("{said}  {}", fill(context.text(Text::FeiqDamaged), &[("n", &found.damaged)]));
        }
        if let Some(trouble) = &found.trouble {
            said = format!("{said}  {trouble}");
        }
        ui.label(RichText::new(said).small().color(palette.secondary));
        ScrollArea::vertical().id_salt("feiq history").auto_shrink(false).show(ui, |ui| {
            ui.set_width(ui.available_width() - 12.0);
            for entry in &found.entries {
                entry_ui(ui, entry, context);
            }
        });
    }

    /// Searches anew when the words change.
    fn ask(&mut self) {
        let wanted = (self.text.clone(), self.everyone);
        if self.asked.as_ref() == Some(&wanted) {
            return;
        }
        let query = Query {
            text: self.text.trim().to_owned(),
            peer: if self.everyone { String::new() } else { self.who.clone() },
            limit: LIMIT,
            ..Query::default()
        };
        match Search::start(self.folder.clone(), query, self.wake.clone()) {
            Ok(search) => self.search = Some(search),
            Err(error) => self.refused = Some(error.to_string()),
        }
        self.asked = Some(wanted);
    }
}

fn entry_ui(ui: &mut Ui, entry: &Entry, context: &PageContext<'_>) {
    let palette = Palette::of(ui);
    let colour = if entry.sent { palette.sent } else { palette.received };
    let arrow = if entry.sent { "→" } else { "←" };
    let head = format!("{}  {arrow} {}", short_time(entry.timestamp()), one_line(&entry.name));
    ui.label(RichText::new(head).small().color(colour));
    let text = match entry.what {
        What::Text if entry.text.is_empty() && entry.sealed => context.text(Text::FeiqSealedClosed).to_owned(),
        What::Text => visible(&entry.text),
        What::Encrypted => context.text(Text::FeiqEncrypted).to_owned(),
        What::Shake => context.text(Text::FeiqShake).to_owned(),
        What::Image => format!("[{}]", context.text(Text::FeiqImage)),
    };
    let mut line = text;
    for name in &entry.attached {
        line = format!("{line}  [{}]", one_line(name));
    }
    ui.add(Label::new(line).selectable(true).wrap());
    ui.add_space(4.0);
}
