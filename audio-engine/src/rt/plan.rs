//! The plan: a routing compiled into flat arrays, so that the audio thread only walks along them.
//!
//! Compiled on the app's threads, from the routing before and the one wanted: each lead knows
//! where it led until now and where it leads from now on, and the mixer fades from the one to the
//! other in 5 ms. The order of the buses is right for both at once. Where no order is (a group
//! that fed another is to be fed by it) there are two plans, one after the other: first every
//! lead that changes goes to Music, then on to where it is wanted.
//!
//! Moved to the audio thread in one piece, and back to be freed.

use crate::control::{Group, GroupId, Output, Routing, RoutingError, TrackId};
use crate::dsp::compressor::Compression;
use crate::dsp::delay::Echo;
use crate::units::Gain;

use super::lanes::{SENDS, TO_DELAY, TO_REVERB};

/// Buses that tracks can lead to: Music is the first.
pub(crate) const BUSES: usize = 1 + Routing::MOST_GROUPS;

/// Music, among the buses.
pub(crate) const MUSIC: usize = 0;

/// The buses, the reverb and the delay.
const NODES: usize = BUSES + SENDS;

/// Where something led before, and where it leads after the fade.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lead {
    pub(crate) from: usize,
    pub(crate) to: usize,
}

impl Lead {
    pub(crate) const MUSIC: Lead = Lead {
        from: MUSIC,
        to: MUSIC,
    };

    pub(crate) fn is_new(self) -> bool {
        self.from != self.to
    }
}

/// One thing to do after the tracks have been mixed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Step {
    /// A group is complete: through its strip, and on.
    Group {
        bus: usize,
        lead: Lead,
        /// Amplitudes to reverb and delay.
        sends: [f32; SENDS],
        compression: Compression,
    },
    /// All that is sent to the reverb has been.
    Reverb { lead: Lead },
    /// The same for the delay, part of which goes on to the reverb.
    Delay { lead: Lead, to_reverb: f32 },
}

/// Read on the audio thread, made elsewhere.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Plan {
    /// One a track.
    pub(crate) tracks: Box<[Lead]>,
    /// In the order in which sound passes; Music comes after all of them.
    pub(crate) steps: Box<[Step]>,
    pub(crate) music: Compression,
    pub(crate) echo: Echo,
}

impl Plan {
    /// What an engine begins with.
    pub(crate) fn first(tracks: u16) -> Plan {
        Plan {
            tracks: vec![Lead::MUSIC; usize::from(tracks)].into_boxed_slice(),
            steps: Box::new([
                Step::Delay {
                    lead: Lead::MUSIC,
                    to_reverb: 0.0,
                },
                Step::Reverb { lead: Lead::MUSIC },
            ]),
            music: Compression::NONE,
            echo: Echo::default(),
        }
    }

    /// Does anything pass this bus?
    pub(crate) fn has_group(&self, wanted: usize) -> bool {
        let mut steps = self.steps.iter();
        steps.any(|step| matches!(step, Step::Group { bus, .. } if *bus == wanted))
    }

    /// Does anything lead somewhere else than before?
    pub(crate) fn is_new(&self) -> bool {
        let steps = self.steps.iter().map(|step| match *step {
            Step::Group { lead, .. } | Step::Reverb { lead } | Step::Delay { lead, .. } => lead,
        });
        self.tracks.iter().copied().chain(steps).any(Lead::is_new)
    }
}

/// One plan that leads from one routing to another, or two.
pub(crate) fn plans(
    before: &Routing,
    after: &Routing,
    tracks: u16,
) -> Result<Vec<Plan>, RoutingError> {
    check(after)?;
    let alone = Graph::of(after);
    if let Err(node) = alone.order() {
        let group = (1..BUSES).contains(&node).then(|| GroupId(node as u8 - 1));
        return Err(RoutingError::Circle(group));
    }
    if let Ok(plan) = compile(before, after, tracks) {
        return Ok(vec![plan]);
    }
    let between = by_way_of_music(before, after);
    // Leads into Music make no circle, since nothing leads out of it: these have an order.
    let plans = [(before, &between), (&between, after)]
        .map(|(before, after)| compile(before, after, tracks));
    plans
        .into_iter()
        .collect::<Result<_, _>>()
        .map_err(|_| RoutingError::Circle(None))
}

fn check(routing: &Routing) -> Result<(), RoutingError> {
    let groups = routing.groups.len();
    if groups > Routing::MOST_GROUPS {
        return Err(RoutingError::TooManyGroups(groups));
    }
    let of_groups = routing.groups.iter().map(|group| group.output);
    let mut outputs = routing
        .tracks
        .iter()
        .copied()
        .chain(of_groups)
        .chain([routing.reverb, routing.delay]);
    let missing = outputs.find_map(|output| match output {
        Output::Group(group) if usize::from(group.0) >= groups => Some(group),
        Output::Group(_) | Output::Music => None,
    });
    missing.map_or(Ok(()), |group| Err(RoutingError::NoSuchGroup(group)))
}

/// Which node needs to be complete before which.
#[derive(Clone, Copy)]
struct Graph {
    leads: [[bool; NODES]; NODES],
}

const REVERB: usize = BUSES + TO_REVERB;
const DELAY: usize = BUSES + TO_DELAY;

fn bus_of(output: Output) -> usize {
    match output {
        Output::Music => MUSIC,
        Output::Group(group) => 1 + usize::from(group.0),
    }
}

impl Graph {
    fn of(routing: &Routing) -> Graph {
        let mut leads = [[false; NODES]; NODES];
        for (group, bus) in routing.groups.iter().zip(1..BUSES) {
            leads[bus][bus_of(group.output)] = true;
            leads[bus][REVERB] = group.reverb.amplitude() > 0.0;
            leads[bus][DELAY] = group.delay.amplitude() > 0.0;
        }
        leads[REVERB][bus_of(routing.reverb)] = true;
        leads[DELAY][bus_of(routing.delay)] = true;
        leads[DELAY][REVERB] = routing.delay_to_reverb.amplitude() > 0.0;
        Graph { leads }
    }

    fn and(mut self, other: &Graph) -> Graph {
        for (row, theirs) in self.leads.iter_mut().zip(&other.leads) {
            for (lead, theirs) in row.iter_mut().zip(theirs) {
                *lead |= theirs;
            }
        }
        self
    }

    /// An order in which every node comes after all that lead to it, Music last (Kahn 1962); or
    /// a node that never comes, because it waits for itself.
    fn order(&self) -> Result<Vec<usize>, usize> {
        let mut done = [false; NODES];
        let mut order = Vec::new();
        loop {
            let is_ready = |node: &usize| {
                let feeds = |other: usize| !done[other] && self.leads[other][*node];
                !done[*node] && !(0..NODES).any(feeds)
            };
            // Any right order will do, if it is always the same: sums are rounded.
            let Some(next) = (0..NODES).rev().find(is_ready) else {
                break;
            };
            done[next] = true;
            order.push(next);
        }
        match (0..NODES).find(|node| !done[*node] && self.is_in_a_circle(*node)) {
            Some(node) => Err(node),
            None => {
                order.retain(|node| *node != MUSIC);
                Ok(order)
            }
        }
    }

    fn is_in_a_circle(&self, start: usize) -> bool {
        let mut reached = [false; NODES];
        let mut waiting = vec![start];
        while let Some(node) = waiting.pop() {
            for next in (0..NODES).filter(|next| self.leads[node][*next]) {
                if next == start {
                    return true;
                }
                if !std::mem::replace(&mut reached[next], true) {
                    waiting.push(next);
                }
            }
        }
        false
    }
}

fn compile(before: &Routing, after: &Routing, tracks: u16) -> Result<Plan, usize> {
    let order = Graph::of(before).and(&Graph::of(after)).order()?;
    let lead = |from: Output, to: Output| Lead {
        from: bus_of(from),
        to: bus_of(to),
    };
    let steps = order.into_iter().filter_map(|node| match node {
        REVERB => Some(Step::Reverb {
            lead: lead(before.reverb, after.reverb),
        }),
        DELAY => Some(Step::Delay {
            lead: lead(before.delay, after.delay),
            to_reverb: after.delay_to_reverb.amplitude(),
        }),
        bus => {
            let index = bus.checked_sub(1)?;
            let (was, is) = (before.groups.get(index), after.groups.get(index));
            // One that is gone still fades to where it led; one that is new leads there at once.
            let described = is.or(was)?;
            let was = was.or(is)?;
            let Group {
                compression,
                reverb,
                delay,
                output,
            } = *described;
            let mut sends = [0.0; SENDS];
            sends[TO_REVERB] = reverb.amplitude();
            sends[TO_DELAY] = delay.amplitude();
            Some(Step::Group {
                bus,
                lead: lead(was.output, output),
                sends,
                compression,
            })
        }
    });
    let steps = steps.collect();
    let tracks = (0..tracks)
        .map(TrackId)
        .map(|track| lead(before.of_track(track), after.of_track(track)))
        .collect();
    Ok(Plan {
        tracks,
        steps,
        music: after.music,
        echo: after.echo,
    })
}

/// As wanted, but what changes among the buses leads to Music and sends nothing.
fn by_way_of_music(before: &Routing, after: &Routing) -> Routing {
    let same_or_music = |was: Output, is: Output| if was == is { is } else { Output::Music };
    let same_or_silent = |was: Gain, is: Gain| if was == is { is } else { Gain::SILENCE };
    let mut between = after.clone();
    for (group, was) in between.groups.iter_mut().zip(&before.groups) {
        group.output = same_or_music(was.output, group.output);
        group.reverb = same_or_silent(was.reverb, group.reverb);
        group.delay = same_or_silent(was.delay, group.delay);
    }
    // New groups, too: what was there before may lead to them only once they lead nowhere else.
    for group in between.groups.iter_mut().skip(before.groups.len()) {
        (group.output, group.reverb, group.delay) = (Output::Music, Gain::SILENCE, Gain::SILENCE);
    }
    between.reverb = same_or_music(before.reverb, after.reverb);
    between.delay = same_or_music(before.delay, after.delay);
    between.delay_to_reverb = same_or_silent(before.delay_to_reverb, after.delay_to_reverb);
    between
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn group(output: Output) -> Group {
        Group {
            output,
            ..Group::default()
        }
    }

    const A: Output = Output::Group(GroupId(0));
    const B: Output = Output::Group(GroupId(1));

    #[test]
    fn a_mixer_nobody_touched_has_one_plan() {
        let plans = plans(&Routing::default(), &Routing::default(), 4).unwrap();
        assert_eq!(plans, [Plan::first(4)]);
        assert!(!plans[0].is_new());
    }

    #[test]
    fn a_group_that_hears_itself_is_refused_by_name() {
        let round = Routing {
            groups: vec![
                group(Output::Music),
                group(Output::Group(GroupId(2))),
                group(B),
            ],
            ..Routing::default()
        };
        let why = plans(&Routing::default(), &round, 1).unwrap_err();
        assert_eq!(why, RoutingError::Circle(Some(GroupId(1))));
    }

    #[test]
    fn a_reverb_that_answers_into_a_group_cannot_be_fed_by_it() {
        let howling = Routing {
            groups: vec![Group {
                reverb: Gain::from_db(-20.0),
                ..Group::default()
            }],
            reverb: A,
            ..Routing::default()
        };
        let why = plans(&Routing::default(), &howling, 1).unwrap_err();
        assert_eq!(why, RoutingError::Circle(Some(GroupId(0))));
    }

    #[test]
    fn a_group_nobody_described_is_refused() {
        let lost = Routing {
            tracks: vec![B],
            groups: vec![group(Output::Music)],
            ..Routing::default()
        };
        let why = plans(&Routing::default(), &lost, 1).unwrap_err();
        assert_eq!(why, RoutingError::NoSuchGroup(GroupId(1)));
    }

    #[test]
    fn two_groups_that_change_places_do_so_by_way_of_music() {
        let (first, second) = (
            Routing {
                groups: vec![group(B), group(Output::Music)],
                ..Routing::default()
            },
            Routing {
                groups: vec![group(Output::Music), group(A)],
                ..Routing::default()
            },
        );
        assert_eq!(plans(&first, &second, 1).unwrap().len(), 2);
        assert_eq!(plans(&second, &first, 1).unwrap().len(), 2);
    }

    fn some_output() -> impl Strategy<Value = Output> {
        prop_oneof![
            Just(Output::Music),
            (0u8..4).prop_map(|group| Output::Group(GroupId(group)))
        ]
    }

    fn some_gain() -> impl Strategy<Value = Gain> {
        prop_oneof![Just(Gain::SILENCE), Just(Gain::from_db(-6.0))]
    }

    fn some_routing() -> impl Strategy<Value = Routing> {
        let groups =
            (some_output(), some_gain(), some_gain()).prop_map(|(output, reverb, delay)| Group {
                output,
                reverb,
                delay,
                ..Group::default()
            });
        (
            prop::collection::vec(some_output(), 0..4),
            prop::collection::vec(groups, 0..5),
            some_output(),
            some_output(),
            some_gain(),
        )
            .prop_map(|(tracks, groups, reverb, delay, delay_to_reverb)| Routing {
                tracks,
                groups,
                reverb,
                delay,
                delay_to_reverb,
                ..Routing::default()
            })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4_000, ..Default::default() })]

        #[test]
        fn nothing_is_heard_before_all_that_leads_to_it_has_been(
            before in some_routing(), after in some_routing(),
        ) {
            // Whatever can be played at all can be reached from whatever can.
            let playable = plans(&Routing::default(), &before, 4).is_ok();
            let Some(way) = plans(&before, &after, 4).ok().filter(|_| playable) else {
                return Ok(());
            };
            for plan in way {
                let place = |wanted: usize| plan.steps.iter().position(|step| match *step {
                    Step::Group { bus, .. } => bus == wanted,
                    Step::Reverb { .. } => wanted == REVERB,
                    Step::Delay { .. } => wanted == DELAY,
                });
                for (here, step) in plan.steps.iter().enumerate() {
                    let (lead, sends) = match *step {
                        Step::Group { lead, sends, .. } => (lead, sends),
                        Step::Reverb { lead } => (lead, [0.0; SENDS]),
                        Step::Delay { lead, to_reverb } => (lead, [to_reverb, 0.0]),
                    };
                    for bus in [lead.from, lead.to] {
                        prop_assert!(bus == MUSIC || place(bus) > Some(here));
                    }
                    for (send, amplitude) in [REVERB, DELAY].into_iter().zip(sends) {
                        prop_assert!(amplitude == 0.0 || place(send) > Some(here));
                    }
                }
            }
        }
    }
}
