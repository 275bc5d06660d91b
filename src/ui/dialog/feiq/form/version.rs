//! 版本: what the first field says, and the MAC address in FeiQ's own forms of it.

use egui::{TextEdit, Ui, vec2};

use crate::i18n::{Lang, Text};
use crate::proto::ipmsg::FeiqVersion;
use crate::service::feiq::Mac;
use crate::settings::{FeiqSender, FeiqVersionKind};
use crate::ui::theme::{CONTROL_HEIGHT, Palette};
use crate::ui::widget::{combo, label_above, row};

/// Draws the list.
pub fn version_ui(ui: &mut Ui, sender: &mut FeiqSender, lang: Lang) {
    let label = label_above(ui, Text::FeiqVersion.text(lang));
    let chosen = &mut sender.version;
    combo("feiq version")
        .width(ui.available_width())
        .truncate()
        .selected_text(name(lang, *chosen))
        .show_ui(ui, |ui| {
            for kind in FeiqVersionKind::ALL {
                ui.selectable_value(chosen, kind, name(lang, kind));
            }
        })
        .response
        .labelled_by(label.id);
}

/// Draws what the chosen version needs: its MAC address, or its text.
pub fn details_ui(ui: &mut Ui, sender: &mut FeiqSender, lang: Lang) {
    match sender.version {
        FeiqVersionKind::Plain => {}
        FeiqVersionKind::Own => {
            row(ui, |ui| {
                let label = ui.label(Text::FeiqOwnVersion.text(lang));
                let size = vec2(ui.available_width(), CONTROL_HEIGHT);
                let field = TextEdit::singleline(&mut sender.own_version).desired_width(size.x);
                ui.add(field.min_size(size)).labelled_by(label.id);
            });
        }
        FeiqVersionKind::Feiq2 | FeiqVersionKind::Feiq3 => {
            row(ui, |ui| {
                let label = ui.label(Text::FeiqMac.text(lang));
                if sender.mac.is_empty() {
                    sender.mac = Mac::random().to_string();
                }
                if sender.mac.parse::<Mac>().is_err() {
                    ui.visuals_mut().override_text_color = Some(Palette::of(ui).error);
                }
                let size = vec2(ui.available_width(), CONTROL_HEIGHT);
                let hint = Text::FeiqMacHint.text(lang);
                let field = TextEdit::singleline(&mut sender.mac).desired_width(size.x).char_limit(17);
                ui.add(field.min_size(size)).labelled_by(label.id).on_hover_text(hint);
            });
        }
    }
}

fn name(lang: Lang, kind: FeiqVersionKind) -> &'static str {
    match kind {
        FeiqVersionKind::Plain => "1",
        FeiqVersionKind::Feiq2 => "FeiQ 2.x",
        FeiqVersionKind::Feiq3 => "FeiQ 3.x / 2013",
        FeiqVersionKind::Own => Text::FeiqOwnVersion.text(lang),
    }
}

/// The first field's text, or why there is none.
pub fn text(sender: &FeiqSender, lang: Lang) -> Result<String, String> {
    let mac = || sender.mac.parse::<Mac>().map(Mac::digits).map_err(|_| Text::FeiqNotAMac.text(lang).to_owned());
    let version = match sender.version {
        FeiqVersionKind::Plain => return Ok("1".to_owned()),
        FeiqVersionKind::Own => return Ok(sender.own_version.clone()),
        FeiqVersionKind::Feiq2 => FeiqVersion::feiq2(mac()?),
        FeiqVersionKind::Feiq3 => FeiqVersion::feiq3(mac()?),
    };
    Ok(String::from_utf8_lossy(&version.emit()).into_owned())
}

/// Chooses the version that a datagram has.
pub fn take(version: String, sender: &mut FeiqSender) {
    for kind in [FeiqVersionKind::Plain, FeiqVersionKind::Feiq2, FeiqVersionKind::Feiq3] {
        let mac =
            FeiqVersion::parse(version.as_bytes()).map(|version| String::from_utf8_lossy(&version.mac).into_owned());
        let asked = FeiqSender { version: kind, mac: mac.clone().unwrap_or_default(), ..FeiqSender::default() };
        if text(&asked, Lang::En).as_ref() == Ok(&version) {
            sender.version = kind;
            if let Some(mac) = mac {
                sender.mac = mac;
            }
            return;
        }
    }
    sender.version = FeiqVersionKind::Own;
    sender.own_version = version;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_recognised_where_it_comes_out_the_same() {
        for (version, kind) in [
            ("1", FeiqVersionKind::Plain),
            ("1_lbt6_0#128#C85B76BD9F3F#0#0#0#4001#9", FeiqVersionKind::Feiq3),
            ("1_lbt4_0#128#C85B76BD9F3F#0#0#0#4001#9", FeiqVersionKind::Feiq2),
            ("1_lbt6_7#128#C85B76BD9F3F#0#0#0#4001#9", FeiqVersionKind::Own),
            ("1_lbt6_0#128#c85b76bd9f3f#0#0#0#4001#9", FeiqVersionKind::Own),
            ("1_iptux 0.8.3", FeiqVersionKind::Own),
            ("", FeiqVersionKind::Own),
        ] {
            let mut sender = FeiqSender::default();
            take(version.to_owned(), &mut sender);
            assert_eq!(sender.version, kind, "{version}");
            assert_eq!(text(&sender, Lang::En).as_deref(), Ok(version));
        }
    }
}
