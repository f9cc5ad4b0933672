#!/usr/bin/env node
import { setUp } from '../scripts/setup.mjs';

setUp({ build: true });
// In this process, so that signals reach the server itself.
await import('../dist/main.js');
