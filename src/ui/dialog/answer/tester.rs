//! The line for a test: which rule a packet sets off, and what goes out. Nothing is sent.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};

use egui::{Label, RichText, TextEdit, Ui, vec2};
use jiff::Zoned;

use super::AnswerContext;
use super::check::Checked;
use super::editor::form_ui;
use super::rules::RulesGround;
use super::said::{rule_title, then_text, to_text};
use crate::automation::answer::{AnswerSettings, Effect, Fired, PeerFilter, Then, World};
use crate::automation::{Composer, Form};
use crate::codec::framing::Framing;
use crate::codec::template::{Lookup, Random};
use crate::codec::{Charset, hex};
use crate::i18n::{Lang, Text, compose_error, fill};
use crate::ui::panel::name_it;
use crate::ui::theme::{CONTROL_HEIGHT, Palette, mono};
use crate::ui::widget::row;
use crate::ui::words::visible;

/// At most so many bytes of a reply are shown.
const MOST_SHOWN: usize = 256;

/// The packet as typed, and what comes of it.
#[derive(Default)]
pub struct Tester {
    text: String,
    form: Form,
    /// What the result was made of: the packet, the rules' revision and the language.
    of: Option<(String, Form, Charset, u64, Lang)>,
    result: Vec<Line>,
}

/// A line of the result.
struct Line {
    text: String,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Said,
    Bytes,
    Wrong,
}

impl Tester {
    /// Draws it.
    pub fn ui(
        &mut self,
        ui: &mut Ui,
        settings: &AnswerSettings,
        checked: &Checked,
        ground: &RulesGround<'_>,
        context: &AnswerContext<'_>,
    ) {
        let palette = Palette::of(ui);
        row(ui, |ui| {
            ui.label(RichText::new(context.text(Text::RuleTester)).strong().color(palette.accent));
            form_ui(ui, &mut self.form, context.text(Text::RuleTesterField), context);
            let width = ui.available_width();
            let field = TextEdit::singleline(&mut self.text).font(mono()).char_limit(8192);
            let field = field.hint_text(RichText::new(context.text(Text::RuleTesterField)).color(palette.secondary));
            let response = ui.add(field.desired_width(width).min_size(vec2(width, CONTROL_HEIGHT)));
            name_it(ui, &response, context.text(Text::RuleTesterField));
            response.on_hover_text(context.text(Text::RuleTesterHint));
        });
        let of = (self.text.clone(), self.form, ground.charset, checked.revision, context.lang);
        if self.of.as_ref() != Some(&of) {
            self.result = self.run(settings, checked, ground, context);
            self.of = Some(of);
        }
        for line in &self.result {
            let text = RichText::new(&line.text);
            let text = match line.kind {
                Kind::Said => text.color(palette.text),
                Kind::Bytes => text.font(mono()).color(palette.sent),
                Kind::Wrong => text.color(palette.error),
            };
            ui.add(Label::new(text).selectable(true).wrap());
        }
    }

    fn run(
        &self,
        settings: &AnswerSettings,
        checked: &Checked,
        ground: &RulesGround<'_>,
        context: &AnswerContext<'_>,
    ) -> Vec<Line> {
        let lang = context.lang;
        if self.text.is_empty() {
            return vec![Line { text: context.text(Text::RuleTesterHint).to_owned(), kind: Kind::Said }];
        }
        let composer = Composer {
            form: self.form,
            charset: ground.charset,
            escapes: true,
            template: false,
            append: &[],
            framing: &Framing::AsRead,
        };
        let wrong = |text: String| vec![Line { text, kind: Kind::Wrong }];
        let packet = match composer.bytes(&self.text) {
            Ok(packet) => packet,
            Err(error) => return wrong(compose_error(lang, &error)),
        };
        let Some(rules) = checked.compiled() else {
            let Some(index) = checked.first_wrong() else { return Vec::new() };
            let error = checked.error(index).map(|error| crate::i18n::rule_error_kind(lang, error));
            return wrong(format!(
                "{}  {}",
                rule_title(&settings.rules[index], index, lang),
                error.unwrap_or_default()
            ));
        };
        let mut files = Unread { variables: ground.variables, lang };
        let mut world =
            World { now: &Zoned::now(), random: &mut Random::seeded(self.text.len() as u64), lookup: &mut files };
        let mut lines = Vec::new();
        for fired in rules.try_packet(&packet, tried_from(settings), &mut world) {
            push(&mut lines, &fired, settings, lang);
        }
        if lines.is_empty() {
            lines.push(Line { text: context.text(Text::RuleTesterNone).to_owned(), kind: Kind::Said });
        }
        lines
    }
}

/// Whoever the first rule that asks for a peer asks for; so that a test of it needs no address.
fn tried_from(settings: &AnswerSettings) -> SocketAddr {
    let wanted =
        settings.rules.iter().filter(|rule| rule.enabled).find_map(|rule| match PeerFilter::parse(&rule.peer) {
            Ok(PeerFilter::Address(ip) | PeerFilter::Network(ip, _)) => Some(SocketAddr::new(ip, 50_000)),
            Ok(PeerFilter::Port(ip, port)) => Some(SocketAddr::new(ip, port)),
            Ok(PeerFilter::Anyone) | Err(_) => None,
        });
    wanted.unwrap_or_else(|| (Ipv4Addr::LOCALHOST, 50_000).into())
}

fn push(lines: &mut Vec<Line>, fired: &Fired, settings: &AnswerSettings, lang: Lang) {
    let Some(rule) = settings.rules.get(fired.rule) else { return };
    let title = rule_title(rule, fired.rule, lang);
    let said = |text: String| Line { text: format!("{title}  →  {text}"), kind: Kind::Said };
    let done = |then: Then| said(then_text(then).text(lang).to_owned());
    match &fired.effect {
        Effect::Reply { bytes, charset, delay, to } => {
            let to = to_text(*to).text(lang);
            let mut text = fill(Text::RuleTesterReply.text(lang), &[("n", &bytes.len()), ("to", &to)]);
            if !delay.is_zero() {
                let after = fill(Text::RuleTesterDelay.text(lang), &[("ms", &delay.as_millis())]);
                text = format!("{after}  {text}");
            }
            lines.push(said(text));
            let shown = &bytes[..bytes.len().min(MOST_SHOWN)];
            let more = if bytes.len() > MOST_SHOWN { "…" } else { "" };
            if let Some(charset) = charset {
                let text = charset.decode_lossy(shown);
                lines.push(Line { text: format!("{}{more}", visible(&text).replace('\n', "␊")), kind: Kind::Bytes });
            }
            let mut digits = String::with_capacity(shown.len() * 3);
            hex::format(shown, &mut digits);
            lines.push(Line { text: format!("{digits}{more}"), kind: Kind::Bytes });
        }
        Effect::Unmade(error) => {
            lines.push(Line { text: format!("{title}  →  {}", compose_error(lang, error)), kind: Kind::Wrong });
        }
        Effect::Disconnect => lines.push(done(Then::Disconnect)),
        Effect::Mark => lines.push(done(Then::Mark)),
        Effect::Beep => lines.push(done(Then::Beep)),
    }
}

/// The variables; files are not read in a frame.
struct Unread<'a> {
    variables: &'a BTreeMap<String, String>,
    lang: Lang,
}

impl Lookup for Unread<'_> {
    fn variable(&mut self, name: &str) -> Option<String> {
        self.variables.get(name).cloned()
    }

    fn file(&mut self, _: &str) -> Result<Vec<u8>, String> {
        Err(Text::RuleTesterFile.text(self.lang).to_owned())
    }
}
