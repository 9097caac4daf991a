// Chooses the backend and puts the window's one component into the page.

import './styles/app.css';
import { mount } from 'svelte';
import Window from './Window.svelte';
import type { Backend } from './lib/backend/backend';
import type { System } from './lib/backend/system';
import { App } from './lib/shell/app.svelte';
import { watchKeyboard } from './lib/shell/keyboard';
import { watchTheme } from './lib/shell/theme';

async function around(): Promise<[Backend, System?]> {
  if ('__TAURI_INTERNALS__' in window) {
    const { tauriBackend, tauriSystem } = await import('./lib/backend/tauri');
    return [tauriBackend(), tauriSystem()];
  }
  return [(await import('./lib/backend/memory')).memoryBackend(location.search)];
}

watchTheme();
watchKeyboard();
const target = document.getElementById('app');
if (target) mount(Window, { target, props: { app: new App(...(await around())) } });
