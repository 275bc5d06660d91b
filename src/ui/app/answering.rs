//! Automatic answers: keeps those of every tab going, and draws their window.

use std::time::Instant;

use egui::{Context, UserAttentionType, ViewportCommand};

use super::App;
use crate::ui::dialog::AnswerContext;

impl App {
    /// Begins, ends and changes the answers of the tabs.
    pub(super) fn tend_answers(&mut self, ctx: &Context) {
        let (now, shown) = (Instant::now(), self.shown);
        for (index, tab) in self.tabs.iter_mut().enumerate() {
            let tended = tab.tend_answers(now, self.lang);
            if let Some(wait) = tended.again {
                ctx.request_repaint_after(wait);
            }
            if tended.beeped {
                ctx.send_viewport_cmd(ViewportCommand::RequestUserAttention(UserAttentionType::Informational));
                tab.unread |= index != shown;
            }
        }
        let context = AnswerContext { lang: self.lang, folder: &self.save_folder, wake: &self.wake };
        self.answers.tend(&mut self.tabs[shown], &context);
    }

    /// Draws the window of the shown tab's answers.
    pub(super) fn answers_ui(&mut self, ctx: &Context) {
        let context = AnswerContext { lang: self.lang, folder: &self.save_folder, wake: &self.wake };
        self.answers.ui(ctx, &mut self.tabs[self.shown], &context);
    }
}
