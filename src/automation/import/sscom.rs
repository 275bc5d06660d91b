//! SSCOM's settings.
//!
//! Lines `N<number>=…` in GBK; a semicolon begins a comment. What is known of them is from files in public
//! repositories, above all FYSETC/FYSETC-sscom5.12.1 `sscom51.ini` (SSCOM 5) and ypwhs/smartCar `sscom.ini` (SSCOM 3),
//! and from programs that read them (chenxuuu/llcom `FileUtils.cs`, sanonz/sscom-sortable `index.js`):
//! - `N1=A,text` or `N1=H,HEX`: the strings, from 1 to 99 (SSCOM 3: to 32). An empty one is a free place.
//! - `N101=order,name,ms`: of the string with 100 less: its place in the cycle (0: not in it), the name of its button,
//!   and the pause after it. A comma in the name or the string may be written as a byte 02.
//! - `N1057=,Y` (SSCOM 3: `N37=,Y`): CR LF after each string.
//! - `N1060=,1`: a checksum after each string: 1 CRC-16/MODBUS, 2 sum, 3 exclusive or; `N1074=,1`: from which byte.
//! - All else is set up for the program itself.

use std::collections::BTreeMap;

use super::collect::{Collected, short};
use super::{ImportError, Unusable};
use crate::automation::command::{Group, QuickCommand};
use crate::automation::{Form, Message};
use crate::codec::Charset;
use crate::codec::append::{Block, Checksum, ChecksumBlock};

/// The highest number of a string.
const MAX_STRING: u32 = 99;

/// Whether this line is one of SSCOM's.
pub(super) fn is_entry(line: &str) -> bool {
    entry(line).is_some_and(|(_, value)| {
        let before_comma = value.split(',').next().unwrap_or_default();
        value.contains(',') && matches!(before_comma, "" | "A" | "H") || before_comma.parse::<u32>().is_ok()
    })
}

/// `N101=…`
fn entry(line: &str) -> Option<(u32, &str)> {
    let (number, value) = line.strip_prefix('N')?.split_once('=')?;
    Some((number.parse().ok()?, value))
}

#[derive(Default)]
struct Place<'a> {
    line: usize,
    form: Form,
    text: &'a str,
    /// Its line, and order, name and pause.
    button: Option<(usize, &'a str)>,
}

pub(super) fn import(text: &str, name: &str) -> Result<Collected, ImportError> {
    let mut places: BTreeMap<u32, Place<'_>> = BTreeMap::new();
    let mut settings: BTreeMap<u32, &str> = BTreeMap::new();
    let mut collected = Collected::default();
    for (index, line) in text.lines().enumerate() {
        let Some((number, value)) = entry(line) else { continue };
        match (number, value.split_once(',')) {
            (1..=MAX_STRING, Some((form @ ("A" | "H"), text))) => {
                let place = places.entry(number).or_default();
                let form = if form == "H" { Form::Hex } else { Form::Ascii };
                (place.line, place.form, place.text) = (index + 1, form, text);
            }
            (101..=199, _) => places.entry(number - 100).or_default().button = Some((index + 1, value)),
            (_, Some(("", value))) => {
                settings.insert(number, value.trim());
            }
            (1..=MAX_STRING, Some((form, _))) => collected.leave_out(index + 1, Unusable::Type(short(form))),
            (1..=MAX_STRING, None) => collected.leave_out(index + 1, Unusable::NotACommand),
            _ => {}
        }
    }
    places.retain(|_, place| !place.text.is_empty());

    let append = append(&settings);
    let mut group = Group::named(if name.is_empty() { "SSCOM" } else { name });
    group.delay_ms = 1000;
    let group = collected.group(group)?;
    let mut orders = Vec::new();
    for place in places.values() {
        let message = Message {
            text: place.text.replace('\u{2}', ","),
            form: place.form,
            charset: Charset::Gbk,
            escapes: false,
            append: append.clone(),
            ..Message::default()
        };
        let mut command = QuickCommand::new("", message);
        let order = read_button(place, &mut command, &mut collected);
        let before = collected.groups[group].commands.len();
        collected.add(group, place.line, command)?;
        if collected.groups[group].commands.len() > before {
            orders.push(order);
        }
    }
    put_in_order(&mut collected.groups[group].commands, &orders);
    Ok(collected)
}

/// The name and the pause of a string; gives its place in the cycle.
fn read_button(place: &Place<'_>, command: &mut QuickCommand, collected: &mut Collected) -> u32 {
    let Some((line, button)) = place.button else { return 0 };
    let mut parts = button.splitn(2, ',');
    let order = parts.next().unwrap_or_default().trim().parse().unwrap_or(0);
    let rest = parts.next().unwrap_or_default();
    let (name, pause) = rest.rsplit_once(',').unwrap_or((rest, ""));
    let name = name.replace('\u{2}', ",");
    // What stands on a button that nobody named: 4无注释.
    let is_named = name.trim_end_matches("无注释").parse::<u32>().is_err();
    if is_named && !name.contains(char::REPLACEMENT_CHARACTER) {
        name.trim().clone_into(&mut command.name);
    }
    match pause.trim() {
        "" => {}
        pause => match pause.parse() {
            Ok(ms) => command.step.delay_ms = Some(ms),
            Err(_) => collected.leave_out(line, Unusable::Number(short(pause))),
        },
    }
    order
}

/// Enables what is in the cycle, in its order, without moving anything else; all if nothing is in it.
fn put_in_order(commands: &mut [QuickCommand], orders: &[u32]) {
    let mut cycle: Vec<usize> = (0..commands.len()).filter(|index| orders[*index] > 0).collect();
    if cycle.is_empty() {
        return;
    }
    for (command, order) in commands.iter_mut().zip(orders) {
        command.step.enabled = *order > 0;
    }
    let places = cycle.clone();
    cycle.sort_by_key(|index| orders[*index]);
    let ordered: Vec<QuickCommand> = cycle.iter().map(|index| commands[*index].clone()).collect();
    for (place, command) in places.into_iter().zip(ordered) {
        commands[place] = command;
    }
}

/// What is added to each string.
fn append(settings: &BTreeMap<u32, &str>) -> Vec<Block> {
    let from: i32 = settings.get(&1074).and_then(|from| from.parse().ok()).unwrap_or(1);
    let checksum = match settings.get(&1060).copied() {
        Some("1") => Checksum::named("CRC-16/MODBUS"),
        Some("2") => Some(Checksum::Sum),
        Some("3") => Some(Checksum::Xor),
        _ => None,
    };
    let checksum = checksum
        .map(|algorithm| Block::Checksum(ChecksumBlock { from: from.max(1) - 1, ..ChecksumBlock::new(algorithm) }));
    let is_on = |number| settings.get(&number).is_some_and(|value| value.eq_ignore_ascii_case("Y"));
    let newline = (is_on(1057) || is_on(37)).then_some(Block::CrLf);
    checksum.into_iter().chain(newline).collect()
}
