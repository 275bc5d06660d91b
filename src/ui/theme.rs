//! How everything looks: colours, type, spacing. The only file that knows a colour.
//!
//! Distances are multiples of 4 points. Text is readable at WCAG AA (4.5:1) in both themes; a test computes it.

use egui::style::{Selection, TextCursorStyle, WidgetVisuals, Widgets};
use egui::{
    Color32, Context, CornerRadius, FontFamily, FontId, Margin, Shadow, Stroke, Style, TextStyle, Theme, Visuals, vec2,
};

use crate::journal::rows::Class;

/// The unit of all distances, in points.
pub const GRID: f32 = 4.0;
/// The left column, in points.
pub const COLUMN_WIDTH: f32 = 206.0;
/// Height of a control, in points.
pub const CONTROL_HEIGHT: f32 = 24.0;
/// Height of a row of check boxes and radio buttons, in points.
pub const ROW_HEIGHT: f32 = 21.0;
/// Size of ordinary text, in points.
pub const TEXT_SIZE: f32 = 13.0;
/// Size of secondary text, in points.
pub const SMALL_SIZE: f32 = 11.5;
/// Size of the log and of the send box, in points.
pub const MONO_SIZE: f32 = 13.0;
/// Distance of two rows of the log, in points.
pub const LOG_ROW: f32 = 19.0;

/// The colours of a theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Palette {
    /// The window behind everything.
    pub window: Color32,
    /// Group boxes, popups.
    pub panel: Color32,
    /// The log, input fields.
    pub surface: Color32,
    /// Thin lines around things.
    pub border: Color32,
    /// Ordinary text.
    pub text: Color32,
    /// Labels above fields, event lines, headers of records.
    pub secondary: Color32,
    /// What was received.
    pub received: Color32,
    /// What was sent.
    pub sent: Color32,
    /// What a datagram means.
    pub decoded: Color32,
    /// Failures and losses.
    pub error: Color32,
    /// Links, the chosen tab, focus.
    pub accent: Color32,
    /// The main button.
    pub primary: Color32,
    /// Text on it.
    pub on_primary: Color32,
    /// A control at rest.
    pub control: Color32,
    /// A control under the pointer.
    pub hovered: Color32,
    /// A control while pressed.
    pub pressed: Color32,
    /// Behind selected text.
    pub selection: Color32,
    /// The lamp of an open link.
    pub lamp_open: Color32,
    /// The lamp of a link on its way.
    pub lamp_busy: Color32,
    /// The lamp of a closed link.
    pub lamp_closed: Color32,
    /// The six fields of a FeiQ datagram, in their order.
    pub fields: [Color32; 6],
    /// Behind what was sent, in a conversation.
    pub bubble_sent: Color32,
    /// Behind what was received, in a conversation.
    pub bubble_received: Color32,
}

const fn rgb(hex: u32) -> Color32 {
    Color32::from_rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

/// Light, the default.
pub const LIGHT: Palette = Palette {
    window: rgb(0xEE_F0_F3),
    panel: rgb(0xFA_FB_FC),
    surface: rgb(0xFF_FF_FF),
    border: rgb(0xCB_D1_D9),
    text: rgb(0x1C_22_2B),
    secondary: rgb(0x58_62_6E),
    received: rgb(0x0B_6B_2E),
    sent: rgb(0x0A_4F_C4),
    decoded: rgb(0x6B_4E_9B),
    error: rgb(0xB4_23_18),
    accent: rgb(0x0B_5C_C7),
    primary: rgb(0x15_66_C8),
    on_primary: rgb(0xFF_FF_FF),
    control: rgb(0xE9_EC_F0),
    hovered: rgb(0xDD_E3_EA),
    pressed: rgb(0xCD_D6_E1),
    selection: rgb(0xBB_D7_FB),
    lamp_open: rgb(0x1F_A3_4A),
    lamp_busy: rgb(0xD9_8A_0B),
    lamp_closed: rgb(0xA9_B1_BB),
    fields: [rgb(0x8A_4B_00), rgb(0x7B_1F_A2), rgb(0x0B_6B_2E), rgb(0x00_67_70), rgb(0xB4_23_18), rgb(0x0A_4F_C4)],
    bubble_sent: rgb(0xD6_E8_FF),
    bubble_received: rgb(0xEE_F0_F3),
};

/// Dark.
pub const DARK: Palette = Palette {
    window: rgb(0x16_19_1E),
    panel: rgb(0x1D_21_27),
    surface: rgb(0x12_15_19),
    border: rgb(0x3A_41_4B),
    text: rgb(0xE4_E8_ED),
    secondary: rgb(0xA3_AD_B9),
    received: rgb(0x6F_D3_8B),
    sent: rgb(0x7F_B8_FF),
    decoded: rgb(0xC0_A8_E8),
    error: rgb(0xFF_8F_85),
    accent: rgb(0x7F_B8_FF),
    primary: rgb(0x1F_66_C4),
    on_primary: rgb(0xFF_FF_FF),
    control: rgb(0x2A_30_38),
    hovered: rgb(0x35_3D_47),
    pressed: rgb(0x42_4C_58),
    selection: rgb(0x23_4A_7D),
    lamp_open: rgb(0x3F_C9_6B),
    lamp_busy: rgb(0xE5_A5_3A),
    lamp_closed: rgb(0x5B_64_70),
    fields: [rgb(0xE5_A8_6A), rgb(0xD9_A6_F5), rgb(0x6F_D3_8B), rgb(0x5F_D0_D0), rgb(0xFF_8F_85), rgb(0x7F_B8_FF)],
    bubble_sent: rgb(0x1B_3A_61),
    bubble_received: rgb(0x2A_30_38),
};

impl Palette {
    /// The colours that are in force.
    pub fn of(ui: &egui::Ui) -> &'static Self {
        if ui.visuals().dark_mode { &DARK } else { &LIGHT }
    }

    /// The colour of a log row.
    pub fn row(&self, class: Class) -> Color32 {
        match class {
            Class::Received => self.received,
            Class::Sent => self.sent,
            Class::Error => self.error,
            Class::Decoded => self.decoded,
            Class::Header | Class::Event | Class::Blank | Class::Loading => self.secondary,
        }
    }
}

/// The log's font.
pub fn mono() -> FontId {
    FontId::new(MONO_SIZE, FontFamily::Monospace)
}

/// Puts the look on a context, for both themes.
pub fn install(ctx: &Context) {
    ctx.set_style_of(Theme::Light, style(Theme::Light, &LIGHT));
    ctx.set_style_of(Theme::Dark, style(Theme::Dark, &DARK));
}

fn style(theme: Theme, p: &Palette) -> Style {
    let mut style = theme.default_style();
    style.text_styles = [
        (TextStyle::Small, FontId::new(SMALL_SIZE, FontFamily::Proportional)),
        (TextStyle::Body, FontId::new(TEXT_SIZE, FontFamily::Proportional)),
        (TextStyle::Button, FontId::new(TEXT_SIZE, FontFamily::Proportional)),
        (TextStyle::Heading, FontId::new(17.0, FontFamily::Proportional)),
        (TextStyle::Monospace, mono()),
    ]
    .into();
    let spacing = &mut style.spacing;
    spacing.item_spacing = vec2(2.0 * GRID, GRID);
    spacing.button_padding = vec2(2.0 * GRID, 3.0);
    spacing.interact_size = vec2(CONTROL_HEIGHT, ROW_HEIGHT);
    spacing.window_margin = Margin::same(16);
    spacing.menu_margin = Margin::same(6);
    spacing.icon_width = 15.0;
    spacing.icon_width_inner = 9.0;
    spacing.icon_spacing = 6.0;
    spacing.combo_height = 320.0;
    spacing.menu_width = 320.0;
    spacing.tooltip_width = 360.0;
    spacing.scroll.dormant_handle_opacity = 0.35; // a list that goes on must look so
    spacing.scroll.active_handle_opacity = 0.35;
    spacing.scroll.interact_handle_opacity = 0.6;
    style.interaction.selectable_labels = false;
    style.interaction.tooltip_delay = 0.4;
    style.animation_time = 0.08;
    style.always_scroll_the_only_direction = true; // the wheel moves the strip of tabs
    style.visuals = visuals(theme, p);
    style
}

fn visuals(theme: Theme, p: &Palette) -> Visuals {
    let radius = CornerRadius::same(4);
    // `bg_fill` is the box of a checkbox and the circle of a radio button, `weak_bg_fill` a button.
    let widget = |fill: Color32, line: Color32, text: Color32| WidgetVisuals {
        bg_fill: p.surface,
        weak_bg_fill: fill,
        bg_stroke: Stroke::new(1.0, line),
        corner_radius: radius,
        fg_stroke: Stroke::new(1.0, text),
        expansion: 0.0,
    };
    let dark = theme == Theme::Dark;
    let shadow =
        Shadow { offset: [0, 4], blur: 16, spread: 0, color: Color32::from_black_alpha(if dark { 120 } else { 40 }) };
    Visuals {
        dark_mode: dark,
        weak_text_color: Some(p.secondary),
        widgets: Widgets {
            noninteractive: widget(p.panel, p.border, p.text),
            inactive: widget(p.control, p.border, p.text),
            hovered: widget(p.hovered, p.accent, p.text),
            active: widget(p.pressed, p.accent, p.text),
            open: widget(p.hovered, p.accent, p.text),
        },
        selection: Selection { bg_fill: p.selection, stroke: Stroke::new(1.0, if dark { p.text } else { p.accent }) },
        hyperlink_color: p.accent,
        faint_bg_color: p.control,
        extreme_bg_color: p.surface,
        text_edit_bg_color: Some(p.surface),
        code_bg_color: p.control,
        warn_fg_color: p.lamp_busy,
        error_fg_color: p.error,
        window_corner_radius: CornerRadius::same(8),
        window_shadow: shadow,
        window_fill: p.panel,
        window_stroke: Stroke::new(1.0, p.border),
        menu_corner_radius: CornerRadius::same(6),
        panel_fill: p.window,
        popup_shadow: shadow,
        // A blinking cursor would repaint an idle window twice a second.
        text_cursor: TextCursorStyle { blink: false, ..theme.default_visuals().text_cursor },
        indent_has_left_vline: false,
        disabled_alpha: 0.62,
        ..theme.default_visuals()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// WCAG 2.1 relative luminance.
    fn luminance(c: Color32) -> f64 {
        let channel = |v: u8| {
            let v = f64::from(v) / 255.0;
            if v <= 0.04045 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(c.r()) + 0.7152 * channel(c.g()) + 0.0722 * channel(c.b())
    }

    fn contrast(a: Color32, b: Color32) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn text_is_readable_at_aa_in_both_themes() {
        for (name, p) in [("light", LIGHT), ("dark", DARK)] {
            let backgrounds = [p.window, p.panel, p.surface];
            let texts = [("text", p.text), ("secondary", p.secondary), ("error", p.error), ("accent", p.accent)];
            for (what, text) in
                texts.into_iter().chain([("received", p.received), ("sent", p.sent), ("decoded", p.decoded)])
            {
                for background in backgrounds {
                    let ratio = contrast(text, background);
                    assert!(ratio >= 4.5, "{name}: {what} on {background:?}: {ratio:.2}");
                }
            }
            for background in [p.control, p.hovered, p.pressed, p.selection] {
                let ratio = contrast(p.text, background);
                assert!(ratio >= 4.5, "{name}: text on {background:?}: {ratio:.2}");
            }
            for text in [p.received, p.sent, p.decoded, p.error, p.secondary] {
                let ratio = contrast(text, p.selection);
                assert!(ratio >= 3.0, "{name}: {text:?} on the selection: {ratio:.2}");
            }
            for field in p.fields {
                let ratio = contrast(field, p.surface);
                assert!(ratio >= 4.5, "{name}: {field:?} in a datagram: {ratio:.2}");
            }
            for bubble in [p.bubble_sent, p.bubble_received] {
                for text in [p.text, p.secondary, p.accent, p.error] {
                    let ratio = contrast(text, bubble);
                    assert!(ratio >= 4.5, "{name}: {text:?} in a bubble {bubble:?}: {ratio:.2}");
                }
            }
            assert!(contrast(p.on_primary, p.primary) >= 4.5, "{name}: the main button");
            for lamp in [p.lamp_open, p.lamp_busy] {
                assert!(contrast(lamp, p.panel) >= 2.2, "{name}: a lamp");
            }
        }
    }
}
