// The check of this device as the app last told it. Measuring goes on in the app; this only looks.

import type { Backend } from '../backend/backend';
import type { DeviceCheckView } from '../ipc/DeviceCheckView';
import type { Notices } from '../shell/notices.svelte';
import { isRunning } from './words';

export class DeviceCheckStore {
  /** `null` until it was first asked for. */
  view = $state.raw<DeviceCheckView | null>(null);
  readonly isRunning = $derived(this.view !== null && isRunning(this.view.stage));
  #backend: Backend;
  #notices: Notices;

  constructor(backend: Backend, notices: Notices) {
    this.#backend = backend;
    this.#notices = notices;
    backend.onChanged((what) => what === 'deviceCheck' && void this.refresh());
  }

  #show = (wish: () => Promise<DeviceCheckView>) =>
    this.#notices.attempt(async () => (this.view = await wish()));

  refresh = () => this.#show(() => this.#backend.deviceCheck());

  begin = () => this.#show(() => this.#backend.beginDeviceCheck());

  callOff = () => this.#show(() => this.#backend.callOffDeviceCheck());

  arrived = async (arrived: boolean) => {
    await this.#notices.attempt(() => this.#backend.reminderArrived(arrived));
    await this.refresh();
  };

  save = () =>
    this.#notices.attempt(async () => {
      const file = await this.#backend.saveDeviceReport();
      if (file) this.#notices.say(`Saved as ${file}.`);
    });
}
