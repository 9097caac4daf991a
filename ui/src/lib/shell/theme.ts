// Light or evening on <html>, from the settings or from the system.

import type { Theme } from '../ipc/Theme';

const evening = () => matchMedia('(prefers-color-scheme: dark)');

let chosen: Theme = 'system';

function paint() {
  const shown = chosen === 'system' ? (evening().matches ? 'evening' : 'light') : chosen;
  document.documentElement.dataset['theme'] = shown;
}

/** Shows `theme` from now on; `system` follows the system as it changes. */
export function showTheme(theme: Theme) {
  chosen = theme;
  paint();
}

/** Before anything is known: as the system says. */
export function watchTheme() {
  evening().addEventListener('change', paint);
  paint();
}
