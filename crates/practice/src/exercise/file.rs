//! Reading an exercise file, and refusing one with file, line and reason.

use serde::Deserialize;

use super::{Change, Exercise, Fit, Flag, Intent, Step, Vocabulary, action};

/// Words that a prompt never uses: they order, judge, or promise.
pub const AVOIDED_WORDS: [&str; 17] = [
    "should",
    "must",
    "just ",
    "simply",
    "calm down",
    "cure",
    "treat",
    "therapy",
    "patient",
    "symptom",
    "disorder",
    "fix ",
    "heal",
    "failed",
    "lazy",
    "cheating",
    "!",
];

/// Why a file is no exercise. Reads as `breath.json, line 12: there is no action 'gird'`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}, line {line}: {reason}")]
pub struct ExerciseError {
    pub file: String,
    /// Counted from 1; the line the reason is about.
    pub line: usize,
    pub reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    schema: String,
    id: String,
    title: String,
    family: String,
    level: u8,
    minutes: u32,
    goal: String,
    /// A … D; for people who read the data.
    #[serde(rename = "evidence")]
    _evidence: String,
    intents: Vec<Intent>,
    fit: Fit,
    depth: u8,
    prereq: Vec<String>,
    steps: Vec<RawStep>,
    two_minutes: Vec<RawStep>,
    /// What is kept from a session; for people who read the data.
    #[serde(rename = "outcomes")]
    _outcomes: Vec<String>,
    easier: String,
    #[serde(rename = "harder")]
    _harder: String,
    caution: String,
    flags: Vec<Flag>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStep {
    t: u32,
    prompt: String,
    app: String,
    easier: Option<RawChange>,
    without_microphone: Option<RawChange>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RawChange {
    Leave(LeaveWord),
    Instead { prompt: String, app: String },
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum LeaveWord {
    Leave,
}

/// Reads one exercise; `file` is the name that errors use.
///
/// # Errors
/// The first thing that is wrong, with its line.
pub fn read(file: &str, text: &str, known: &Vocabulary) -> Result<Exercise, ExerciseError> {
    Reader { file, text, known }.exercise()
}

struct Reader<'a> {
    file: &'a str,
    text: &'a str,
    known: &'a Vocabulary<'a>,
}

impl Reader<'_> {
    fn exercise(&self) -> Result<Exercise, ExerciseError> {
        let raw: Raw = serde_json::from_str(self.text).map_err(|error| {
            let reason = error.to_string();
            let reason = reason
                .split(" at line ")
                .next()
                .unwrap_or_default()
                .to_owned();
            self.refuse(error.line().max(1), reason)
        })?;
        if raw.schema != "exercise/2" {
            return Err(self.at(
                &raw.schema,
                format!("the schema `{}` is not known", raw.schema),
            ));
        }
        if !(1..=5).contains(&raw.level) {
            return Err(self.at("\"level\"", format!("level {} is not 1 to 5", raw.level)));
        }
        for prerequisite in &raw.prereq {
            if !self.known.exercises.contains(&prerequisite.as_str()) {
                let reason = format!("there is no exercise `{prerequisite}` to come before this");
                return Err(self.at(&format!("\"{prerequisite}\""), reason));
            }
        }
        let total: u32 = raw.steps.iter().map(|step| step.t).sum();
        if total != raw.minutes * 60 {
            let reason = format!(
                "the steps take {total} seconds, not {} minutes",
                raw.minutes
            );
            return Err(self.at("\"steps\"", reason));
        }
        Ok(Exercise {
            steps: self.steps("steps", raw.steps)?,
            two_minutes: self.steps("two_minutes", raw.two_minutes)?,
            id: raw.id,
            title: raw.title,
            family: raw.family,
            level: raw.level,
            minutes: raw.minutes,
            goal: raw.goal,
            intents: raw.intents,
            fit: raw.fit,
            depth: raw.depth,
            prerequisites: raw.prereq,
            easier: raw.easier,
            caution: raw.caution,
            flags: raw.flags,
        })
    }

    fn steps(&self, list: &str, raw: Vec<RawStep>) -> Result<Vec<Step>, ExerciseError> {
        if raw.is_empty() {
            return Err(self.at(&format!("\"{list}\""), format!("`{list}` has no steps")));
        }
        raw.into_iter()
            .map(|step| {
                Ok(Step {
                    seconds: step.t,
                    actions: self.actions(&step.app)?,
                    prompt: self.prompt(step.prompt)?,
                    easier: step.easier.map(|change| self.change(change)).transpose()?,
                    without_microphone: step
                        .without_microphone
                        .map(|change| self.change(change))
                        .transpose()?,
                })
            })
            .collect()
    }

    fn change(&self, raw: RawChange) -> Result<Change, ExerciseError> {
        match raw {
            RawChange::Leave(LeaveWord::Leave) => Ok(Change::Leave),
            RawChange::Instead { prompt, app } => Ok(Change::Instead {
                actions: self.actions(&app)?,
                prompt: self.prompt(prompt)?,
            }),
        }
    }

    fn actions(&self, app: &str) -> Result<Vec<super::Action>, ExerciseError> {
        action::parse(app, self.known).map_err(|reason| self.at(app, reason))
    }

    fn prompt(&self, prompt: String) -> Result<String, ExerciseError> {
        if prompt.chars().count() > 150 {
            return Err(self.at(&prompt, "a prompt has at most 150 characters".into()));
        }
        let lower = prompt.to_lowercase();
        if let Some(word) = AVOIDED_WORDS.iter().find(|word| lower.contains(*word)) {
            return Err(self.at(&prompt, format!("a prompt does not say `{}`", word.trim())));
        }
        Ok(prompt)
    }

    /// A refusal on the first line that holds `needle`.
    fn at(&self, needle: &str, reason: String) -> ExerciseError {
        let line = self
            .text
            .lines()
            .position(|line| line.contains(needle))
            .unwrap_or(0);
        self.refuse(line + 1, reason)
    }

    fn refuse(&self, line: usize, reason: String) -> ExerciseError {
        ExerciseError {
            file: self.file.into(),
            line,
            reason,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::exercise::Version;

    const KNOWN: Vocabulary = Vocabulary {
        sounds: &["drone_fifth"],
        exercises: &["vs01", "vs02"],
    };

    const FILE: &str = r#"{
  "schema": "exercise/2", "id": "xx01", "title": "A test", "family": "voice_song",
  "level": 1, "minutes": 1, "goal": "g", "evidence": "D", "intents": ["calm"],
  "fit": {"TA": 1, "LT": 1, "CC": 2, "EX": -1}, "depth": 0,
  "prereq": ["vs01"],
  "steps": [
    {"t": 20, "prompt": "Listen.", "app": "bed(drone_fifth,bpm=60)"},
    {"t": 40, "prompt": "Hum.", "app": "rec(src=mic,bars=2,name=h1)",
     "easier": "leave",
     "without_microphone": {"prompt": "Choose a note.", "app": "note(name=h1,bars=2)"}}
  ],
  "two_minutes": [{"t": 120, "prompt": "Listen.", "app": "listen(bed)"}],
  "outcomes": [], "easier": "", "harder": "", "caution": "", "flags": ["breath"]
}"#;

    fn read_with(from: &str, to: &str) -> Result<Exercise, ExerciseError> {
        assert!(
            FILE.contains(from),
            "the test changes something that is there"
        );
        read("a-test.json", &FILE.replace(from, to), &KNOWN)
    }

    #[track_caller]
    fn check_refusal(from: &str, to: &str, expected: &str) {
        let error = read_with(from, to).expect_err("this file has a mistake");
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn a_version_leaves_a_step_out_or_changes_its_words() {
        let exercise = read_with("A test", "A test").expect("a good file");
        let hum = &exercise.steps[1];
        let version = |easier, without_microphone| Version {
            easier,
            without_microphone,
        };
        assert_eq!(
            hum.in_version(version(false, false)).map(|step| step.0),
            Some("Hum.")
        );
        assert_eq!(
            hum.in_version(version(false, true)).map(|step| step.0),
            Some("Choose a note.")
        );
        assert_eq!(hum.in_version(version(true, true)), None);
        assert!(exercise.records());
    }

    #[test]
    fn a_mistake_is_named_with_its_file_and_line() {
        check_refusal(
            "bed(d",
            "bad(d",
            "a-test.json, line 7: there is no action `bad`",
        );
        check_refusal(
            "drone_fifth",
            "drone_ninth",
            "a-test.json, line 7: there is no sound `drone_ninth`",
        );
        check_refusal(
            "[\"vs01\"]",
            "[\"vs99\"]",
            "a-test.json, line 5: there is no exercise `vs99` to come before this",
        );
        check_refusal(
            "\"t\": 20",
            "\"t\": 21",
            "a-test.json, line 6: the steps take 61 seconds, not 1 minutes",
        );
        check_refusal(
            "Hum.",
            "You must hum.",
            "a-test.json, line 8: a prompt does not say `must`",
        );
        check_refusal(
            "exercise/2",
            "exercise/9",
            "a-test.json, line 2: the schema `exercise/9` is not known",
        );
        check_refusal(
            "\"depth\": 0,",
            "\"depth\": 0",
            "a-test.json, line 5: expected `,` or `}`",
        );
    }

    proptest::proptest! {
        #[test]
        fn no_file_makes_the_reader_panic(cut in 0usize..900, text in ".{0,40}") {
            let head: String = FILE.chars().take(cut).collect();
            let _ = read("cut.json", &(head + &text), &KNOWN);
        }
    }
}
