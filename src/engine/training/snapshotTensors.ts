import { isTensorData, type Tensor, type TensorData, type TensorFile } from './tensorFile.ts';

/** Named tensors while a snapshot is taken. */
export type Tensors = Map<string, Tensor>;

export function putArray(tensors: Tensors, name: string, data: TensorData): void {
  tensors.set(name, { shape: [data.length], data });
}

/** Rows of numbers of which the first can be copied. */
interface Takeable {
  readonly width: number;
  take(count: number): Float64Array;
}

/** A copy of the first `count` rows. */
export function putRows(tensors: Tensors, name: string, rows: Takeable, count: number): void {
  tensors.set(name, { shape: [count, rows.width], data: rows.take(count) });
}

/** @throws Error when the file has no such tensor */
export function arrayOf(file: TensorFile, name: string): TensorData {
  const tensor = file.tensors.get(name);
  if (tensor === undefined) throw new Error(`it lacks the tensor ${name}`);
  return tensor.data;
}

export function jsonOf<T>(file: TensorFile, name: string): T {
  return JSON.parse(new TextDecoder().decode(arrayOf(file, name) as Uint8Array)) as T;
}

/** In the place of an array in the JSON of a tree. */
interface Placeholder {
  readonly tensor: string;
}

/**
 * Stores an object of numbers, texts and typed arrays, however deep: each array as a tensor named by its path. Shared arrays are not
 * copied: they don't change.
 * @returns the rest of it, as JSON
 */
export function putTree(tensors: Tensors, name: string, tree: unknown): string {
  const replaced = (value: unknown, path: string): unknown => {
    if (isTensorData(value)) {
      putArray(tensors, path, value.buffer instanceof SharedArrayBuffer ? value : value.slice());
      return { tensor: path } satisfies Placeholder;
    }
    if (Array.isArray(value)) return value.map((item, at) => replaced(item, `${path}.${at}`));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaced(item, `${path}.${key}`)]));
  };
  return JSON.stringify(replaced(tree, name));
}

/** What `putTree` stored. */
export function treeOf<T>(file: TensorFile, json: string): T {
  return JSON.parse(json, (_, value: unknown) => {
    const isPlaceholder = typeof value === 'object' && value !== null && 'tensor' in value;
    return isPlaceholder ? arrayOf(file, (value as Placeholder).tensor) : value;
  }) as T;
}
