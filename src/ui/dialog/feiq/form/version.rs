//! 版本: what the first field says, and the MAC address in FeiQ's own forms of it.

use egui::{TextEdit, Ui, vec2};

use crate::i18n::{Lang, Text};
use crate::proto::ipmsg::FeiqVersion;
use crate::service::feiq::Mac;
use crate::settings::{FeiqSettings, FeiqVersionKind};
use crate::ui::dialog::feiq::PageContext;
use crate::ui::theme::{CONTROL_HEIGHT, Palette};
use crate::ui::widget::{combo, label_above, row};

/// Draws the list.
pub fn version_ui(ui: &mut Ui, context: &mut PageContext<'_>) {
    let label = label_above(ui, context.text(Text::FeiqVersion));
    let lang = context.lang;
    let chosen = &mut context.settings.version;
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
pub fn details_ui(ui: &mut Ui, context: &mut PageContext<'_>) {
    match context.settings.version {
        FeiqVersionKind::Plain => {}
        FeiqVersionKind::Own => {
            row(ui, |ui| {
                let label = ui.label(context.text(Text::FeiqOwnVersion));
                let size = vec2(ui.available_width(), CONTROL_HEIGHT);
                let field = TextEdit::singleline(&mut context.settings.own_version).desired_width(size.x);
                ui.add(field.min_size(size)).labelled_by(label.id);
            });
        }
        FeiqVersionKind::Feiq2 | FeiqVersionKind::Feiq3 => {
            row(ui, |ui| {
                let label = ui.label(context.text(Text::FeiqMac));
                if context.settings.mac.is_empty() {
                    context.settings.mac = Mac::random().to_string();
                }
                if context.settings.mac.parse::<Mac>().is_err() {
                    ui.visuals_mut().override_text_color = Some(Palette::of(ui).error);
                }
                let size = vec2(ui.available_width(), CONTROL_HEIGHT);
                let hint = context.text(Text::FeiqMacHint);
                let field = TextEdit::singleline(&mut context.settings.mac).desired_width(size.x).char_limit(17);
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
pub fn text(settings: &FeiqSettings, lang: Lang) -> Result<String, String> {
    let mac = || settings.mac.parse::<Mac>().map(Mac::digits).map_err(|_| Text::FeiqNotAMac.text(lang).to_owned());
    let version = match settings.version {
        FeiqVersionKind::Plain => return Ok("1".to_owned()),
        FeiqVersionKind::Own => return Ok(settings.own_version.clone()),
        FeiqVersionKind::Feiq2 => FeiqVersion::feiq2(mac()?),
        FeiqVersionKind::Feiq3 => FeiqVersion::feiq3(mac()?),
    };
    Ok(String::from_utf8_lossy(&version.emit()).into_owned())
}

/// Chooses the version that a datagram has.
pub fn take(version: String, settings: &mut FeiqSettings) {
    for kind in [FeiqVersionKind::Plain, FeiqVersionKind::Feiq2, FeiqVersionKind::Feiq3] {
        let mac =
            FeiqVersion::parse(version.as_bytes()).map(|version| String::from_utf8_lossy(&version.mac).into_owned());
        let asked = FeiqSettings { version: kind, mac: mac.clone().unwrap_or_default(), ..FeiqSettings::default() };
        if text(&asked, Lang::En).as_ref() == Ok(&version) {
            settings.version = kind;
            if let Some(mac) = mac {
                settings.mac = mac;
            }
            return;
        }
    }
    settings.version = FeiqVersionKind::Own;
    settings.own_version = version;
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
            let mut settings = FeiqSettings::default();
            take(version.to_owned(), &mut settings);
            assert_eq!(settings.version, kind, "{version}");
            assert_eq!(text(&settings, Lang::En).as_deref(), Ok(version));
        }
    }
}
