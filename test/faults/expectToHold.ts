import { describe, expect, it } from 'vitest';
import type { Fault } from './fault.ts';

/** The short version of a fault, as a test. */
export function expectToHold(fault: Fault): void {
  describe(fault.name, () => {
    it(fault.what, async () => {
      const findings = await fault.run('short', () => {});
      expect(findings.length).toBeGreaterThan(0);
      for (const { what, seen, bar, holds } of findings) expect(holds, `${what}: ${seen}, bar ${bar}`).toBe(true);
      // A limit for a hang, not for speed.
    }, 300_000);
  });
}
