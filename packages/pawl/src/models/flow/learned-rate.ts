import { TokenBucket } from './token-bucket.ts';

// The rate that a server takes, learned from its refusals. What holds:
// - A server that refuses for the rate has used up what it gives: what it accepted since the refusal before, divided by the
//   time, is its rate, whatever bursts it allows. Sending goes on a little below that (a cut).
// - After a while without a refusal a higher rate is tried, in growing steps; a refusal doubles that while.
// - A cut needs enough to measure by. Until then a refusal only brings a moment's quiet.
// - Some refusals come for other reasons. Rare ones cut the rate by little in all. A server that refuses for the rate does so when
//   more was tried; when refusals go on though cut after cut nothing was, the rate is not the reason: it is forgotten, and refusals
//   are not heeded for some hundred requests.

/** Sending stays this far below what was measured. */
const MARGIN = 0.98;
const FIRST_GROWTH = 0.02;
const MAX_GROWTH = 0.5;
const FIRST_PATIENCE_MS = 5_000;
const MAX_PATIENCE_MS = 600_000;
/** How long a grown rate is tried before it grows further. */
const TRIAL_MS = 2_000;
/** What may be sent at once, as a span of the rate. */
const BURST_MS = 20;
/** A measurement takes at least so many requests and so long. */
const MIN_MEASURED = 20;
const MIN_SPAN_MS = 1_000;
/** ... and goes back no further than the longer of the two. */
const MAX_MEASURED = 50;
/** Begin times that are kept. */
const MAX_KEPT = 4_096;
/** A part of refusals that may have any reason; together they cut the rate down to this part of it. */
const RARE = 0.05;
const LEAST_OF_BASE = 0.8;
/** So many cuts in a row without more having been tried, and without refusals having become rare, show that the rate is not the reason. */
const MAX_VAIN_CUTS = 3;
/** Requests that show for sure that refusals are rare. */
const SURE = 100;
/** Requests for which refusals are not heeded then; twice as many each time it shows again. */
const UNHEEDED_REQUESTS = 500;
const MAX_UNHEEDED_REQUESTS = 8_000;
/** Quiet after a refusal: so long, and for at least so many requests; while many are refused, it doubles until the next cut. */
const MIN_QUIET_MS = 50;
const QUIET_REQUESTS = 2;
const MANY = 0.2;
const MAX_QUIET_DOUBLINGS = 3;

export class LearnedRate {
  #perSecond = Number.POSITIVE_INFINITY;
  #bucket: TokenBucket | null = null;
  /** The highest rate that was cut or grown to since refusals were last frequent. */
  #base = 0;
  /** When the requests that were not refused began, the latest last. */
  #begunAtMs: number[] = [];
  #acceptedSinceCut = 0;
  #refusedSinceCut = 0;
  #cutAtMs = Number.NEGATIVE_INFINITY;
  #vainCuts = 0;
  #unheeded = 0;
  #unheededNext = UNHEEDED_REQUESTS;
  #growth = FIRST_GROWTH;
  #patienceMs = FIRST_PATIENCE_MS;
  #growsAtMs = Number.POSITIVE_INFINITY;

  /** Requests in a second; infinite while no limit is known. */
  get perSecond(): number {
    return this.#perSecond;
  }

  /** Milliseconds until the next request may begin. */
  waitMs(nowMs: number): number {
    if (nowMs >= this.#growsAtMs) this.#grow(nowMs);
    return this.#bucket?.waitMs(1, nowMs) ?? 0;
  }

  begin(nowMs: number): void {
    this.#bucket?.take(1, nowMs);
    this.#begunAtMs.push(nowMs);
    if (this.#begunAtMs.length > 2 * MAX_KEPT) this.#begunAtMs = this.#begunAtMs.slice(-MAX_KEPT);
    this.#acceptedSinceCut += 1;
    if (this.#unheeded > 0) this.#unheeded -= 1;
  }

  /**
   * The server refused a request that began at `begunAtMs`.
   * @returns milliseconds of quiet that it calls for, if the server has not named a time
   */
  refused(begunAtMs: number, nowMs: number): number {
    const at = this.#begunAtMs.lastIndexOf(begunAtMs);
    if (at >= 0) this.#begunAtMs.splice(at, 1);
    if (this.#unheeded > 0) return 0;
    if (begunAtMs >= this.#cutAtMs) {
      this.#acceptedSinceCut -= 1;
      this.#refusedSinceCut += 1;
      if (this.#bucket === null || this.#canMeasure(nowMs)) this.#cut(nowMs);
    }
    return Math.max(MIN_QUIET_MS, (QUIET_REQUESTS * 1_000) / this.#perSecond) * 2 ** this.#quietDoublings();
  }

  /** Whether more than what was measured has been sent since the last cut: the first step only makes up for the margin. */
  get #hasTriedMore(): boolean {
    return this.#growth > 2 * FIRST_GROWTH;
  }

  #quietDoublings(): number {
    const isMany = this.#refusedSinceCut > MANY * (this.#acceptedSinceCut + this.#refusedSinceCut);
    return isMany ? Math.min(MAX_QUIET_DOUBLINGS, this.#refusedSinceCut - 1) : 0;
  }

  #canMeasure(nowMs: number): boolean {
    return this.#acceptedSinceCut >= MIN_MEASURED && nowMs - this.#cutAtMs >= MIN_SPAN_MS;
  }

  #cut(nowMs: number): void {
    const measured = this.#measure(nowMs);
    const requests = this.#acceptedSinceCut + this.#refusedSinceCut;
    const isRare = this.#refusedSinceCut < RARE * requests;
    const isSurelyRare = isRare && requests >= SURE;
    if (isSurelyRare) this.#unheededNext = UNHEEDED_REQUESTS;
    if (this.#bucket === null || this.#hasTriedMore || isSurelyRare) this.#vainCuts = 0;
    else if (!isRare) this.#vainCuts += 1;
    if (this.#vainCuts >= MAX_VAIN_CUTS) {
      this.#forget();
      return;
    }
    if (!isRare) this.#base = measured;
    this.#set(Math.max(MARGIN * measured, isRare ? LEAST_OF_BASE * this.#base : 0), nowMs);
    if (this.#growth > FIRST_GROWTH) this.#patienceMs = Math.min(MAX_PATIENCE_MS, 2 * this.#patienceMs);
    this.#growth = FIRST_GROWTH;
    this.#growsAtMs = nowMs + this.#patienceMs;
    this.#acceptedSinceCut = 0;
    this.#refusedSinceCut = 0;
    this.#cutAtMs = nowMs;
  }

  /** Requests in a second that were accepted of late, since the last cut. */
  #measure(nowMs: number): number {
    const since = this.#begunAtMs.filter((atMs) => atMs >= this.#cutAtMs);
    const recent = since.filter((atMs) => atMs >= nowMs - MIN_SPAN_MS);
    const used = recent.length >= MAX_MEASURED ? recent : since.slice(-MAX_MEASURED);
    // Of a span that began with the cut, all of it counts: what was saved up in it was accepted later.
    const fromMs =
      used.length === since.length ? Math.max(this.#cutAtMs, used[0] ?? nowMs - 1) : (used[0] ?? nowMs - 1);
    return (Math.max(1, used.length) / Math.max(1, nowMs - fromMs)) * 1_000;
  }

  #grow(nowMs: number): void {
    this.#set(this.#perSecond * (1 + this.#growth), nowMs);
    this.#base = Math.max(this.#base, this.#perSecond);
    this.#growth = Math.min(MAX_GROWTH, 2 * this.#growth);
    this.#growsAtMs = nowMs + TRIAL_MS;
  }

  #set(perSecond: number, nowMs: number): void {
    this.#perSecond = perSecond;
    this.#bucket = new TokenBucket(perSecond, 1 + (perSecond * BURST_MS) / 1_000, nowMs);
  }

  #forget(): void {
    this.#perSecond = Number.POSITIVE_INFINITY;
    this.#bucket = null;
    this.#vainCuts = 0;
    this.#unheeded = this.#unheededNext;
    this.#unheededNext = Math.min(MAX_UNHEEDED_REQUESTS, 2 * this.#unheededNext);
    this.#growsAtMs = Number.POSITIVE_INFINITY;
  }
}
