// What waits of a session that was cut off, in one sentence.

import type { UnfinishedView } from '../ipc/UnfinishedView';
import { count } from './time';

export function leftText({ layers, takes }: UnfinishedView): string {
  const sung = takes > 0 ? `${count(takes, 'recording')} ${takes === 1 ? 'is' : 'are'} kept` : '';
  const waits =
    layers.length > 0 ? `${listed(layers)} ${layers.length === 1 ? 'waits' : 'wait'}` : '';
  if (waits && sung) return `${waits} for you, and ${sung}.`;
  if (waits) return `${waits} for you.`;
  if (sung) return `${sung[0]?.toUpperCase()}${sung.slice(1)}.`;
  return 'Everything is as you left it.';
}

/** "Rain", "Rain and Kalimba", "Rain, Kalimba and Bell". */
function listed(names: string[]): string {
  const last = names.at(-1) ?? '';
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${last}` : last;
}
