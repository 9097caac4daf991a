// Puts text on the clipboard, by the page's own means: no permission, no plugin.

/**
 * Copies `text`; answers whether it is there. Where the modern way is missing or refused, what
 * `shown` holds is selected and copied the old way, and stays selected either way.
 */
export async function copyText(text: string, shown?: HTMLTextAreaElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    shown?.focus();
    shown?.select();
    try {
      // Deprecated, and the only way in some web views.
      return shown !== undefined && document.execCommand('copy');
    } catch {
      return false;
    }
  }
}
