//! What a step asks of the app: `op(args)` joined with `;`, parsed into an enum.
//!
//! An argument is a bare word (`grid`, `drums+bass`) or `name=value`. Everything is checked here, so
//! that a session never meets an action it cannot carry out.

use audio_engine::units::Tempo;

use super::Vocabulary;

/// One thing the app does at the start of a step.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Only the words.
    Say,
    /// A sound that lies under everything.
    Bed {
        preset: String,
        tempo: Option<Tempo>,
        key: KeyChoice,
        gain_db: f32,
    },
    /// Loops to touch. Fields not given stay as the step before left them.
    Grid {
        loops: Option<u8>,
        tempo: Option<Tempo>,
        key: Option<KeyChoice>,
        max: Option<u8>,
        swap: bool,
    },
    /// The parts of a song that is already there.
    Stems { song: String, count: u8 },
    /// Balance. Each fader moves one stem or several; `mix` keeps the result under a letter.
    Faders {
        faders: Vec<Vec<String>>,
        mix: Option<String>,
    },
    /// The microphone is kept for `bars`, after `count_in` bars of click.
    Record {
        name: String,
        label: String,
        bars: u8,
        count_in: u8,
        overdub: bool,
    },
    /// The same layer without a microphone: a note that fits, hummed by the app.
    Note {
        name: String,
        label: String,
        bars: u8,
    },
    /// Soft copies of a take, above and below it.
    Harmonies { of: String, names: Vec<String> },
    /// Left, middle, right.
    Pan { tracks: Vec<String> },
    /// Nothing to do but hear.
    Listen { what: String },
    /// The mixes of this session, level-matched.
    Compare { mixes: Vec<String> },
    /// Which one stays with you? Letter and name of each.
    Choose { options: Vec<(String, String)> },
    /// Figures kept for the person, never shown unasked.
    Analyse(Vec<Metric>),
    /// Would you like to keep it?
    Save,
}

/// Which key to play in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyChoice {
    /// Where the person hums comfortably, or D until that is known.
    Auto,
    /// A tonic with an optional mode: `D`, `A_min`, `D_dorian`.
    Named(String),
}

/// A figure the engine's analysis can give, by the name it is kept under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Metric(&'static str);

impl Metric {
    /// The lead over the rest of a mix, in LU: measured of every mix that is kept.
    pub const BALANCE: Metric = Metric("balance_lu");
    /// For how long somebody hummed: measured of every take that is kept.
    pub const HUM_SECONDS: Metric = Metric("hum_secs");

    /// Every figure an exercise may ask for.
    pub const ALL: [Metric; 19] = [
        Metric("timing_sd_ms"),
        Metric("timing_bias_ms"),
        Metric("tempo_hold"),
        Metric("tempo_pref_bpm"),
        Metric("pitch_sd_cents"),
        Metric("pitch_err_cents"),
        Metric::HUM_SECONDS,
        Metric("peak_dbfs"),
        Metric("clipping"),
        Metric("snr_db"),
        Metric("onset_align_ms"),
        Metric::BALANCE,
        Metric("gain_reduction_db"),
        Metric("crest"),
        Metric("LRA"),
        Metric("mono_safe"),
        Metric("track_lufs"),
        Metric("true_peak"),
        Metric("breath_rate_est"),
    ];

    /// The figure of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Metric> {
        Self::ALL.into_iter().find(|metric| metric.0 == name)
    }

    /// The name it is kept under.
    #[must_use]
    pub fn id(self) -> &'static str {
        self.0
    }
}

/// All actions of a step, or the reason in words: "there is no action `gird`".
///
/// # Errors
/// The first thing that cannot be understood.
pub fn parse(text: &str, known: &Vocabulary) -> Result<Vec<Action>, String> {
    text.split(';')
        .map(|call| parse_one(call.trim(), known))
        .collect()
}

fn parse_one(call: &str, known: &Vocabulary) -> Result<Action, String> {
    let (op, rest) = call.split_once('(').unwrap_or((call, ")"));
    let inside = rest
        .strip_suffix(')')
        .ok_or_else(|| format!("`{call}` has no closing bracket"))?;
    let mut args = Args::read(op, inside)?;
    let action = match op {
        "say" => Action::Say,
        "bed" => Action::Bed {
            preset: args.sound(known)?,
            tempo: args.tempo()?,
            key: args.key()?.unwrap_or(KeyChoice::Auto),
            gain_db: args.gain_db()?,
        },
        "grid" => Action::Grid {
            loops: args.count("loops", 1..=8)?,
            tempo: args.tempo()?,
            key: args.key()?,
            max: args.count("max", 1..=8)?,
            swap: args.flag("swap"),
        },
        "stems" => Action::Stems {
            song: args.sound(known)?,
            count: args
                .count("n", 2..=8)?
                .ok_or("`stems` needs `n`, how many")?,
        },
        "faders" => faders(&mut args)?,
        "rec" | "overdub" => record(op, &mut args)?,
        "note" => {
            let (name, label, bars) = args.layer(op)?;
            Action::Note { name, label, bars }
        }
        "harmonies" => Action::Harmonies {
            of: args
                .named("of")
                .ok_or("`harmonies` needs `of`, the take to follow")?,
            names: args.words(),
        },
        "pan" => Action::Pan {
            tracks: args.words(),
        },
        "listen" => Action::Listen {
            what: args.words().first().cloned().unwrap_or_default(),
        },
        "ab" => Action::Compare {
            mixes: args.words(),
        },
        "choose" => Action::Choose {
            options: args.rest_named(),
        },
        "analyse" => Action::Analyse(
            args.words()
                .iter()
                .map(|name| Metric::named(name).ok_or(format!("there is no figure `{name}`")))
                .collect::<Result<Vec<Metric>, String>>()?,
        ),
        "save" => {
            args.named("as");
            Action::Save
        }
        other => return Err(format!("there is no action `{other}`")),
    };
    args.nothing_left()?;
    Ok(action)
}

fn faders(args: &mut Args) -> Result<Action, String> {
    let mix = args.named("as");
    let on = args.flag("on");
    let words = args.words();
    let layers = |word: &String| word.split('+').map(str::to_owned).collect();
    let faders: Vec<Vec<String>> = words.iter().map(layers).collect();
    if !on && faders.is_empty() {
        return Err("`faders` needs the names of the faders, or `on`".into());
    }
    Ok(Action::Faders { faders, mix })
}

fn record(op: &str, args: &mut Args) -> Result<Action, String> {
    match args.named("src").as_deref() {
        Some("mic") => {}
        other => {
            let other = other.unwrap_or("nothing");
            return Err(format!("`{op}` cannot record from `{other}`"));
        }
    }
    let (name, label, bars) = args.layer(op)?;
    let count_in = args.count("countin", 0..=4)?.unwrap_or(1);
    Ok(Action::Record {
        name,
        label,
        bars,
        count_in,
        overdub: op == "overdub",
    })
}

/// The arguments of one call, taken out one by one so that what is left over can be refused.
struct Args<'a> {
    op: &'a str,
    words: Vec<String>,
    named: Vec<(String, String)>,
}

impl<'a> Args<'a> {
    fn read(op: &'a str, inside: &str) -> Result<Args<'a>, String> {
        let mut args = Args {
            op,
            words: vec![],
            named: vec![],
        };
        for part in inside
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
        {
            match part.split_once('=') {
                Some((name, value)) if !name.is_empty() && !value.is_empty() => {
                    args.named.push((name.into(), value.into()));
                }
                Some(_) => return Err(format!("`{part}` in `{op}` is half an argument")),
                None => args.words.push(part.into()),
            }
        }
        Ok(args)
    }

    fn named(&mut self, name: &str) -> Option<String> {
        let at = self.named.iter().position(|(n, _)| n == name)?;
        Some(self.named.remove(at).1)
    }

    fn flag(&mut self, word: &str) -> bool {
        let at = self.words.iter().position(|w| w == word);
        at.map(|at| self.words.remove(at)).is_some()
    }

    fn words(&mut self) -> Vec<String> {
        std::mem::take(&mut self.words)
    }

    fn rest_named(&mut self) -> Vec<(String, String)> {
        let words = self
            .words()
            .into_iter()
            .map(|word| (word.clone(), word.to_uppercase()));
        words.chain(std::mem::take(&mut self.named)).collect()
    }

    fn sound(&mut self, known: &Vocabulary) -> Result<String, String> {
        let name = if self.words.is_empty() {
            String::new()
        } else {
            self.words.remove(0)
        };
        if known.sounds.contains(&name.as_str()) {
            Ok(name)
        } else {
            Err(format!("there is no sound `{name}`"))
        }
    }

    fn tempo(&mut self) -> Result<Option<Tempo>, String> {
        let Some(text) = self.named("bpm") else {
            return Ok(None);
        };
        let tempo = text.parse().ok().and_then(Tempo::from_bpm);
        tempo
            .map(Some)
            .ok_or_else(|| format!("`{text}` is no tempo anyone could play"))
    }

    fn key(&mut self) -> Result<Option<KeyChoice>, String> {
        let Some(text) = self.named("key") else {
            return Ok(None);
        };
        if text == "auto" {
            return Ok(Some(KeyChoice::Auto));
        }
        let (tonic, mode) = text.split_once('_').unwrap_or((&text, "maj"));
        let mut letters = tonic.chars();
        let tonic_is_known =
            matches!(letters.next(), Some('A'..='G')) && matches!(letters.as_str(), "" | "#" | "b");
        if tonic_is_known && matches!(mode, "maj" | "min" | "dorian") {
            Ok(Some(KeyChoice::Named(text)))
        } else {
            Err(format!("`{text}` is no key"))
        }
    }

    fn gain_db(&mut self) -> Result<f32, String> {
        let Some(text) = self.named("db") else {
            return Ok(0.0);
        };
        text.parse()
            .ok()
            .filter(|db| (-60.0..=6.0).contains(db))
            .ok_or_else(|| format!("`{text}` is no gain between −60 and +6 dB"))
    }

    fn count(
        &mut self,
        name: &str,
        range: std::ops::RangeInclusive<u8>,
    ) -> Result<Option<u8>, String> {
        let Some(text) = self.named(name) else {
            return Ok(None);
        };
        let number = text.parse().ok().filter(|n| range.contains(n));
        number.map(Some).ok_or_else(|| {
            format!(
                "`{name}` in `{}` is `{text}`, not {} to {}",
                self.op,
                range.start(),
                range.end()
            )
        })
    }

    fn layer(&mut self, op: &str) -> Result<(String, String, u8), String> {
        let name = self
            .named("name")
            .ok_or_else(|| format!("`{op}` needs a `name`"))?;
        let label = self.named("label").unwrap_or_else(|| name.clone());
        let bars = self
            .count("bars", 1..=16)?
            .ok_or_else(|| format!("`{op}` needs `bars`, how long"))?;
        Ok((name, label, bars))
    }

    fn nothing_left(self) -> Result<(), String> {
        let left = self
            .words
            .into_iter()
            .chain(self.named.into_iter().map(|(name, _)| name));
        match left.reduce(|all, one| format!("{all}, {one}")) {
            None => Ok(()),
            Some(left) => Err(format!("`{}` does not know `{left}`", self.op)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: Vocabulary = Vocabulary {
        sounds: &["drone_fifth", "song_river"],
        exercises: &[],
    };

    fn refused(text: &str) -> String {
        parse(text, &KNOWN).expect_err("this is not an exercise anyone wrote")
    }

    #[test]
    fn a_bed_carries_its_tempo_key_and_gain() {
        let actions = parse("bed(drone_fifth,bpm=72,key=auto,db=-22)", &KNOWN).expect("a bed");
        let expected = Action::Bed {
            preset: "drone_fifth".into(),
            tempo: Tempo::from_bpm(72.0),
            key: KeyChoice::Auto,
            gain_db: -22.0,
        };
        assert_eq!(actions, [expected]);
    }

    #[test]
    fn a_fader_may_move_two_stems_at_once() {
        let actions = parse("faders(drums+bass,tune,as=a)", &KNOWN).expect("faders");
        let faders = vec![vec!["drums".into(), "bass".into()], vec!["tune".into()]];
        assert_eq!(
            actions,
            [Action::Faders {
                faders,
                mix: Some("a".into())
            }]
        );
    }

    #[test]
    fn what_is_not_known_is_refused_by_name() {
        assert_eq!(refused("gird(max=2)"), "there is no action `gird`");
        assert_eq!(
            refused("bed(drone_ninth)"),
            "there is no sound `drone_ninth`"
        );
        assert_eq!(
            refused("grid(max=2,colour=red)"),
            "`grid` does not know `colour`"
        );
        assert_eq!(
            refused("grid(max=99)"),
            "`max` in `grid` is `99`, not 1 to 8"
        );
        assert_eq!(refused("grid(max=2"), "`grid(max=2` has no closing bracket");
        assert_eq!(
            refused("rec(src=radio,bars=4,name=h1)"),
            "`rec` cannot record from `radio`"
        );
        assert_eq!(
            refused("bed(drone_fifth,bpm=9000)"),
            "`9000` is no tempo anyone could play"
        );
        assert_eq!(refused("bed(drone_fifth,key=H)"), "`H` is no key");
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_the_parser_panic(text in ".{0,80}") {
            let _ = parse(&text, &KNOWN);
        }
    }
}
