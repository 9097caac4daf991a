// How much script a phone has to read before the first screen: every .js of the build, gzipped.
// Fails above the promise.

import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const PROMISED_KB = 120;
const folder = new URL('../dist/assets/', import.meta.url);

const files = readdirSync(folder)
  .filter((name) => name.endsWith('.js'))
  .map((name) => ({ name, bytes: gzipSync(readFileSync(new URL(name, folder))).length }));
const bytes = files.reduce((sum, file) => sum + file.bytes, 0);

for (const file of files)
  console.log(`${(file.bytes / 1024).toFixed(1).padStart(7)} KB  ${file.name}`);
console.log(`script, gzip: ${bytes} bytes (${(bytes / 1024).toFixed(1)} KB of ${PROMISED_KB} KB)`);
if (bytes > PROMISED_KB * 1024) process.exit(1);
