import { KERNELS_WASM_BASE64 } from './kernels-wasm.ts';
import { Workspace } from './workspace.ts';

/** The functions of assembly/kernels.ts; pointers and row strides in bytes. */
interface KernelExports {
  gemm(
    a: number,
    aRow: number,
    aColumn: number,
    b: number,
    bRow: number,
    c: number,
    cRow: number,
    m: number,
    n: number,
    k: number,
    accumulate: boolean,
  ): void;
  quantizeRows(a: number, quantized: number, scales: number, m: number, k: number): void;
  gemmInteger(
    a: number,
    rowScales: number,
    b: number,
    columnScales: number,
    c: number,
    m: number,
    n: number,
    k: number,
  ): void;
  sruForward(
    u: number,
    uRow: number,
    highway: number,
    highwayRow: number,
    parameters: number,
    c: number,
    out: number,
    outRow: number,
    steps: number,
    hidden: number,
    reverse: boolean,
  ): void;
  sruBackward(
    u: number,
    uRow: number,
    highway: number,
    highwayRow: number,
    parameters: number,
    c: number,
    dOut: number,
    dOutRow: number,
    du: number,
    duRow: number,
    dHighway: number,
    dHighwayRow: number,
    dParameters: number,
    carry: number,
    steps: number,
    hidden: number,
    reverse: boolean,
  ): void;
  adam(
    parameters: number,
    gradient: number,
    first: number,
    second: number,
    count: number,
    rate: number,
    beta1: number,
    beta2: number,
    epsilon: number,
  ): void;
}

/** What of WebAssembly's JavaScript interface is used here; browsers and Node both have it. */
declare const WebAssembly: {
  Memory: new (size: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
  instantiate(
    bytes: Uint8Array,
    imports: { env: { memory: object } },
  ): Promise<{ readonly instance: { readonly exports: object } }>;
};

const PAGE_BYTES = 65_536;
const MAXIMUM_PAGES = 65_536;

/** The compiled kernels and the memory they work in. */
export interface Kernels extends KernelExports {
  readonly workspace: Workspace;
}

/** Compiles the kernels over `megabytes` of memory (the system commits pages only when they are touched). */
export async function loadKernels(megabytes: number): Promise<Kernels> {
  const memory = new WebAssembly.Memory({ initial: (megabytes * 1_048_576) / PAGE_BYTES, maximum: MAXIMUM_PAGES });
  const bytes = Uint8Array.from(atob(KERNELS_WASM_BASE64), (char) => char.charCodeAt(0));
  const { instance } = await WebAssembly.instantiate(bytes, { env: { memory } });
  return { ...(instance.exports as KernelExports), workspace: new Workspace(memory.buffer) };
}
