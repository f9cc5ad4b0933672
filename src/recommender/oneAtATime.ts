/** Work that must not overlap: each piece begins when the one before has ended, however that ended. */
export class OneAtATime {
  private last: Promise<void> = Promise.resolve();

  run<T>(work: () => T | Promise<T>): Promise<T> {
    const result = this.last.then(work);
    this.last = result.then(
      () => {},
      () => {},
    );
    return result;
  }

  /** Once everything that was asked for so far has ended. */
  idle(): Promise<void> {
    return this.last;
  }
}
