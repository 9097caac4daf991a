// Lengths of time as people say them.

/** "0:42". */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** "42 seconds", "1 minute 5 seconds": for ears. */
export function spoken(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const minutes = Math.floor(whole / 60);
  const rest = whole % 60;
  const parts = [];
  if (minutes > 0) parts.push(count(minutes, 'minute'));
  if (rest > 0 || minutes === 0) parts.push(count(rest, 'second'));
  return parts.join(' ');
}

/** "1 minute", "3 minutes". */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
