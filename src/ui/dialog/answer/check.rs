//! Rules as they are read: what is wrong with each of them, and all of them ready for a test. Read once for each
//! change, not in each frame.

use std::collections::BTreeMap;

use crate::automation::answer::{AnswerSettings, Rule, RuleErrorKind, Rules};
use crate::codec::framing::Framing;

/// Rules that were read.
#[derive(Default)]
pub struct Checked {
    rules: Vec<Rule>,
    variables: BTreeMap<String, String>,
    framing: Framing,
    /// What is wrong with each.
    errors: Vec<Option<RuleErrorKind>>,
    /// All of them; `None` if one that is on is wrong.
    compiled: Option<Rules>,
    /// Changes with each reading.
    pub revision: u64,
}

impl Checked {
    /// Reads them again, if they are others.
    pub fn follow(&mut self, settings: &AnswerSettings, variables: &BTreeMap<String, String>, framing: &Framing) {
        let same_ground = self.variables == *variables && self.framing == *framing;
        if same_ground && self.rules == settings.rules && self.revision > 0 {
            return;
        }
        // A rule that is as it was need not be read again.
        let known = |index: usize, rule: &Rule| {
            let same = same_ground && self.rules.get(index) == Some(rule);
            self.errors.get(index).filter(|_| same).cloned()
        };
        let check = |(index, rule): (usize, &Rule)| {
            known(index, rule).unwrap_or_else(|| Rules::check(rule, variables, framing).err())
        };
        self.errors = settings.rules.iter().enumerate().map(check).collect();
        self.compiled = Rules::compile(&settings.rules, variables, framing).ok();
        self.rules.clone_from(&settings.rules);
        self.variables.clone_from(variables);
        self.framing = framing.clone();
        self.revision += 1;
    }

    /// What is wrong with a rule.
    pub fn error(&self, rule: usize) -> Option<&RuleErrorKind> {
        self.errors.get(rule)?.as_ref()
    }

    /// All rules that are on; `None` if one of them is wrong.
    pub fn compiled(&self) -> Option<&Rules> {
        self.compiled.as_ref()
    }

    /// The first rule that is on and wrong.
    pub fn first_wrong(&self) -> Option<usize> {
        (0..self.rules.len()).find(|&index| self.rules[index].enabled && self.errors[index].is_some())
    }
}
