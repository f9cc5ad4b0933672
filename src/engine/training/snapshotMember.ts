import { MEMBER_RULES } from '../online/liveModel.ts';
import { Member, type MemberPriors } from '../online/member.ts';
import type { NodePrior } from '../online/memberState.ts';
import type { Field } from '../online/nodeRecords.ts';
import { arrayOf, putArray, putRows, type Tensors } from './snapshotTensors.ts';
import type { TensorFile } from './tensorFile.ts';

/** What a snapshot says of a member beside its tensors. */
export interface MemberMetadata {
  readonly name: string;
  readonly factors: number;
  readonly seed: number;
}

export function saveMember(tensors: Tensors, name: string, member: Member, users: number, movies: number): void {
  const { learner, priors } = member;
  const put = (part: string, rows: object, count: number) => {
    for (const [array, values] of Object.entries(rows) as [string, Field][]) putRows(tensors, `${name}.${part}.${array}`, values, count);
  };
  put('users', learner.users, users);
  put('anchors', learner.anchors, users);
  put('context', learner.context, users);
  put('movies', learner.movies, movies);
  for (const node of ['user', 'movie'] as const) {
    for (const [array, values] of Object.entries(priors[node])) putArray(tensors, `${name}.prior.${node}.${array}`, values.slice());
  }
  putArray(tensors, `${name}.prior.implicitMean`, priors.implicitMean.slice());
  const { m0, noiseVariance, g0, c1, c2 } = learner;
  putArray(tensors, `${name}.scalars`, Float64Array.of(m0, noiseVariance, g0, c1, c2, priors.startShare, priors.spread));
}

export function loadMember(file: TensorFile, { name, factors, seed }: MemberMetadata): Member {
  const constants = MEMBER_RULES[name];
  if (constants === undefined) throw new Error(`it has a member ${name}, which this version does not know`);
  const floats = (part: string) => arrayOf(file, `${name}.${part}`) as Float64Array;
  const prior = (node: string): NodePrior => ({
    mean: floats(`prior.${node}.mean`),
    variance: floats(`prior.${node}.variance`),
    sideMean: floats(`prior.${node}.sideMean`),
    sideVariance: floats(`prior.${node}.sideVariance`),
  });
  const [m0, noiseVariance, g0, c1, c2, startShare, spread] = floats('scalars');
  const priors: MemberPriors = {
    user: prior('user'),
    movie: prior('movie'),
    implicitMean: floats('prior.implicitMean'),
    startShare: startShare!,
    spread: spread!,
  };
  const member = new Member(factors, constants, priors, seed);
  Object.assign(member.learner, { m0, noiseVariance, g0, c1, c2 });
  const { learner } = member;
  for (const [part, rows] of Object.entries({
    users: learner.users,
    anchors: learner.anchors,
    context: learner.context,
    movies: learner.movies,
  })) {
    for (const [array, values] of Object.entries(rows) as [string, Field][]) values.put(floats(`${part}.${array}`));
  }
  member.addStrangers(floats('context.eta').length, floats('movies.eta').length);
  return member;
}
