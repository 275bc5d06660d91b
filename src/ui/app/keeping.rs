//! Keeps the settings: looks now and then whether they changed, and hands them to the [`Saver`]'s thread.

use std::time::{Duration, Instant};

use egui::Context;

use super::App;
use crate::settings::Settings;

/// How often changed settings are looked for.
const INTERVAL: Duration = Duration::from_secs(1);

impl App {
    pub(super) fn keep_settings(&mut self, ctx: &Context) {
        self.settings.zoom = ctx.zoom_factor();
        let Some(saver) = &self.saver else { return };
        if let Some(error) = saver.take_failure() {
            let text = error.text(self.lang);
            if !self.notices.contains(&text) {
                self.notices.push(text);
            }
        }
        let passed = self.looked_at_settings.elapsed();
        // What this frame's events change is looked at later: they are obeyed after this. Each frame asks again, as egui
        // forgets a delayed repaint when another frame comes before it.
        let events = ctx.input(|i| !i.events.is_empty());
        self.settings_touched |= events;
        if passed < INTERVAL {
            if self.settings_touched {
                ctx.request_repaint_after(INTERVAL.saturating_sub(passed));
            }
            return;
        }
        self.settings_touched = events;
        if events {
            ctx.request_repaint_after(INTERVAL);
        }
        self.looked_at_settings = Instant::now();
        self.look_at_window(ctx);
        let now = self.current_settings();
        if now != self.saved {
            if let Some(saver) = &self.saver {
                saver.save(now.clone());
            }
            self.saved = now;
        }
        self.keep_documents();
    }

    /// Hands over what was sent and the quick commands, if they changed.
    fn keep_documents(&mut self) {
        let (sent, quick, lang) = (&self.sent, &self.quick, self.lang);
        let failures = [
            self.sent_shelf.keep(sent.changes(), || sent.history().clone(), lang),
            self.quick_shelf.keep(quick.changes(), || quick.commands.clone(), lang),
        ];
        for text in failures.into_iter().flatten() {
            if !self.notices.contains(&text) {
                self.notices.push(text);
            }
        }
    }

    /// Hands over what was changed since, and waits until it is written.
    pub(super) fn keep_last_settings(&mut self) {
        self.keep_documents();
        if let Some(saver) = self.saver.take() {
            let now = self.current_settings();
            if now != self.saved {
                saver.save(now);
            }
        }
    }

    /// The window's place, in points of zoom 1: with these it is opened before the zoom is known.
    fn look_at_window(&mut self, ctx: &Context) {
        let zoom = ctx.zoom_factor();
        let window = &mut self.settings.window;
        ctx.input(|i| {
            let viewport = i.viewport();
            window.maximized = viewport.maximized.unwrap_or(false);
            if window.maximized || viewport.minimized.unwrap_or(false) {
                return; // keeps the place to which it is restored
            }
            if let Some(inner) = viewport.inner_rect {
                (window.width, window.height) = (inner.width() * zoom, inner.height() * zoom);
            }
            if let Some(outer) = viewport.outer_rect {
                (window.x, window.y) = (Some(outer.left() * zoom), Some(outer.top() * zoom));
            }
        });
    }

    fn current_settings(&self) -> Settings {
        let mut now = self.settings.clone();
        // The tabs of a demonstration do not replace those that are kept.
        if self.demo.is_none() {
            now.tabs = self.tabs.iter().filter(|tab| tab.kept).map(|tab| tab.settings.clone()).collect();
        }
        now.tftp.history.extend(self.tftp.transfers.records(self.lang));
        now.download.history.extend(self.download.transfers.records(self.lang));
        now
    }
}
