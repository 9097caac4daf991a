// One bundle for every shell. Tests see the browser build of Svelte, not the server's.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  base: './',
  plugins: [svelte()],
  resolve: process.env['VITEST'] ? { conditions: ['browser'] } : {},
  server: { port: 5173, strictPort: true },
  // iOS 16.4 and Android's WebView of the same year are the oldest we promise.
  // Fonts and pictures stay files: the policy of the window allows no `data:` font.
  build: { target: ['safari16.4', 'chrome111'], assetsInlineLimit: 0, reportCompressedSize: false },
  test: {
    environment: 'happy-dom',
    // The contrast test reads the real stylesheet.
    css: true,
    include: ['src/**/*.test.ts'],
    setupFiles: ['tests/setup.ts'],
    testTimeout: 30_000,
  },
});
