//! The engine on a real sound server: what is played is heard, what is sung is kept in its place,
//! and a server that dies takes nothing with it.
//!
//! Sound is checked by its content and its frames, never by the clock on the wall.

#[path = "real_audio/device_check.rs"]
mod device_check;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Once};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use audio_engine::io::{AudioHost, DevicePrefs, HostEvent};
use audio_engine::latency::{Measured, measure, probe};
use audio_engine::{
    At, Audio, EngineHandle, Frames, Layer, Play, RecordSpec, SampleRate, TakeId, TakeRead,
    TakeStream, TrackId, place,
};
use undersong_tests::figure;
use undersong_tests::hearing::{find, peak};
use undersong_tests::pipewire::{CYCLE, Desk};

const RATE: SampleRate = SampleRate::STUDIO;
const SECOND: Frames = Frames(48_000);
/// A woman's voice saying "front, center"; 48 kHz, mono, from alsa-utils.
const VOICE: &str = "/usr/share/sounds/alsa/Front_Center.wav";
/// Nothing here takes longer on a machine that works at all.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often something is played again of which frames were lost on the way.
const TRIES: u32 = 5;

/// The desk, and the app's two ends of the sound.
struct Studio {
    host: AudioHost,
    handle: EngineHandle,
    takes: u64,
    // Last: the server goes when its client has gone.
    desk: Desk,
}

impl Studio {
    /// `None`, with the reason printed, where there is no PipeWire to start.
    fn open() -> Result<Option<Studio>> {
        let missing = Desk::missing();
        if !missing.is_empty() {
            eprintln!("skipped: please install {}", missing.join(" "));
            return Ok(None);
        }
        let desk = Desk::start()?;
        use_environment(&desk);
        let (host, mut handle) = AudioHost::open(&DevicePrefs::default(), None);
        ensure!(
            host.info().backend == "PipeWire",
            "opened {:?}",
            host.info()
        );
        handle.batch(|batch| batch.play())?;
        Ok(Some(Studio {
            host,
            handle,
            takes: 0,
            desk,
        }))
    }

    /// A place on the timeline that is soon, and not yet.
    fn soon(&self) -> Frames {
        self.handle.snapshot().playhead + Frames(24_000)
    }

    fn play(&mut self, track: u16, audio: &Arc<Audio>, start: Frames) -> Result<()> {
        let layer = Layer {
            audio: Arc::clone(audio),
            play: Play::Once { start },
            fade_in: Frames::ZERO,
        };
        Ok(self
            .handle
            .batch(|batch| batch.layer(TrackId(track), layer, At::Now))?)
    }

    fn record(
        &mut self,
        punch_in: Frames,
        length: Frames,
        round_trip: Frames,
    ) -> Result<TakeStream> {
        self.takes += 1;
        let spec = RecordSpec {
            round_trip,
            ..RecordSpec::fixed(TakeId(self.takes), punch_in, length)
        };
        Ok(self.handle.batch(|batch| batch.record(spec))?)
    }

    /// The whole take, gaps as silence.
    fn gather(&mut self, mut take: TakeStream) -> Result<Vec<f32>> {
        let began = Instant::now();
        let mut raw = Vec::new();
        loop {
            self.handle.collect();
            match take.read(&mut raw) {
                TakeRead::Finished => return Ok(raw),
                TakeRead::Frames(_) | TakeRead::Mark(_) => {}
                TakeRead::Gap(lost) => raw.resize(raw.len() + lost as usize, 0.0),
                TakeRead::Nothing => std::thread::sleep(Duration::from_millis(5)),
            }
            ensure!(
                began.elapsed() < PATIENCE,
                "the take does not end: {} frames",
                raw.len()
            );
        }
    }

    /// Until the playhead has passed `until`.
    fn listen(&mut self, until: Frames) -> Result<()> {
        let began = Instant::now();
        while self.handle.snapshot().playhead < until {
            self.handle.collect();
            ensure!(began.elapsed() < PATIENCE, "the playhead stands still");
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }

    /// Plays the probe and finds it in the microphone. A machine that is too busy loses frames of
    /// it: played again. What is wrong is wrong every time.
    fn calibrate(&mut self) -> Result<Measured> {
        let mut last = self.calibrate_once();
        for _ in 1..TRIES {
            if last.as_ref().is_ok_and(|found| found.likeness > 0.99) {
                break;
            }
            println!("calibrated again after {last:?}");
            last = self.calibrate_once();
        }
        last
    }

    fn calibrate_once(&mut self) -> Result<Measured> {
        let probe = Arc::new(probe(RATE));
        let start = self.soon();
        self.play(0, &probe, start)?;
        let take = self.record(start, probe.frames() + SECOND, Frames::ZERO)?;
        let raw = self.gather(take)?;
        let level = peak(&raw);
        measure(&probe, &Audio::mono(RATE, raw)).with_context(|| format!("not heard; peak {level}"))
    }

    /// As [`Studio::calibrate`], in whole frames, and quicker: a desk has no echoes to wait for.
    fn round_trip(&mut self) -> Result<i64> {
        let probe = Arc::new(probe(RATE));
        let start = self.soon();
        self.play(0, &probe, start)?;
        let take = self.record(start, probe.frames() + Frames(12_000), Frames::ZERO)?;
        let raw = self.gather(take)?;
        let found = find(probe.channel(0), &raw)?;
        ensure!(found.likeness > 0.99, "{found:?}: frames were lost");
        Ok(found.at as i64)
    }

    /// Closes every stream, and opens them again.
    fn restart(&mut self) -> Result<()> {
        let (host, handle) = AudioHost::open(&DevicePrefs::default(), None);
        // The old one ends here.
        (self.host, self.handle) = (host, handle);
        ensure!(self.host.info().backend == "PipeWire");
        self.handle.batch(|batch| batch.play())?;
        self.host.open_input()?;
        Ok(())
    }

    /// Waits for an event; returns all that came until then.
    fn wait_for(&mut self, is_it: impl Fn(&HostEvent) -> bool) -> Result<Vec<HostEvent>> {
        let began = Instant::now();
        let mut seen = Vec::new();
        while !seen.iter().any(&is_it) {
            ensure!(began.elapsed() < PATIENCE, "only {seen:?} happened");
            std::thread::sleep(Duration::from_millis(5));
            seen.extend(self.host.poll());
        }
        Ok(seen)
    }
}

/// Points this process at the desk. Every desk of a process lies in the same folder, so once.
fn use_environment(desk: &Desk) {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        for (key, value) in desk.env() {
            // SAFETY: the other threads of this process are tests, waiting for the desk we hold
            // or for the test runner; none of them reads the environment meanwhile.
            unsafe { std::env::set_var(key, value) };
        }
    });
}

/// A second of a steady A, with soft ends.
fn tone() -> Arc<Audio> {
    let samples = (0..48_000_u32).map(|n| {
        let t = f64::from(n) / 48_000.0;
        let ends = (t.min(1.0 - t) / 0.02).min(1.0);
        (0.25 * ends * (t * 440.0 * std::f64::consts::TAU).sin()) as f32
    });
    Arc::new(Audio::mono(RATE, samples.collect()))
}

/// The frequency of a tone, from its upward zero crossings.
fn pitch(samples: &[f32]) -> f64 {
    let ups: Vec<usize> = (1..samples.len())
        .filter(|i| samples[i - 1] < 0.0 && samples[*i] >= 0.0)
        .collect();
    match (ups.first(), ups.last()) {
        (Some(first), Some(last)) if last > first => {
            (ups.len() - 1) as f64 * 48_000.0 / (last - first) as f64
        }
        _ => 0.0,
    }
}

#[test]
fn a_tone_reaches_the_loudspeaker_at_its_own_pitch() -> Result<()> {
    let Some(mut studio) = Studio::open()? else {
        return Ok(());
    };
    let tone = tone();
    // On a machine that is too busy, we, the server or its recorder lose frames: played again. A
    // sound that is wrong is wrong every time.
    let mut tries = 0;
    let (speaker, microphone, found) = loop {
        let recorder = studio.desk.record()?;
        let start = studio.soon();
        studio.play(0, &tone, start)?;
        studio.listen(start + SECOND + SECOND)?;
        let (speaker, microphone) = recorder.finish()?;
        let found = find(tone.channel(0), &speaker)?;
        println!("tone: {found:?}");
        tries += 1;
        if found.likeness > 0.999 || tries == TRIES {
            break (speaker, microphone, found);
        }
    };
    assert!(
        found.likeness > 0.999,
        "{found:?}: all of it, and nothing else"
    );
    let pitch = pitch(&speaker[found.at + 4_800..found.at + 43_200]);
    assert!((pitch - 440.0).abs() < 0.5, "heard {pitch} Hz");
    assert_eq!(
        peak(&microphone),
        0.0,
        "the microphone does not hear what has no way to it"
    );
    Ok(())
}

#[test]
fn the_round_trip_is_measured_the_same_each_time() -> Result<()> {
    let Some(mut studio) = Studio::open()? else {
        return Ok(());
    };
    studio.desk.connect_air()?;
    studio.host.open_input()?;
    let measured = (0..3)
        .map(|_| studio.calibrate())
        .collect::<Result<Vec<Measured>>>()?;
    println!(
        "round trip on {}: {measured:?}",
        studio.host.info().route_key
    );
    for one in &measured {
        assert!(one.confidence >= 0.9, "{one:?}");
        assert!(!one.inverted, "{one:?}");
        assert!((one.delay - measured[0].delay).abs() <= 1.0, "{measured:?}");
    }
    Ok(())
}

/// How often streams are closed and opened for the figure: `UNDERSONG_RESTARTS`, 20 in its long
/// form (80 s), otherwise 4.
fn restarts() -> usize {
    let asked = std::env::var("UNDERSONG_RESTARTS").ok();
    asked.and_then(|n| n.parse().ok()).unwrap_or(4)
}

/// Within a session nothing moves, not by a frame. From one start of the streams to the next the
/// round trip may differ by whole cycles of the server, and by nothing else: its calibration is a
/// fraction that stays and a number of cycles that is cheap to find again.
#[test]
fn alignment_holds_within_a_session_and_by_whole_cycles_across_restarts() -> Result<()> {
    let Some(mut studio) = Studio::open()? else {
        return Ok(());
    };
    studio.desk.connect_air()?;
    let (mut errors, mut starts) = (BTreeMap::new(), BTreeMap::new());
    let (mut first, mut spoiled, mut lossy) = (None, 0, 0);
    for _ in 0..restarts() {
        studio.restart()?;
        // A machine that is too busy loses frames; that is seen, counted, and measured again.
        let mut measure = || -> Result<i64> {
            let mut last = studio.round_trip();
            while last.is_err() && spoiled < 20 {
                spoiled += 1;
                last = studio.round_trip();
            }
            last
        };
        let (before, after) = (measure()?, measure()?);
        *errors.entry(after - before).or_insert(0) += 1;
        // What a start is like, and not what became of it on a machine that lost frames since.
        if studio.handle.snapshot().xruns == 0 {
            let first = *first.get_or_insert(before);
            *starts.entry(before - first).or_insert(0) += 1;
        } else {
            println!("frames were lost since this start; a round trip of {before}");
            lossy += 1;
        }
    }
    let furthest = errors.keys().map(|error| error.abs()).max();
    let note = format!(
        "{} restarts, cycles of {CYCLE}, a round trip of {}; in a session {errors:?}, from start \
         to start {starts:?}, frames lost after {lossy} more; measured again {spoiled} times",
        restarts(),
        first.unwrap_or_default(),
    );
    figure(
        "alignment on PipeWire",
        furthest.unwrap_or_default() as f64,
        &note,
    );
    assert!(
        errors.keys().all(|error| *error == 0),
        "moved in a session: {errors:?}"
    );
    let cycle = i64::from(CYCLE);
    assert!(
        starts.keys().all(|moved| moved % cycle == 0),
        "moved by other than whole cycles: {starts:?}"
    );
    Ok(())
}

/// The loudspeaker is gone and the server is not: whatever it does with us, time goes on.
#[test]
fn a_loudspeaker_that_is_pulled_out_does_not_stop_time() -> Result<()> {
    let Some(mut studio) = Studio::open()? else {
        return Ok(());
    };
    studio.listen(studio.soon())?;
    studio.desk.unplug_speaker()?;
    let (began, mut still_since, mut longest) = (Instant::now(), Instant::now(), Duration::ZERO);
    let mut playhead = studio.handle.snapshot().playhead;
    while began.elapsed() < Duration::from_secs(4) {
        std::thread::sleep(Duration::from_millis(5));
        studio.handle.collect();
        let now = studio.handle.snapshot().playhead;
        if now != playhead {
            (playhead, still_since) = (now, Instant::now());
        }
        longest = longest.max(still_since.elapsed());
    }
    let events = studio.host.poll();
    figure(
        "playhead still while unplugged",
        longest.as_secs_f64(),
        &format!("{events:?}"),
    );
    assert!(
        // As with a hanging server: a second, and as much for a machine that is busy.
        longest < Duration::from_secs(2),
        "time stood still for {longest:?}"
    );
    Ok(())
}

/// A machine that is too busy loses frames; the engine counts that, and we sing again.
#[test]
fn a_voice_is_recorded_as_it_was_sung() -> Result<()> {
    let Some(mut studio) = Studio::open()? else {
        return Ok(());
    };
    ensure!(Path::new(VOICE).exists(), "please install alsa-utils");
    let voice = audio_engine::files::read_wav(VOICE.as_ref())?;
    studio.host.open_input()?;
    let mut lost = true;
    for _ in 0..TRIES {
        let xruns = studio.handle.snapshot().xruns;
        let punch_in = studio.soon();
        let take = studio.record(punch_in, Frames(4 * SECOND.0), Frames::ZERO)?;
        studio.listen(punch_in)?;
        let singing = studio.desk.sing(VOICE.as_ref())?;
        let raw = studio.gather(take)?;
        singing.wait()?;
        let found = find(voice.channel(0), &raw)?;
        lost = studio.handle.snapshot().xruns > xruns;
        println!("voice: {found:?}, frames lost: {lost}");
        assert!(
            lost || found.likeness >= 0.99,
            "no loss was counted, and yet: {found:?}"
        );
        if !lost || found.likeness >= 0.99 {
            lost = false;
            break;
        }
    }
    assert!(
        !lost,
        "frames were lost five times in a row; is there another sound server?"
    );
    Ok(())
}

/// A musician who answers without delay is the air itself: the loudspeaker's sound goes straight
/// into the microphone. So the take of such a musician, once placed, must lie exactly on what it
/// answered. To see it, both are played one after the other through the same loudspeaker and
/// recorded in one go: the distance between them on the recording is then the distance they have
/// on the timeline, whatever the devices' latencies are, because these are the same for both.
#[test]
fn an_overdub_lands_on_what_it_answered() -> Result<()> {
    let Some(mut studio) = Studio::open()? else {
        return Ok(());
    };
    studio.desk.connect_air()?;
    studio.host.open_input()?;
    let measured = studio.calibrate()?;
    let round_trip = Frames(measured.delay.round() as u64);
    let mut last = overdub(&mut studio, round_trip);
    for _ in 1..TRIES {
        if last.as_ref().is_ok_and(|overdub| overdub.likeness > 0.99) {
            break;
        }
        println!("overdubbed again after {last:?}");
        last = overdub(&mut studio, round_trip);
    }
    let found = last?;
    println!("{found:?}; {measured:?}");
    assert!(found.likeness > 0.99, "{found:?}");
    assert!(
        found.error.abs() <= 1,
        "{found:?}: off the beat it answered"
    );
    Ok(())
}

/// What became of an overdub.
#[derive(Debug)]
struct Overdub {
    /// How far it lies from what it answered, in frames.
    error: i64,
    /// From the loudspeaker to the microphone, in frames.
    #[expect(dead_code, reason = "printed")]
    air: i64,
    /// The less alike of the two, 0 to 1: below 1, frames were lost.
    likeness: f64,
}

/// With the air connected before and after.
fn overdub(studio: &mut Studio, round_trip: Frames) -> Result<Overdub> {
    let recorder = studio.desk.record()?;
    // The phrase sounds a quarter of a second into the take.
    let (phrase, into, length) = (Arc::new(probe(RATE)), Frames(12_000), Frames(48_000));
    let punch_in = studio.soon();
    studio.play(0, &phrase, punch_in + into)?;
    let take = studio.record(punch_in, length, round_trip)?;
    let raw = studio.gather(take)?;
    let raw = Audio::mono(RATE, raw);
    let placed = Arc::new(place(&raw, Frames::ZERO, round_trip, length));
    studio.desk.disconnect_air()?;
    let again = studio.soon();
    studio.play(1, &placed, again)?;
    studio.listen(again + length + SECOND)?;
    let (speaker, microphone) = recorder.finish()?;
    studio.desk.connect_air()?;

    let on_timeline = again - punch_in;
    let sound = phrase.channel(0);
    let first = find(sound, &speaker[..speaker.len() / 2])?;
    let from = (first.at + on_timeline.0 as usize).saturating_sub(24_000);
    let second = find(sound, speaker.get(from..).unwrap_or_default())?;
    Ok(Overdub {
        error: (from + second.at) as i64 - (first.at as u64 + on_timeline.0) as i64,
        air: find(sound, &microphone)?.at as i64 - first.at as i64,
        likeness: first.likeness.min(second.likeness),
    })
}

#[test]
fn a_take_goes_on_when_the_sound_server_dies_and_sound_returns_with_it() -> Result<()> {
    let Some(mut studio) = Studio::open()? else {
        return Ok(());
    };
    studio.desk.connect_air()?;
    studio.host.open_input()?;
    let (length, punch_in) = (Frames(4 * SECOND.0), studio.soon());
    let take = studio.record(punch_in, length, Frames::ZERO)?;
    studio.listen(punch_in + SECOND)?;

    let killed = Instant::now();
    studio.desk.kill_server();
    let dying = killed.elapsed();
    studio.wait_for(|event| matches!(event, HostEvent::Lost { .. }))?;
    let noticed = killed.elapsed();
    println!("loss noticed after {noticed:?}, of which the server took {dying:?} to die");
    assert!(
        noticed.saturating_sub(dying) < Duration::from_secs(1),
        "after {noticed:?}"
    );

    let raw = studio.gather(take)?;
    let seen_after = noticed.saturating_sub(dying).as_secs_f64();
    let note = "from the server's death to the event";
    figure("device loss seen after", seen_after, note);
    let note = format!("{} of {} frames were kept", raw.len(), length.0);
    let is_lost = (raw.len() as u64) < length.0;
    figure(
        "takes lost with the sound server",
        f64::from(u8::from(is_lost)),
        &note,
    );
    assert!(
        raw.len() as u64 >= length.0,
        "the take is as long as it was to be: {}",
        raw.len()
    );
    assert_eq!(studio.host.info().backend, "none");

    studio.desk.restart_server()?;
    let mut seen = studio.wait_for(|event| matches!(event, HostEvent::Restored { .. }))?;
    if !seen.contains(&HostEvent::InputRestored) {
        seen.extend(studio.wait_for(|event| *event == HostEvent::InputRestored)?);
    }
    println!("{seen:?}");
    studio.desk.connect_air()?;
    let again = studio.calibrate()?;
    assert!(again.confidence >= 0.9, "played and heard again: {again:?}");
    Ok(())
}

#[test]
fn a_sound_server_that_hangs_is_noticed_within_a_second() -> Result<()> {
    let Some(mut studio) = Studio::open()? else {
        return Ok(());
    };
    studio.desk.hang_server()?;
    let hung = Instant::now();
    studio.wait_for(|event| matches!(event, HostEvent::Lost { .. }))?;
    let note = "from the server's hanging to the event";
    figure(
        "a hanging server seen after",
        hung.elapsed().as_secs_f64(),
        note,
    );
    assert!(
        hung.elapsed() < Duration::from_secs(2),
        "noticed after {:?}",
        hung.elapsed()
    );
    let before = studio.handle.snapshot().clock;
    studio.listen(studio.handle.snapshot().playhead + Frames(4_800))?;
    assert!(
        studio.handle.snapshot().clock > before,
        "the engine goes on in silence"
    );
    studio.desk.wake_server()?;
    studio.wait_for(|event| matches!(event, HostEvent::Restored { .. }))?;
    Ok(())
}
