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
  | 'UNAVAILABLE'
  // Refusals by the server of what was asked of it.
  | 'NOT_FOUND'
  | 'FORBIDDEN'
  | 'INVALID_INPUT'
  | 'CONFLICT'
  | 'MOVE_NOT_ALLOWED'
  | 'MOVE_LIMIT_REACHED'
  | 'MOVE_EXPIRED'
  | 'MOVE_USED'
  | 'SAME_DEVICE';

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
  /** Uses left of a counted feature, as far as is known: at the server, and in this device's slice. Absent without a limit. */
  readonly left?: number;
  /** When the license's term ends, in UTC (RFC 3339); absent when it never does. */
  readonly until?: string;
  /** When what was refused will be possible, in UTC (RFC 3339), where that is known. */
  readonly opensAt?: string;
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

/** An open offer of the license to another device. */
export interface Move {
  readonly moveId: string;
  /** The portable pass: a token for a file or the clipboard. */
  readonly portablePass: string;
  /** The short code, written `ABCD-EFGHJ-KMNPQ`. */
  readonly code: string;
  /** Where the other device receives it in the portal; what the QR code shows. */
  readonly url: string;
  /** The QR code as SVG; absent when the drawing script could not be loaded. */
  readonly qr?: string;
  /** Until when it may be received (RFC 3339, UTC). */
  readonly expiresAt: string;
}

/** What would arrive with a move. */
export interface Preview {
  readonly moveId: string;
  readonly vendor: { readonly slug: string; readonly name: string };
  readonly product: { readonly slug: string; readonly name: string };
  readonly offerName: string;
  /** `left`: uses left of a counted feature, `null` without a limit. */
  readonly features: readonly { readonly feature: string; readonly name: string; readonly left?: number | null }[];
  /** When the license's term ends; absent when it never does. */
  readonly until?: string;
  /** The device it comes from. */
  readonly from: string;
  readonly expiresAt: string;
  /** Where the product's app is, if the vendor says so. */
  readonly appUrl?: string;
}

/** What an identifier is good for; without bounds, for any service of the vendor's and any number of check-outs. */
export interface IdentifierOptions {
  /** The one service that may present it, by the id of its API token. */
  service?: string;
  /** What it is for, as the customer sees it, 1 to 100 characters. */
  label?: string;
  /** When it ends (RFC 3339, UTC). */
  expiresAt?: string;
  /** For how many check-outs it is good. */
  uses?: number;
}

/** A license identifier; it cannot be read again. */
export interface Identifier {
  /** What the service is handed: `lid_…`. */
  readonly identifier: string;
  /** Names it in the customer's list; grants nothing. */
  readonly identifierId: string;
  readonly expiresAt?: string;
  readonly uses?: number;
}

/** Headers for one request. */
export interface Presented {
  /** `DPoP ` and the pass. */
  readonly authorization: string;
  /** The proof by this device's key. */
  readonly dpop: string;
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

  /**
   * Counts `count` uses of `feature` (1 to 1,000,000), all or none: at the server, or from this device's slice while the
   * server cannot be reached. Make the uses when and only when the verdict approves. A use whose outcome nobody knows is
   * `UNAVAILABLE`; trying again counts it once. Throws a `TypeError` for a count of another form.
   */
  use(feature: string, count?: number): Promise<Verdict>;

  /**
   * Offers the license to another device. The app is told to stop (`BEING_MOVED`) before this resolves. While the offer is
   * open, the same offer again. A refusal is a denied verdict.
   */
  move(): Promise<Move | (Verdict & { readonly approved: false })>;

  /** Takes the offer back; resolves to the verdict on the pass. */
  cancelMove(): Promise<Verdict>;

  /** What would arrive with a portable pass, a code or a move's address. A refusal is a denied verdict. */
  preview(textOrCode: string): Promise<Preview | (Verdict & { readonly approved: false })>;

  /** Receives the license here by a portable pass, a code or a move's address; `name` is this device's, as pages show it. */
  redeem(textOrCode: string, options?: { name?: string }): Promise<Verdict>;

  /**
   * An identifier of the license, to be handed to a service that works for this app (docs/services.md). It is a secret: whoever
   * has it may let a service check the license out. A refusal is a denied verdict.
   */
  identifier(options?: IdentifierOptions): Promise<Identifier | (Verdict & { readonly approved: false })>;

  /**
   * The headers by which one request, of `method` to `url`, shows a server of yours that this device has the license: the pass, and
   * a proof (RFC 9449) that is good once, for a minute, for that request. The server has them introspected (docs/services.md).
   * Without a good pass, the denied verdict.
   */
  present(url: string, method?: string): Promise<Presented | (Verdict & { readonly approved: false })>;

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
