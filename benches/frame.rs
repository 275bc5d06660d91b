//! What a frame of the window costs without the renderer: logic, layout and the shapes. By the clock: a busy machine
//! makes the percentiles worse than the CPU time is.
//! `cargo bench --bench frame [-- quick]`; prints percentiles, asserts nothing.
//!
//! The whole window is drawn over a journal of 10 million records, most of them in the spill file: following the end
//! while records come, at rest, and jumping to places that must first be read back.
#![allow(clippy::unwrap_used)] // a benchmark that cannot run has nothing to say

use std::net::SocketAddr;
use std::time::Instant;

use egui::{Context, Event, Key, Modifiers, MouseWheelUnit, RawInput, Rect, pos2, vec2};
use wirebench::journal::{Batch, Head, Kind, Peer, Recorder, Timestamp};
use wirebench::settings::Settings;
use wirebench::ui::{App, Start};

/// Frames of each scene.
const FRAMES: usize = 600;
/// Records that come between two frames: 100,000 a second at 60 frames a second.
const BETWEEN: usize = 1_667;

fn main() {
    let quick = std::env::args().any(|arg| arg == "quick");
    let records = if quick { 1_000_000 } else { 10_000_000 };
    let mut window = Window::new();
    let recorder = window.app.shown_session().recorder().clone();
    append(&recorder, records);
    println!("{} records of 64 bytes, window 1400x900", recorder.journal().len());

    window.scene("at rest", |_, _| Vec::new());
    window.scene("following the end, 100,000 records/s", |_, _| {
        append(&recorder, BETWEEN);
        Vec::new()
    });
    window.scene("wheel", |frame, centre| {
        let delta = if frame % 2 == 0 { 90.0 } else { 60.0 };
        vec![Event::PointerMoved(centre), wheel(delta)]
    });
    window.scene("page up", |_, _| vec![press(Key::PageUp)]);
    window.scene("dragging the scroll bar through everything", |frame, _| {
        let y = 80.0 + 500.0 * (frame as f32 * 0.618).fract();
        vec![Event::PointerMoved(pos2(1386.0, y)), button(pos2(1386.0, y), frame % 2 == 0)]
    });
}

fn append(recorder: &Recorder, records: usize) {
    let addr = SocketAddr::from(([127, 0, 0, 1], 8080));
    let head = Head { time: Timestamp::now(), kind: Kind::Received, peer: Some(Peer::datagram(addr)), charset: None };
    let payload = "0123456789 你好，世界 abcdefghijklmnopqrstuvwxyz 0123456789!".as_bytes();
    let mut batch = Batch::default();
    for n in 0..records {
        batch.push(head, &payload[..64]);
        if batch.len() == 64 || n + 1 == records {
            recorder.append(&mut batch);
        }
    }
}

fn wheel(delta: f32) -> Event {
    Event::MouseWheel {
        unit: MouseWheelUnit::Point,
        delta: vec2(0.0, delta),
        phase: egui::TouchPhase::Move,
        source: egui::MouseWheelSource::Unknown,
        modifiers: Modifiers::NONE,
    }
}

fn press(key: Key) -> Event {
    Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers: Modifiers::NONE }
}

fn button(pos: egui::Pos2, pressed: bool) -> Event {
    Event::PointerButton { pos, button: egui::PointerButton::Primary, pressed, modifiers: Modifiers::NONE }
}

struct Window {
    ctx: Context,
    app: App,
    time: f64,
}

impl Window {
    fn new() -> Self {
        let ctx = Context::default();
        let start = Start { settings: Settings::default(), problem: None, saver: None, lang: None, demo: false };
        let app = App::new(&ctx, start);
        Self { ctx, app, time: 0.0 }
    }

    /// One frame; its time in milliseconds, without and with the triangles.
    fn frame(&mut self, events: Vec<Event>) -> (f64, f64) {
        self.time += 1.0 / 60.0;
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(pos2(0.0, 0.0), vec2(1400.0, 900.0))),
            time: Some(self.time),
            events,
            focused: true,
            ..RawInput::default()
        };
        let start = Instant::now();
        self.app.logic(&self.ctx);
        let output = self.ctx.run_ui(input, |ui| self.app.ui(ui));
        let drawn = start.elapsed().as_secs_f64() * 1e3;
        let triangles = self.ctx.tessellate(output.shapes, output.pixels_per_point);
        std::hint::black_box(triangles);
        (drawn, start.elapsed().as_secs_f64() * 1e3)
    }

    fn scene(&mut self, name: &str, mut before: impl FnMut(usize, egui::Pos2) -> Vec<Event>) {
        for _ in 0..10 {
            self.frame(Vec::new());
        }
        let click = pos2(700.0, 300.0);
        self.frame(vec![Event::PointerMoved(click), button(click, true)]);
        self.frame(vec![button(click, false)]);
        let mut drawn = Vec::with_capacity(FRAMES);
        let mut whole = Vec::with_capacity(FRAMES);
        let start = Instant::now();
        for frame in 0..FRAMES {
            let (a, b) = self.frame(before(frame, click));
            drawn.push(a);
            whole.push(b);
        }
        println!(
            "{name}: p50 {:.2} ms, p99 {:.2} ms, most {:.2} ms; with the triangles p99 {:.2} ms ({:.0} frames/s)",
            percentile(&mut drawn, 0.5),
            percentile(&mut drawn, 0.99),
            percentile(&mut drawn, 1.0),
            percentile(&mut whole, 0.99),
            FRAMES as f64 / start.elapsed().as_secs_f64(),
        );
    }
}

fn percentile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    values[((values.len() - 1) as f64 * share).round() as usize]
}
