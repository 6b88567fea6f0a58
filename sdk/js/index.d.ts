// The types of @passgate/sdk. What each code means, and what to do about it, is in docs/sdk.md.

/** Why a verdict is what it is. `VALID` exactly when it approves. */
export type Code =
  | 'VALID'
  | 'NOT_YET_VALID'
  | 'EXPIRED'
  | 'TERM_ENDED'
  | 'SUSPENDED'
  | 'REVOKED'
  | 'BEING_MOVED'
  | 'MOVED'
  | 'WRONG_ISSUER'
  | 'WRONG_AUDIENCE'
  | 'WRONG_TYPE'
  | 'MALFORMED'
  | 'SIGNATURE_INVALID'
  | 'UNKNOWN_KEY'
  | 'DEVICE_MISMATCH'
  | 'FEATURE_MISSING'
  | 'USES_EXHAUSTED'
  | 'CLOCK_SUSPECT'
  | 'STATUS_STALE'
  | 'UNAVAILABLE';

/** What would help against a denial. */
export type Remedy = 'renew' | 'move' | 'recover' | 'free_seat' | 'connect' | 'sign_in' | 'contact_vendor';

/** Which step of judging refused a token, in the order of the steps. */
export type Step =
  | 'length'
  | 'characters'
  | 'segments'
  | 'encoding'
  | 'header'
  | 'type'
  | 'algorithm'
  | 'key'
  | 'signature'
  | 'payload'
  | 'expiry'
  | 'issued_at'
  | 'not_before'
  | 'issuer'
  | 'audience'
  | 'device';

/** The answer to "may this run now?". Frozen. */
export interface Verdict {
  /** Whether it may. */
  readonly approved: boolean;
  readonly code: Code;
  /** The reason in a sentence for a person. */
  readonly detail: string;
  /** What would help, where something does. */
  readonly remedy?: Remedy;
  /** Uses left of a counted feature when the pass was signed. */
  readonly left?: number;
  /** When the license's term ends, in UTC (RFC 3339); absent when it never does. */
  readonly until?: string;
  /** The step that refused the token itself; absent when the token is genuine. */
  readonly step?: Step;
}

/** A JWK set, as an object or as the text it was served as. The text is safer: objects have lost duplicate members. */
export type KeySet = string | { readonly keys: readonly object[] };

export interface OpenOptions {
  /** `{portal}/v/{vendor}`. */
  issuer: string;
  /** The product's slug. */
  product: string;
  /** The issuer's keys, if the app brings them; they are never fetched then. */
  keys?: KeySet;
}

/** What the gate tells an app; `detail` is the verdict on the pass as a whole. */
export interface GateEventMap {
  /** The app may run from now on. */
  'run-approval': CustomEvent<Verdict>;
  /** The app must stop now. */
  'run-disapproval': CustomEvent<Verdict>;
  /** Some verdict differs from before: ask `can` again. */
  change: CustomEvent<Verdict>;
}

/** Holds the pass of this browser profile, judges it, and keeps it fresh while the page is open. */
export declare class Gate extends EventTarget {
  private constructor();

  /** Whether the pass outlives the page; false where the browser lets the page keep nothing. */
  readonly durable: boolean;

  /** May `feature` run now? Without one: is the pass good at all? Synchronous, from memory. */
  can(feature?: string): Verdict;

  /**
   * Opens the portal's window, in which a person chooses a license for this device, and resolves to the verdict on the
   * pass that comes of it. Call it directly in a click, or the browser blocks the window. A blocked or closed window is a
   * verdict (`UNAVAILABLE`, remedy `connect`), and a pass that is there stays.
   */
  connect(): Promise<Verdict>;

  /** Takes in a pass obtained otherwise. A token that is refused does not replace a pass that is there. */
  install(pass: string): Promise<Verdict>;

  /** Ends the gate: it denies everything from now on, and asks nobody. The stored pass stays. */
  close(): void;

  addEventListener<K extends keyof GateEventMap>(
    type: K,
    listener: (event: GateEventMap[K]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
  removeEventListener<K extends keyof GateEventMap>(
    type: K,
    listener: (event: GateEventMap[K]) => void,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | EventListenerOptions,
  ): void;
}

/**
 * Restores the pass kept in this browser profile and judges it. Reads no network unless the stored pass needs it.
 * Throws a `TypeError` for an issuer or product of another form; everything else is a verdict.
 */
export declare function open(options: OpenOptions): Promise<Gate>;

export interface VerifyOptions {
  /** The issuer's keys. */
  keys: KeySet;
  /** `{portal}/v/{vendor}`. */
  issuer: string;
  /** `{vendor}/{product}`. */
  audience: string;
  /** Seconds since the Unix epoch; the present time if absent. */
  now?: number;
  /** The feature to judge; absent: the pass as a whole. */
  feature?: string;
  /** The thumbprint of the terminal's key, where the pass is to be held against one. */
  jkt?: string;
  /** What a status list newer than the pass says. */
  status?: 'valid' | 'invalid' | 'suspended' | 'moving';
}

/** Judges one pass without any state: for workers and servers. */
export declare function verify(token: string, options: VerifyOptions): Promise<Verdict>;

export interface StatusListOptions {
  keys: KeySet;
  issuer: string;
  /** The list's own address. */
  uri: string;
  now?: number;
}

/** A genuine status list. */
export interface StatusList {
  /** When it was signed, in seconds since the Unix epoch. */
  readonly iat: number;
  /** For how many seconds it may be kept. */
  readonly ttl: number;
  /** Two bits for each pass, packed from the low bits of each byte up, deflated (zlib), in base64url. */
  readonly lst: string;
}

/** Judges the status list published at `uri`; `list` is there when the verdict approves. */
export declare function readStatusList(
  token: string,
  options: StatusListOptions,
): Promise<{ verdict: Verdict; list?: StatusList }>;
