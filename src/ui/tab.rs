//! A tab: a session with its settings and its log view.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Zoned;

use crate::automation::history::Recall;
use crate::codec::append::Block;
use crate::codec::dump::DumpWidth;
use crate::codec::framing::Framing;
use crate::codec::template::{Context, NoFiles, Random, Template};
use crate::codec::{Charset, hex};
use crate::i18n::{Lang, Text, decoded_line, event_line, fill, frame_text};
use crate::journal::rows::{self, Words};
use crate::journal::{self, Failure, Peer, Wake};
use crate::net::{Interface, LinkConfig, Outgoing, Phase, Status, Target, TcpClientConfig, TcpServerConfig, UdpConfig};
use crate::service::feiq::FeiqConfig;
use crate::session::{ComposeError, Composer, Form, Prepared, Session};
use crate::settings::{Mode, SendForm, TabSettings, View};
use crate::ui::addresses::{group, local_address, parse_remote, remote_host};
use crate::ui::answers::{Answers, Tended, Wanted};
use crate::ui::chat::ChatView;
use crate::ui::dialog::socket_options;
use crate::ui::panel::{Caret, FramingFields, QuickAppend};
use crate::ui::sending::Sending;
use crate::ui::widget::LogView;
use crate::ui::words;

/// A session with its settings and its log view.
pub struct Tab {
    /// Unique while the program runs.
    pub id: u64,
    /// What is kept of it.
    pub settings: TabSettings,
    /// Whether it is there again in the next run.
    pub kept: bool,
    /// The session.
    pub session: Session,
    /// Its log.
    pub log: LogView,
    /// The same as a conversation.
    pub chat: ChatView,
    /// Its automatic answers.
    pub answers: Answers,
    /// What the link was at the beginning of this frame.
    pub status: Status,
    /// Fields as typed.
    pub typed: Typed,
    /// The client that is sent to (TCP server); `None`: all. One that is gone stays chosen: what was meant for one
    /// must not go to all of them.
    pub client: Option<Peer>,
    /// Sends go out again and again.
    pub cycle: bool,
    /// Data came while another tab was shown.
    pub unread: bool,
    /// Something failed while another tab was shown.
    pub failed: bool,
    /// What went wrong with the last action; the next one clears it.
    pub error: Option<String>,
    /// An input method composes a text in the send box.
    pub composing: bool,
    /// How many bytes the send box stands for, or why it can't be sent; `None`: to be computed.
    pub composed: Option<Result<ByteCount, ComposeError>>,
    /// How many templates were filled in before: what `{counter}` gives.
    counter: u64,
    random: Random,
    /// Which of the three groups are folded.
    pub folded: [bool; 3],
    /// What it sends by itself.
    pub sending: Sending,
    /// Where the send box was drawn last.
    pub box_place: egui::Rect,
    /// Where its caret is.
    pub caret: Caret,
    /// Walks through what was sent before.
    pub recall: Recall,
    /// The record on which the context menu is open.
    pub menu_record: Option<Box<crate::journal::Record>>,
    wake: Wake,
    lang: Lang,
    seen_records: u64,
    seen_failure: u64,
}

/// How many bytes a send has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteCount {
    /// Each the same.
    Always(usize),
    /// The next one of a template.
    Now(usize),
    /// A template with files, which are read when it is sent.
    WithFiles,
}

/// Number fields as typed, so that nothing is corrected under the person's fingers.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// 本地主机端口
    pub local_port: String,
    /// 远程主机端口
    pub remote_port: String,
    /// Local port of a TCP client.
    pub client_port: String,
    /// Seconds.
    pub timeout: String,
    /// 循环周期
    pub cycle: String,
    /// 次数; empty: without an end.
    pub times: String,
    /// Hop limit.
    pub ttl: String,
    /// 固定位, as HEX.
    pub fixed: String,
    /// The fields of the framing.
    pub framing: FramingFields,
}

/// How events and datagrams are said in a language.
pub fn log_words(lang: Lang) -> Words {
    Words {
        event_text: Arc::new(move |event, peer| event_line(lang, event, peer)),
        decoder: Some(Arc::new(move |_, bytes| decoded_line(lang, bytes))),
        frame_text: Arc::new(move |state| frame_text(lang, state)),
    }
}

impl Tab {
    /// A closed tab.
    pub fn new(id: u64, settings: TabSettings, config: journal::Config, lang: Lang, wake: Wake) -> Self {
        let session = Session::new(config, Arc::clone(&wake));
        let log = LogView::new(session.journal(), view_of(&settings), log_words(lang));
        let chat = ChatView::new(Arc::clone(log.source()), log.view(), log_words(lang));
        let typed = Typed {
            local_port: settings.local_port.to_string(),
            remote_port: settings.remote_port.to_string(),
            client_port: settings.client.local_port.to_string(),
            timeout: settings.client.connect_timeout_s.to_string(),
            cycle: settings.send.cycle_ms.to_string(),
            times: Some(settings.send.cycle_times).filter(|n| *n > 0).map_or_else(String::new, |n| n.to_string()),
            ttl: settings.udp.multicast_ttl.to_string(),
            fixed: QuickAppend::fixed_text(&settings.send.append_blocks),
            framing: FramingFields::new(&settings.receive.framing),
        };
        let status = session.status();
        Self {
            id,
            settings,
            kept: true,
            session,
            log,
            chat,
            answers: Answers::default(),
            status,
            typed,
            client: None,
            cycle: false,
            unread: false,
            failed: false,
            error: None,
            composing: false,
            composed: None,
            counter: 0,
            random: Random::seeded(RandomState::new().build_hasher().finish()),
            folded: [false; 3],
            sending: Sending::default(),
            box_place: egui::Rect::NOTHING,
            caret: Caret::default(),
            recall: Recall::default(),
            menu_record: None,
            wake,
            lang,
            seen_records: 0,
            seen_failure: 0,
        }
    }

    /// Its name: given, or after its mode.
    pub fn title(&self) -> String {
        let s = &self.settings;
        if !s.name.is_empty() {
            return s.name.clone();
        }
        // Port 0 is any: once it is open, the real one.
        let port = match self.status.phase {
            Phase::Open { local, .. } => local.port().to_string(),
            _ => self.typed.local_port.trim().to_owned(),
        };
        match s.mode {
            Mode::Udp if s.feiq => format!("{} :{port}", Text::FeiqTitle.text(self.lang)),
            Mode::Udp => format!("UDP :{port}"),
            Mode::TcpClient => format!("TCP Client {}:{}", s.remote_host.trim(), self.typed.remote_port.trim()),
            Mode::TcpServer => format!("TCP Server :{port}"),
        }
    }

    /// Whether its datagrams are those of FeiQ's node.
    pub fn is_feiq(&self) -> bool {
        self.settings.feiq && self.settings.mode == Mode::Udp
    }

    /// Whether it is opening, open or waiting to reconnect.
    pub fn is_open(&self) -> bool {
        !matches!(self.status.phase, Phase::Closed { .. })
    }

    /// Starts to open the link.
    pub fn open(&mut self, config: LinkConfig) -> Result<(), Failure> {
        self.seen_failure = 0;
        self.client = None;
        self.sending.cycle = None;
        self.session.open(config)?;
        self.status = self.session.status();
        Ok(())
    }

    /// Starts FeiQ's node.
    pub fn open_feiq(&mut self, config: FeiqConfig) -> Result<(), Failure> {
        self.seen_failure = 0;
        self.session.open_feiq(config)?;
        self.status = self.session.status();
        Ok(())
    }

    /// Where it is to be bound, as typed.
    pub fn local(&self, interfaces: &[Interface], lang: Lang) -> Result<SocketAddr, String> {
        local_address(&self.settings.local_address, port(&self.typed.local_port, 0, lang)?, interfaces, lang)
    }

    /// Looks at what the workers did; called at the beginning of a frame.
    pub fn tend(&mut self, shown: bool, lang: Lang) {
        let was_open = matches!(self.status.phase, Phase::Open { .. });
        self.lang = lang;
        self.status = self.session.status();
        if !was_open && matches!(self.status.phase, Phase::Open { .. }) {
            self.error = None; // the failure before it is over
        }
        let mut failure = None;
        if let Some((number, sending)) = &self.status.last_failure
            && *number != self.seen_failure
        {
            self.seen_failure = *number;
            failure = Some(sending);
        }
        // Seen once: the session lets go of a link that is closed.
        if let Phase::Closed { failure: Some(closing) } = &self.status.phase {
            failure = Some(closing);
        }
        if let Some(failure) = failure {
            self.failed = !shown;
            self.error = Some(crate::i18n::failure_line(lang, failure));
        }
        self.session.tend();
        let journal = self.session.journal();
        let records = journal.len();
        if records != self.seen_records {
            self.unread = records > 0;
            self.seen_records = records;
        }
        if shown {
            self.unread = false;
            self.failed = false;
        }
        self.show_settings();
    }

    /// Begins, ends and changes the automatic answers; called after [`Self::tend`].
    pub fn tend_answers(&mut self, now: Instant, lang: Lang) -> Tended {
        let s = &self.settings;
        let framing = &s.receive.framing;
        let sent_framing = if s.send.frame && s.mode != Mode::Udp { framing } else { &Framing::AsRead };
        let (charset, variables) = (s.send.charset, &s.send.variables);
        let wanted = Wanted { settings: &s.answer, framing, sent_framing, charset, variables, lang };
        let answers = self.is_open() && !self.is_feiq();
        self.answers.tend(&self.session, answers.then_some(wanted), now)
    }

    /// The log is shown as the settings say.
    pub fn show_settings(&mut self) {
        let udp = self.settings.mode == Mode::Udp; // a datagram is a message by itself
        let framing = if udp { &Framing::AsRead } else { &self.settings.receive.framing };
        self.log.set_source(&self.session.journal(), framing, &self.wake);
        self.log.set_view(view_of(&self.settings));
    }

    /// What the link is opened with, or which field is wrong.
    pub fn link_config(&self, interfaces: &[Interface], lang: Lang) -> Result<LinkConfig, String> {
        let s = &self.settings;
        Ok(match s.mode {
            Mode::Udp => LinkConfig::Udp(UdpConfig {
                local: self.local(interfaces, lang)?,
                broadcast: s.udp.broadcast,
                share_port: s.udp.share_port,
                groups: s.udp.groups.iter().filter_map(|g| group(g, interfaces)).collect(),
                multicast_ttl: s.udp.multicast_ttl,
                multicast_loopback: s.udp.multicast_loopback,
                options: socket_options(&s.options),
            }),
            Mode::TcpClient => {
                let host = s.remote_host.trim();
                remote_host(host, lang)?;
                let client_port = port(&self.typed.client_port, 0, lang)?;
                let local = match s.client.local_address.trim() {
                    "" if client_port == 0 => None,
                    "" => {
                        let six = host.trim_matches(['[', ']']).parse::<std::net::Ipv6Addr>().is_ok();
                        Some(local_address(if six { "::" } else { "0.0.0.0" }, client_port, interfaces, lang)?)
                    }
                    address => Some(local_address(address, client_port, interfaces, lang)?),
                };
                LinkConfig::TcpClient(TcpClientConfig {
                    host: host.to_owned(),
                    port: port(&self.typed.remote_port, 1, lang)?,
                    local,
                    connect_timeout: Duration::from_secs(u64::from(s.client.connect_timeout_s)),
                    reconnect: s.client.reconnect,
                    nodelay: s.nodelay,
                    keepalive: s.keepalive,
                    options: socket_options(&s.options),
                })
            }
            Mode::TcpServer => LinkConfig::TcpServer(TcpServerConfig {
                local: self.local(interfaces, lang)?,
                nodelay: s.nodelay,
                keepalive: s.keepalive,
                options: socket_options(&s.options),
            }),
        })
    }

    /// To whom the send button sends, or why to nobody.
    pub fn target(&self, lang: Lang) -> Result<Target, String> {
        match self.settings.mode {
            Mode::Udp => {
                let (host, port) =
                    parse_remote(&self.settings.udp.remote).ok_or_else(|| Text::NotARemote.text(lang).to_owned())?;
                Ok(match host.parse::<IpAddr>() {
                    Ok(ip) => Target::Address(SocketAddr::new(ip, port)),
                    Err(_) => Target::Host { host, port },
                })
            }
            Mode::TcpClient => Ok(Target::Server),
            Mode::TcpServer if self.status.clients.is_empty() => Err(Text::NoClients.text(lang).to_owned()),
            Mode::TcpServer => Ok(self.client.map_or(Target::AllClients, |client| Target::Client(client.stream))),
        }
    }

    /// What is added to each send, if the switch is on. A wrong fixed byte is refused, not left out in silence.
    pub(super) fn append(&self) -> Result<&[Block], ComposeError> {
        let send = &self.settings.send;
        if !send.append {
            return Ok(&[]);
        }
        if QuickAppend::of(&send.append_blocks) == QuickAppend::Fixed {
            hex::parse(&self.typed.fixed)?;
        }
        Ok(&send.append_blocks)
    }

    /// The framing that is put around what is sent. A datagram is a message by itself.
    pub fn sent_framing(&self) -> &Framing {
        let framed = self.settings.send.frame && self.settings.mode != Mode::Udp;
        if framed { &self.settings.receive.framing } else { &Framing::AsRead }
    }

    /// The send box, read once and for all: bytes, or a template that is filled in at each send.
    pub fn prepare(&self) -> Result<Prepared, ComposeError> {
        self.composer(self.append()?).prepare(&self.settings.send.text)
    }

    /// What is sent before the blocks and the framing are added to it, for their preview; or why there is none.
    pub fn payload(&self, lang: Lang) -> Result<Vec<u8>, String> {
        let composer = Composer { framing: &Framing::AsRead, ..self.composer(&[]) };
        let refused = |error: ComposeError| words::compose_error(lang, &error);
        let prepared = composer.prepare(&self.settings.send.text).map_err(refused)?;
        if prepared.template().is_some_and(Template::needs_files) {
            return Err(words::byte_count(ByteCount::WithFiles, lang));
        }
        self.sample(&prepared).map_err(refused)
    }

    /// How many bytes a send has, for the line under the send box.
    pub fn count(&self) -> Result<ByteCount, ComposeError> {
        let prepared = self.prepare()?;
        Ok(match prepared.template() {
            Some(template) if template.needs_files() => ByteCount::WithFiles,
            _ if prepared.is_constant() => ByteCount::Always(self.sample(&prepared)?.len()),
            _ => ByteCount::Now(self.sample(&prepared)?.len()),
        })
    }

    /// The bytes of the next send, before it is sent.
    fn sample(&self, prepared: &Prepared) -> Result<Vec<u8>, ComposeError> {
        fill_in(prepared, self.counter, &mut self.random.clone(), &self.settings.send.variables)
    }

    pub(super) fn composer<'a>(&'a self, append: &'a [Block]) -> Composer<'a> {
        let s = &self.settings.send;
        Composer {
            form: form_of(s.form),
            charset: s.charset,
            escapes: s.escapes,
            template: s.template,
            append,
            framing: self.sent_framing(),
        }
    }

    /// What a send of this message hands to the link. The next one of a template counts on.
    pub fn fill_in(
        &mut self,
        prepared: &Prepared,
        target: Target,
        charset: Option<Charset>,
        lang: Lang,
    ) -> Result<Outgoing, String> {
        let filled = fill_in(prepared, self.counter, &mut self.random, &self.settings.send.variables);
        let payload = filled.map_err(|error| words::compose_error(lang, &error))?;
        if !prepared.is_constant() {
            self.counter += 1;
            self.composed = None;
        }
        Ok(Outgoing::new(target, payload).with_charset(charset))
    }

    /// The next template counts from zero.
    pub fn reset_counters(&mut self) {
        self.session.reset_counters();
        self.counter = 0;
        self.composed = None;
    }

    /// The encoding that is kept with what is sent.
    pub fn sent_charset(&self) -> Option<Charset> {
        (self.settings.send.form == SendForm::Ascii).then_some(self.settings.send.charset)
    }

    /// Switches the send box between text and HEX; the text is rewritten for the same bytes, or the switch refused.
    pub fn set_form(&mut self, form: SendForm, lang: Lang) {
        if form == self.settings.send.form {
            return;
        }
        let braces = |text: &str| text.contains(['{', '}']);
        let template = self.settings.send.template;
        let converted = if template && braces(&self.settings.send.text) {
            Ok(None)
        } else {
            crate::session::convert(&self.settings.send.text, self.composer(&[]), form_of(form))
        };
        self.error = match converted {
            // Among the fields of a template, braces would be fields.
            Ok(Some(text)) if !(template && braces(&text)) => {
                self.settings.send.text = text;
                self.settings.send.form = form;
                None
            }
            Ok(_) if template => Some(Text::NoFormForTemplate.text(lang).to_owned()),
            Ok(_) => Some(Text::NoTextForBytes.text(lang).to_owned()),
            Err(error) => Some(words::compose_error(lang, &error)),
        };
        self.composed = None;
    }
}

/// The bytes of a send. Files are not read.
fn fill_in(
    prepared: &Prepared,
    counter: u64,
    random: &mut Random,
    variables: &BTreeMap<String, String>,
) -> Result<Vec<u8>, ComposeError> {
    // What is always the same asks for no clock and no zone.
    let now = if prepared.is_constant() { Zoned::default() } else { Zoned::now() };
    prepared.bytes(&mut Context { counter, now: &now, random, lookup: &mut NoFiles(variables), received: None })
}

/// A port as typed, from this number.
fn port(text: &str, from: u16, lang: Lang) -> Result<u16, String> {
    let port = text.trim().parse::<u16>().ok().filter(|port| *port >= from);
    port.ok_or_else(|| fill(Text::NotAPort.text(lang), &[("from", &from), ("to", &u16::MAX)]))
}

fn form_of(form: SendForm) -> Form {
    match form {
        SendForm::Ascii => Form::Ascii,
        SendForm::Hex => Form::Hex,
    }
}

/// The log's view that the settings mean.
pub fn view_of(settings: &TabSettings) -> rows::View {
    let r = &settings.receive;
    rows::View {
        mode: match r.view {
            View::Ascii => rows::Mode::Text,
            View::Hex => rows::Mode::Hex,
            View::Dump => rows::Mode::Dump {
                width: match r.dump_width {
                    8 => DumpWidth::Eight,
                    32 => DumpWidth::ThirtyTwo,
                    _ => DumpWidth::Sixteen,
                },
            },
        },
        log_mode: r.log_mode,
        auto_linefeed: r.auto_linefeed,
        hide_received: r.hide_received,
        decode: r.decode,
        charset: r.charset,
        ..rows::View::default()
    }
}
