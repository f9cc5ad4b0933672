import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { workerData } from 'node:worker_threads';
import { encodeTensors } from '../engine/training/tensorFile.ts';
import { writeAtomically } from '../store/snapshots.ts';
import type { CheckpointJob } from './checkpoints.ts';

/** The thread that hashes and writes one checkpoint, so that queries don't wait for it. */
const { path, snapshot } = workerData as CheckpointJob;
mkdirSync(dirname(path), { recursive: true });
writeAtomically(path, encodeTensors(snapshot).chunks);
