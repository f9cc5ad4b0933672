import { parentPort, workerData } from 'node:worker_threads';
import { fitMember } from './engine/training/members.ts';
import type { MemberJob, MemberMessage } from './memberThreads.ts';

/** The thread that fits one member of the factorization. */
const { member, data, options } = workerData as MemberJob;
const tell = (message: MemberMessage) => parentPort?.postMessage(message);
tell({ kind: 'done', fit: fitMember(member, data, options, (progress) => tell({ kind: 'sweep', progress })) });
