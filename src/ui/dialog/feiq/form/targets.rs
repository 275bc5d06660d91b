//! 目标: to whom the form sends, as chips, and the field that adds one.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use egui::{Button, Key, RichText, Ui, vec2};

use crate::i18n::{Text, fill};
use crate::net::Target;
use crate::settings::FeiqSettings;
use crate::ui::addresses::{parse_remote, remote_host};
use crate::ui::dialog::feiq::PageContext;
use crate::ui::theme::Palette;
use crate::ui::widget::{AddressField, button_width, label_above};

/// The field that adds a target.
#[derive(Default)]
pub struct TargetField {
    text: String,
    refused: Option<String>,
}

impl TargetField {
    /// Draws the chips and the field.
    pub fn ui(&mut self, ui: &mut Ui, context: &mut PageContext<'_>) {
        let label = label_above(ui, context.text(Text::FeiqTarget));
        ui.horizontal(|ui| {
            let add = context.text(Text::FeiqAddTarget);
            let width = (ui.available_width() - button_width(ui, add) - 8.0).max(80.0);
            let choices = choices(context);
            let field =
                AddressField { label: context.text(Text::FeiqTarget), labelled_by: label.id, choices: &choices, width }
                    .show(ui, &mut self.text);
            if field.changed() {
                self.refused = None;
            }
            let chosen = field.changed() && choices.iter().any(|(value, _)| *value == self.text);
            let entered = field.lost_focus() && ui.input(|i| i.key_pressed(Key::Enter));
            if entered {
                field.request_focus(); // for the next
            }
            if ui.button(add).clicked() || entered || chosen {
                self.add(context);
            }
        });
        chips(ui, context);
        if let Some(refused) = &self.refused {
            ui.label(RichText::new(refused).color(Palette::of(ui).error));
        }
    }

    /// Takes what was typed into the list; whether all of it could be read.
    pub fn add(&mut self, context: &mut PageContext<'_>) -> bool {
        self.refused = None;
        let mut left = Vec::new();
        for typed in parts(&self.text) {
            let refused = match parse(typed, context.settings.target_port) {
                Some(_) if context.settings.targets.iter().any(|kept| kept == typed) => continue,
                Some(_) if context.settings.targets.len() >= FeiqSettings::MAX_TARGETS => {
                    fill(context.text(Text::FeiqTooManyTargets), &[("n", &FeiqSettings::MAX_TARGETS)])
                }
                Some(_) => {
                    context.settings.targets.push(typed.to_owned());
                    continue;
                }
                None => fill(context.text(Text::FeiqNotATarget), &[("value", &typed)]),
            };
            left.push(typed);
            self.refused.get_or_insert(refused);
        }
        // What could not be taken stays to be corrected.
        self.text = left.join(" ");
        self.refused.is_none()
    }

    /// Whether something is typed and not added yet.
    pub fn is_typed(&self) -> bool {
        !self.text.trim().is_empty()
    }
}

/// What is typed, one by one: a list is pasted with any of these between.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    let between = |ch: char| ch.is_whitespace() || matches!(ch, ',' | ';' | '，' | '；' | '、');
    text.split(between).filter(|part| !part.is_empty())
}

/// `192.168.1.5`, `192.168.1.5:2425`, `[::1]:2425`, `host`, `host:2425`.
pub fn parse(text: &str, port: u16) -> Option<Target> {
    let text = text.trim();
    if let Ok(ip) = text.trim_matches(['[', ']']).parse::<IpAddr>() {
        return Some(Target::Address(SocketAddr::new(ip, port)));
    }
    let (host, port) = parse_remote(text).unwrap_or_else(|| (text.to_owned(), port));
    match host.parse::<IpAddr>() {
        Ok(ip) => Some(Target::Address(SocketAddr::new(ip, port))),
        // Four numbers that are no address are no name either.
        Err(_) if host.chars().all(|c| c.is_ascii_digit() || c == '.') => None,
        Err(_) => remote_host(&host, crate::i18n::Lang::En).ok().map(|()| Target::Host { host, port }),
    }
}

/// Who is online, then the broadcast addresses, then who was written to before.
fn choices(context: &PageContext<'_>) -> Vec<(String, String)> {
    let mut choices: Vec<(String, String)> = Vec::new();
    let mut push = |value: String, note: String| {
        if choices.iter().all(|(known, _)| *known != value) {
            choices.push((value, note));
        }
    };
    for user in context.state.iter().flat_map(|state| state.users.iter()).filter(|user| user.online) {
        push(written(user.addr, context.settings.target_port), user.name());
    }
    push(Ipv4Addr::BROADCAST.to_string(), context.text(Text::FeiqBroadcast).to_owned());
    for interface in context.interfaces {
        if let Some(broadcast) = interface.broadcast {
            push(broadcast.to_string(), format!("{} {}", context.text(Text::FeiqBroadcast), interface.name));
        }
    }
    for recent in context.settings.recent_targets.as_slice() {
        push(recent.clone(), String::new());
    }
    choices
}

/// An address as a person would type it.
pub fn written(addr: SocketAddr, usual_port: u16) -> String {
    if addr.port() == usual_port { addr.ip().to_string() } else { addr.to_string() }
}

fn chips(ui: &mut Ui, context: &mut PageContext<'_>) {
    if context.settings.targets.is_empty() {
        let hint = context.text(Text::FeiqNoTargets);
        ui.label(RichText::new(hint).small().color(Palette::of(ui).secondary));
        return;
    }
    let mut removed = None;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(6.0, 4.0);
        for (i, target) in context.settings.targets.iter().enumerate() {
            let chip = Button::new(format!("{target}  ×")).corner_radius(10);
            let response = ui.add(chip);
            let name = fill(context.text(Text::FeiqRemoveTarget), &[("target", target)]);
            crate::ui::panel::name_it(ui, &response, &name);
            if response.on_hover_text(&name).clicked() {
                removed = Some(i);
            }
        }
    });
    if let Some(i) = removed {
        context.settings.targets.remove(i);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_taken_apart() {
        let list: Vec<&str> = parts(" 10.0.0.1,10.0.0.2；host\u{3000}10.0.0.3:99、\n10.0.0.4 ").collect();
        assert_eq!(list, ["10.0.0.1", "10.0.0.2", "host", "10.0.0.3:99", "10.0.0.4"]);
    }

    #[test]
    fn targets_are_read_as_people_write_them() {
        let at = |text: &str| Some(Target::Address(text.parse().expect("an address")));
        assert_eq!(parse("192.168.1.5", 2425), at("192.168.1.5:2425"));
        assert_eq!(parse(" 192.168.1.5:8080 ", 2425), at("192.168.1.5:8080"));
        assert_eq!(parse("192.168.1.5：8080", 2425), at("192.168.1.5:8080"));
        assert_eq!(parse("::1", 2425), at("[::1]:2425"));
        assert_eq!(parse("[::1]:8080", 2425), at("[::1]:8080"));
        let named = |host: &str, port| Some(Target::Host { host: host.to_owned(), port });
        assert_eq!(parse("zhangsan-pc", 2425), named("zhangsan-pc", 2425));
        assert_eq!(parse("zhangsan-pc:8080", 2425), named("zhangsan-pc", 8080));
        for wrong in ["192.168.1", "192.168.1.256", "1:2:3", "http://host", "host/path", ""] {
            assert_eq!(parse(wrong, 2425), None, "{wrong}");
        }
    }
}
