//! An iPhone, scripted: what it was asked, and what it answers.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};

use crate::io::phone::session::{Ask, Granted, Port, SessionNews, System, Use};

#[derive(Clone, Default)]
pub(super) struct IPhone(Arc<Mutex<Inner>>);

#[derive(Default)]
pub(super) struct Inner {
    /// What was asked and done, in order.
    pub(super) log: Vec<String>,
    pub(super) asked: Option<Use>,
    pub(super) active: bool,
    pub(super) granted: Granted,
    pub(super) news: VecDeque<SessionNews>,
    /// Somebody is on the phone: nothing is granted.
    pub(super) busy: bool,
    pub(super) microphone_refused: bool,
}

impl IPhone {
    pub(super) fn with_a_loudspeaker() -> IPhone {
        let phone = IPhone::default();
        phone.inner().granted = Granted {
            rate: 48_000,
            block: 256,
            output: port("Speaker"),
            ..Granted::default()
        };
        phone
    }

    pub(super) fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap()
    }

    pub(super) fn says(&self, news: SessionNews) {
        self.inner().news.push_back(news);
    }

    /// Another device: the system moves the sound there and says so.
    pub(super) fn moves_to(&self, name: &str, news: SessionNews) {
        self.inner().granted.output = port(name);
        self.says(news);
    }

    pub(super) fn notes(&self, what: &str) {
        self.inner().log.push(what.into());
    }

    /// What was asked and done since the last call.
    pub(super) fn log(&self) -> Vec<String> {
        std::mem::take(&mut self.inner().log)
    }
}

pub(super) fn port(name: &str) -> Port {
    Port {
        id: format!("{name}:{name}"),
        name: name.into(),
    }
}

impl System for IPhone {
    fn ask(&mut self, ask: &Ask) -> Result<(), String> {
        let what = match ask.purpose {
            Use::Play => "play",
            Use::PlayAndListen => "play and listen",
        };
        let how = if ask.untouched { ", untouched" } else { "" };
        self.notes(&format!("ask to {what}, {}/{}{how}", ask.rate, ask.block));
        let mut inner = self.inner();
        inner.asked = Some(ask.purpose);
        inner.granted.purpose = Some(ask.purpose);
        let listens = ask.purpose == Use::PlayAndListen;
        inner.granted.inputs = u32::from(listens);
        inner.granted.input = if listens {
            port("Mic")
        } else {
            Port::default()
        };
        // As every change of ours, it is told us as if it were news.
        inner.news.push_back(SessionNews::WayChanged);
        Ok(())
    }

    fn activate(&mut self) -> Result<(), String> {
        if self.inner().busy {
            return Err("not now".into());
        }
        self.notes("take the sound");
        self.inner().active = true;
        Ok(())
    }

    fn deactivate(&mut self) {
        self.notes("give the sound back");
        self.inner().active = false;
    }

    fn granted(&self) -> Granted {
        self.inner().granted.clone()
    }

    fn may_listen(&self) -> bool {
        !self.inner().microphone_refused
    }

    fn news(&mut self) -> Option<SessionNews> {
        self.inner().news.pop_front()
    }
}
