/** Threads of this process that run JavaScript, its first one left out. */
export function threadsRunning(): number {
  return (process.report.getReport() as unknown as { workers: readonly unknown[] }).workers.length;
}
