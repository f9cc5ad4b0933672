import type { Model } from './model.operations.ts';

const NAMES: Record<Model, string> = {
  MF: 'Factorization',
  GNN: 'Graph attention',
  BNN: 'Bayesian head',
  HYBRID: 'Hybrid of all',
};

const BACK_ENDS: Record<string, string> = {
  webgpu: 'graphics card (WebGPU)',
  webasm: 'WebAssembly',
  cpu: 'processor (plain loops)',
};

export function nameOf(model: Model): string {
  return NAMES[model];
}

export function backEnd(compute: string): string {
  return BACK_ENDS[compute] ?? compute;
}

const TIME = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });

/** @param instant ISO 8601 @returns "28 Nov 2026, 18:17", in the time of the place */
export function timeOf(instant: string): string {
  return TIME.format(new Date(instant));
}
