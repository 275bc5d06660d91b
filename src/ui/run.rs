//! Starts the window: one renderer, and if that one can't, the other in the same process.

use std::path::PathBuf;

use egui::{IconData, ViewportBuilder, vec2};

use super::app::{App, Start};
use crate::cli::Renderer;
#[cfg(unix)]
use crate::console::Terminator;
use crate::i18n::Lang;
use crate::settings::{self, Saver, Settings};

/// What the window is started with.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Peers inside the program.
    pub demo: bool,
    /// The language; `None`: as kept.
    pub lang: Option<Lang>,
    /// The renderer.
    pub renderer: Renderer,
    /// The folder of settings; `None`: the system's.
    pub config: Option<PathBuf>,
}

/// Why there is no window: one clear sentence.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// There is no display.
    #[error(
        "no window can be opened: there is no display (on a machine without a screen, start it with `xvfb-run -a`)"
    )]
    NoDisplay,
    /// No renderer works.
    #[error("no window can be opened: {tried} can be used on this display ({why})")]
    NoRenderer {
        /// What was tried.
        tried: &'static str,
        /// The first error.
        why: String,
    },
}

/// Opens the window and returns when it is closed.
pub fn run(options: &Options) -> Result<(), RunError> {
    if !has_display() {
        return Err(RunError::NoDisplay);
    }
    let order: &[eframe::Renderer] = match options.renderer {
        Renderer::Auto => &[eframe::Renderer::Glow, eframe::Renderer::Wgpu],
        Renderer::Glow => &[eframe::Renderer::Glow],
        Renderer::Wgpu => &[eframe::Renderer::Wgpu],
    };
    let mut first = None;
    for &renderer in order {
        match run_with(options, renderer) {
            Ok(()) => return Ok(()),
            Err(error) => {
                tracing::warn!(%error, ?renderer, "start a renderer");
                first.get_or_insert(error);
            }
        }
    }
    Err(match first {
        Some(eframe::Error::WinitEventLoop(_)) | None => RunError::NoDisplay,
        Some(error) => RunError::NoRenderer {
            tried: match options.renderer {
                Renderer::Auto => "neither OpenGL nor Vulkan or DirectX 12",
                Renderer::Glow => "no OpenGL",
                Renderer::Wgpu => "no Vulkan or DirectX 12",
            },
            why: plain(&error),
        },
    })
}

/// On Unix a window needs one of these; elsewhere there always is a desktop.
fn has_display() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(all(unix, not(target_os = "macos"))) || set("DISPLAY") || set("WAYLAND_DISPLAY") || set("WAYLAND_SOCKET")
}

/// The first line of an error: the rest is for programmers.
fn plain(error: &eframe::Error) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}

fn run_with(options: &Options, renderer: eframe::Renderer) -> Result<(), eframe::Error> {
    let dir = options.config.clone().or_else(settings::default_dir);
    let (settings, problem) = match &dir {
        Some(dir) => settings::load(dir),
        None => (Settings::default(), None),
    };
    let may_save = problem.as_ref().is_none_or(settings::Problem::allows_saving);
    let saver = dir.filter(|_| may_save).and_then(|dir| {
        Saver::start(dir).inspect_err(|error| tracing::warn!(%error, "start the thread that keeps settings")).ok()
    });
    let window = &settings.window;
    let mut viewport = ViewportBuilder::default()
        .with_title("网络调试助手 Wirebench")
        .with_app_id("wirebench")
        .with_inner_size(vec2(window.width, window.height))
        .with_min_inner_size(vec2(480.0, 360.0))
        .with_maximized(window.maximized)
        .with_icon(icon());
    if let (Some(x), Some(y)) = (window.x, window.y) {
        viewport = viewport.with_position(egui::pos2(x, y));
    }
    let native = eframe::NativeOptions {
        viewport,
        renderer,
        run_and_return: true,
        persist_window: false,
        centered: window.x.is_none(),
        ..eframe::NativeOptions::default()
    };
    let start = Start { settings, problem, saver, lang: options.lang, demo: options.demo };
    #[cfg(unix)]
    let mut _terminator = None; // listens until the window is closed
    let create = |cc: &eframe::CreationContext<'_>| {
        let app = App::new(&cc.egui_ctx, start);
        #[cfg(unix)]
        match Terminator::start(app.ender()) {
            Ok(terminator) => _terminator = Some(terminator),
            Err(error) => tracing::warn!(%error, "listen for requests to end"),
        }
        Ok(Box::new(app) as Box<dyn eframe::App>)
    };
    eframe::run_native("wirebench", native, Box::new(create))
}

/// The window's icon.
fn icon() -> IconData {
    eframe::icon_data::from_png_bytes(include_bytes!("../../assets/icon/wirebench-64.png")).unwrap_or_default()
}
