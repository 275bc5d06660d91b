//! The real window while datagrams pour in: frames a second, the longest pause, and how soon it answers a click.
//!
//! `cargo bench --bench window_flood [-- SECONDS [tcp]]` on a display (`xvfb-run -a` where there is none; then the
//! renderer is a software one, the hard case): datagrams at 100,000 and 200,000 a second, or with `tcp` a stream at full
//! loopback speed. Prints figures, asserts nothing.
#![allow(unsafe_code, clippy::unwrap_used)] // the sender's system calls; a bench may panic
#![allow(clippy::disallowed_methods)] // the sender sleeps between its bursts: that is its pace

#[cfg(target_os = "linux")]
mod sender;

fn main() {
    #[cfg(target_os = "linux")]
    linux::main();
    #[cfg(not(target_os = "linux"))]
    println!("window_flood: needs Linux (sendmmsg)");
}

#[cfg(target_os = "linux")]
mod linux {
    use std::io::{Read, Write};
    use std::process::Child;
    use std::sync::{Arc, Mutex, Weak};
    use std::time::{Duration, Instant};

    use egui::{Context, Event, FullOutput, Key, Modifiers, PointerButton, Pos2, RawInput, ViewportCommand};
    use wirebench::net::Phase;
    use wirebench::settings::{Mode, Settings, TabSettings};
    use wirebench::ui::{App, Start};

    use super::sender::{send, spawn};

    /// Time between two clicks.
    const CLICKS: Duration = Duration::from_millis(250);
    /// After the sender has stopped, the rest arrives.
    const TAIL: Duration = Duration::from_secs(1);

    pub fn main() {
        let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
        if let [mode, to, rate, seconds] = arguments.as_slice()
            && mode == "--send"
        {
            let seconds = seconds.parse().unwrap();
            if rate == "tcp" {
                stream(to, seconds);
            } else {
                send(to.parse().unwrap(), rate.parse().unwrap(), seconds);
            }
            return;
        }
        let seconds = arguments.first().map_or(10, |a| a.parse().expect("the argument is a number of seconds"));
        let tcp = arguments.get(1).is_some_and(|a| a == "tcp");
        let result = Arc::new(Mutex::new(Vec::new()));
        let lines = Arc::clone(&result);
        let native = eframe::NativeOptions {
            viewport: egui::ViewportBuilder::default().with_inner_size([1400.0, 900.0]),
            renderer: eframe::Renderer::Glow,
            ..eframe::NativeOptions::default()
        };
        let create = move |cc: &eframe::CreationContext<'_>| {
            let mode = if tcp { Mode::TcpServer } else { Mode::Udp };
            let tab =
                TabSettings { mode, local_address: "127.0.0.1".to_owned(), local_port: 0, ..TabSettings::default() };
            let mut settings = Settings::default();
            settings.tabs.push(tab);
            let start =
                Start { settings, problem: None, saver: None, lang: Some(wirebench::i18n::Lang::En), demo: false };
            let app = App::new(&cc.egui_ctx, start);
            let pointer = Arc::new(Mutex::new(Pointer::default()));
            cc.egui_ctx.add_plugin(Hand(Arc::clone(&pointer)));
            let (weak, ctx) = (Arc::downgrade(&pointer), cc.egui_ctx.clone());
            std::thread::Builder::new().name("hand".to_owned()).spawn(move || click(&weak, &ctx)).unwrap();
            Ok(Box::new(Probe::new(app, pointer, seconds, tcp, lines)) as Box<dyn eframe::App>)
        };
        eframe::run_native("window_flood", native, Box::new(create)).unwrap();
        for line in result.lock().unwrap().iter() {
            println!("{line}");
        }
    }

    /// Sends a stream as fast as it is taken, then says how many bytes that were.
    fn stream(to: &str, seconds: u64) {
        let mut socket = std::net::TcpStream::connect(to).unwrap();
        let block: Vec<u8> =
            "0123456789 你好，世界 abcdefghijklmnopqrstuvwxyz\n".bytes().cycle().take(256 << 10).collect();
        let start = Instant::now();
        let mut sent = 0;
        while start.elapsed() < Duration::from_secs(seconds) {
            socket.write_all(&block).unwrap();
            sent += block.len();
        }
        println!("{sent}");
    }

    /// Resident memory, in bytes.
    fn memory() -> u64 {
        let pages = std::fs::read_to_string("/proc/self/statm").unwrap();
        pages.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 4096
    }

    /// What is to be clicked, and where it is.
    #[derive(Default)]
    struct Pointer {
        hex: Option<Pos2>,
        ascii: Option<Pos2>,
        events: Vec<Event>,
        /// It is time to click.
        clicking: bool,
        /// Which view is drawn.
        is_hex: bool,
        /// When the other one was clicked, which is not drawn yet.
        clicked: Option<Instant>,
    }

    /// Clicks HEX or ASCII now and then, whatever the window does at that moment, as a hand would.
    fn click(pointer: &Weak<Mutex<Pointer>>, ctx: &Context) {
        loop {
            std::thread::sleep(CLICKS);
            let Some(pointer) = pointer.upgrade() else { return };
            let mut pointer = pointer.lock().unwrap();
            let Some(pos) = (if pointer.is_hex { pointer.ascii } else { pointer.hex }) else { continue };
            if !pointer.clicking || pointer.clicked.is_some() {
                continue;
            }
            pointer.events.push(Event::PointerMoved(pos));
            for pressed in [true, false] {
                let modifiers = Modifiers::NONE;
                let button = PointerButton::Primary;
                pointer.events.push(Event::PointerButton { pos, button, pressed, modifiers });
            }
            pointer.clicked = Some(Instant::now());
            drop(pointer);
            ctx.request_repaint();
        }
    }

    /// Finds the buttons by their names, and clicks.
    struct Hand(Arc<Mutex<Pointer>>);

    impl egui::Plugin for Hand {
        fn debug_name(&self) -> &'static str {
            "window_flood"
        }

        fn input_hook(&mut self, _: &Context, input: &mut RawInput) {
            input.events.append(&mut self.0.lock().unwrap().events);
        }

        fn output_hook(&mut self, ctx: &Context, output: &mut FullOutput) {
            let mut pointer = self.0.lock().unwrap();
            if pointer.hex.is_some() {
                return;
            }
            let Some(update) = &output.platform_output.accesskit_update else { return };
            let place = |name: &str| {
                let named = |node: &&(egui::accesskit::NodeId, egui::accesskit::Node)| {
                    node.1.role() == egui::Role::RadioButton && node.1.label() == Some(name)
                };
                // Two groups have such buttons; the upper one is the receiving one.
                let bounds = update.nodes.iter().filter(named).filter_map(|node| node.1.bounds());
                let bounds = bounds.min_by(|a, b| a.y0.total_cmp(&b.y0))?;
                Some(egui::pos2(f64::midpoint(bounds.x0, bounds.x1) as f32, f64::midpoint(bounds.y0, bounds.y1) as f32))
            };
            pointer.hex = place("HEX");
            pointer.ascii = place("ASCII");
            ctx.disable_accesskit();
        }
    }

    enum Step {
        Opening,
        Flood { sender: Child, rate: u64, began: Instant, before: u64 },
        Tail { rate: u64, sent: u64, ended: Instant, before: u64 },
    }

    struct Probe {
        app: App,
        pointer: Arc<Mutex<Pointer>>,
        seconds: u64,
        tcp: bool,
        memory_before: u64,
        memory_most: u64,
        lines: Arc<Mutex<Vec<String>>>,
        rates: Vec<u64>,
        step: Step,
        frames: Vec<Instant>,
        reactions: Vec<Duration>,
        pressed_open: bool,
    }

    impl Probe {
        fn new(
            app: App,
            pointer: Arc<Mutex<Pointer>>,
            seconds: u64,
            tcp: bool,
            lines: Arc<Mutex<Vec<String>>>,
        ) -> Self {
            Self {
                app,
                pointer,
                seconds,
                tcp,
                memory_before: 0,
                memory_most: 0,
                lines,
                rates: if tcp { vec![0] } else { vec![200_000, 100_000] },
                step: Step::Opening,
                frames: Vec::new(),
                reactions: Vec::new(),
                pressed_open: false,
            }
        }

        fn is_hex(&self) -> bool {
            self.app.shown_view().mode == wirebench::journal::rows::Mode::Hex
        }

        fn received(&self) -> u64 {
            let counters = self.app.shown_session().counters();
            if self.tcp { counters.received_bytes } else { counters.received_packets + counters.kernel_drops }
        }

        /// The key of the open button.
        fn press_open(&self) {
            self.pointer.lock().unwrap().events.push(Event::Key {
                key: Key::F5,
                physical_key: None,
                pressed: true,
                repeat: false,
                modifiers: Modifiers::NONE,
            });
        }

        /// Takes the time from a click until the frame with the other view is drawn, which is when the next one begins.
        fn look_at_click(&mut self) {
            let is_hex = self.is_hex();
            let mut pointer = self.pointer.lock().unwrap();
            pointer.clicking = true;
            if pointer.is_hex != is_hex {
                pointer.is_hex = is_hex;
                self.reactions.extend(pointer.clicked.take().map(|clicked| clicked.elapsed()));
            }
        }

        fn report(&mut self, rate: u64, sent: u64, before: u64) {
            let took = (self.frames.last().unwrap().duration_since(self.frames[0])).as_secs_f64();
            let gaps: Vec<Duration> = self.frames.windows(2).map(|w| w[1] - w[0]).collect();
            let most = gaps.iter().max().copied().unwrap_or_default();
            self.reactions.sort();
            let reaction = |share: f64| {
                let n = self.reactions.len();
                self.reactions.get(((n.max(1) - 1) as f64 * share) as usize).copied().unwrap_or_default()
            };
            let drops = self.app.shown_session().counters().kernel_drops;
            let lost = sent - (self.received() - before);
            let what = if self.tcp {
                format!("TCP, {:.2} GB/s", sent as f64 / 1e9 / self.seconds as f64)
            } else {
                format!("{rate} datagrams/s, {sent} sent")
            };
            self.lines.lock().unwrap().push(format!(
                "{what}: {:.0} frames/s, longest pause {} ms; click to drawn: median {} ms, \
                 most {} ms ({} clicks); kernel drops {drops}, lost in the program {lost}; memory +{} MiB",
                self.frames.len() as f64 / took,
                most.as_millis(),
                reaction(0.5).as_millis(),
                reaction(1.0).as_millis(),
                self.reactions.len(),
                self.memory_most.saturating_sub(self.memory_before) >> 20,
            ));
        }

        fn advance(&mut self, ctx: &Context) {
            match &mut self.step {
                Step::Opening => {
                    let Phase::Open { local, .. } = self.app.shown_session().status().phase else {
                        let found = self.pointer.lock().unwrap().hex.is_some();
                        if !found {
                            ctx.enable_accesskit();
                        }
                        if self.rates.is_empty() {
                            ctx.send_viewport_cmd(ViewportCommand::Close);
                        } else if !self.pressed_open && found {
                            self.pressed_open = true;
                            self.press_open();
                        }
                        ctx.request_repaint();
                        return;
                    };
                    let Some(rate) = self.rates.pop() else {
                        if self.pressed_open {
                            self.pressed_open = false;
                            self.press_open(); // closes it, so that the window asks nothing at its end
                        }
                        ctx.request_repaint();
                        return;
                    };
                    let before = self.received();
                    self.frames.clear();
                    self.reactions.clear();
                    self.memory_before = memory();
                    self.memory_most = 0;
                    let pace = if self.tcp { "tcp".to_owned() } else { rate.to_string() };
                    self.step =
                        Step::Flood { sender: spawn(local, &pace, self.seconds), rate, began: Instant::now(), before };
                }
                Step::Flood { sender, rate, began, before } => {
                    if began.elapsed() > Duration::from_secs(self.seconds)
                        && let Some(status) = sender.try_wait().unwrap()
                    {
                        assert!(status.success());
                        let mut output = String::new();
                        sender.stdout.take().unwrap().read_to_string(&mut output).unwrap();
                        let (rate, before) = (*rate, *before);
                        let mut pointer = self.pointer.lock().unwrap();
                        (pointer.clicking, pointer.clicked) = (false, None);
                        drop(pointer);
                        let sent = output.trim().parse().unwrap();
                        self.step = Step::Tail { rate, sent, ended: Instant::now(), before };
                        return;
                    }
                    if began.elapsed() <= Duration::from_secs(self.seconds) {
                        self.frames.push(Instant::now()); // the window's own frames: nothing here asks for one
                        self.memory_most = self.memory_most.max(memory());
                        self.look_at_click();
                        ctx.request_repaint_after(Duration::from_millis(200)); // to see the end
                    } else {
                        ctx.request_repaint();
                    }
                }
                Step::Tail { rate, sent, ended, before } => {
                    if ended.elapsed() > TAIL {
                        let (rate, sent, before) = (*rate, *sent, *before);
                        self.report(rate, sent, before);
                        self.step = Step::Opening;
                    }
                    ctx.request_repaint();
                }
            }
        }
    }

    impl eframe::App for Probe {
        fn logic(&mut self, ctx: &Context, _: &mut eframe::Frame) {
            self.advance(ctx);
            self.app.logic(ctx);
        }

        fn ui(&mut self, ui: &mut egui::Ui, _: &mut eframe::Frame) {
            self.app.ui(ui);
        }
    }
}
