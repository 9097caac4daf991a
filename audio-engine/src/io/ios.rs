//! The sound session of iOS, carried across. The only file that names Apple's library for it.
//!
//! What to ask and what follows from the news is in `phone::session`, and tested there; this says
//! it in Apple's words. Type-checked by `cargo xtask ios-check`; see the README for what has run
//! on a device.
//!
//! Everything is called on the supervisor's thread, except the observers: those run on whatever
//! thread the system posts from, and only send.

use std::ptr::NonNull;
use std::sync::mpsc::{Receiver, Sender, channel};

use block2::RcBlock;
use objc2::rc::Retained;
use objc2::runtime::{NSObjectProtocol, ProtocolObject};
use objc2_avf_audio::{
    AVAudioSession, AVAudioSessionCategoryOptions, AVAudioSessionCategoryPlayAndRecord,
    AVAudioSessionCategoryPlayback, AVAudioSessionInterruptionNotification,
    AVAudioSessionInterruptionOptionKey, AVAudioSessionInterruptionOptions,
    AVAudioSessionInterruptionReason, AVAudioSessionInterruptionReasonKey,
    AVAudioSessionInterruptionType, AVAudioSessionInterruptionTypeKey,
    AVAudioSessionMediaServicesWereLostNotification,
    AVAudioSessionMediaServicesWereResetNotification, AVAudioSessionModeDefault,
    AVAudioSessionModeMeasurement, AVAudioSessionPortDescription, AVAudioSessionRecordPermission,
    AVAudioSessionRouteChangeNotification, AVAudioSessionRouteChangeReason,
    AVAudioSessionRouteChangeReasonKey, AVAudioSessionSetActiveOptions,
};
use objc2_foundation::{
    NSArray, NSError, NSNotification, NSNotificationCenter, NSNumber, NSString, ns_string,
};

use super::phone::{Ask, Granted, Port, SessionNews, System, UnderSession, Use};

use super::cpal::Devices as Streams;
pub(super) use super::cpal::list;

/// The phone's devices.
pub(super) type Devices = UnderSession<Streams, AppleSession>;

impl Devices {
    pub(super) fn new() -> Devices {
        UnderSession::under(Streams::new(), AppleSession::new())
    }
}

type Observer = Retained<ProtocolObject<dyn NSObjectProtocol>>;

/// The app's one session.
pub(super) struct AppleSession {
    session: Retained<AVAudioSession>,
    news: Receiver<SessionNews>,
    observers: Vec<Observer>,
}

// SAFETY: the session may be used from any thread, says its own type; the observers are only held
// to be handed back to the notification centre, which may be called from any thread too.
unsafe impl Send for AppleSession {}

impl AppleSession {
    fn new() -> AppleSession {
        let (tell, news) = channel();
        let mut observers = Vec::new();
        // SAFETY: constants of the system library, which a phone of the supported versions has.
        let names = unsafe {
            [
                (
                    AVAudioSessionInterruptionNotification,
                    interruption as Reading,
                ),
                (AVAudioSessionRouteChangeNotification, route_change),
                (AVAudioSessionMediaServicesWereLostNotification, restart),
                (AVAudioSessionMediaServicesWereResetNotification, restart),
                // By its name, which is its value: UIKit is not linked for one word.
                (
                    Some(ns_string!("UIApplicationWillEnterForegroundNotification")),
                    in_sight,
                ),
            ]
        };
        for (name, read) in names {
            observers.extend(name.map(|name| observe(name, read, tell.clone())));
        }
        AppleSession {
            // SAFETY: no argument, and it is always there.
            session: unsafe { AVAudioSession::sharedInstance() },
            news,
            observers,
        }
    }
}

impl Drop for AppleSession {
    fn drop(&mut self) {
        let centre = NSNotificationCenter::defaultCenter();
        for observer in &self.observers {
            // SAFETY: the centre gave it to us, as an observer.
            unsafe { centre.removeObserver(observer.as_ref()) };
        }
    }
}

impl System for AppleSession {
    fn ask(&mut self, ask: &Ask) -> Result<(), String> {
        // SAFETY: constants of the system library.
        let (category, mode) = unsafe {
            (
                match ask.purpose {
                    Use::Play => AVAudioSessionCategoryPlayback,
                    Use::PlayAndListen => AVAudioSessionCategoryPlayAndRecord,
                },
                if ask.untouched {
                    AVAudioSessionModeMeasurement
                } else {
                    AVAudioSessionModeDefault
                },
            )
        };
        let (Some(category), Some(mode)) = (category, mode) else {
            return Err("this system has no such session".into());
        };
        let options = match ask.purpose {
            // Both are so by themselves, and refused if they are asked for.
            Use::Play => AVAudioSessionCategoryOptions::empty(),
            Use::PlayAndListen => {
                AVAudioSessionCategoryOptions::DefaultToSpeaker
                    | AVAudioSessionCategoryOptions::AllowBluetoothA2DP
            }
        };
        let (rate, block) = (f64::from(ask.rate), f64::from(ask.block));
        // SAFETY: values and constants only; whatever does not go together comes back as an error.
        unsafe {
            self.session
                .setCategory_mode_options_error(category, mode, options)
                .map_err(|error| said(&error))?;
            // Wishes: what comes of them is read back.
            for wish in [
                self.session.setPreferredSampleRate_error(rate),
                self.session
                    .setPreferredIOBufferDuration_error(block / rate),
            ] {
                wish.unwrap_or_else(|error| log::info!("the phone's sound: {}", said(&error)));
            }
        }
        Ok(())
    }

    fn activate(&mut self) -> Result<(), String> {
        // SAFETY: a value.
        unsafe { self.session.setActive_error(true) }.map_err(|error| said(&error))
    }

    fn deactivate(&mut self) {
        let tell_others = AVAudioSessionSetActiveOptions::NotifyOthersOnDeactivation;
        // SAFETY: values.
        let given_back = unsafe { self.session.setActive_withOptions_error(false, tell_others) };
        given_back.unwrap_or_else(|error| log::info!("the phone's sound: {}", said(&error)));
    }

    fn granted(&self) -> Granted {
        let session = &self.session;
        // SAFETY: all of these only read; the constants are the system library's.
        unsafe {
            let rate = session.sampleRate();
            let category = Some(session.category());
            let is = |constant: Option<&NSString>| constant == category.as_deref();
            let route = session.currentRoute();
            Granted {
                purpose: if is(AVAudioSessionCategoryPlayback) {
                    Some(Use::Play)
                } else if is(AVAudioSessionCategoryPlayAndRecord) {
                    Some(Use::PlayAndListen)
                } else {
                    None
                },
                rate: rate.round() as u32,
                block: (session.IOBufferDuration() * rate).round() as u32,
                inputs: u32::try_from(session.inputNumberOfChannels()).unwrap_or(0),
                output: port(&route.outputs()),
                input: port(&route.inputs()),
            }
        }
    }

    fn may_listen(&self) -> bool {
        // Its successor came with iOS 17, and this one is still answered.
        #[allow(deprecated)]
        // SAFETY: it only reads.
        unsafe {
            self.session.recordPermission() != AVAudioSessionRecordPermission::Denied
        }
    }

    fn news(&mut self) -> Option<SessionNews> {
        self.news.try_recv().ok()
    }
}

/// The first of them: more than one plays only to a television and headphones at once.
fn port(ports: &NSArray<AVAudioSessionPortDescription>) -> Port {
    let Some(port) = ports.firstObject() else {
        return Port::default();
    };
    // SAFETY: these only read.
    unsafe {
        Port {
            id: format!("{}:{}", port.portType(), port.UID()),
            name: port.portName().to_string(),
        }
    }
}

fn said(error: &NSError) -> String {
    format!("{} ({})", error.localizedDescription(), error.code())
}

/// What a notification says, in our words.
type Reading = fn(&NSNotification) -> Option<SessionNews>;

fn observe(name: &NSString, read: Reading, tell: Sender<SessionNews>) -> Observer {
    let hear = RcBlock::new(move |notification: NonNull<NSNotification>| {
        // SAFETY: the system lends it for the call.
        if let Some(news) = read(unsafe { notification.as_ref() }) {
            // Nobody reads it any more: the devices are being closed.
            let _ = tell.send(news);
        }
    });
    // SAFETY: the block may be called on any thread: what it holds may be sent and shared.
    unsafe {
        NSNotificationCenter::defaultCenter().addObserverForName_object_queue_usingBlock(
            Some(name),
            None,
            None,
            &hear,
        )
    }
}

fn interruption(notification: &NSNotification) -> Option<SessionNews> {
    // SAFETY: constants of the system library.
    let (kind, option, reason) = unsafe {
        (
            AVAudioSessionInterruptionTypeKey,
            AVAudioSessionInterruptionOptionKey,
            AVAudioSessionInterruptionReasonKey,
        )
    };
    let number = |key| number(notification, key);
    match AVAudioSessionInterruptionType(number(kind)?) {
        AVAudioSessionInterruptionType::Began => {
            // iOS 10 to 15, on waking: nobody has taken anything, we were asleep.
            #[allow(deprecated)]
            let asleep = AVAudioSessionInterruptionReason::AppWasSuspended;
            let reason = number(reason).map(AVAudioSessionInterruptionReason);
            let nobody = reason == Some(asleep)
                || reason == Some(AVAudioSessionInterruptionReason::RouteDisconnected);
            Some(if nobody {
                SessionNews::WayGone
            } else {
                SessionNews::Taken
            })
        }
        _ => {
            let options = AVAudioSessionInterruptionOptions(number(option).unwrap_or_default());
            Some(SessionNews::Over {
                go_on: options.contains(AVAudioSessionInterruptionOptions::ShouldResume),
            })
        }
    }
}

fn route_change(notification: &NSNotification) -> Option<SessionNews> {
    // SAFETY: a constant of the system library.
    let reason = number(notification, unsafe { AVAudioSessionRouteChangeReasonKey })?;
    Some(match AVAudioSessionRouteChangeReason(reason) {
        AVAudioSessionRouteChangeReason::OldDeviceUnavailable
        | AVAudioSessionRouteChangeReason::NoSuitableRouteForCategory => SessionNews::WayGone,
        _ => SessionNews::WayChanged,
    })
}

fn restart(_: &NSNotification) -> Option<SessionNews> {
    Some(SessionNews::Restarted)
}

fn in_sight(_: &NSNotification) -> Option<SessionNews> {
    Some(SessionNews::InSight)
}

/// The number a notification carries under `key`.
fn number(notification: &NSNotification, key: Option<&NSString>) -> Option<usize> {
    let value = notification.userInfo()?.objectForKey(key?)?;
    Some(value.downcast::<NSNumber>().ok()?.unsignedIntegerValue())
}
