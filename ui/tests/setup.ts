// What every component test starts with: matchers in words, and a page without a canvas or sound.
import '@testing-library/jest-dom/vitest';
