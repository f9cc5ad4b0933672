import type { Worker } from 'node:worker_threads';
import type { RatingTable } from './engine/data/ratingTable.ts';
import { sharedCopy } from './engine/data/sharedArray.ts';
import type { FactorizationData, FactorizationFit } from './engine/models/factorization.ts';
import { factorizationData } from './engine/models/factorizationData.ts';
import { fitMembers, type MemberFitOptions, type MemberFits, type SweepProgress, sweepOf } from './engine/training/members.ts';
import { answerOf, startThread } from './workerThread.ts';

/** From so many ratings on, what two threads save is more than what it takes to start them. */
const WORTH_THREADS = 50_000;

/** What a thread that fits one member is given. */
export interface MemberJob {
  readonly member: string;
  /** Its arrays are shared, not copied. */
  readonly data: FactorizationData;
  readonly options: Omit<MemberFitOptions, 'members' | 'onSweep'>;
}

/** What it tells. */
export type MemberMessage =
  | { readonly kind: 'sweep'; readonly progress: SweepProgress }
  | { readonly kind: 'done'; readonly fit: FactorizationFit };

/** Many ratings on threads, few in this one once it has nothing else to do: what comes out is the same. */
export async function fitMembersBeside(table: RatingTable, options: MemberFitOptions): Promise<MemberFits> {
  if (table.r.length >= WORTH_THREADS) return fitMembersOnThreads(table, options);
  await null; // the caller goes on until it waits
  return fitMembers(table, options);
}

/**
 * As `fitMembers`, each member on a thread of its own: bit for bit the same fits, and the same sweeps told in the same order.
 * @throws Error when one diverges or its thread ends; no thread is left
 */
export async function fitMembersOnThreads(table: RatingTable, { onSweep, ...options }: MemberFitOptions): Promise<MemberFits> {
  const { data, vocabulary } = sharedData(table);
  const { members } = options;
  const sweeps = new InOrder(members.length, (position, progress) => onSweep?.(sweepOf(members, position, progress)));
  const threads = members.map((member) =>
    startThread('./memberThread', import.meta.url, { workerData: { member, data, options } satisfies MemberJob }),
  );
  try {
    const fits = await Promise.all(
      threads.map(async (thread, position) => [members[position]!, await fitOf(thread, position, sweeps)] as const),
    );
    return { table, vocabulary, fits: new Map(fits) };
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}

function sharedData(table: RatingTable): ReturnType<typeof factorizationData> {
  const { data, vocabulary } = factorizationData(table);
  return { data: sharedCopy(data), vocabulary };
}

function fitOf(thread: Worker, position: number, sweeps: InOrder): Promise<FactorizationFit> {
  return answerOf<MemberMessage, FactorizationFit>(thread, 'fits the factorization', (message, answer) => {
    if (message.kind === 'sweep') return sweeps.add(position, message.progress);
    sweeps.end(position);
    answer(message.fit);
  });
}

/** Passes on the sweeps of several members as if these were fitted one after the other: loss curves don't depend on who is faster. */
class InOrder {
  private readonly waiting: SweepProgress[][];
  private readonly ended: boolean[];
  private readonly tell: (position: number, progress: SweepProgress) => void;
  /** The member that is told of. */
  private at = 0;

  constructor(members: number, tell: (position: number, progress: SweepProgress) => void) {
    this.waiting = Array.from({ length: members }, () => []);
    this.ended = new Array<boolean>(members).fill(false);
    this.tell = tell;
  }

  add(position: number, progress: SweepProgress): void {
    this.waiting[position]!.push(progress);
    this.pass();
  }

  end(position: number): void {
    this.ended[position] = true;
    this.pass();
  }

  private pass(): void {
    for (; this.at < this.waiting.length; this.at += 1) {
      for (const progress of this.waiting[this.at]!.splice(0)) this.tell(this.at, progress);
      if (!this.ended[this.at]) return;
    }
  }
}
