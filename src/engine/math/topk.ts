/**
 * The positions of the n largest values, largest first; `before` decides between equal ones.
 * A heap of size n: O(values × log n), and nothing is sorted that is not returned.
 */
export function topPositions(values: Float64Array, n: number, before: (left: number, right: number) => boolean): number[] {
  const worse = (left: number, right: number) => values[left]! < values[right]! || (values[left] === values[right] && before(right, left));
  const heap: number[] = []; // the worst of the kept ones on top
  const first = Math.min(n, values.length);
  for (let position = 0; position < first; position += 1) {
    heap.push(position);
    siftUp(heap, worse);
  }
  let bar = values[heap[0] ?? 0]!;
  for (let position = first; position < values.length && n > 0; position += 1) {
    // Nearly all end here.
    if (values[position]! < bar || !worse(heap[0]!, position)) continue;
    heap[0] = position;
    siftDown(heap, worse);
    bar = values[heap[0]]!;
  }
  return heap.sort((left, right) => (worse(left, right) ? 1 : -1));
}

type Worse = (left: number, right: number) => boolean;

function siftUp(heap: number[], worse: Worse): void {
  let at = heap.length - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!worse(heap[at]!, heap[parent]!)) return;
    swap(heap, at, parent);
    at = parent;
  }
}

function siftDown(heap: number[], worse: Worse): void {
  for (let at = 0; ; ) {
    const left = 2 * at + 1;
    const right = left + 1;
    let worst = at;
    if (left < heap.length && worse(heap[left]!, heap[worst]!)) worst = left;
    if (right < heap.length && worse(heap[right]!, heap[worst]!)) worst = right;
    if (worst === at) return;
    swap(heap, at, worst);
    at = worst;
  }
}

function swap(heap: number[], left: number, right: number): void {
  const held = heap[left]!;
  heap[left] = heap[right]!;
  heap[right] = held;
}
