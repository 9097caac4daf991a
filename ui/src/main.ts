// Chooses the backend and puts the window's one component into the page.

import './styles/app.css';
import { mount } from 'svelte';
import Window from './Window.svelte';
import type { Backend } from './lib/backend/backend';
import { App } from './lib/shell/app.svelte';
import { watchTheme } from './lib/shell/theme';

async function chosenBackend(): Promise<Backend> {
  if ('__TAURI_INTERNALS__' in window) {
    return (await import('./lib/backend/tauri')).tauriBackend();
  }
  return (await import('./lib/backend/memory')).memoryBackend(location.search);
}

watchTheme();
const target = document.getElementById('app');
if (target) mount(Window, { target, props: { app: new App(await chosenBackend()) } });
