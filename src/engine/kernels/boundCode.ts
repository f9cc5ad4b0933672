/** By what they do. A model that takes over from another goes on with code that the engine has optimised already. */
const modules = new Map<string, WebAssembly.Module>();

/** Code that is compiled when it is first needed, and bound anew after the memory has moved. */
export class BoundCode<F> {
  private readonly name: string;
  private readonly key: string;
  private readonly write: () => Uint8Array<ArrayBuffer>;
  private bound: F | null = null;

  /** @param name of the function that `write` writes @param settings what it depends on */
  constructor(name: string, settings: readonly unknown[], write: () => Uint8Array<ArrayBuffer>) {
    this.name = name;
    this.key = JSON.stringify([name, ...settings]);
    this.write = write;
  }

  on(memory: WebAssembly.Memory): F {
    this.bound ??= this.bind(memory);
    return this.bound;
  }

  unbind(): void {
    this.bound = null;
  }

  private bind(memory: WebAssembly.Memory): F {
    const module = modules.get(this.key) ?? new WebAssembly.Module(this.write());
    modules.set(this.key, module);
    const { exports } = new WebAssembly.Instance(module, { memory: { memory } });
    return exports[this.name] as F;
  }
}
