// What every component test starts with: matchers in words, and a page without a canvas or sound.
import '@testing-library/jest-dom/vitest';
import { configure } from '@testing-library/svelte';

// How long something may take to appear. A second, as it is otherwise, is too little on a machine
// that compiles beside the tests; what never comes still never comes.
configure({ asyncUtilTimeout: 8_000 });
