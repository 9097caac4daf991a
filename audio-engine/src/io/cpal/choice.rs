//! The devices a person can choose, by the names they know them by.

use cpal::traits::{DeviceTrait, HostTrait};
use cpal::{Device, Host};

use super::{hosts, quieten_alsa};
use crate::io::words::{DeviceInfo, DeviceList};

/// What there is to choose from, on the first host that has anything.
pub(in crate::io) fn list() -> DeviceList {
    quieten_alsa();
    for id in hosts() {
        let Ok(host) = cpal::host_from_id(id) else {
            continue;
        };
        let list = list_of(&host);
        if !list.outputs.is_empty() {
            return list;
        }
    }
    DeviceList::default()
}

fn list_of(host: &Host) -> DeviceList {
    let devices: Vec<Device> = host.devices().map(Iterator::collect).unwrap_or_default();
    // PipeWire lists other programs' streams too; only real nodes say what made them.
    let real = |device: &Device| {
        let Ok(description) = device.description() else {
            return false;
        };
        host.id().name() != "PipeWire" || description.driver().is_some()
    };
    let default = |device: Option<Device>| -> Vec<DeviceInfo> {
        device
            .iter()
            .filter_map(|device| info(device, true))
            .collect()
    };
    let mut list = DeviceList {
        outputs: default(host.default_output_device()),
        inputs: default(host.default_input_device()),
    };
    for device in devices.iter().filter(|device| real(device)) {
        let Some(info) = info(device, false) else {
            continue;
        };
        let known = |list: &[DeviceInfo]| list.iter().any(|other| other.id == info.id);
        if device.supports_output() && !known(&list.outputs) {
            list.outputs.push(info.clone());
        }
        if device.supports_input() && !known(&list.inputs) {
            list.inputs.push(info);
        }
    }
    list
}

fn info(device: &Device, default: bool) -> Option<DeviceInfo> {
    let id = device.id().ok()?.to_string();
    Some(DeviceInfo {
        id,
        name: name_of(device),
        default,
    })
}

/// The name a person knows it by.
pub(super) fn name_of(device: &Device) -> String {
    match device.description() {
        // What PipeWire's host calls "whichever device is the default".
        Ok(description) if description.name().starts_with("default_") => "System default".into(),
        Ok(description) => description.name().to_owned(),
        Err(_) => "Unnamed device".into(),
    }
}
