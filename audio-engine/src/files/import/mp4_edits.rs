//! What of an M4A is to be heard: its edit list, or Apple's `iTunSMPB`.
//!
//! An AAC encoder needs a run-up, 1024 frames or more, which comes out as silence in front. The
//! file says how long it was; symphonia 0.6 reads that and does nothing with it (its #544).
//! Layout: ISO/IEC 14496-12; the tag: Apple's Technical Note TN2258.

use std::io::{self, Read, Seek, SeekFrom};

/// The description of ten minutes takes some hundred kilobytes.
const LONGEST_DESCRIPTION: u64 = 8 << 20;

/// Frames to leave out in front, and how many to keep after them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Edit {
    pub(super) skip: u64,
    pub(super) keep: u64,
}

impl Default for Edit {
    /// Everything is to be heard.
    fn default() -> Edit {
        Edit {
            skip: 0,
            keep: u64::MAX,
        }
    }
}

/// Looks for it in a file, and for where the file says it ends. One that says nothing, or nonsense,
/// is heard whole.
pub(super) fn edit_of(source: &mut (impl Read + Seek)) -> io::Result<(Edit, u64)> {
    let end = source.seek(SeekFrom::End(0))?;
    let (mut at, mut edit) = (0u64, Edit::default());
    while at + 8 <= end {
        source.seek(SeekFrom::Start(at))?;
        let mut head = [0; 16];
        let read = (end - at).min(16) as usize;
        source.read_exact(&mut head[..read])?;
        let (header, size) = match number(&head[..4]) {
            Some(1) => (16, number(&head[8..]).unwrap_or(0)),
            Some(0) => (8, end - at),
            size => (8, size.unwrap_or(0)),
        };
        if size < header {
            break;
        }
        if &head[4..8] == b"moov" {
            let size = (size - header).min(end - at - header);
            let mut description = vec![0; size.min(LONGEST_DESCRIPTION) as usize];
            source.seek(SeekFrom::Start(at + header))?;
            source.read_exact(&mut description)?;
            edit = edit_in(&description).unwrap_or_default();
        }
        at = at.saturating_add(size);
    }
    Ok((edit, at.max(end)))
}

fn edit_in(description: &[u8]) -> Option<Edit> {
    if let Some(edit) = itunes(description) {
        return Some(edit);
    }
    let ticks_a_second = times(child(description, b"mvhd")?)?;
    let sound = atoms(description)
        .filter(|(name, _)| *name == b"trak")
        .find(|(_, track)| is_sound(track).unwrap_or(false));
    let (_, track) = sound?;
    let media_ticks = times(child(child(track, b"mdia")?, b"mdhd")?)?;
    let list = child(child(track, b"edts")?, b"elst")?;
    let (wide, mut entries) = (*list.first()? == 1, list.get(8..)?);
    loop {
        let (length, start, after) = match wide {
            true => (number(entries.get(..8)?)?, entries.get(8..16)?, 20),
            false => (number(entries.get(..4)?)?, entries.get(4..8)?, 12),
        };
        entries = entries.get(after..)?;
        let start = match wide {
            true => i64::from_be_bytes(start.try_into().ok()?),
            false => i64::from(i32::from_be_bytes(start.try_into().ok()?)),
        };
        // An entry before zero is an empty one: a wait, which is no part of the sound.
        let Ok(skip) = u64::try_from(start) else {
            continue;
        };
        // The length is told in the film's ticks, often milliseconds; it may be one short.
        let ticks = u128::from(length) + 1;
        let keep = ticks * u128::from(media_ticks) / u128::from(ticks_a_second.max(1));
        let keep = match length {
            0 => u64::MAX,
            _ => u64::try_from(keep).ok()?,
        };
        return Some(Edit { skip, keep });
    }
}

/// Three numbers in hexadecimal, of four: nought, run-up, padding, frames.
fn itunes(description: &[u8]) -> Option<Edit> {
    const NAME: &[u8] = b"iTunSMPB";
    let at = description
        .windows(NAME.len())
        .position(|name| name == NAME)?;
    let after = description.get(at + NAME.len()..)?;
    let data = after.windows(4).take(64).position(|name| name == b"data")?;
    let text = after.get(data + 12..)?;
    let text = std::str::from_utf8(text.get(..text.len().min(48))?).ok()?;
    let mut numbers = text.split_ascii_whitespace().skip(1);
    let mut next = || u64::from_str_radix(numbers.next()?, 16).ok();
    let (skip, _padding, keep) = (next()?, next()?, next()?);
    (keep > 0).then_some(Edit { skip, keep })
}

fn is_sound(track: &[u8]) -> Option<bool> {
    let handler = child(child(track, b"mdia")?, b"hdlr")?;
    Some(handler.get(8..12)? == b"soun")
}

/// Ticks a second, of a film (`mvhd`) or of its sound (`mdhd`).
fn times(header: &[u8]) -> Option<u64> {
    let at = if *header.first()? == 1 { 20 } else { 12 };
    number(header.get(at..at + 4)?)
}

fn child<'a>(body: &'a [u8], wanted: &[u8; 4]) -> Option<&'a [u8]> {
    atoms(body)
        .find(|(name, _)| *name == wanted)
        .map(|(_, body)| body)
}

/// The atoms within an atom, as (name, body).
fn atoms(mut rest: &[u8]) -> impl Iterator<Item = (&[u8; 4], &[u8])> {
    std::iter::from_fn(move || {
        let (size, after) = rest.split_first_chunk::<4>()?;
        let (name, _) = after.split_first_chunk::<4>()?;
        let size = u32::from_be_bytes(*size) as usize;
        let body = rest.get(8..size.min(rest.len()))?;
        rest = rest.get(size..).unwrap_or_default();
        Some((name, body))
    })
}

/// Four or eight bytes, the highest first.
fn number(bytes: &[u8]) -> Option<u64> {
    match bytes.len() {
        4 => Some(u64::from(u32::from_be_bytes(bytes.try_into().ok()?))),
        8 => Some(u64::from_be_bytes(bytes.try_into().ok()?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Cursor;

    fn atom(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
        [&(body.len() as u32 + 8).to_be_bytes()[..], name, body].concat()
    }

    /// A film of 1000 ticks a second, with one track of `kind` at 44 100 and an edit list.
    fn film(kind: &[u8; 4], edits: &[(u32, i32)], tags: &[u8]) -> Vec<u8> {
        let clock = |ticks: u32| [&[0; 12][..], &ticks.to_be_bytes(), &[0; 4]].concat();
        let mut list = [0u32.to_be_bytes(), (edits.len() as u32).to_be_bytes()].concat();
        for (length, start) in edits {
            list.extend(length.to_be_bytes());
            list.extend(start.to_be_bytes());
            list.extend([0, 1, 0, 0]);
        }
        let handler = [&[0; 8], &kind[..], &[0; 12]].concat();
        let media = [atom(b"mdhd", &clock(44_100)), atom(b"hdlr", &handler)];
        let track = [
            atom(b"edts", &atom(b"elst", &list)),
            atom(b"mdia", &media.concat()),
        ];
        let film = [
            atom(b"mvhd", &clock(1_000)),
            atom(b"trak", &track.concat()),
            tags.to_vec(),
        ];
        [atom(b"ftyp", b"M4A "), atom(b"moov", &film.concat())].concat()
    }

    fn found(file: &[u8]) -> Edit {
        edit_of(&mut Cursor::new(file)).unwrap().0
    }

    #[test]
    fn the_run_up_of_the_encoder_is_left_out() {
        let edit = found(&film(b"soun", &[(500, 1_024)], &[]));
        assert_eq!(edit.skip, 1_024);
        assert!(
            (22_050..=22_050 + 45).contains(&edit.keep),
            "half a second: {edit:?}"
        );
    }

    #[test]
    fn a_wait_before_the_sound_is_no_part_of_it() {
        assert_eq!(
            found(&film(b"soun", &[(200, -1), (500, 2_112)], &[])).skip,
            2_112
        );
    }

    #[test]
    fn the_edits_of_a_picture_are_not_ours() {
        assert_eq!(found(&film(b"vide", &[(500, 1_024)], &[])), Edit::default());
    }

    #[test]
    fn what_apple_wrote_counts_more_because_it_is_exact() {
        let text = b" 00000000 00000840 000001C0 0000000000005622 00000000";
        let tag = [
            &b"....iTunSMPB"[..],
            &[0, 0, 0, 64],
            b"data",
            &[0, 0, 0, 1, 0, 0, 0, 0],
            text,
        ];
        let edit = found(&film(b"soun", &[(500, 1_024)], &tag.concat()));
        assert_eq!(
            edit,
            Edit {
                skip: 2_112,
                keep: 22_050
            }
        );
    }

    proptest! {
        #[test]
        fn no_bytes_can_hurt_it(flips in prop::collection::vec((0usize..400, any::<u8>()), 0..12)) {
            let mut file = film(b"soun", &[(500, 1_024)], &[]);
            for (at, value) in flips {
                let at = at % file.len();
                file[at] = value;
            }
            let _ = edit_of(&mut Cursor::new(&file));
            let _ = edit_of(&mut Cursor::new(&file[..file.len() / 2]));
        }
    }
}
