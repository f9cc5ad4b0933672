/** A sabotage of one line, and the test that must notice it. */
export interface Mutant {
  readonly name: string;
  /** The promise of docs/reliability.md that it breaks. */
  readonly promise: number;
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly from: string;
  readonly to: string;
  readonly caughtBy: string;
}

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'commits do not wait for the disk',
    promise: 1,
    file: 'src/store/database.ts',
    from: `db.pragma('synchronous = FULL');`,
    to: `db.pragma('synchronous = OFF');`,
    caughtBy: 'test/faults/powerCut.test.ts',
  },
  {
    name: 'a model file is renamed before it is on the disk',
    promise: 3,
    file: 'src/store/snapshots.ts',
    from: '    fsyncSync(handle);\n',
    to: '',
    caughtBy: 'test/faults/powerCut.test.ts',
  },
  {
    name: 'a repeated request is answered anew',
    promise: 2,
    file: 'src/recommender.ts',
    from: 'if (first !== null) return first;',
    to: 'if (first === undefined) return first;',
    caughtBy: 'test/flow/idempotency.test.ts',
  },
  {
    name: 'an event is dropped at replay',
    promise: 3,
    file: 'src/recovery.ts',
    from: 'const teach: Apply = (model, { sequence, body }) => model.apply(sequence, body);',
    to: 'const teach: Apply = (model, { sequence, body }) => sequence % 5 === 0 || model.apply(sequence, body);',
    caughtBy: 'test/flow/exactRestart.test.ts',
  },
  {
    name: 'a file is believed without its hash',
    promise: 3,
    file: 'src/engine/training/tensorFile.ts',
    from: 'if (hashOf([head, bytes.subarray(start)]) !== sha256)',
    to: 'if (sha256 === null)',
    caughtBy: 'test/flow/recovery.test.ts',
  },
  {
    name: 'rated movies are recommended',
    promise: 5,
    file: 'src/engine/ranking/candidates.ts',
    from: 'if (!includeRated) for',
    to: 'if (includeRated) for',
    caughtBy: 'test/engine/ranking/recommend.test.ts',
  },
  {
    name: 'forgetting leaves the events',
    promise: 7,
    file: 'src/store/eraser.ts',
    from: '    this.#events.run(key);\n',
    to: '',
    caughtBy: 'test/flow/forget.test.ts',
  },
  {
    name: 'forgetting leaves the bytes of erased rows',
    promise: 7,
    file: 'src/store/database.ts',
    from: `db.pragma('secure_delete = ON');`,
    to: `db.pragma('secure_delete = OFF');`,
    caughtBy: 'test/flow/forget.test.ts',
  },
  {
    name: 'forgetting leaves the old model files',
    promise: 7,
    file: 'src/recovery.ts',
    from: 'if (sequence < forgotten || sequence > last) folder.remove(file);',
    to: 'if (sequence > last) folder.remove(file);',
    caughtBy: 'test/flow/forget.test.ts',
  },
  {
    name: 'a version with a factor that is no number is loaded',
    promise: 8,
    file: 'src/engine/training/snapshot.ts',
    from: '  checkFinite(file);\n',
    to: '',
    caughtBy: 'test/faults/trainer.test.ts',
  },
  {
    name: 'a failed training is kept quiet',
    promise: 8,
    file: 'src/recommender/retraining.ts',
    from: 'this.lastError = message;',
    to: 'this.lastError = null;',
    caughtBy: 'test/faults/trainer.test.ts',
  },
  {
    name: 'the write queue has no end',
    promise: 9,
    file: 'src/store/groupCommit.ts',
    from: 'if (this.#queue.length >= this.#options.capacity)',
    to: 'if (this.#queue.length < 0)',
    caughtBy: 'test/store/groupCommit.test.ts',
  },
  {
    name: "a user's ratings are never taken together",
    promise: 4,
    file: 'src/engine/online/userHistory.ts',
    from: 'return this.isFitted && TAKEN_TOGETHER_AT.has(count);',
    to: 'return !this.isFitted && TAKEN_TOGETHER_AT.has(count);',
    caughtBy: 'test/engine/online/liveModel.test.ts',
  },
  {
    name: 'factors have no bound',
    promise: 10,
    file: 'src/engine/online/bounds.ts',
    from: 'Math.max(-limit, Math.min(limit, value))',
    to: 'Math.max(-limit * 1e9, Math.min(limit * 1e9, value))',
    caughtBy: 'test/engine/online/learner.property.test.ts',
  },
];
