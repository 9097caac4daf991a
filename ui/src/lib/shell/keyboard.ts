// Keeps the focused field in sight when a keyboard comes up over the page. The phone's shell says
// how much of the page it covers, in `--inset-keyboard` on <html>, after the field got its focus.

/** Marks <html> with `data-keyboard` while one is up, and scrolls the field out from under it. */
export function watchKeyboard(root: HTMLElement = document.documentElement) {
  let before = 0;
  const look = () => {
    const covered = parseFloat(root.style.getPropertyValue('--inset-keyboard')) || 0;
    if (covered === before) return;
    before = covered;
    root.toggleAttribute('data-keyboard', covered > 0);
    if (covered > 0) document.activeElement?.scrollIntoView({ block: 'nearest' });
  };
  new MutationObserver(look).observe(root, { attributes: true, attributeFilter: ['style'] });
  look();
}
